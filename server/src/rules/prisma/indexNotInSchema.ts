import { type Relation, relationKey } from '../../catalog/catalog.ts';
import type { IndexDefinition } from '../../catalog/objects.ts';
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import type { Fix } from '../rule.ts';
import { tableOf } from './databaseTable.ts';
import { addToModel, isBeingTyped } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'index-not-in-schema',
  severity: 'warning',
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
    const table = tableOf(model, context.history);
    if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt || isBeingTyped(model)) return;
    for (const key of table.indexes) {
      const relation = context.history?.relation(key);
      const index = relation?.index;
      if (!relation || !index || !isSeen(index) || isListed(model, table, relation, index)) continue;
      const fields = fieldsOf(model, index);
      if (!fields) continue;
      const list = fields.map(({ name }) => name).join(', ');
      context.report(
        model,
        model.block.name ?? { start: model.block.head, end: model.block.close },
        `The next migration drops the index ${relation.name} on ${list}: Prisma drops what the schema does not list.`,
        `Keep it with an @@index of its name, or leave the DROP INDEX out of the migration each time.`,
        keep(model, relation, index, fields),
      );
    }
  },
});

/** Partial indexes, those of expressions and those of constraints are none of Prisma's. */
const isSeen = ({ where, keys, constraint, include, nullsNotDistinct, only }: IndexDefinition): boolean =>
  where === null &&
  constraint === null &&
  include.length === 0 &&
  !nullsNotDistinct &&
  !only &&
  keys.every(({ column, expression }) => column !== null && expression === null);

/** By its name; or by its columns, under a name that the table has not: then it is renamed, or made another. */
function isListed({ indexes }: Model, table: Relation, { name }: Relation, { keys }: IndexDefinition): boolean {
  const columns = keys.map(({ column }) => column).join();
  return indexes.some(
    (index) =>
      index.name === name ||
      (index.fields.map(({ field }) => field.column).join() === columns &&
        !table.indexes.includes(relationKey(table.schema, index.name))),
  );
}

/** Null where one of them is not in the model: the column goes, and the index with it. */
function fieldsOf({ fields }: Model, { keys }: IndexDefinition): ModelField[] | null {
  const found = keys.map(({ column }) => fields.find((field) => field.column === column));
  return found.every((field) => field !== undefined) ? found : null;
}

const types: Readonly<Record<string, string>> = {
  gin: 'Gin',
  gist: 'Gist',
  spgist: 'SpGist',
  brin: 'Brin',
  hash: 'Hash',
};

/** What makes Prisma keep it as it is. Of the methods that the language does not have it takes one without type. */
function keep(
  model: Model,
  { name }: Relation,
  { method, keys, unique }: IndexDefinition,
  fields: readonly ModelField[],
): Fix[] {
  if (keys.some((k) => k.descending || k.nullsFirst || k.collation || (method === 'btree' && k.operatorClass)))
    return [];
  const isForeign = method === 'hnsw' || method === 'ivfflat';
  const type = types[method];
  if (method !== 'btree' && !isForeign && !type) return [];
  const list = fields.map((field, i) => {
    const ops = isForeign ? null : keys[i]?.operatorClass;
    return ops ? `${field.name}(ops: raw("${ops}"))` : field.name;
  });
  const attribute = `@@${unique ? 'unique' : 'index'}([${list.join(', ')}], ${type ? `type: ${type}, ` : ''}map: ${JSON.stringify(name)})`;
  return [{ title: `Keep it: ${attribute}`, safe: false, edits: [addToModel(model, attribute)] }];
}
