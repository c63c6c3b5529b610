import { quoteIdentifier } from '../edits.ts';
import { defineRule, type Edit } from '../rule.ts';
import { inQueries, leadingIndexes } from './indexedConditions.ts';
import { startOf } from './nodePlaces.ts';
import { indexName } from './sameIndexes.ts';

export default defineRule({
  id: 'nulls-order-not-indexed',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'ORDER BY … DESC NULLS LAST LIMIT n, where the index has the nulls at the other end.',
    why: 'A btree index has its nulls last, and read backward first. ORDER BY column DESC NULLS LAST is neither order: every row is read and sorted, even if the column is NOT NULL.',
    fine: 'The table is small, or conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/indexes-ordering.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE posts (id bigint PRIMARY KEY, score int NOT NULL);\nCREATE INDEX posts_score_idx ON posts (score);',
      unsafe: 'SELECT id FROM posts ORDER BY score DESC NULLS LAST LIMIT 10;',
      safe: 'SELECT id FROM posts ORDER BY score DESC LIMIT 10;',
    },
    {
      schema:
        'CREATE TABLE posts (id bigint PRIMARY KEY, published_at timestamptz);\nCREATE INDEX posts_published_at_idx ON posts (published_at);',
      unsafe: 'SELECT id FROM posts ORDER BY published_at DESC NULLS LAST LIMIT 10;',
      safe: 'CREATE INDEX CONCURRENTLY posts_recent_idx ON posts (published_at DESC NULLS LAST);\nSELECT id FROM posts ORDER BY published_at DESC NULLS LAST LIMIT 10;',
    },
  ],
  conclude: inQueries(({ context, select, indexed }) => {
    const [sort] = select?.sortClause ?? [];
    if (!select?.limitCount || select.fromClause?.length !== 1 || !sort || !('SortBy' in sort)) return;
    // other conditions may be what an index is used for
    if (select.whereClause || select.groupClause || select.distinctClause) return;
    const { sortby_dir: direction, sortby_nulls: nulls, node } = sort.SortBy;
    const descending = direction === 'SORTBY_DESC';
    if (descending ? nulls !== 'SORTBY_NULLS_LAST' : nulls !== 'SORTBY_NULLS_FIRST') return;
    const found = indexed(node);
    if (!found) return;
    const leading = leadingIndexes(found);
    const serves = leading.some(({ definition: { keys } }) => {
      const [key] = keys;
      // forward, or backward
      return key && (key.descending === descending) === (key.nullsFirst === (nulls === 'SORTBY_NULLS_FIRST'));
    });
    const [index] = leading;
    if (!index || serves) return;
    const { tokens } = context;
    const at = tokens.at(startOf(node, context) ?? -1);
    const words = tokens.find(['nulls'], at);
    if (at < 0 || words < 0 || words > at + 4) return;
    const order = descending ? 'DESC NULLS LAST' : 'NULLS FIRST';
    const { column, table } = found;
    const edit: Edit = { start: tokens.span(words - 1).end, end: tokens.span(words + 1).end, newText: '' };
    context.report(
      tokens.span(words, words + 1),
      `${indexName(index, context.session.schema)} has its nulls at the other end: every row is read and sorted.`,
      column.notNull
        ? `${column.name} is never null: leave these words out.`
        : `Leave these words out, or CREATE INDEX CONCURRENTLY ON ${quoteIdentifier(table.name)} (${quoteIdentifier(column.name)} ${order}).`,
      column.notNull ? [{ title: 'Leave it out: the column is never null', safe: true, edits: [edit] }] : [],
    );
  }),
});
