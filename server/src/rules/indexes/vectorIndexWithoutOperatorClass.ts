import { defaultOperator, vectorMethodOf, vectorOperatorClasses, vectorTypeOf } from '../../facts/pgvector.ts';
import { defineRule } from '../rule.ts';
import { withOperatorClass } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

const meanings: Readonly<Record<string, string>> = {
  cosine_ops: 'cosine distance (<=>)',
  l2_ops: 'Euclidean distance (<->)',
  ip_ops: 'inner product (<#>)',
  hamming_ops: 'Hamming distance (<~>)',
};

export default defineRule({
  id: 'vector-index-without-operator-class',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'An hnsw or ivfflat index without an operator class.',
    why: 'An index of pgvector serves one distance, which its operator class tells. hnsw has no default, ivfflat only for the type vector (Euclidean distance): without the class the statement fails (42704).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-opclass.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3));',
      unsafe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding);',
      safe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = vectorMethodOf(stmt.accessMethod ?? '');
      const index = method && writtenIndex(stmt, context);
      for (const key of index?.keys ?? []) {
        const type = vectorTypeOf(key.type);
        if (!method || !type || key.element.opclass || defaultOperator(method, type) !== null) continue;
        const classes = vectorOperatorClasses[method][type] ?? [];
        const offered = ['cosine_ops', 'l2_ops', 'ip_ops', 'hamming_ops'].filter((c) => classes.includes(c));
        context.report(
          key.span,
          `This fails: ${type} has no default operator class for the access method ${method}.`,
          `Name the distance that the queries order by, such as ${type}_${offered[0] ?? 'l2_ops'}.`,
          offered.map((name) => ({
            title: `Use ${type}_${name}: ${meanings[name]}`,
            safe: false,
            edits: [withOperatorClass(key, `${type}_${name}`, context)],
          })),
        );
      }
    },
  },
});
