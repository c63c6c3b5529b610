import { walk } from '../../syntax/walk.ts';
import { defineRule, type Fix } from '../rule.ts';
import { inCaseOf, type LastingColumn, ofNewColumns } from './newColumns.ts';

const limits: Readonly<Record<string, string>> = { int2: '32,767', int4: '2,147,483,647' };
const wider: Readonly<Record<string, string>> = {
  serial2: 'bigserial',
  serial4: 'bigserial',
  int2: 'bigint',
  int4: 'bigint',
};

export default defineRule({
  id: 'integer-primary-key',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A counted primary key of type integer or smallint, which has an end.',
    why: 'serial, identity and nextval() count up, also for rows that are deleted or rolled back. Once the counter has passed the end of the type, every INSERT fails; and making the column wider then rewrites the table and its indexes under ACCESS EXCLUSIVE. bigint costs four bytes a row and never ends.',
    fine: 'The table can only ever hold few rows, also counting those that come and go.',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE events (id serial PRIMARY KEY, name text);',
      safe: 'CREATE TABLE events (id bigserial PRIMARY KEY, name text);',
    },
    {
      unsafe: 'CREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY, name text, PRIMARY KEY (id));',
      safe: 'CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, name text, PRIMARY KEY (id));',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const limit = limits[column.final.type?.name ?? ''];
    if (!limit || column.final.type?.array || !isCounted(column)) return;
    const key = column.relation.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
    if (key.length !== 1 || key[0] !== column.name) return;
    context.report(
      column.typeSpan,
      `The primary key ${column.name} of ${column.writtenTable} counts up and ends at ${limit}: after that no row can be inserted.`,
      'Make it bigint while the table is new: later that rewrites the table while nobody can use it.',
      widen(column, context.text),
    );
  }),
});

/** Whether Postgres itself gives it the next number. */
function isCounted({ final, constraints }: LastingColumn): boolean {
  if (final.serial || constraints.some((c) => c.contype === 'CONSTR_IDENTITY')) return true;
  let counted = false;
  walk(final.default, (type, node) => {
    const names = type === 'FuncCall' ? (node as { funcname?: { String?: { sval?: string } }[] }).funcname : [];
    if (names?.at(-1)?.String?.sval === 'nextval') counted = true;
  });
  return counted;
}

function widen(column: LastingColumn, text: string): Fix[] {
  const type = wider[column.type.name];
  const written = text.slice(column.typeSpan.start, column.typeSpan.end);
  if (!type) return [];
  return [{ title: `Make it ${type}`, safe: false, edits: [{ ...column.typeSpan, newText: inCaseOf(written, type) }] }];
}
