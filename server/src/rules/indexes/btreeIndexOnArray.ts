import { defineRule } from '../rule.ts';
import { reportWholeValueIndex } from './wholeValueIndex.ts';

export default defineRule({
  id: 'btree-index-on-array',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A btree index on an array column.',
    why: 'A btree index serves equality and order of whole arrays. What asks for an element (@>, &&, = ANY) cannot use it. gin serves @> and &&.',
    fine: 'Queries compare whole arrays, or sort by them.',
    source: 'https://www.postgresql.org/docs/current/gin.html#GIN-BUILTIN-OPCLASSES',
  },
  examples: [
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts (tags);',
      safe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tags);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      reportWholeValueIndex(stmt, context, {
        is: (type) => type.array,
        operators: '@>, && or = ANY',
        help: "Use gin, and write column @> ARRAY['x']: gin serves @> and &&, but not 'x' = ANY (column).",
      });
    },
  },
});
