import { inTransaction } from '../../catalog/session.ts';
import { blocks, sqlName, strongLocks } from '../../facts/blocking.ts';
import { lockingStatements } from '../../facts/effects.ts';
import { before } from '../edits.ts';
import { defineRule, type RuleContext, type RuleDefinition } from '../rule.ts';
import { nameOf } from './relationNames.ts';

function check(context: RuleContext): void {
  const { session } = context.before;
  if (session.lockTimeout !== false || context.before.hasWaited) return;
  const locks = strongLocks(context.effects, context.before);
  const lock = locks.find(({ mode }) => blocks(mode).reads) ?? locks[0];
  if (!lock) return;
  const others = blocks(lock.mode).reads ? 'everybody else waits' : 'all writers wait';
  const local = inTransaction(session) === true ? 'LOCAL ' : '';
  context.report(
    context.tokens.span(0, 1),
    `No lock_timeout is set: while this waits for its ${sqlName(lock.mode)} lock on ${nameOf(lock.relation, context.before)} behind a long transaction, ${others} behind it.`,
    `SET ${local}lock_timeout to a few seconds first: then the migration fails and can be tried again, and the site stays up.`,
    [
      {
        title: `SET ${local}lock_timeout before it`,
        safe: false,
        edits: [before(context, [`SET ${local}lock_timeout = '5s'`])],
      },
    ],
  );
}

export default defineRule({
  id: 'lock-timeout-missing',
  family: 'locks',
  severity: 'information',
  ofNewMigrations: true,
  docs: {
    summary:
      'The first statement of a file that waits for a strong lock on an existing table, with no lock_timeout set.',
    why: 'A statement that waits for ACCESS EXCLUSIVE stands in the queue in front of everybody who comes later: one long-running SELECT, and the whole site waits behind an ALTER TABLE that would itself take a millisecond.',
    fine: 'lock_timeout is set elsewhere: for the role that migrates, in the connection string, or by the tool. Of migrations with ten or more behind them nothing is said: they have been run.',
    source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users ADD COLUMN age integer;',
      safe: "SET lock_timeout = '5s';\nALTER TABLE users ADD COLUMN age integer;",
    },
  ],
  check: Object.fromEntries(
    lockingStatements().map((type) => [type, (_: unknown, context: RuleContext) => check(context)]),
  ) as RuleDefinition['check'],
});
