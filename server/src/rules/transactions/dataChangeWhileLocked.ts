import type { RangeVar } from '@pgsql/types';
import { targetOf } from '../alterTable.ts';
import { before } from '../edits.ts';
import { nameOf } from '../locks/relationNames.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { changesMany, copiesMany, hasDone, lockedOut } from './locksHeld.ts';

function report(relation: RangeVar | undefined, what: string, context: RuleContext): void {
  const [lock] = lockedOut(context.before);
  if (!lock || hasDone('change', context.before)) return;
  const table = targetOf(relation, context);
  const { session } = context.before;
  const locked = nameOf(lock.relation, context.before);
  context.report(
    context.tokens.span(0),
    `${what} ${table.written} runs while the transaction still holds ACCESS EXCLUSIVE on ${locked}: until it ends, nobody can read or write ${locked}.`,
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
      'UPDATE, DELETE or INSERT … SELECT over a table in use, in a transaction that holds ACCESS EXCLUSIVE already: the first one of the transaction.',
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
      if (changesMany(stmt, context.before)) report(stmt.relation, 'UPDATE of', context);
    },
    DeleteStmt(stmt, context) {
      if (changesMany(stmt, context.before)) report(stmt.relation, 'DELETE from', context);
    },
    InsertStmt(stmt, context) {
      if (copiesMany(stmt, context.before)) report(stmt.relation, 'INSERT into', context);
    },
  },
});
