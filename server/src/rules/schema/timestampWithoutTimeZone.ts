import type { TypeName } from '../../catalog/catalog.ts';
import type { Tally } from '../../catalog/tally.ts';
import { walk } from '../../syntax/walk.ts';
import { type ConclusionContext, defineRule } from '../rule.ts';
import { constraintAt, inCaseOf, type LastingColumn, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'timestamp-without-time-zone',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column of type timestamp (without time zone), which holds no point in time.',
    why: 'timestamp keeps the digits of a date and a time and forgets which zone they were meant in. now() stored in it gives other digits in a session with another TimeZone, so two sessions can store the same moment hours apart, and nothing in the table tells. timestamptz keeps the moment itself and takes the same eight bytes.',
    fine: 'The column is meant as the reading of a clock somewhere (opening hours, a birthday), or every program that reads or writes it agrees on UTC. Where nearly all tables with times have it, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamp DEFAULT now());',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz DEFAULT now());',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN paid_at TIMESTAMP(3) WITHOUT TIME ZONE;',
      safe: 'ALTER TABLE orders ADD COLUMN paid_at TIMESTAMPTZ(3);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    if (!isNaive(type) || isMeantLocally(column) || isConvention(column, context)) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const precision = type.modifiers.length > 0 ? `(${type.modifiers[0]})` : '';
    const bounds = type.array ? written.slice(written.search(/\[|\barray\b/i)) : '';
    const newText = `${inCaseOf(written, 'timestamptz')}${precision}${bounds}`;
    context.report(
      column.typeSpan,
      `${column.name} is a timestamp without time zone: which moment it means depends on the TimeZone of the session that wrote it.`,
      'timestamptz keeps the moment itself, in the same eight bytes.',
      [{ title: 'Make it timestamptz', safe: false, edits: [{ ...column.typeSpan, newText }] }],
    );
  }),
});

const isNaive = (type: TypeName | null): boolean => type?.schema === null && type.name === 'timestamp';

/** A project whose other tables nearly all have it means UTC, and one column of another type would not make it better. */
function isConvention({ relation }: LastingColumn, { after }: ConclusionContext): boolean {
  const custom = after.tally(relation.schema, byTimestamps);
  return byTimestamps.countsAs(relation).includes('with') ? custom.forMixed : custom.forOthers;
}

/**
 * Whether it is the custom of the other tables, as one sees it that has such a column itself: one that has both kinds, and
 * others.
 */
const byTimestamps: Tally<{ readonly forMixed: boolean; readonly forOthers: boolean }> = {
  name: 'timestamps',
  outcomeOf({ without = 0, with: zoned = 0 }) {
    const isCustom = (others: number): boolean => without - 1 >= 8 && without - 1 >= others * 4;
    return { forMixed: isCustom(zoned - 1), forOthers: isCustom(zoned) };
  },
  countsAs: ({ columns, temporary }) => {
    if (temporary) return [];
    const without = columns.some(({ type }) => isNaive(type));
    const zoned = columns.some(({ type }) => type?.schema === null && type.name === 'timestamptz');
    return [...(without ? ['without'] : []), ...(zoned ? ['with'] : [])];
  },
};

/** A name that says so, or a default that fixes the zone itself: `now() AT TIME ZONE 'utc'`. */
function isMeantLocally(column: LastingColumn): boolean {
  if (/local/i.test(column.name)) return true;
  let zoned = false;
  walk(constraintAt(column, 'CONSTR_DEFAULT')?.raw_expr, (type, node) => {
    const names = type === 'FuncCall' ? (node as { funcname?: { String?: { sval?: string } }[] }).funcname : [];
    if (names?.at(-1)?.String?.sval === 'timezone') zoned = true;
  });
  return zoned;
}
