import { nameParts } from '../../catalog/names.ts';
import { indexedDimensions, vectorMethodOf, vectorTypeOf } from '../../facts/pgvector.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { type WrittenKey, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'vector-index-dimensions',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'An hnsw or ivfflat index on a vector column with too many dimensions, or with none told.',
    why: 'pgvector indexes up to 2000 dimensions of vector and up to 4000 of halfvec; beyond that the statement fails (54000). A column declared as vector without a number of dimensions cannot be indexed at all (22023).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3072));',
      unsafe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
      safe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw ((embedding::halfvec(3072)) halfvec_cosine_ops);',
    },
    {
      schema: 'CREATE EXTENSION vector;\nCREATE TABLE items (id bigint PRIMARY KEY, embedding vector);',
      unsafe: 'CREATE INDEX CONCURRENTLY items_embedding_idx ON items USING hnsw (embedding vector_cosine_ops);',
      safe: 'ALTER TABLE items ALTER COLUMN embedding TYPE vector(3);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = vectorMethodOf(stmt.accessMethod ?? '');
      const index = method && writtenIndex(stmt, context);
      for (const key of index?.keys ?? []) {
        const type = vectorTypeOf(key.type);
        if (!type || !key.type) continue;
        const [dimensions] = key.type.modifiers;
        const most = indexedDimensions[type];
        if (dimensions === undefined) {
          if (type === 'bit') continue;
          context.report(
            key.span,
            `This fails: ${key.column} is a ${type} without a number of dimensions, and such a column cannot be indexed.`,
            `Give the column its dimensions (${type}(1536)), or index an expression that has them: ((${key.column}::${type}(1536))).`,
          );
        } else if (most !== undefined && dimensions > most)
          context.report(
            key.span,
            `This fails: ${key.column} has ${dimensions} dimensions, and an index takes ${most} of the type ${type}.`,
            dimensions <= 4000
              ? 'Index it as halfvec, with half the precision: up to 4000 dimensions. Queries have to order by the same expression.'
              : 'Index fewer dimensions, such as ((subvector(column, 1, 2000)::vector(2000))), or its binary quantization.',
            type === 'vector' && dimensions <= 4000 ? asHalfvec(key, dimensions, context) : [],
          );
      }
    },
  },
});

function asHalfvec(key: WrittenKey, dimensions: number, context: RuleContext): Fix[] {
  const written = nameParts(key.element.opclass).at(-1) ?? '';
  const { tokens } = context;
  const at = tokens.find([written], key.first + 1, key.last + 1);
  if (at !== key.first + 1 || !written.startsWith('vector_')) return [];
  const column = tokens.written(key.first);
  const newText = `(${column}::halfvec(${dimensions})) ${written.replace('vector', 'halfvec')}`;
  return [{ title: 'Index it as halfvec', safe: false, edits: [{ ...tokens.span(key.first, at), newText }] }];
}
