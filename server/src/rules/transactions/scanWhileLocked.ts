import type { Node } from '@pgsql/types';
import { lockingStatements } from '../../facts/effects.ts';
import { before } from '../edits.ts';
import { nameOf } from '../locks/relationNames.ts';
import { defineRule, type RuleContext, type RuleDefinition } from '../rule.ts';
import { hasDone, lockedOut, readUnderLock } from './locksHeld.ts';

function check(node: Node, context: RuleContext): void {
  const [lock] = lockedOut(context.before);
  if (!lock || hasDone('scan', context.before)) return;
  const read = readUnderLock(node, context.effects, context.before);
  if (read === null) return;
  const { session } = context.before;
  const locked = nameOf(lock.relation, context.before);
  context.report(
    context.tokens.span(0, 1),
    `Every row of ${nameOf(read, context.before)} is read here while the transaction still holds ACCESS EXCLUSIVE on ${locked}: until it ends, nobody can read or write ${locked}.`,
    session.explicitTransaction ? 'COMMIT before it.' : 'Move it to a migration of its own.',
    session.explicitTransaction
      ? [{ title: 'COMMIT before it, and BEGIN again', safe: false, edits: [before(context, ['COMMIT', 'BEGIN'])] }]
      : [],
  );
}

export default defineRule({
  id: 'scan-while-locked',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary:
      'An index build, a validation or another scan of a table in use, in a transaction that holds ACCESS EXCLUSIVE already: the first one of the transaction.',
    why: 'Locks are held until the transaction ends. ADD COLUMN takes ACCESS EXCLUSIVE for what is done in a moment; but with CREATE INDEX or VALIDATE CONSTRAINT behind it in the same transaction, that lock is still held while a whole table is read: even plain reads wait all that time.',
    fine: 'The tables are small.',
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe:
        'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);\nCOMMIT;',
      safe: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;\nCREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
  ],
  check: Object.fromEntries(
    lockingStatements().map((type) => [
      type,
      (stmt: unknown, context: RuleContext) => check({ [type]: stmt } as unknown as Node, context),
    ]),
  ) as RuleDefinition['check'],
});
