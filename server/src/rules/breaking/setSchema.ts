import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'set-schema',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ALTER TABLE or ALTER VIEW … SET SCHEMA of what is in use; ALTER SCHEMA … RENAME.',
    why: 'Views, foreign keys and indexes follow, but clients and the bodies of functions do not: who names the old schema, or whose search_path does not hold the new one, is refused with "relation … does not exist" (42P01).',
    fine: 'The clients are stopped during the migration; or their search_path holds both schemas and nobody names one.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-SCHEMA',
  },
  examples: [
    {
      schema: 'CREATE SCHEMA archive;\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders SET SCHEMA archive;',
      safe: 'CREATE VIEW archive.orders AS SELECT * FROM orders;',
    },
    {
      schema: 'CREATE SCHEMA archive;\nCREATE TABLE archive.orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER SCHEMA archive RENAME TO history;',
      safe: 'CREATE SCHEMA history;\nCREATE VIEW history.orders AS SELECT * FROM archive.orders;',
    },
  ],
  check: {
    AlterObjectSchemaStmt(stmt, context) {
      if (
        stmt.objectType !== 'OBJECT_TABLE' &&
        stmt.objectType !== 'OBJECT_VIEW' &&
        stmt.objectType !== 'OBJECT_MATVIEW'
      )
        return;
      const target = targetOf(stmt.relation, context);
      if (!isInUse(target.key, context)) return;
      context.report(
        context.tokens.span(target.after, context.tokens.length - 1),
        `Moving ${target.written} to ${stmt.newschema} breaks clients that look for it where it was.`,
        'Leave a view of the old name where it was, in the same transaction (a view on one table can be written to).',
      );
    },
    RenameStmt(stmt, context) {
      if (stmt.renameType !== 'OBJECT_SCHEMA') return;
      context.report(
        context.tokens.span(0, context.tokens.length - 1),
        `Renaming the schema ${stmt.subname} breaks clients that still name it or have it in their search_path.`,
        'Create the new schema with views of the tables, and move the tables when all clients are switched.',
      );
    },
  },
});
