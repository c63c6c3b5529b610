/** What stands in FROM: tables, and subqueries and tables under another name; and the columns of these. */
import type { Part } from './generated.ts';
import { identifier, quoted, tableName } from './identifiers.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import { isExists, isSelect, newStatement, selectSql } from './select.ts';
import { textOf, type Value } from './values.ts';

export interface FromItem {
  /** Tells one item from another. */
  readonly key: string;
  /** What its columns are qualified with. */
  readonly name: readonly Part[];
  /** As it stands in FROM. */
  readonly sql: readonly Part[];
}

/** The name of what `sa.table(…)`, `sa.Table(…)` or `op.create_table(…)` gave; null for anything else. */
export function tableOf(value: Value): Part[] | null {
  if (value.kind !== 'construct' || !['table', 'Table', 'create_table'].includes(value.name)) return null;
  if (textOf(value.args[0]) === null) return null;
  return tableName(value.args[0], value.keywords.get('schema'), value.span);
}

/** Null for what is none, or has a name that SQLAlchemy makes up. */
export function fromItem(value: Value): FromItem | null {
  const table = tableOf(value);
  if (table) return { key: keyOf(table), name: table, sql: table };
  if (value.kind !== 'construct' || !/^(?:alias|subquery)$/.test(value.name) || !value.on) return null;
  const given = value.args[0] ?? value.keywords.get('name');
  if (textOf(given) === null) return null;
  const name = [identifier(given, 'subquery', value.span)];
  const inner = fromItem(value.on);
  const sql = inner ? inner.sql : isSelect(value.on) ? ['(', ...selectSql(value.on, newStatement(), true), ')'] : null;
  return sql && { key: keyOf(name), name, sql: [...sql, ' AS ', ...name] };
}

const keyOf = (parts: readonly Part[]): string => parts.map((p) => (typeof p === 'string' ? p : p.text)).join('');

type Attribute = Extract<Value, { kind: 'attribute' }>;

/** Of `table.c.name` and `table.columns.name`; null for what is no column. */
export function itemOfColumn({ on }: Attribute): FromItem | null {
  return on.kind === 'attribute' && (on.name === 'c' || on.name === 'columns') ? fromItem(on.on) : null;
}

export const columnName = ({ name, span }: Attribute): Mapped => quoted(mappedTo(name, span));

/** The items whose columns an expression names, in its order; those inside of subqueries are theirs. */
export function itemsIn(value: Value): FromItem[] {
  switch (value.kind) {
    case 'attribute': {
      const item = itemOfColumn(value);
      return item ? [item] : [];
    }
    case 'operation':
      return [...itemsIn(value.left), ...itemsIn(value.right)];
    case 'list':
      return value.items.flatMap(itemsIn);
    case 'construct': {
      const item = fromItem(value);
      if (item) return [item];
      if (isSelect(value) || isExists(value)) return [];
      return [...(value.on ? itemsIn(value.on) : []), ...[...value.args, ...value.keywords.values()].flatMap(itemsIn)];
    }
    default:
      return [];
  }
}
