import { columnOf } from '../../catalog/catalog.ts';
import { commandsInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-default-of-required-column',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP DEFAULT of a column that is NOT NULL.',
    why: 'Every INSERT that does not name the column is refused from then on (23502): the code that is running may rely on the default.',
    fine: 'All running code gives the column a value.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT',
  },
  examples: [
    {
      schema: "CREATE TABLE users (id bigint PRIMARY KEY, plan text NOT NULL DEFAULT 'free');",
      unsafe: 'ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;',
      safe: "ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'basic';",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (command.subtype !== 'AT_ColumnDefault' || command.def) continue;
        const name = command.name ?? '';
        const column = columnOf(table.relation, name);
        if (!column?.notNull || !column.hasDefault || column.identity || column.generated) continue;
        const others = (stmt.cmds ?? []).flatMap((c) =>
          'AlterTableCmd' in c && c.AlterTableCmd.name === name && c.AlterTableCmd !== command ? [c.AlterTableCmd] : [],
        );
        // it is only changed, or no longer needed
        if (others.some((c) => c.subtype !== 'AT_AlterColumnType')) continue;
        context.report(
          span,
          `Without its default, ${name} must be named by every INSERT into ${table.written}, as it is NOT NULL.`,
          'Release code that always gives it a value first.',
        );
      }
    },
  },
});
