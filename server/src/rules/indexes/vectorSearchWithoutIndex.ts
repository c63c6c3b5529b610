import { columnOf } from '../../catalog/catalog.ts';
import { distanceOperators, indexedDimensions, vectorTypeOf } from '../../facts/pgvector.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { vectorIndexes, vectorSearches } from './vectorSearches.ts';

export default defineRule({
  id: 'vector-search-without-index',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A search for the nearest vectors that no index serves.',
    why: 'ORDER BY column <=> value LIMIT n computes the distance of every row and sorts them, unless the column has an hnsw or ivfflat index whose operator class is that of the operator: an index for cosine distance does not serve <->.',
    fine: 'The table is small (some ten thousand rows), or the result must be exact.',
    source: 'https://www.postgresql.org/docs/current/indexes-opclass.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));',
      unsafe: "SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5;",
      safe: "CREATE INDEX CONCURRENTLY ON items USING hnsw (embedding vector_cosine_ops);\nSELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5;",
    },
    {
      schema:
        'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));\nCREATE INDEX items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
      unsafe: "SELECT id FROM items ORDER BY embedding <-> '[1,2,3]' LIMIT 5;",
      safe: "SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5;",
    },
  ],
  conclude: {
    SelectStmt(stmt, context) {
      for (const search of vectorSearches(stmt, context)) {
        if (!search.byDistance || !search.table.complete) continue;
        const { indexes, others } = vectorIndexes(search, context);
        if (others || indexes.some((i) => i.operator === null || i.operator === search.operator)) continue;
        const column = columnOf(search.table, search.column);
        const type = vectorTypeOf(column?.type);
        const suffix = Object.keys(distanceOperators).find((name) => distanceOperators[name] === search.operator);
        const [other] = indexes;
        const dimensions = Number(column?.type?.modifiers[0] ?? 0);
        const most = (type && indexedDimensions[type]) ?? Number.MAX_SAFE_INTEGER;
        // of as many no index holds the distances
        if (!other && dimensions > Math.max(most, indexedDimensions.halfvec ?? 0)) continue;
        context.report(
          search.operatorSpan,
          other
            ? `${other.relation.name} serves ${other.operator}, not ${search.operator}: every row's distance is computed and sorted.`
            : `${search.table.name}.${search.column} has no vector index: every row's distance is computed and sorted.`,
          other
            ? `Order by ${other.operator}, or create an index with ${type}_${suffix}.`
            : dimensions > most
              ? `On a large table: CREATE INDEX CONCURRENTLY ON ${quoteIdentifier(search.table.name)} USING hnsw ((${quoteIdentifier(search.column)}::halfvec(${dimensions})) halfvec_${suffix}), and the same cast here: hnsw takes ${most} dimensions of ${type}.`
              : `On a large table: CREATE INDEX CONCURRENTLY ON ${quoteIdentifier(search.table.name)} USING hnsw (${quoteIdentifier(search.column)} ${type}_${suffix}).`,
        );
      }
    },
  },
});
