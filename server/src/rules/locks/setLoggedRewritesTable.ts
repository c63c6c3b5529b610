import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'set-logged-rewrites-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER TABLE … SET LOGGED or SET UNLOGGED that changes what the table is.',
    why: 'Both write the table and all its indexes anew under ACCESS EXCLUSIVE: every read and write waits. SET LOGGED also writes all of it to the write-ahead log, which replicas have to follow. A table that is already so is left alone, and this rule is silent about it.',
    fine: 'The table is small, or nobody uses it yet.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-LOGGED-UNLOGGED',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE events SET UNLOGGED;',
      safe: 'CREATE UNLOGGED TABLE new_events (LIKE events INCLUDING ALL);',
    },
    {
      schema: 'CREATE UNLOGGED TABLE imports (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE imports SET LOGGED;',
      safe: 'CREATE TABLE new_imports (LIKE imports INCLUDING ALL);',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        const logs = command.subtype === 'AT_SetLogged';
        if (!logs && command.subtype !== 'AT_SetUnLogged') continue;
        // what the files do not know may be either
        if (!table.relation?.complete || table.relation.unlogged !== logs || table.relation.kind !== 'table') continue;
        context.report(
          span,
          `${logs ? 'SET LOGGED' : 'SET UNLOGGED'} rewrites ${table.written} and its indexes, with reads and writes blocked (ACCESS EXCLUSIVE).`,
          `Create a new ${logs ? '' : 'UNLOGGED '}table, copy the rows in batches and switch, or do it while the site may be down.`,
        );
      }
    },
  },
});
