import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'rename-table',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'RENAME of a table that is in use.',
    why: 'Postgres renames in an instant, but clients cannot: until every instance of the new code runs, either the old or the new version names a table that does not exist.',
    fine: 'The clients are stopped during the migration, or a view of the old name is made in the same transaction (a view on one table can be written to).',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users RENAME TO accounts;',
      safe: 'CREATE VIEW accounts AS SELECT id FROM users;',
    },
  ],
  check: {
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_TABLE') return;
      const table = targetOf(stmt.relation, context);
      if (!isInUse(table.key, context)) return;
      context.report(
        context.tokens.span(table.after, context.tokens.length - 1),
        `Renaming ${table.written} breaks clients that still use the old name.`,
        'Make a view of the old name in the same transaction, so that both names work until all clients are switched.',
      );
    },
  },
});
