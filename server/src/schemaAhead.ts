/** What a Prisma schema has beyond its migrations: a query beside them may count on it already, and fail or not. */
import { type Catalog, columnOf, type Relation, relationKey } from './catalog/catalog.ts';
import { hasColumn, type Model, type PrismaSchema } from './sources/prisma/model.ts';

const known = new WeakMap<Catalog, { readonly schema: PrismaSchema; readonly result: Catalog }>();

/**
 * @param end what the migrations leave
 * @returns the same, in doubt where the schema has more: then the database was not made by these migrations alone
 */
export function withSchemaAhead(end: Catalog, schema: PrismaSchema): Catalog {
  const last = known.get(end);
  if (last?.schema === schema) return last.result;
  let { relations, doubts } = end;
  for (const model of schema.models) {
    const key = relationKey(model.databaseSchema ?? 'public', model.table);
    const table = relations.get(key);
    if (table && hasAll(table, model, end)) continue;
    doubts = doubts.set(`of ${key}`, true).set('relations', true);
    if (table) relations = relations.set(key, { ...table, complete: false });
  }
  const result = doubts === end.doubts ? end : { ...end, relations, doubts };
  known.set(end, { schema, result });
  return result;
}

/** Whether the table has the model's columns, and unique keys over the same columns. */
function hasAll(table: Relation, model: Model, { relations }: Catalog): boolean {
  const keys = [
    ...table.constraints.flatMap(({ kind, columns }) => (kind === 'primary' || kind === 'unique' ? [columns] : [])),
    ...table.indexes.flatMap((key) => {
      const index = relations.get(key)?.index;
      return index?.unique ? [index.keys.map(({ column }) => column)] : [];
    }),
  ].map((columns) => [...columns].sort().join());
  return (
    model.fields.every((field) => !hasColumn(field) || columnOf(table, field.column)) &&
    model.indexes.every(
      ({ kind, fields }) =>
        kind === 'index' ||
        keys.includes(
          fields
            .map(({ field }) => field.column)
            .sort()
            .join(),
        ),
    )
  );
}
