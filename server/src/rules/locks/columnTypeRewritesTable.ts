import type { ColumnDef } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { printType, stringOf, typeNameOf } from '../../catalog/names.ts';
import { changesEnum } from '../../facts/enumChange.ts';
import { rewritesFromMostTypes, typeChange } from '../../facts/typeChange.ts';
import { commandsOnRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { newColumnFix } from './typeChangeByNewColumn.ts';

const help =
  'Add a new column of the new type, keep both in step by a trigger, backfill in batches, then switch the code over and drop the old column.';

export default defineRule({
  id: 'column-type-rewrites-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … TYPE that writes the whole table anew.',
    why: 'When the old and new type are not binary compatible, Postgres rewrites the table and all its indexes under ACCESS EXCLUSIVE: every read and write waits, and twice the disk space is needed. Making a varchar longer, varchar to text, or raising the precision of a numeric with the same scale rewrites nothing, and this rule is silent about them.',
    fine: 'The table is small, or the site may be down.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id integer PRIMARY KEY, note varchar(50));',
      unsafe: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
      safe: 'ALTER TABLE orders ADD COLUMN new_id bigint;',
    },
    {
      schema: 'CREATE TABLE orders (id integer PRIMARY KEY, note varchar(50));',
      unsafe: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);',
      safe: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(200);\nALTER TABLE orders ALTER COLUMN note TYPE text;',
    },
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'late', 'done');\nCREATE TYPE new_status AS ENUM ('open', 'done');\nCREATE TABLE orders (id integer PRIMARY KEY, status status, all_statuses status[]);",
      unsafe: 'ALTER TABLE orders ALTER COLUMN status TYPE new_status USING status::text::new_status;',
      safe: 'ALTER TABLE orders ADD COLUMN new_status new_status;',
    },
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'late', 'done');\nCREATE TYPE new_status AS ENUM ('open', 'done');\nCREATE TABLE orders (id integer PRIMARY KEY, status status, all_statuses status[]);",
      unsafe: 'ALTER TABLE orders ALTER COLUMN all_statuses TYPE new_status[] USING all_statuses::text::new_status[];',
      safe: 'ALTER TABLE orders ADD COLUMN new_statuses new_status[];',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const { command, table, span } = item;
        const def = command.def;
        if (command.subtype !== 'AT_AlterColumnType' || !def || !('ColumnDef' in def)) continue;
        const to = typeNameOf(def.ColumnDef.typeName);
        if (to === null) continue;
        if (!usingKeepsValue(def.ColumnDef, command.name ?? '')) {
          context.report(
            span,
            `Computing ${command.name} by USING rewrites ${table.written} and its indexes, with reads and writes blocked (ACCESS EXCLUSIVE).`,
            help,
            newColumnFix(stmt, item, context),
          );
          continue;
        }
        const from = columnOf(table.relation, command.name ?? '')?.type ?? null;
        const change = changesEnum(from, to, context.before) ? 'rewrite' : typeChange(from, to);
        if (change === 'rewrite')
          context.report(
            span,
            `Changing ${command.name} from ${from ? printType(from) : '?'} to ${printType(to)} rewrites ${table.written} and its indexes, with reads and writes blocked (ACCESS EXCLUSIVE).`,
            help,
            // what goes with an enum (its default) is cast by hand
            changesEnum(from, to, context.before) ? [] : newColumnFix(stmt, item, context),
          );
        else if (change === 'depends on time zone')
          context.report(
            span,
            `Changing ${command.name} to ${printType(to)} rewrites ${table.written} with reads and writes blocked (ACCESS EXCLUSIVE), unless the session's TimeZone is UTC.`,
            "SET TimeZone = 'UTC' before it if the stored values are meant as UTC: then only the catalog changes.",
          );
        else if (from === null && rewritesFromMostTypes(to))
          context.report(
            span,
            `Changing ${command.name} to ${printType(to)} rewrites ${table.written} with reads and writes blocked (ACCESS EXCLUSIVE), unless the old type is binary compatible.`,
            help,
          );
      }
    },
  },
});

/** No USING, or USING that only names or casts the column: the type decides. Any other expression computes new values. */
function usingKeepsValue(def: ColumnDef, column: string): boolean {
  let expression = def.raw_default;
  while (expression && 'TypeCast' in expression) expression = expression.TypeCast.arg;
  if (!expression) return true;
  return 'ColumnRef' in expression && stringOf(expression.ColumnRef.fields?.at(-1)) === column;
}
