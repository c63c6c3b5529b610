import { sqlName, strongLocks } from '../../facts/blocking.ts';
import { lockingStatements } from '../../facts/effects.ts';
import { nameOf } from '../locks/relationNames.ts';
import { defineRule, type RuleContext, type RuleDefinition } from '../rule.ts';
import { lockedOut } from './locksHeld.ts';

function check(context: RuleContext): void {
  const held = lockedOut(context.before);
  const [first] = held;
  // said of the second one
  if (!first || held.some((lock) => lock.by !== first.by)) return;
  const next = strongLocks(context.effects, context.before).find(
    ({ relation, mode }) =>
      mode === 'AccessExclusiveLock' &&
      held.every((lock) => lock.relation !== relation) &&
      context.before.relation(relation)?.kind !== 'index' &&
      context.before.relation(relation)?.kind !== 'sequence',
  );
  if (!next) return;
  const names = [first.relation, next.relation].map((key) => nameOf(key, context.before));
  context.report(
    context.tokens.span(0, 1),
    `This transaction holds ${sqlName(first.mode)} on ${names[0]} while it waits for ${names[1]}: a transaction that uses both in the other order deadlocks with it, and reads of ${names[0]} wait as long.`,
    'Change one table a transaction: a migration each, or COMMIT in between.',
  );
}

export default defineRule({
  id: 'several-tables-locked',
  family: 'transactions',
  severity: 'information',
  ofNewMigrations: true,
  docs: {
    summary: 'A second existing table locked in ACCESS EXCLUSIVE by the same transaction.',
    why: 'Locks are held until the transaction ends. While it waits for the second table, everybody waits who uses the first one. And when a transaction of the site has read the second and then wants the first, the two wait for each other: after deadlock_timeout Postgres ends one of them with an error.',
    fine: 'A lock_timeout bounds the wait, and both tables must change at once. Of migrations with ten or more behind them nothing is said: they have been run.',
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS',
  },
  examples: [
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'BEGIN;\nALTER TABLE customers ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
      safe: 'BEGIN;\nALTER TABLE customers ADD COLUMN note text;\nCOMMIT;\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
    },
  ],
  check: Object.fromEntries(
    lockingStatements().map((type) => [type, (_: unknown, context: RuleContext) => check(context)]),
  ) as RuleDefinition['check'],
});
