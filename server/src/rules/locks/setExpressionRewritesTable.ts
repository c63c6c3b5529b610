import { columnOf } from '../../catalog/catalog.ts';
import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'set-expression-rewrites-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … SET EXPRESSION of a stored generated column (Postgres 17).',
    why: 'The new expression is computed for every row at once: the table and its indexes are written anew under ACCESS EXCLUSIVE, and every read and write waits. A virtual generated column (Postgres 18) is computed when it is read, and is not concerned.',
    fine: 'The table is small.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-EXPRESSION',
  },
  examples: [
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, net bigint, gross bigint GENERATED ALWAYS AS (net + 1) STORED);',
      unsafe: 'ALTER TABLE orders ALTER COLUMN gross SET EXPRESSION AS (net + 2);',
      safe: 'ALTER TABLE orders ADD COLUMN new_gross bigint;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOnRows(stmt, context)) {
        if (command.subtype !== 'AT_SetExpression') continue;
        if (columnOf(table.relation, command.name ?? '')?.generated?.stored !== true) continue;
        context.report(
          span,
          `SET EXPRESSION computes ${command.name} for every row: it rewrites ${table.written} and its indexes with reads and writes blocked (ACCESS EXCLUSIVE).`,
          'Add a plain column, fill it by a trigger for new rows, backfill the old ones in batches, then switch the code over.',
        );
      }
    },
  },
});
