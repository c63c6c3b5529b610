import { inTransaction } from '../../catalog/session.ts';
import { before, insertAt } from '../edits.ts';
import { nodeOptions } from '../options.ts';
import { defineRule, type RuleContext } from '../rule.ts';

function report(context: RuleContext, command: string): void {
  const { session } = context.before;
  if (inTransaction(session) !== true) return;
  const at = context.tokens.find(['concurrently']);
  if (at < 0) return;
  const wrapped = {
    none: '',
    single: '',
    unknown: '',
    tool: 'This file runs in a transaction that the migration tool opens. ',
    implicit: 'This file is sent as one string with other statements, which Postgres runs in one transaction. ',
  }[session.wrapping];
  // in a string of several statements, what follows a COMMIT is one transaction again
  const mayCommit = session.explicitTransaction && session.wrapping !== 'implicit';
  const help = mayCommit
    ? 'COMMIT before it, or move it out of BEGIN … COMMIT.'
    : `${wrapped}Move it to a migration of its own that runs without a transaction.`;
  const fixes = mayCommit
    ? [
        {
          title: 'COMMIT before it and BEGIN again behind it',
          safe: false,
          edits: [before(context, ['COMMIT']), insertAt(context.body.end, ';\nBEGIN')],
        },
      ]
    : [];
  context.report(context.tokens.span(at), `${command} fails: it cannot run inside a transaction block.`, help, fixes);
}

export default defineRule({
  id: 'concurrently-in-transaction',
  family: 'transactions',
  severity: 'error',
  docs: {
    summary: 'CREATE INDEX, DROP INDEX, REINDEX or DETACH PARTITION … CONCURRENTLY inside a transaction.',
    why: 'These commands commit several times on their way, so Postgres refuses them inside a transaction block, also in the transaction that a migration tool opens around a file and in the implicit one of a string of several statements.',
    fine: 'Never: the statement fails.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'BEGIN;\nCREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);\nCOMMIT;',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);',
      unsafe: 'BEGIN;\nDROP INDEX CONCURRENTLY orders_customer_id_idx;\nCOMMIT;',
      safe: 'DROP INDEX CONCURRENTLY orders_customer_id_idx;',
    },
  ],
  check: {
    IndexStmt: (stmt, context) => {
      if (stmt.concurrent) report(context, 'CREATE INDEX CONCURRENTLY');
    },
    DropStmt: (stmt, context) => {
      if (stmt.concurrent) report(context, 'DROP INDEX CONCURRENTLY');
    },
    ReindexStmt: (stmt, context) => {
      if (nodeOptions(stmt.params).get('concurrently')) report(context, 'REINDEX CONCURRENTLY');
    },
    AlterTableStmt: (stmt, context) => {
      for (const node of stmt.cmds ?? []) {
        const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
        if (def && 'PartitionCmd' in def && def.PartitionCmd.concurrent)
          report(context, 'DETACH PARTITION … CONCURRENTLY');
      }
    },
  },
});
