import { defineRule, type Fix } from '../rule.ts';
import { dropLater, indexesOf, indexName, isPrefix, type KnownIndex, madeBy } from './sameIndexes.ts';
import { concluding, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'redundant-index-prefix',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'An index whose columns are the first ones of another index of the table.',
    why: 'A btree index on (a, b) serves what an index on (a) serves: WHERE a = …, ranges of a, ORDER BY a. The shorter one is kept up to date by every write and takes its space.',
    fine: 'The further columns are wide or change often, and the shorter index is read so often that its size counts.',
    source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, created_at timestamptz);\nCREATE INDEX orders_customer_created_idx ON orders (customer_id, created_at);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY orders_created_idx ON orders (created_at);',
    },
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, created_at timestamptz);\nCREATE INDEX orders_customer_idx ON orders (customer_id);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_created_idx ON orders (customer_id, created_at);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_created_idx ON orders (customer_id, created_at);\nDROP INDEX CONCURRENTLY orders_customer_idx;',
    },
  ],
  conclude: {
    IndexStmt(stmt, context) {
      const index = writtenIndex(stmt, concluding(context));
      const indexes = indexesOf(index?.table.relation, context.after);
      const made = madeBy(stmt, indexes);
      if (!index || !made) return;
      const span = context.tokens.span(index.open, index.close);
      const path = context.session.schema;
      // of two, the younger one is reported; a constraint is not made by a statement of its own
      const isYounger = (i: KnownIndex) => indexes.indexOf(i) > indexes.indexOf(made);
      const longer = indexes.find(
        (i) => isPrefix(made.definition, i.definition) && (i.definition.constraint !== null || !isYounger(i)),
      );
      if (longer) {
        context.report(
          span,
          `These are the first columns of ${indexName(longer, path)}, which serves all that this index would.`,
          'Leave this one out: every write would have to keep both up to date.',
        );
        return;
      }
      const shorter = indexes.find((i) => !isYounger(i) && isPrefix(i.definition, made.definition));
      if (!shorter) return;
      const table = index.table.relation;
      // a partitioned index takes no CONCURRENTLY
      const later = context.takesFollowUps && table?.kind === 'table' ? dropLater(shorter, table, path) : null;
      const drop: Fix[] = later
        ? [
            {
              title: `Drop ${shorter.relation.name} in a migration of its own`,
              edits: [],
              followUps: [later],
              safe: false,
            },
          ]
        : [];
      context.report(
        span,
        `With this index ${indexName(shorter, path)} is no longer needed: its columns are the first ones of this.`,
        `Leave that one out, or once this index is there: DROP INDEX CONCURRENTLY ${indexName(shorter, path)}.`,
        drop,
      );
    },
  },
});
