import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'set-access-method-rewrites-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER TABLE … SET ACCESS METHOD on a table that is in use.',
    why: 'Another access method stores rows in another way: the table and its indexes are written anew under ACCESS EXCLUSIVE, and every read and write waits. A table that has that access method already is left alone; for a partitioned table it only says what new partitions get.',
    fine: 'The table is small, or has that access method already.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-ACCESS-METHOD',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE events SET ACCESS METHOD columnar;',
      safe: 'CREATE TABLE new_events (id bigint PRIMARY KEY) USING heap;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        if (command.subtype !== 'AT_SetAccessMethod' || table.relation?.kind !== 'table') continue;
        // the one that most tables have already
        if (command.name === undefined || command.name === 'heap') continue;
        context.report(
          span,
          `SET ACCESS METHOD ${command.name} rewrites ${table.written} and its indexes with reads and writes blocked (ACCESS EXCLUSIVE), unless it has that access method already.`,
          'Create a new table USING that access method, copy the rows in batches and switch, or do it while the site may be down.',
        );
      }
    },
  },
});
