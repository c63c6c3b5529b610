/** The type changes of an ALTER TABLE, with the old type where the files tell it. */
import type { AlterTableStmt, Node } from '@pgsql/types';
import { type Column, columnOf, type TypeName } from '../../catalog/catalog.ts';
import { stringOf, typeNameOf } from '../../catalog/names.ts';
import { commandsOf, type TableCommand } from '../alterTable.ts';
import type { RuleContext } from '../rule.ts';

export interface TypeChangeOf {
  readonly item: TableCommand;
  readonly column: Column;
  readonly from: TypeName;
  readonly to: TypeName;
  /** As the author wrote it. */
  readonly written: string;
  /**
   * How USING makes the new value: null without USING; `assigned` for the column itself; `cast` for the column cast to the
   * new type; `computed` for anything else.
   */
  readonly using: null | 'assigned' | 'cast' | 'computed';
  /** Where the words of the new type end. */
  readonly typeEnd: number;
}

export function* typeChanges(stmt: AlterTableStmt, context: RuleContext): Generator<TypeChangeOf> {
  const { tokens, text } = context;
  for (const item of commandsOf(stmt, context)) {
    const def = item.command.def;
    if (item.command.subtype !== 'AT_AlterColumnType' || !def || !('ColumnDef' in def)) continue;
    const column = columnOf(item.table.relation, item.command.name ?? '');
    const to = typeNameOf(def.ColumnDef.typeName);
    if (!column?.type || !to) continue;
    const type = tokens.findOutside(['type'], item.first + 2, item.last + 1);
    const behind = ['using', 'collate']
      .map((word) => tokens.findOutside([word], type, item.last + 1))
      .filter((i) => i > 0);
    const last = Math.min(item.last + 1, ...behind) - 1;
    const words = tokens.span(type + 1, last);
    const using = def.ColumnDef.raw_default;
    yield {
      item,
      column,
      from: column.type,
      to,
      written: text.slice(words.start, words.end),
      using: using ? howUsed(using, column.name, to) : null,
      typeEnd: words.end,
    };
  }
}

function howUsed(using: Node, column: string, to: TypeName): 'assigned' | 'cast' | 'computed' {
  const isColumn = (node: Node | undefined) =>
    node !== undefined && 'ColumnRef' in node && stringOf(node.ColumnRef.fields?.at(-1)) === column;
  if (isColumn(using)) return 'assigned';
  if (!('TypeCast' in using) || !isColumn(using.TypeCast.arg)) return 'computed';
  const cast = typeNameOf(using.TypeCast.typeName);
  return cast?.name === to.name && cast.modifiers.join() === to.modifiers.join() ? 'cast' : 'computed';
}
