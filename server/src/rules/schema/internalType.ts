import { defineRule } from '../rule.ts';
import { ofNewColumns } from './newColumns.ts';

const types: Readonly<Record<string, string>> = {
  name: 'cuts what is longer than 63 bytes off without a word',
  char: 'keeps the first byte of what is put in and drops the rest without a word',
};

export default defineRule({
  id: 'internal-type',
  family: 'schema',
  severity: 'warning',
  docs: {
    summary: 'A column of type name or "char", which Postgres has for its own catalogs.',
    why: "name holds the names of tables and columns: of a longer text it keeps the first 63 bytes, with no error. \"char\" (in quotes) is a single byte and no char(1): of 'abc' it keeps 'a'.",
    fine: 'The column holds names that come from the system catalogs.',
    source: 'https://www.postgresql.org/docs/current/datatype-character.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, full_name name);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, full_name text);',
    },
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, status "char");',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, status text);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    const does = types[type.name];
    if (!does || type.schema !== null || context.after.type(`${context.session.schema}.${type.name}`)) return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const fix = {
      title: 'Make it text',
      safe: false,
      edits: [{ ...column.typeSpan, newText: written.replace(/^"?\w+"?/, 'text') }],
    };
    context.report(column.typeSpan, `${written} is a type for Postgres's own catalogs: it ${does}.`, 'Use text.', [
      fix,
    ]);
  }),
});
