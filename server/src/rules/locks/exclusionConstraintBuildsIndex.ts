import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'exclusion-constraint-builds-index',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ADD CONSTRAINT … EXCLUDE on a table that is in use.',
    why: 'The constraint takes ACCESS EXCLUSIVE, builds its index and compares all rows while it holds it: every read and write waits. Unlike a unique constraint it has no USING INDEX, and unlike a check no NOT VALID: there is no way to add it to a table in use without that wait.',
    fine: 'The table is small, or the site may be down.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE',
  },
  examples: [
    {
      schema: 'CREATE TABLE bookings (id bigint PRIMARY KEY, room bigint, during tstzrange);',
      unsafe: 'ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&);',
      safe: 'CREATE TABLE room_bookings (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&));',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        const { def } = command;
        if (command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def)) continue;
        if (def.Constraint.contype !== 'CONSTR_EXCLUSION') continue;
        context.report(
          span,
          `Adding this exclusion constraint blocks reads and writes of ${table.written} (ACCESS EXCLUSIVE) while its index is built.`,
          'Postgres has no way to add it without that wait: do it while the site is quiet and with a lock_timeout, or create a new table with it, copy the rows over and switch.',
        );
      }
    },
  },
});
