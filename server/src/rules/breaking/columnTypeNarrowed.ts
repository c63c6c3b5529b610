import type { TypeName } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { isText } from './enumTypes.ts';
import { typeChanges } from './typeChange.ts';

/** Whole numbers by how many bytes they have. */
const bytes: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
/** Decimal digits that all fit. */
const digitsOf: Readonly<Record<string, number>> = { int2: 4, int4: 9, int8: 18 };

export default defineRule({
  id: 'column-type-narrowed',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … TYPE to a type that may not hold every value that is there.',
    why: 'A shorter varchar, a smaller integer or a numeric with fewer digits before the point is refused as soon as one row does not fit ("value too long for type …", 22001; "out of range" or "numeric field overflow", 22003): the migration fails in production while it ran on the test data. Clients that write such values fail from then on as well.',
    fine: 'It was checked that all values fit, and nobody writes longer ones.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));',
      unsafe: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20);',
      safe: 'ALTER TABLE users ADD CONSTRAINT name_is_short CHECK (length(name) <= 20) NOT VALID;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, quantity bigint, total numeric(12, 2));',
      unsafe: 'ALTER TABLE orders ALTER COLUMN quantity TYPE integer;',
      safe: 'ALTER TABLE orders ADD CONSTRAINT quantity_is_small CHECK (quantity < 2147483648) NOT VALID;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, quantity bigint, total numeric(12, 2));',
      unsafe: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(8, 2);',
      safe: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2);',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { item, column, from, to, using } of typeChanges(stmt, context)) {
        const limit = narrowed(from, to, using);
        if (limit === null || context.before.isCreated(item.table.key)) continue;
        context.report(
          item.span,
          `Changing ${column.name} from ${printType(from)} to ${printType(to)} fails if any row of ${item.table.written} ${limit}.`,
          'Look for such rows first; a CHECK constraint added NOT VALID and validated later keeps new ones out without blocking anybody.',
        );
      }
    },
  },
});

/** What a row must not have, in words; null where every value fits. */
function narrowed(from: TypeName, to: TypeName, using: null | 'assigned' | 'cast' | 'computed'): string | null {
  if (from.schema !== null || to.schema !== null || from.array || to.array || using === 'computed') return null;
  const [length] = to.modifiers;
  // a cast that is written out cuts long texts off
  if (isText(from) && isText(to))
    return length !== undefined && using !== 'cast' && (from.modifiers[0] ?? Number.POSITIVE_INFINITY) > length
      ? `has more than ${length} character${length === 1 ? '' : 's'} there`
      : null;
  const after = bytes[to.name];
  if (after !== undefined) {
    const tooLarge =
      from.name === 'numeric'
        ? digitsBeforePoint(from) > (digitsOf[to.name] as number)
        : from.name === 'float4' || from.name === 'float8' || (bytes[from.name] ?? 0) > after;
    return tooLarge ? `has a number there that ${printType(to)} does not hold` : null;
  }
  if (from.name === 'numeric' && to.name === 'numeric')
    return digitsBeforePoint(from) > digitsBeforePoint(to)
      ? `has more than ${digitsBeforePoint(to)} digits before the point`
      : null;
  return null;
}

const digitsBeforePoint = ({ modifiers: [precision, scale = 0] }: TypeName): number =>
  precision === undefined ? Number.POSITIVE_INFINITY : precision - scale;
