import { isOwnColumn } from '../../catalog/ownChanges.ts';
import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'rename-column',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'RENAME COLUMN on a table that is in use.',
    why: 'Postgres renames in an instant, but clients cannot: until every instance of the new code runs, either the old or the new version names a column that does not exist.',
    fine: 'The clients are stopped during the migration.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
      unsafe: 'ALTER TABLE users RENAME COLUMN name TO full_name;',
      safe: 'ALTER TABLE users ADD COLUMN full_name text;',
    },
  ],
  check: {
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_COLUMN' || stmt.relationType !== 'OBJECT_TABLE') return;
      const table = targetOf(stmt.relation, context);
      if (!isInUse(table.key, context) || isOwnColumn(table.key, stmt.subname ?? '', context.before)) return;
      context.report(
        context.tokens.span(table.after, context.tokens.length - 1),
        `Renaming ${stmt.subname} breaks clients that still use the old name in ${table.written}.`,
        'Add a column of the new name, write both for a while (a trigger keeps them in step), switch the readers, then drop the old one.',
      );
    },
  },
});
