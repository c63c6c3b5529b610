import { indexedDimensions } from '../../facts/pgvector.ts';
import { quoteIdentifier } from '../edits.ts';
import { tableOf } from './databaseTable.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'vector-field-without-index',
  severity: 'hint',
  docs: {
    summary: 'A field Unsupported("vector(…)") whose column no hnsw or ivfflat index of the migrations serves.',
    why: 'ORDER BY column <=> value LIMIT n computes the distance of every row and sorts them, unless the column has such an index. Prisma’s language has neither: a migration written by hand makes it, and an @@index of the same field and name, without type, keeps Prisma from dropping it again.',
    fine: 'The table is small (some ten thousand rows), the search is filtered to few rows first, or the result must be exact.',
    source: 'https://www.postgresql.org/docs/current/indexes-types.html',
  },
  examples: [
    {
      before: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n}',
      unsafe: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n}',
      safe: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n}',
      safeMigrations: 'CREATE INDEX "Item_embedding_idx" ON "Item" USING hnsw ("embedding" vector_cosine_ops);',
    },
  ],
  model(model, context) {
    const table = tableOf(model, context.history);
    if (!table || model.isView) return;
    for (const field of model.fields) {
      const [, type, size = ''] =
        /^(?:\w+\.)?(vector|halfvec)(\(\d+\))?$/i.exec(field.kind === 'unsupported' ? field.type : '') ?? [];
      if (!type || !table.columns.some(({ name }) => name === field.column)) continue;
      const isIndexed = table.indexes.some((key) => {
        const index = context.history?.relation(key)?.index;
        // one of an expression may be a cast of it to fewer dimensions
        return (
          !index ||
          index.keys.some((k) => k.expression !== null || (k.column === field.column && index.method !== 'btree'))
        );
      });
      const kind = type.toLowerCase() as 'vector' | 'halfvec';
      const dimensions = Number(size.slice(1, -1));
      const fits = dimensions <= (indexedDimensions[kind] ?? 0);
      // of as many no index holds the distances
      if (isIndexed || dimensions > (indexedDimensions.halfvec ?? 0)) continue;
      const column = quoteIdentifier(field.column);
      context.report(
        model,
        field.member.type ?? field.member,
        `No vector index serves ${field.name}: a search for the nearest computes the distance of every row and sorts them.`,
        fits
          ? `On a large table: CREATE INDEX CONCURRENTLY … USING hnsw (${column} ${kind}_cosine_ops)${size ? '' : ', of a column with its number of dimensions,'} in a migration of your own, and @@index([${field.name}], map: …) of its name here, or Prisma drops it again.`
          : `On a large table: CREATE INDEX CONCURRENTLY … USING hnsw ((${column}::halfvec(${dimensions})) halfvec_cosine_ops) in a migration of your own, and the same cast in the queries: hnsw takes ${indexedDimensions[kind]} dimensions of ${kind}.`,
      );
    }
  },
});
