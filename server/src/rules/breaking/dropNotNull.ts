import { columnOf } from '../../catalog/catalog.ts';
import { commandsInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-not-null',
  family: 'breaking',
  severity: 'information',
  docs: {
    summary: 'DROP NOT NULL of a column of a table in use.',
    why: 'Code that reads the column was written for values only: once the first NULL is stored, older code may crash on it, NOT IN and comparisons treat the row in another way, and unique constraints let any number of NULLs in.',
    fine: 'The code that reads the column expects NULL already.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);',
      unsafe: 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;',
      safe: "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (command.subtype !== 'AT_DropNotNull' || columnOf(table.relation, command.name ?? '')?.notNull !== true)
          continue;
        context.report(
          span,
          `Code that reads ${command.name} may meet NULL from now on.`,
          'Release code that can read NULL before code that writes it.',
        );
      }
    },
  },
});
