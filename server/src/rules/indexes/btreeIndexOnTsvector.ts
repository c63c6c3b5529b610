import { defineRule } from '../rule.ts';
import { reportWholeValueIndex } from './wholeValueIndex.ts';

export default defineRule({
  id: 'btree-index-on-tsvector',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A btree index on a tsvector column.',
    why: 'A btree index serves equality and order of whole tsvectors, which nobody asks for. The match @@ cannot use it; gin and gist serve it. A tsvector over about 2700 bytes makes inserts fail (54000).',
    fine: 'Hardly ever.',
    source: 'https://www.postgresql.org/docs/current/textsearch-indexes.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, search tsvector);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_search_idx ON posts (search);',
      safe: 'CREATE INDEX CONCURRENTLY posts_search_idx ON posts USING gin (search);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      reportWholeValueIndex(stmt, context, {
        is: (type) => type.schema === null && type.name === 'tsvector' && !type.array,
        operators: '@@',
        help: 'Use gin.',
      });
    },
  },
});
