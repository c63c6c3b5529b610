import { movedIndexFix } from '../movedIndex.ts';
import { nodeOptions } from '../options.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { refusedInTransaction } from './refusedInTransaction.ts';

function report(context: RuleContext, command: string, elsewhere: readonly Fix[] = []): void {
  const at = context.tokens.find(['concurrently']);
  if (at >= 0) refusedInTransaction(context, context.tokens.span(at), command, elsewhere);
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
      if (stmt.concurrent) report(context, 'CREATE INDEX CONCURRENTLY', movedIndexFix(stmt, context));
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
