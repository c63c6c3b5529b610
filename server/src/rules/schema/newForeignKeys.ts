/** The foreign keys that a CREATE TABLE or an ALTER TABLE adds, each with its place in the text. */
import type { AlterTableStmt, Constraint, CreateStmt } from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import { nodesIn } from '../../syntax/walk.ts';
import type { RuleContext } from '../rule.ts';
import { constraintSpan, type DefinedColumn, definedColumns, elementsOf, writtenName } from './newColumns.ts';

export interface NewForeignKey {
  /** Key of its table. */
  readonly table: string;
  /** The table's name as written. */
  readonly writtenTable: string;
  readonly node: Constraint;
  readonly columns: readonly string[];
  /** Key of the referenced table. */
  readonly references: string;
  readonly writtenReferences: string;
  readonly span: Span;
  /** The columns of it that the same statement defines. */
  readonly defined: readonly DefinedColumn[];
}

const none: readonly NewForeignKey[] = [];

/** Many rules ask for the same statement's keys. */
const read = new WeakMap<object, { readonly schema: string; readonly keys: readonly NewForeignKey[] }>();

/** Of permanent tables. */
export function newForeignKeys(
  stmt: CreateStmt | AlterTableStmt,
  context: Pick<RuleContext, 'text' | 'tokens'>,
  schema: string,
): readonly NewForeignKey[] {
  if (stmt.relation?.relpersistence === 't') return none;
  if (!nodesIn(stmt, 'Constraint').some(({ contype }) => contype === 'CONSTR_FOREIGN')) return none;
  const known = read.get(stmt);
  if (known?.schema === schema) return known.keys;
  const keys = readKeys(stmt, context, schema);
  read.set(stmt, { schema, keys });
  return keys;
}

function readKeys(
  stmt: CreateStmt | AlterTableStmt,
  context: Pick<RuleContext, 'text' | 'tokens'>,
  schema: string,
): NewForeignKey[] {
  const table = rangeVarKey(stmt.relation, schema);
  const writtenTable = writtenName(stmt.relation, context);
  const columns = definedColumns(stmt, context, schema);
  const found: NewForeignKey[] = [];
  const add = (node: Constraint, names: readonly string[], span: Span): void => {
    if (node.contype !== 'CONSTR_FOREIGN' || !node.pktable) return;
    found.push({
      table,
      writtenTable,
      node,
      columns: names,
      references: relationKey(node.pktable.schemaname ?? schema, node.pktable.relname ?? ''),
      writtenReferences: writtenName(node.pktable, context),
      span,
      defined: columns.filter((c) => names.includes(c.name)),
    });
  };
  for (const column of columns)
    for (const node of column.constraints) add(node, [column.name], constraintSpan(column, node, context));
  if ('cmds' in stmt) {
    const alter = stmt as AlterTableStmt;
    const after = context.tokens.afterName(context.tokens.at(alter.relation?.location ?? 0));
    const parts = context.tokens.split(after);
    for (const [i, node] of (alter.cmds ?? []).entries()) {
      const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
      const part = parts[i];
      if (part && command?.subtype === 'AT_AddConstraint' && command.def && 'Constraint' in command.def)
        add(
          command.def.Constraint,
          nameParts(command.def.Constraint.fk_attrs),
          context.tokens.span(part.first, part.last),
        );
    }
  } else
    for (const { node, first, last } of elementsOf(stmt as CreateStmt, context))
      if ('Constraint' in node)
        add(node.Constraint, nameParts(node.Constraint.fk_attrs), context.tokens.span(first, last));
  return found;
}
