import { type Relation, relationKey } from '../../catalog/catalog.ts';
import type { FinalSchema } from '../../catalog/schema.ts';
import type { Model } from '../../sources/prisma/model.ts';
import { tableOf } from './databaseTable.ts';
import { type KeptIndex, keptIndex } from './keptIndex.ts';
import { isBeingTyped } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'index-not-in-schema',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'An index that a migration has made, and the model does not list.',
    why: 'What the schema does not list, Prisma drops: the next migration holds a DROP INDEX for it, and the queries that count on the index read whole tables from then on. That also goes for what the schema language cannot say, as an hnsw index of pgvector: an @@index of the same fields and name, without type, makes Prisma keep it. Partial indexes and those of expressions Prisma leaves alone.',
    fine: 'The index is to go.',
    source: 'https://www.postgresql.org/docs/current/sql-dropindex.html',
  },
  examples: [
    {
      before: 'model Order {\n  id   BigInt @id\n  note String\n}',
      migrations: 'CREATE INDEX "notes" ON "Order" ("note");',
      unsafe: 'model Order {\n  id   BigInt @id\n  note String\n}',
      safe: 'model Order {\n  id   BigInt @id\n  note String\n\n  @@index([note], map: "notes")\n}',
    },
    {
      before: 'model Page {\n  id    BigInt   @id\n  title String\n  tags  String[]\n}',
      migrations:
        'CREATE EXTENSION pg_trgm;\nCREATE INDEX "by_words" ON "Page" USING gin ("title" gin_trgm_ops);\nCREATE INDEX "by_tag" ON "Page" USING gin ("tags");',
      unsafe: 'model Page {\n  id    BigInt   @id\n  title String\n  tags  String[]\n}',
      safe: 'model Page {\n  id    BigInt   @id\n  title String\n  tags  String[]\n\n  @@index([title(ops: raw("gin_trgm_ops"))], type: Gin, map: "by_words")\n  @@index([tags], type: Gin, map: "by_tag")\n}',
    },
    {
      before: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n}',
      migrations: 'CREATE INDEX "Item_embedding_idx" ON "Item" USING hnsw ("embedding" vector_cosine_ops);',
      unsafe: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n}',
      safe: 'model Item {\n  id        BigInt                    @id\n  embedding Unsupported("vector(3)")?\n\n  @@index([embedding], map: "Item_embedding_idx")\n}',
    },
  ],
  model(model, context) {
    for (const { relation, kept } of indexesNotInSchema(model, context.history)) {
      const { fields } = kept;
      const list = fields.map(({ name }) => name).join(', ');
      context.report(
        model,
        model.block.name ?? { start: model.block.head, end: model.block.close },
        `The next migration drops the index ${relation.name} on ${list}: Prisma drops what the schema does not list.`,
        `Keep it with an @@index of its name, or leave the DROP INDEX out of the migration each time.`,
        kept.attribute === null ? [] : [{ title: `Keep it: ${kept.attribute}`, safe: false, edits: kept.edits }],
        { tells: [relationKey(relation.schema, relation.name)] },
      );
    }
  },
});

interface DroppedIndex {
  readonly relation: Relation;
  readonly kept: KeptIndex;
}

/** The indexes that Prisma drops next. */
function indexesNotInSchema(model: Model, history: FinalSchema | null): DroppedIndex[] {
  const table = tableOf(model, history);
  if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt || isBeingTyped(model)) return [];
  return table.indexes.flatMap((key) => {
    const relation = history?.relation(key);
    const kept = relation && keptIndex(model, table, relation);
    return kept ? [{ relation, kept }] : [];
  });
}
