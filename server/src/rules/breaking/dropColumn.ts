import { commandsInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-column',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP COLUMN on a table that is in use.',
    why: 'The data is gone for good, and every client that still names the column (an ORM selects all of them) fails from this moment until its new version is out.',
    fine: 'The version of the code that is running no longer uses the column: release that first, then drop it.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, nickname text);',
      unsafe: 'ALTER TABLE users DROP COLUMN nickname;',
      safe: "COMMENT ON COLUMN users.nickname IS 'unused since release 42, drop in release 43';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (command.subtype !== 'AT_DropColumn') continue;
        context.report(
          span,
          `Dropping ${command.name} loses its data and breaks clients that still read or write it in ${table.written}.`,
          'Release code that no longer uses the column first; drop it in a later release.',
        );
      }
    },
  },
});
