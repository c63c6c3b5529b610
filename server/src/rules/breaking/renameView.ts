import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'rename-view',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'RENAME of a view or materialized view, or of one of its columns.',
    why: 'Other views follow, but clients and the bodies of functions do not: until every instance of the new code runs, either the old or the new version names something that does not exist.',
    fine: 'The clients are stopped during the migration.',
    source: 'https://www.postgresql.org/docs/current/sql-alterview.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE VIEW emails AS SELECT id, email FROM users;',
      unsafe: 'ALTER VIEW emails RENAME TO addresses;',
      safe: 'CREATE VIEW addresses AS SELECT * FROM emails;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE VIEW emails AS SELECT id, email FROM users;',
      unsafe: 'ALTER VIEW emails RENAME COLUMN email TO address;',
      safe: 'CREATE OR REPLACE VIEW emails AS SELECT id, email, email AS address FROM users;',
    },
  ],
  check: {
    RenameStmt(stmt, context) {
      const target = targetOf(stmt.relation, context);
      const isView = stmt.renameType === 'OBJECT_VIEW' || stmt.renameType === 'OBJECT_MATVIEW';
      const ofColumn =
        stmt.renameType === 'OBJECT_COLUMN' &&
        (stmt.relationType === 'OBJECT_VIEW' || stmt.relationType === 'OBJECT_MATVIEW');
      if ((!isView && !ofColumn) || !isInUse(target.key, context)) return;
      context.report(
        context.tokens.span(target.after, context.tokens.length - 1),
        `Renaming ${ofColumn ? `${stmt.subname} of ${target.written}` : target.written} breaks clients that still use the old name.`,
        ofColumn
          ? 'Add a column of the new name at the end by CREATE OR REPLACE VIEW, and drop the old one later.'
          : 'Create a second view of the new name, and drop the old one when nobody uses it.',
      );
    },
  },
});
