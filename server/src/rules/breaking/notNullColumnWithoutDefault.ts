import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { commandsInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

/** DEFAULT NULL is as good as none. */
const isNull = (expression: Node | undefined): boolean =>
  expression !== undefined && 'A_Const' in expression && expression.A_Const.isnull === true;

export default defineRule({
  id: 'not-null-column-without-default',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ADD COLUMN … NOT NULL without a default on an existing table.',
    why: 'The rows that are there would have no value, so the statement fails as soon as the table has one. And code that inserts without naming the column fails from then on.',
    fine: 'The table is known to be empty.',
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
        const constraints = constraintsOf(def.ColumnDef);
        const types = new Set(constraints.filter((c) => !isNull(c.raw_expr)).map((c) => c.contype));
        const required = types.has('CONSTR_NOTNULL') || types.has('CONSTR_PRIMARY');
        const filled = types.has('CONSTR_DEFAULT') || types.has('CONSTR_IDENTITY') || types.has('CONSTR_GENERATED');
        const serial = /^(?:small|big)?serial[248]?$/.test(nameParts(def.ColumnDef.typeName?.names).at(-1) ?? '');
        if (!required || filled || serial) continue;
        context.report(
          span,
          `Adding ${def.ColumnDef.colname} NOT NULL without a default fails if ${table.written} has any row.`,
          'Give it a DEFAULT (a constant rewrites nothing), or add it nullable, backfill it, and SET NOT NULL later.',
        );
      }
    },
  },
});
