import { relationKey } from '../../catalog/catalog.ts';
import { commandsOnRows, isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

const help =
  'Move it while the site may be down, or let an extension such as pg_repack move it while it is in use; an index can be built anew there by CREATE INDEX CONCURRENTLY … TABLESPACE, and the old one dropped.';

export default defineRule({
  id: 'set-tablespace-copies-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER TABLE or ALTER INDEX … SET TABLESPACE on a table that is in use.',
    why: 'The files of the table (or of the index) are copied to the other tablespace under ACCESS EXCLUSIVE: every read and write waits until the copy is done. A table that is in that tablespace already is left alone.',
    fine: 'The table is small, or it is in that tablespace already.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-TABLESPACE',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);',
      unsafe: 'ALTER TABLE events SET TABLESPACE fast_disks;',
      safe: 'CREATE INDEX CONCURRENTLY events_at_idx ON events (at) TABLESPACE pg_default;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      // where most relations are already
      if (stmt.cmds?.some((c) => 'AlterTableCmd' in c && c.AlterTableCmd.name === 'pg_default')) return;
      if (stmt.objtype === 'OBJECT_INDEX') {
        const command = (stmt.cmds ?? []).find(
          (c) => 'AlterTableCmd' in c && c.AlterTableCmd.subtype === 'AT_SetTableSpace',
        );
        const index = targetOf(stmt.relation, context);
        const table = index.relation?.table ?? null;
        if (!command || table === null || !isInUse(index.key, context)) return;
        if (context.before.relation(table)?.kind === 'partitioned') return;
        context.report(
          context.tokens.span(0, index.after - 1),
          `SET TABLESPACE copies ${index.written} under ACCESS EXCLUSIVE: every query that could use the index waits.`,
          help,
        );
        return;
      }
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        if (command.subtype !== 'AT_SetTableSpace' || !table.relation || table.relation.kind === 'partitioned')
          continue;
        if (context.before.relation(relationKey(table.relation.schema, table.relation.name))?.kind !== 'table')
          continue;
        context.report(
          span,
          `SET TABLESPACE copies ${table.written} with reads and writes blocked (ACCESS EXCLUSIVE), unless it is there already.`,
          help,
        );
      }
    },
  },
});
