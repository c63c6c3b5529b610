import { isEmpty } from '../../catalog/ownChanges.ts';
import { commandsInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { columnNeedsEmptyTable } from './requiredColumn.ts';

export default defineRule({
  id: 'not-null-column-without-default',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ADD COLUMN … NOT NULL without a default on an existing table.',
    why: 'The rows that are there would have no value, so the statement fails as soon as the table has one. And code that inserts without naming the column fails from then on.',
    fine: 'The table is known to be empty. After a TRUNCATE in the same transaction nothing is said.',
    source: 'https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users ADD COLUMN plan text NOT NULL;',
      safe: "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        const def = command.def;
        if (command.subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) continue;
        if (isEmpty(table.key, context.before) || !columnNeedsEmptyTable(def.ColumnDef, context.before)) continue;
        context.report(
          span,
          `Adding ${def.ColumnDef.colname} NOT NULL without a default fails if ${table.written} has any row.`,
          'Give it a DEFAULT (a constant rewrites nothing), or add it nullable, backfill it, and SET NOT NULL later.',
        );
      }
    },
  },
});
