import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'delete-without-where',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'DELETE without WHERE.',
    why: 'It deletes every row of the table. If that is a slip, the data is gone.',
    fine: 'The table is meant to be emptied. TRUNCATE does that at once and gives the space back, but takes ACCESS EXCLUSIVE.',
    source: 'https://www.postgresql.org/docs/current/sql-delete.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at timestamptz);',
      unsafe: 'DELETE FROM sessions;',
      safe: 'DELETE FROM sessions WHERE expires_at < now();',
    },
  ],
  check: {
    DeleteStmt(stmt, context) {
      if (stmt.whereClause) return;
      const table = targetOf(stmt.relation, context);
      if (!isInUse(table.key, context)) return;
      context.report(
        // behind WITH
        { start: context.tokens.span(context.tokens.findOutside(['delete'])).start, end: table.span.end },
        `DELETE without WHERE removes every row of ${table.written}.`,
        'Say which rows are meant.',
      );
    },
  },
});
