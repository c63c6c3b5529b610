/** What a Prisma schema has beyond its migrations: a query beside them may count on it already, and fail or not. */
import { type Catalog, columnOf, relationKey } from './catalog/catalog.ts';
import { hasColumn, type PrismaSchema } from './sources/prisma/model.ts';

const known = new WeakMap<Catalog, { readonly schema: PrismaSchema; readonly result: Catalog }>();

/**
 * @param end what the migrations leave
 * @returns the same, in doubt where the schema has more: then the database was not made by these migrations alone
 */
export function withSchemaAhead(end: Catalog, schema: PrismaSchema): Catalog {
  const last = known.get(end);
  if (last?.schema === schema) return last.result;
  const ahead = schema.models.flatMap((model) => {
    const key = relationKey(model.databaseSchema ?? 'public', model.table);
    const table = end.relations.get(key);
    const isKnown = table && model.fields.every((field) => !hasColumn(field) || columnOf(table, field.column));
    return isKnown ? [] : [key];
  });
  let doubts = end.doubts;
  for (const key of ahead) doubts = doubts.set(`of ${key}`, true);
  if (ahead.length > 0) doubts = doubts.set('relations', true);
  const result = ahead.length > 0 ? { ...end, doubts } : end;
  known.set(end, { schema, result });
  return result;
}
