import type { TypeName } from '../../catalog/catalog.ts';
import { printType } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { isText } from './enumTypes.ts';
import { type TypeChangeOf, typeChanges } from './typeChange.ts';

export default defineRule({
  id: 'column-type-loses-data',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … TYPE that rounds, cuts off or forgets a part of the values without an error.',
    why: 'Many conversions succeed for every row and still do not keep the value: a timestamp becomes a date, a number is rounded to the new scale, json becomes jsonb (order and repeated keys are gone), a cast to varchar(n) in USING cuts longer texts off. Nothing tells, and it cannot be undone.',
    fine: 'The part that goes is not needed, or every value was checked not to have it.',
    source: 'https://www.postgresql.org/docs/current/datatype.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint PRIMARY KEY, at timestamp, price numeric(10, 4), note text, payload json);',
      unsafe: 'ALTER TABLE events ALTER COLUMN at TYPE date;',
      safe: 'ALTER TABLE events ADD COLUMN on_day date;',
    },
    {
      schema:
        'CREATE TABLE events (id bigint PRIMARY KEY, at timestamp, price numeric(10, 4), note text, payload json);',
      unsafe: 'ALTER TABLE events ALTER COLUMN price TYPE numeric(10, 2);',
      safe: 'ALTER TABLE events ALTER COLUMN price TYPE numeric(12, 4);',
    },
    {
      schema:
        'CREATE TABLE events (id bigint PRIMARY KEY, at timestamp, price numeric(10, 4), note text, payload json);',
      unsafe: 'ALTER TABLE events ALTER COLUMN note TYPE varchar(5) USING note::varchar(5);',
      safe: 'ALTER TABLE events ADD CONSTRAINT note_is_short CHECK (length(note) <= 5) NOT VALID;',
    },
    {
      schema:
        'CREATE TABLE events (id bigint PRIMARY KEY, at timestamp, price numeric(10, 4), note text, payload json);',
      unsafe: 'ALTER TABLE events ALTER COLUMN payload TYPE jsonb;',
      safe: 'ALTER TABLE events ADD COLUMN payload_b jsonb;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const change of typeChanges(stmt, context)) {
        const { item, column, from, to } = change;
        const loss = lossOf(change);
        if (loss === null || context.before.isCreated(item.table.key)) continue;
        context.report(
          item.span,
          `Changing ${column.name} from ${printType(from)} to ${printType(to)} ${loss}, without an error.`,
          'Add a column of the new type beside the old one, and drop that only when its values are not missed.',
        );
      }
    },
  },
});

const wholeNumbers = new Set(['int2', 'int4', 'int8']);
const fractions = new Set(['numeric', 'float4', 'float8']);

/** What happens to values, in words. */
function lossOf({ from, to, using }: TypeChangeOf): string | null {
  if (from.schema !== null || to.schema !== null || from.array || to.array || using === 'computed') return null;
  const [a, b] = [from.name, to.name];
  const is = (name: string, ...names: string[]) => names.includes(name);
  if (isText(from) && isText(to)) {
    const [length] = to.modifiers;
    const shorter = length !== undefined && (from.modifiers[0] ?? Number.POSITIVE_INFINITY) > length;
    return using === 'cast' && shorter ? `cuts longer texts off after ${length} characters` : null;
  }
  if (is(a, 'timestamp', 'timestamptz') && b === 'date') return 'loses the time of day';
  if (is(a, 'timestamp', 'timestamptz') && is(b, 'time', 'timetz')) return 'loses the date';
  if (a === 'timetz' && b === 'time') return 'loses the time zone';
  if (a === 'interval' && b === 'time') return 'loses whole days';
  if (a === 'json' && b === 'jsonb')
    return 'loses the order of keys, all but the last of repeated ones, and white space';
  if (fractions.has(a) && wholeNumbers.has(b))
    return a === 'numeric' && scaleOf(from) === 0 ? null : 'rounds to whole numbers';
  if (a === 'float8' && b === 'float4') return 'keeps about 6 digits of 15';
  if (a === 'numeric' && is(b, 'float4', 'float8')) return 'keeps an approximation only';
  if (a === 'int8' && is(b, 'float4', 'float8')) return 'keeps an approximation of large numbers only';
  if (a === 'int4' && b === 'float4') return 'keeps an approximation of large numbers only';
  if (a === 'numeric' && b === 'numeric') {
    const scale = scaleOf(to);
    return scale < scaleOf(from)
      ? `rounds to ${scale === 0 ? 'whole numbers' : `${scale} digits behind the point`}`
      : null;
  }
  if (
    a === b &&
    is(a, 'timestamp', 'timestamptz', 'time', 'timetz') &&
    (to.modifiers[0] ?? 6) < (from.modifiers[0] ?? 6)
  )
    return `rounds to ${to.modifiers[0] === 0 ? 'whole seconds' : `${to.modifiers[0]} digits of a second`}`;
  return null;
}

/** Digits behind the point; without a precision there may be any number of them. */
const scaleOf = ({ modifiers: [precision, scale = 0] }: TypeName): number =>
  precision === undefined ? Number.POSITIVE_INFINITY : scale;
