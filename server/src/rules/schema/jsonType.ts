import { defineRule } from '../rule.ts';
import { inCaseOf, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'json-instead-of-jsonb',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A column of type json.',
    why: 'json keeps the text and parses it again each time it is read. It has no equality, so SELECT DISTINCT, GROUP BY and UNION over the column are errors (also SELECT DISTINCT *, which an ORM may write), no containment operator @>, and no GIN index. jsonb has all of these.',
    fine: 'The text itself matters: the order of keys, white space, duplicate keys. jsonb does not keep them.',
    source: 'https://www.postgresql.org/docs/current/datatype-json.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE events (id bigint PRIMARY KEY, payload json);',
      safe: 'CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb);',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type } = column;
    if (type.schema !== null || type.name !== 'json') return;
    const written = context.text.slice(column.typeSpan.start, column.typeSpan.end);
    const newText = inCaseOf(written, written.replace(/^(pg_catalog\s*\.\s*)?json/i, '$1jsonb'));
    context.report(
      column.typeSpan,
      `${column.name} is of type json, which has no equality and no index: DISTINCT, GROUP BY and UNION over it are errors.`,
      'jsonb has both, and is parsed once, when it is stored.',
      [{ title: 'Make it jsonb', safe: false, edits: [{ ...column.typeSpan, newText }] }],
    );
  }),
});
