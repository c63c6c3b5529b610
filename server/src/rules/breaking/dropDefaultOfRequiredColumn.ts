import { columnOf } from '../../catalog/catalog.ts';
import { defineRule } from '../rule.ts';
import { commandsAtEnd } from './commandsAtEnd.ts';

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
  conclude: {
    AlterTableStmt(stmt, context) {
      for (const { command, relation, span, written } of commandsAtEnd(stmt, context)) {
        if (command.subtype !== 'AT_ColumnDefault' || command.def) continue;
        const column = columnOf(relation, command.name ?? '');
        if (!column?.notNull || column.hasDefault || column.identity || column.generated) continue;
        context.report(
          span,
          `Without its default, ${column.name} must be named by every INSERT into ${written}, as it is NOT NULL.`,
          'Release code that always gives it a value first.',
        );
      }
    },
  },
});
