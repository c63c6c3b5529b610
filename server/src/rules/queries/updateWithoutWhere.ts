import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { batchFix } from './batchedUpdate.ts';

export default defineRule({
  id: 'update-without-where',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'UPDATE without WHERE.',
    why: 'It writes every row of the table. If that is a slip, the old values are gone; if it is meant (a backfill), every row stays locked until the transaction ends, other writers wait, and the table doubles in size until it is vacuumed.',
    fine: 'The table is small and every row is meant.',
    source: 'https://www.postgresql.org/docs/current/sql-update.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, plan text);',
      unsafe: "UPDATE users SET plan = 'free';",
      safe: "UPDATE users SET plan = 'free' WHERE plan IS NULL AND id BETWEEN 1 AND 10000;",
    },
  ],
  check: {
    UpdateStmt(stmt, context) {
      if (stmt.whereClause) return;
      const table = targetOf(stmt.relation, context);
      if (!isInUse(table.key, context)) return;
      context.report(
        // behind WITH
        { start: context.tokens.span(context.tokens.findOutside(['update'])).start, end: table.span.end },
        `UPDATE without WHERE writes every row of ${table.written} and keeps all of them locked until the transaction ends.`,
        'Say which rows are meant; update a large table in batches of some thousand rows, each in its own transaction.',
        batchFix(stmt, table, context),
      );
    },
  },
});
