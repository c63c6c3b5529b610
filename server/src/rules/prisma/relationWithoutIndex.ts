import { columnOf } from '../../catalog/catalog.ts';
import type { Model, ModelField, ModelIndex } from '../../sources/prisma/model.ts';
import { tableOf } from './databaseTable.ts';
import { addToModel } from './modelEdits.ts';
import { namesOf } from './modelNames.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';

export default defineModelRule({
  id: 'relation-without-index',
  severity: 'information',
  docs: {
    summary: 'A relation whose fields no index of the model begins with.',
    why: 'Prisma makes a foreign key of the relation, and Postgres does not index the columns of a foreign key. For each row of the other model that is deleted it looks up the rows that refer to it: without an index that reads the whole table, whatever onDelete says. So do `include` and queries for the rows of one parent.',
    fine: 'Rows of the other model are never deleted and nobody asks for the rows of one, or the table stays small.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  },
  examples: [
    {
      schema: 'model Customer {\n  id     BigInt  @id\n  orders Order[]\n}',
      unsafe:
        'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Cascade)\n  customerId BigInt\n}',
      safe: 'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Cascade)\n  customerId BigInt\n\n  @@index([customerId])\n}',
    },
  ],
  model(model, context) {
    if (!context.schema.foreignKeys || model.inDoubt || model.isView) return;
    for (const { attribute, fields, target } of model.relations) {
      if (isIndexed(model, fields) || isIndexedByMigrations(model, fields, context)) continue;
      if (isDroppedByMigrations(model, fields, context)) continue;
      // from Postgres 18 on an index can be searched by a later column, where the first has few values
      const isInside = model.indexes.some((index) => index.fields.some(({ field }) => fields.includes(field)));
      const index = `@@index([${fields.map(({ name }) => name).join(', ')}])`;
      context.report(
        model,
        attribute,
        `No index of ${model.name} begins with ${namesOf(fields)}: each row of ${target.name} that is deleted ${isInside ? 'may read' : 'reads'} the whole table, and so does a query for the rows of one.`,
        `Postgres does not index foreign keys by itself: add ${index}.`,
        [{ title: `Add ${index}`, safe: false, edits: [addToModel(model, index)] }],
      );
    }
  },
});

/** An index that begins with any of the columns: for a key of several columns that narrows the search at least. */
const isIndexed = ({ indexes }: Model, fields: readonly ModelField[]): boolean =>
  indexes.some((index) => canSearch(index) && fields.includes(index.fields[0]?.field as ModelField));

const canSearch = ({ method, isPartial }: ModelIndex): boolean => !isPartial && method !== 'gin' && method !== 'brin';

/** One that Prisma's language cannot express, or that is not in it. */
function isIndexedByMigrations(model: Model, fields: readonly ModelField[], { history }: ModelRuleContext): boolean {
  const table = tableOf(model, history);
  const columns = fields.map(({ column }) => column);
  return (
    table?.indexes.some((key) => {
      const index = history?.relation(key)?.index;
      if (!index) return true;
      // a partial one may be made for just these searches
      return index.method !== 'gin' && index.method !== 'brin' && columns.includes(index.keys[0]?.column ?? '');
    }) ?? false
  );
}

/** A migration written by hand has left the foreign key out, or dropped it. */
function isDroppedByMigrations(model: Model, fields: readonly ModelField[], { history }: ModelRuleContext): boolean {
  const table = tableOf(model, history);
  const columns = fields.map(({ column }) => column);
  return (
    table !== undefined &&
    columns.every((column) => columnOf(table, column)) &&
    !table.constraints.some((c) => c.kind === 'foreign' && c.columns.join() === columns.join())
  );
}
