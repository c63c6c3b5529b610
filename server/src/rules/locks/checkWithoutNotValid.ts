import { constraintsOf } from '../../catalog/tableElements.ts';
import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { notValidFix, notValidHelp } from './notValid.ts';

export default defineRule({
  id: 'check-without-not-valid',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ADD CHECK constraint without NOT VALID, or a column with a check, on a table that is in use.',
    why: 'ADD CONSTRAINT … CHECK takes ACCESS EXCLUSIVE and scans the whole table while it holds it: every read and write waits. With NOT VALID nothing is scanned; VALIDATE CONSTRAINT scans later under SHARE UPDATE EXCLUSIVE, which blocks neither reads nor writes.',
    fine: 'The table is small or empty.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  },
  examples: [
    {
      schema: 'CREATE TABLE products (id bigint PRIMARY KEY, price numeric(10, 2));',
      unsafe: 'ALTER TABLE products ADD CONSTRAINT products_price_positive CHECK (price > 0);',
      safe: 'ALTER TABLE products ADD CONSTRAINT products_price_positive CHECK (price > 0) NOT VALID;\nALTER TABLE products VALIDATE CONSTRAINT products_price_positive;',
    },
    {
      schema: 'CREATE TABLE products (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE products ADD COLUMN stock integer DEFAULT 0 CHECK (stock >= 0);',
      safe: 'ALTER TABLE products ADD COLUMN stock integer DEFAULT 0;\nALTER TABLE products ADD CONSTRAINT products_stock_check CHECK (stock >= 0) NOT VALID;\nALTER TABLE products VALIDATE CONSTRAINT products_stock_check;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const def = item.command.def;
        const column = item.command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def ? def.ColumnDef : undefined;
        if (column && constraintsOf(column).some((c) => c.contype === 'CONSTR_CHECK'))
          context.report(
            item.span,
            `Adding ${column.colname} with a check blocks reads and writes of ${item.table.written} (ACCESS EXCLUSIVE) while the whole table is scanned.`,
            'Add the column without it; add the check NOT VALID and validate it in statements of their own.',
          );
        if (item.command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def)) continue;
        const constraint = def.Constraint;
        if (constraint.contype !== 'CONSTR_CHECK' || constraint.skip_validation) continue;
        context.report(
          item.span,
          `Adding this check blocks reads and writes of ${item.table.written} (ACCESS EXCLUSIVE) while the whole table is scanned.`,
          notValidHelp(context),
          notValidFix(item, 'check', [], context),
        );
      }
    },
  },
});
