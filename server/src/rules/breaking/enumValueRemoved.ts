import { printType } from '../../catalog/names.ts';
import { isHandledValue } from '../../catalog/ownChanges.ts';
import { mayHaveRows } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { enumOf } from './enumTypes.ts';
import { typeChanges } from './typeChange.ts';

export default defineRule({
  id: 'enum-value-removed',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'A column changes to an enum that lacks values of the enum it had.',
    why: 'An enum cannot lose a value, so tools create a second type and change the columns over by way of text. That fails with "invalid input value for enum" (22P02) as soon as one row has a value that the new type lacks, and it rewrites the table. Clients that still write the value fail from then on.',
    fine: 'It was checked that no row has the value, and no client writes it.',
    source: 'https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS',
  },
  examples: [
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'late', 'done');\nCREATE TYPE new_status AS ENUM ('open', 'done');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status);",
      unsafe: 'ALTER TABLE orders ALTER COLUMN status TYPE new_status USING status::text::new_status;',
      safe: "ALTER TABLE orders ADD CONSTRAINT status_is_not_late CHECK (status <> 'late') NOT VALID;",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { item, column, from, to } of typeChanges(stmt, context)) {
        const [before, after] = [enumOf(from, context.before), enumOf(to, context.before)];
        if (!before || !after?.complete || before === after || !mayHaveRows(item.table.key, context)) continue;
        const gone = before.values.filter(
          (value) => !after.values.includes(value) && !isHandledValue(item.table.key, value, context.before),
        );
        if (gone.length === 0 || !isByText(item.command.def)) continue;
        context.report(
          item.span,
          `Changing ${column.name} to ${printType(to)} fails if any row of ${item.table.written} has ${gone.map((v) => `'${v}'`).join(' or ')} there.`,
          'Update such rows first, and release code that no longer writes the value.',
        );
      }
    },
  },
});

/** USING column::text::type: the value is looked for by its name. */
function isByText(def: unknown): boolean {
  const cast = (node: unknown) => (node as { TypeCast?: { arg?: unknown } } | undefined)?.TypeCast;
  const using = (def as { ColumnDef?: { raw_default?: unknown } } | undefined)?.ColumnDef?.raw_default;
  const inner = cast(cast(using)?.arg);
  return inner?.arg !== undefined && 'ColumnRef' in (inner.arg as object);
}
