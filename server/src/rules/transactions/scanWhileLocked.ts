import type { AlterTableStmt } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import { inUse } from '../../facts/blocking.ts';
import { lockingStatements } from '../../facts/effects.ts';
import { commandsInUse } from '../alterTable.ts';
import { before } from '../edits.ts';
import { nameOf } from '../locks/relationNames.ts';
import { defineRule, type RuleContext, type RuleDefinition } from '../rule.ts';
import { lockedOut } from './locksHeld.ts';

function check(type: string, stmt: unknown, context: RuleContext): void {
  const held = lockedOut(context.before);
  const { effects } = context;
  if (held.length === 0 || !effects) return;
  const read = readWhole(effects.scans, type, stmt, context);
  if (read === null) return;
  // what the statement locks as strongly by itself has a rule of its own
  const own = new Set(effects.locks.filter((l) => l.mode === 'AccessExclusiveLock').map((l) => l.relation));
  const lock = own.has(read) ? undefined : held[0];
  if (!lock || (type === 'AlterTableStmt' && validatesWhatItAdded(stmt, context))) return;
  const { session } = context.before;
  context.report(
    context.tokens.span(0, 1),
    `Every row of ${nameOf(read, context.before)} is read here while the transaction still holds ACCESS EXCLUSIVE on ${nameOf(lock.relation, context.before)}: all reads and writes of that wait until it ends.`,
    session.explicitTransaction ? 'COMMIT before it.' : 'Move it to a migration of its own.',
    session.explicitTransaction
      ? [{ title: 'COMMIT before it, and BEGIN again', safe: false, edits: [before(context, ['COMMIT', 'BEGIN'])] }]
      : [],
  );
}

/**
 * The table in use that is read from end to end; null when there is none. Of a foreign key that is the table that has it: how
 * the other one is looked up is up to the planner.
 */
function readWhole(scans: readonly string[], type: string, stmt: unknown, context: RuleContext): string | null {
  const inUseThere = scans.filter((key) => inUse(key, context.before));
  if (type !== 'AlterTableStmt') return inUseThere[0] ?? null;
  const { relation, cmds } = stmt as AlterTableStmt;
  const target = rangeVarKey(relation, context.before.session.schema);
  const attaches = cmds?.some((c) => 'AlterTableCmd' in c && c.AlterTableCmd.subtype === 'AT_AttachPartition');
  return inUseThere.find((key) => key === target) ?? (attaches ? inUseThere[0] : undefined) ?? null;
}

/** validate-in-same-transaction speaks of that. */
function validatesWhatItAdded(stmt: unknown, context: RuleContext): boolean {
  for (const { command, table } of commandsInUse(stmt as Parameters<typeof commandsInUse>[0], context))
    if (command.subtype === 'AT_ValidateConstraint' && context.before.isAddedNotValid(table.key, command.name ?? ''))
      return true;
  return false;
}

export default defineRule({
  id: 'scan-while-locked',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary:
      'An index build, a validation or another scan of a table in use, in a transaction that holds ACCESS EXCLUSIVE already.',
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
    lockingStatements().map((type) => [type, (stmt: unknown, context: RuleContext) => check(type, stmt, context)]),
  ) as RuleDefinition['check'],
});
