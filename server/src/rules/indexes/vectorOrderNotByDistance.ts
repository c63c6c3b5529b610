import { defineRule } from '../rule.ts';
import { vectorSearches } from './vectorSearches.ts';

export default defineRule({
  id: 'vector-order-not-by-distance',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A search for the nearest vectors that orders by something computed from the distance.',
    why: 'An hnsw or ivfflat index serves ORDER BY column <=> value, ascending, and nothing else. Ordered by 1 - distance or in descending order, every row is read and sorted.',
    fine: 'The table is small, or the farthest rows are wanted.',
    source: 'https://www.postgresql.org/docs/current/indexes-ordering.html',
  },
  examples: [
    {
      schema:
        'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));\nCREATE INDEX items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
      unsafe: "SELECT id, 1 - (embedding <=> '[1,2,3]') AS similarity FROM items ORDER BY similarity DESC LIMIT 5;",
      safe: "SELECT id, 1 - (embedding <=> '[1,2,3]') AS similarity FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5;",
    },
  ],
  conclude: {
    SelectStmt(stmt, context) {
      for (const search of vectorSearches(stmt, context)) {
        if (search.byDistance || !('A_Expr' in search.ordered)) continue;
        // one minus, or minus, the distance: what the nearest rows come first by, downward
        const name = search.ordered.A_Expr.name?.[0];
        const minus = name && 'String' in name && name.String.sval === '-';
        if (!search.descending || !minus) continue;
        context.report(
          search.operatorSpan,
          `An index serves ORDER BY ${search.column} ${search.operator} … alone, not an expression of it: every row is read and sorted.`,
          `Order by the distance itself, ascending: the same rows come first. The select list may still compute 1 - distance.`,
        );
      }
    },
  },
});
