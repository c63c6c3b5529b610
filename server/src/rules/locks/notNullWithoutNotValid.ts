import { columnOf } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { notValidFix, notValidHelp } from './notValid.ts';

export default defineRule({
  id: 'not-null-without-not-valid',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ADD CONSTRAINT … NOT NULL without NOT VALID on a table that is in use (Postgres 18).',
    why: 'From Postgres 18 on, NOT NULL is a constraint that can be added by name. It takes ACCESS EXCLUSIVE and scans the whole table for nulls while it holds it: every read and write waits. With NOT VALID nothing is scanned; VALIDATE CONSTRAINT scans later under SHARE UPDATE EXCLUSIVE, which blocks neither reads nor writes.',
    fine: 'The table is small or empty.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  },
  examples: [
    {
      from: 18,
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email;',
      safe: 'ALTER TABLE users ADD CONSTRAINT users_email_given CHECK (email IS NOT NULL) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT users_email_given;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const { command, table, span } = item;
        const def = command.def;
        if (command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def)) continue;
        if (def.Constraint.contype !== 'CONSTR_NOTNULL' || def.Constraint.skip_validation) continue;
        const columns = nameParts(def.Constraint.keys);
        const isProven = (column: string): boolean =>
          columnOf(table.relation, column)?.notNull === true ||
          (table.relation?.constraints ?? []).some((c) => c.validated && c.provesNotNull.includes(column));
        if (columns.every(isProven)) continue;
        context.report(
          span,
          `Adding this NOT NULL constraint blocks reads and writes of ${table.written} (ACCESS EXCLUSIVE) while the whole table is scanned for nulls.`,
          notValidHelp(context),
          notValidFix(item, 'not-null', columns, context),
        );
      }
    },
  },
});
