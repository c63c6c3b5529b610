import type { ColumnDef } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { commandsOnRows, isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { notValidFix, notValidHelp } from './notValid.ts';

export default defineRule({
  id: 'foreign-key-without-not-valid',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ADD FOREIGN KEY without NOT VALID on a table that is in use.',
    why: 'The constraint takes SHARE ROW EXCLUSIVE on both tables and then checks every row while it holds them: nobody can write to either table until that is done. With NOT VALID nothing is checked and the locks are brief; VALIDATE CONSTRAINT checks the rows later under SHARE UPDATE EXCLUSIVE (and ROW SHARE on the referenced table), which blocks neither reads nor writes.',
    fine: 'The table is small or empty. A partitioned table takes NOT VALID foreign keys only since Postgres 18.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  },
  examples: [
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe:
        'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);',
      safe: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;',
    },
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
      safe: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE NOT VALID;',
    },
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN customer_id bigint DEFAULT 1 REFERENCES customers;',
      safe: 'ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const def = item.command.def;
        const column = item.command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def ? def.ColumnDef : undefined;
        if (column && hasRowsToCheck(column))
          context.report(
            item.span,
            `Adding ${column.colname} with a default and a foreign key blocks reads and writes of ${item.table.written} (ACCESS EXCLUSIVE) while every row is checked.`,
            'Add the column without the foreign key; add that NOT VALID and validate it in statements of their own.',
          );
        if (item.command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def)) continue;
        const constraint = def.Constraint;
        if (constraint.contype !== 'CONSTR_FOREIGN' || constraint.skip_validation) continue;
        const referenced = targetOf(constraint.pktable, context);
        // nobody waits for a table that this file has just made
        const own = referenced.key === item.table.key || !isInUse(referenced.key, context);
        const both = own ? item.table.written : `${item.table.written} and ${referenced.written}`;
        const message = `Adding this foreign key blocks writes to ${both} (SHARE ROW EXCLUSIVE) while every row is checked.`;
        if (item.table.relation?.kind === 'partitioned' && context.targetVersion < 18)
          context.report(
            item.span,
            message,
            'Partitioned tables take no NOT VALID foreign key before Postgres 18: add it to each partition first (NOT VALID, then VALIDATE), then to the parent.',
          );
        else
          context.report(
            item.span,
            message,
            notValidHelp(context),
            notValidFix(item, 'foreign', nameParts(constraint.fk_attrs), context),
          );
      }
    },
  },
});

/** A new column that is NULL everywhere has nothing to check; with a default, every row is. */
function hasRowsToCheck(column: ColumnDef): boolean {
  const types = constraintsOf(column).map((c) => c.contype);
  return types.includes('CONSTR_FOREIGN') && types.includes('CONSTR_DEFAULT');
}
