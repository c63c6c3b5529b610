import type { DeleteStmt, InsertStmt, Node, RangeVar, UpdateStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import { isInUse, targetOf } from '../alterTable.ts';
import { before } from '../edits.ts';
import { nameOf } from '../locks/relationNames.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { lockedOut } from './locksHeld.ts';

function report(relation: RangeVar | undefined, what: string, context: RuleContext): void {
  const [lock] = lockedOut(context.before);
  if (!lock) return;
  const table = targetOf(relation, context);
  const { session } = context.before;
  context.report(
    context.tokens.span(0),
    `${what} ${table.written} runs while the transaction still holds ACCESS EXCLUSIVE on ${nameOf(lock.relation, context.before)}: all reads and writes of that wait until it ends.`,
    `${session.explicitTransaction ? 'COMMIT before it' : 'Move it to a migration of its own'}, and change the rows in batches.`,
    session.explicitTransaction
      ? [{ title: 'COMMIT before it, and BEGIN again', safe: false, edits: [before(context, ['COMMIT', 'BEGIN'])] }]
      : [],
  );
}

export default defineRule({
  id: 'data-change-while-locked',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary:
      'UPDATE, DELETE or INSERT … SELECT over a table in use, in a transaction that holds ACCESS EXCLUSIVE already.',
    why: 'Locks are held until the transaction ends. ALTER TABLE takes ACCESS EXCLUSIVE for what is done in a moment; with a backfill behind it in the same transaction, that lock is held as long as the backfill takes: even plain reads wait all that time.',
    fine: 'Few rows are concerned.',
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, price numeric);',
      unsafe:
        'BEGIN;\nALTER TABLE orders ADD COLUMN total numeric;\nUPDATE orders SET total = price WHERE total IS NULL;\nCOMMIT;',
      safe: 'BEGIN;\nALTER TABLE orders ADD COLUMN total numeric;\nCOMMIT;\nUPDATE orders SET total = price WHERE id BETWEEN 1 AND 1000 AND total IS NULL;',
    },
  ],
  check: {
    UpdateStmt(stmt, context) {
      if (changesMany(stmt, context)) report(stmt.relation, 'UPDATE of', context);
    },
    DeleteStmt(stmt, context) {
      if (changesMany(stmt, context)) report(stmt.relation, 'DELETE from', context);
    },
    InsertStmt(stmt, context) {
      if (copiesMany(stmt, context)) report(stmt.relation, 'INSERT into', context);
    },
  },
});

/** Not a table of this file, and not the row that a key names. */
function changesMany(stmt: UpdateStmt | DeleteStmt, context: RuleContext): boolean {
  const table = targetOf(stmt.relation, context);
  if (!isInUse(table.key, context)) return false;
  return !conjuncts(stmt.whereClause).some((condition) => namesRow(condition, table.relation, context));
}

/** INSERT … SELECT from a table that is in use, without LIMIT. */
function copiesMany(stmt: InsertStmt, context: RuleContext): boolean {
  const select = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : undefined;
  if (!select?.fromClause || select.limitCount || select.whereClause) return false;
  let reads = false;
  walk(select.fromClause, (type, node) => {
    if (type === 'RangeVar') reads ||= isInUse(targetOf(node as RangeVar, context).key, context);
  });
  return reads;
}

const conjuncts = (condition: Node | undefined): Node[] =>
  condition && 'BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR'
    ? (condition.BoolExpr.args ?? []).flatMap(conjuncts)
    : condition
      ? [condition]
      : [];

/** `column = …` or `column IN (…)` of a column that a key or an index begins with, or may begin with. */
function namesRow(condition: Node, table: Relation | undefined, context: RuleContext): boolean {
  if (!('A_Expr' in condition) || !nameParts(condition.A_Expr.name).includes('=')) return false;
  const { lexpr } = condition.A_Expr;
  const column = lexpr && 'ColumnRef' in lexpr ? nameParts(lexpr.ColumnRef.fields).at(-1) : undefined;
  if (column === undefined) return false;
  if (!table?.complete) return true;
  const keyed = table.constraints.some((c) => (c.kind === 'primary' || c.kind === 'unique') && c.columns[0] === column);
  return keyed || table.indexes.some((key) => context.before.relation(key)?.index?.keys[0]?.column === column);
}
