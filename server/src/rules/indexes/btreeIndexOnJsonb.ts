import { defineRule } from '../rule.ts';
import { reportWholeValueIndex } from './wholeValueIndex.ts';

export default defineRule({
  id: 'btree-index-on-jsonb',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A btree index on a jsonb column.',
    why: 'A btree index serves equality and order of whole documents. Searches inside of them (@>, ?, @?, @@) cannot use it, and ->> needs an index on that expression; a document over about 2700 bytes makes inserts fail (54000).',
    fine: 'Queries compare whole, small documents.',
    source: 'https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events (payload);',
      safe: 'CREATE INDEX CONCURRENTLY events_payload_idx ON events USING gin (payload);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      reportWholeValueIndex(stmt, context, {
        is: (type) => type.schema === null && type.name === 'jsonb' && !type.array,
        operators: '@>, ? or ->>',
        help: "For @>, ? and jsonpath use gin. For one key that is compared, index the expression: ((column ->> 'key')).",
      });
    },
  },
});
