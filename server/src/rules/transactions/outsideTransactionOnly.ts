import { defineRule, type RuleContext, type StatementType } from '../rule.ts';
import { refusedInTransaction } from './refusedInTransaction.ts';

/** Statements that commit on their way or work outside of any transaction, as they begin. */
const commands: Readonly<Partial<Record<StatementType, string>>> = {
  VacuumStmt: 'VACUUM',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  AlterDatabaseStmt: 'ALTER DATABASE … SET TABLESPACE',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  AlterSystemStmt: 'ALTER SYSTEM',
  DiscardStmt: 'DISCARD ALL',
  ReindexStmt: 'This REINDEX',
  ClusterStmt: 'This CLUSTER',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
};

function check(command: string, context: RuleContext): void {
  const { tokens } = context;
  if (context.effects?.transaction !== false || tokens.find(['concurrently']) >= 0) return;
  refusedInTransaction(context, tokens.span(0, tokens.length > 1 ? 1 : 0), command);
}

export default defineRule({
  id: 'outside-transaction-only',
  family: 'transactions',
  severity: 'error',
  docs: {
    summary:
      'VACUUM, CREATE or DROP DATABASE, CREATE or DROP TABLESPACE, ALTER SYSTEM, CREATE SUBSCRIPTION, DISCARD ALL, CLUSTER of everything, REINDEX of a schema, of the database or of a partitioned table inside a transaction.',
    why: 'These commands commit on their way, or do what no ROLLBACK could undo, so Postgres refuses them inside a transaction block: also in the transaction that a migration tool opens around a file, and in the implicit one of a string of several statements.',
    fine: 'Never: the statement fails.',
    source: 'https://www.postgresql.org/docs/current/sql-vacuum.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'BEGIN;\nVACUUM orders;\nCOMMIT;',
      safe: 'VACUUM orders;',
    },
    {
      unsafe: 'BEGIN;\nDISCARD ALL;\nCOMMIT;',
      safe: 'DISCARD ALL;',
    },
  ],
  check: Object.fromEntries(
    Object.entries(commands).map(([type, command]) => [
      type,
      (_: unknown, context: RuleContext) => check(command, context),
    ]),
  ),
});
