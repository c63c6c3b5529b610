import { withoutPositions } from '../../catalog/expressions.ts';
import { sameValue } from '../../catalog/sameValue.ts';
import { defineRule } from '../rule.ts';
import { vectorIndexes, vectorSearches } from './vectorSearches.ts';

export default defineRule({
  id: 'vector-filtered-search',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A search for the nearest vectors with a WHERE, on a column with an hnsw or ivfflat index.',
    why: 'The index gives its nearest candidates first (40 with the default hnsw.ef_search), and the condition is applied to those alone: when few rows meet it, fewer rows than LIMIT come back, or none, although there are more. Since pgvector 0.8 an iterative scan goes on until there are enough.',
    fine: 'Most rows meet the condition, the search sets hnsw.iterative_scan or ivfflat.iterative_scan, or the planner prefers an index of the condition.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      schema:
        'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, tenant_id bigint, embedding vector(3));\nCREATE INDEX items_embedding_idx ON items USING hnsw (embedding vector_l2_ops);',
      unsafe: "SELECT id FROM items WHERE tenant_id = 5 ORDER BY embedding <-> '[1,2,3]' LIMIT 10;",
      safe: "SELECT id FROM items ORDER BY embedding <-> '[1,2,3]' LIMIT 10;",
    },
  ],
  conclude: {
    SelectStmt(stmt, context) {
      for (const search of vectorSearches(stmt, context)) {
        if (!search.byDistance || !search.select.whereClause) continue;
        const where = withoutPositions(search.select.whereClause);
        const { indexes } = vectorIndexes(search, context);
        const index = indexes.find((i) => i.operator === search.operator);
        // an index of just these rows
        if (!index || indexes.some((i) => i.definition.where !== null && sameValue(i.definition.where, where)))
          continue;
        if (index.definition.where !== null) continue;
        const { method } = index.definition;
        context.report(
          search.operatorSpan,
          `${index.relation.name} gives its nearest candidates first, and WHERE filters those: fewer rows than LIMIT may come back.`,
          `SET ${method}.iterative_scan = relaxed_order before the query (pgvector 0.8), or make the index partial by the condition.`,
        );
      }
    },
  },
});
