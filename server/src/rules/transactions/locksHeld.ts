/** Long work that the transaction does while it holds locks already, as the rules of this family speak of it. */
import type { AlterTableStmt, DeleteStmt, InsertStmt, Node, RangeVar, UpdateStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import type { HeldLock, LongWork } from '../../catalog/heldLocks.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { isEmpty } from '../../catalog/ownChanges.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { inUse } from '../../facts/blocking.ts';
import type { Effects } from '../../facts/effects.ts';
import { walk } from '../../syntax/walk.ts';

/** Those in ACCESS EXCLUSIVE: all reads and writes of the relation wait. */
export const lockedOut = (schema: SchemaReader): readonly HeldLock[] =>
  schema.heldLocks.filter(({ mode }) => mode === 'AccessExclusiveLock');

/** Whether the transaction has done such work under its locks before: once said of it is enough. */
export const hasDone = (work: LongWork, schema: SchemaReader): boolean =>
  schema.heldLocks[0]?.workDone?.includes(work) ?? false;

/** What the statement is going to do for long under locks that the transaction holds in ACCESS EXCLUSIVE; null for nothing. */
export function longWorkOf(node: Node, effects: Effects | null, schema: SchemaReader): LongWork | null {
  if (lockedOut(schema).length === 0) return null;
  if ('UpdateStmt' in node) return changesMany(node.UpdateStmt, schema) ? 'change' : null;
  if ('DeleteStmt' in node) return changesMany(node.DeleteStmt, schema) ? 'change' : null;
  if ('InsertStmt' in node) return copiesMany(node.InsertStmt, schema) ? 'change' : null;
  return readUnderLock(node, effects, schema) === null ? null : 'scan';
}

/** Key of the table in use that the statement reads from end to end; null for none, and where a rule of its own speaks of that. */
export function readUnderLock(node: Node, effects: Effects | null, schema: SchemaReader): string | null {
  if (!effects) return null;
  const alter = 'AlterTableStmt' in node ? node.AlterTableStmt : undefined;
  const read = readWhole(effects.scans, alter, schema);
  // what the statement locks as strongly by itself has a rule of its own
  if (read === null || effects.locks.some((l) => l.relation === read && l.mode === 'AccessExclusiveLock')) return null;
  return alter && validatesWhatItAdded(alter, schema) ? null : read;
}

/** Of a foreign key that is the table that has it: how the other one is looked up is up to the planner. */
function readWhole(scans: readonly string[], alter: AlterTableStmt | undefined, schema: SchemaReader): string | null {
  const long = scans.filter((key) => inUse(key, schema) && !isEmpty(key, schema));
  if (!alter) return long[0] ?? null;
  const target = rangeVarKey(alter.relation, schema.session.schema);
  const attaches = alter.cmds?.some((c) => 'AlterTableCmd' in c && c.AlterTableCmd.subtype === 'AT_AttachPartition');
  return long.find((key) => key === target) ?? (attaches ? long[0] : undefined) ?? null;
}

/** validate-in-same-transaction speaks of that. */
const validatesWhatItAdded = ({ relation, cmds }: AlterTableStmt, schema: SchemaReader): boolean =>
  (cmds ?? []).some(
    (c) =>
      'AlterTableCmd' in c &&
      c.AlterTableCmd.subtype === 'AT_ValidateConstraint' &&
      schema.isAddedNotValid(rangeVarKey(relation, schema.session.schema), c.AlterTableCmd.name ?? ''),
  );

/** A table that has rows, and not the row that a key names. */
export function changesMany({ relation, whereClause }: UpdateStmt | DeleteStmt, schema: SchemaReader): boolean {
  const key = rangeVarKey(relation, schema.session.schema);
  if (!inUse(key, schema) || isEmpty(key, schema)) return false;
  return !conjuncts(whereClause).some((condition) => namesRow(condition, schema.relation(key), schema));
}

/** INSERT … SELECT from a table that is in use, without LIMIT. */
export function copiesMany({ selectStmt }: InsertStmt, schema: SchemaReader): boolean {
  const select = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
  if (!select?.fromClause || select.limitCount || select.whereClause) return false;
  let reads = false;
  walk(select.fromClause, (type, node) => {
    const key = type === 'RangeVar' ? rangeVarKey(node as RangeVar, schema.session.schema) : null;
    if (key !== null) reads ||= inUse(key, schema) && !isEmpty(key, schema);
  });
  return reads;
}

const conjuncts = (condition: Node | undefined): Node[] =>
  condition && 'BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR'
    ? (condition.BoolExpr.args ?? []).flatMap(conjuncts)
    : condition
      ? [condition]
      : [];

/** `column = …` or `column IN (…)` of a column that a key or an index begins with, or may begin with. A join names no row. */
function namesRow(condition: Node, table: Relation | undefined, schema: SchemaReader): boolean {
  if (!('A_Expr' in condition) || !nameParts(condition.A_Expr.name).includes('=')) return false;
  const { lexpr, rexpr } = condition.A_Expr;
  const column = lexpr && 'ColumnRef' in lexpr ? nameParts(lexpr.ColumnRef.fields).at(-1) : undefined;
  if (column === undefined || (rexpr && 'ColumnRef' in rexpr)) return false;
  if (!table?.complete) return true;
  const keyed = table.constraints.some((c) => (c.kind === 'primary' || c.kind === 'unique') && c.columns[0] === column);
  return keyed || table.indexes.some((key) => schema.relation(key)?.index?.keys[0]?.column === column);
}
