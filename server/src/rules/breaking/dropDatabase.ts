import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-database',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP DATABASE.',
    why: 'All data of the database is gone at once; it cannot be undone, not even by ROLLBACK, as the statement does not run in a transaction.',
    fine: 'It is a scratch database.',
    source: 'https://www.postgresql.org/docs/current/sql-dropdatabase.html',
  },
  examples: [
    {
      unsafe: 'DROP DATABASE IF EXISTS nothing_of_value;',
      safe: "COMMENT ON SCHEMA public IS 'unused since release 42, drop the database in release 43';",
    },
  ],
  check: {
    DropdbStmt(stmt, context) {
      context.report(
        context.tokens.span(0, context.tokens.length - 1),
        `Dropping the database ${stmt.dbname} loses all its data.`,
        'Keep a dump of it; ALTER DATABASE … RENAME keeps the data at hand until you are sure.',
      );
    },
  },
});
