import { vectorTypeOf } from '../../facts/pgvector.ts';
import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { withMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'btree-index-on-vector',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A btree index on a vector column.',
    why: 'A btree index serves equality and order of whole vectors. A search for the nearest ones (ORDER BY column <=> …) cannot use it: it needs hnsw or ivfflat. And a vector of more than about 670 dimensions is too long for a btree entry: INSERT fails (54000).',
    fine: 'Hardly ever.',
    source: 'https://www.postgresql.org/docs/current/indexes-types.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));',
      unsafe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items (embedding);',
      safe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.unique || (stmt.accessMethod ?? 'btree') !== 'btree' || stmt.indexParams?.length !== 1) return;
      const index = writtenIndex(stmt, context);
      const [key] = index?.keys ?? [];
      const type = vectorTypeOf(key?.type);
      if (!index || !key || !type || type === 'bit' || key.element.opclass) return;
      const plain = key.first === key.last && index.parameters.length === 0 && index.include.length === 0;
      context.report(
        key.span,
        `A btree index on ${key.column} compares whole vectors: it does not serve a search for the nearest.`,
        'Use hnsw with the operator class of the distance that the queries order by.',
        plain
          ? [
              {
                title: `Use an hnsw index for cosine distance`,
                safe: false,
                edits: [withMethod(index, 'hnsw', context), insertAt(key.span.end, ` ${type}_cosine_ops`)],
              },
            ]
          : [],
      );
    },
  },
});
