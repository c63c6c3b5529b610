import { defineRule } from '../rule.ts';
import { inCaseOf, ofNewColumns } from './newColumns.ts';

const integers: Readonly<Record<string, string>> = { serial2: 'smallint', serial4: 'integer', serial8: 'bigint' };

export default defineRule({
  id: 'serial-foreign-key',
  family: 'schema',
  severity: 'warning',
  docs: {
    summary: 'A foreign key column of type serial.',
    why: 'serial fills the column with the next number of a sequence of its own wherever an INSERT does not name it: the row then refers to whichever row happens to have that number.',
    fine: 'The column is also the primary key, and every INSERT names it.',
    source: 'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigserial REFERENCES users);',
      safe: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const integer = integers[column.type.name];
    if (!integer || column.type.schema !== null || !column.final.serial) return;
    if (!column.relation.constraints.some((c) => c.kind === 'foreign' && c.columns.includes(column.name))) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const required = column.constraints.some((c) => c.contype === 'CONSTR_NOTNULL' || c.contype === 'CONSTR_PRIMARY');
    const newText = inCaseOf(written, required ? integer : `${integer} NOT NULL`);
    context.report(
      column.typeSpan,
      `${column.name} refers to another table, but ${written} makes up the next number wherever an INSERT leaves it out.`,
      `Make it ${integer}: an INSERT without it is then refused.`,
      [{ title: `Make it ${integer}`, safe: false, edits: [{ ...column.typeSpan, newText }] }],
    );
  }),
});
