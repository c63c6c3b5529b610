/** What of a schema of Prisma's stands for a name of SQL. */
import type { Location } from 'vscode-languageserver-types';
import { relationKey } from '../catalog/catalog.ts';
import { foreignKeyName } from '../sources/prisma/indexes.ts';
import { joinTablesOf } from '../sources/prisma/joinTables.ts';
import { type EnumType, hasColumn, type Model, type PrismaSchema } from '../sources/prisma/model.ts';
import { declarationOf, type PrismaThing, type PrismaUse, usesOf } from '../sources/prisma/names.ts';
import type { SchemaSymbol } from '../symbols/symbol.ts';
import type { DocumentOf } from './definition.ts';
import { rangeOf } from './place.ts';

export const tableKey = ({ databaseSchema, table }: Model): string => relationKey(databaseSchema ?? 'public', table);
export const typeKey = ({ databaseSchema, type }: EnumType): string => relationKey(databaseSchema ?? 'public', type);

/** The model, field, enum, index or relation. */
export function declaredPlaces(symbol: SchemaSymbol, schema: PrismaSchema, documentOf: DocumentOf): Location[] {
  return declaredFor(symbol, schema).flatMap((use) => placeOf(use, documentOf) ?? []);
}

/** The value of an enum. */
export const valuePlaces = (
  { type, value: stored }: { readonly type: string; readonly value: string },
  { enums }: PrismaSchema,
  documentOf: DocumentOf,
): Location[] =>
  enums
    .filter((found) => typeKey(found) === type)
    .flatMap((found) => found.values.filter((value) => value.stored === stored).map((value) => ({ found, value })))
    .flatMap(({ found, value }) => placeOf(declarationOf({ kind: 'value', type: found, value }), documentOf) ?? []);

/** As {@link declaredPlaces}, with every place of the schema that names it. */
export function usedPlaces(symbol: SchemaSymbol, schema: PrismaSchema, documentOf: DocumentOf): Location[] {
  const things = thingsFor(symbol, schema);
  const uses = things.length > 0 ? things.flatMap((thing) => usesOf(schema, thing)) : declaredFor(symbol, schema);
  return uses.flatMap((use) => placeOf(use, documentOf) ?? []);
}

export function placeOf({ at, span }: PrismaUse, documentOf: DocumentOf): Location | null {
  const start = at.file.startOf(at.block);
  const other = documentOf(at.uri);
  return other && { uri: at.uri, range: rangeOf(other, { start: start + span.start, end: start + span.end }) };
}

function declaredFor(symbol: SchemaSymbol, schema: PrismaSchema): PrismaUse[] {
  const things = thingsFor(symbol, schema);
  if (things.length > 0) return things.map(declarationOf);
  if (symbol.kind === 'relation') {
    const index = schema.models.flatMap((model) =>
      model.indexes
        .filter(({ name }) => relationKey(model.databaseSchema ?? 'public', name) === symbol.key)
        .map(({ start, end }) => ({ at: model, span: { start, end } })),
    );
    return index.length > 0 ? index : joinSides(symbol.key, schema);
  }
  if (symbol.kind === 'column') return joinSides(symbol.table, schema);
  if (symbol.kind !== 'constraint') return [];
  return schema.models
    .filter((model) => tableKey(model) === symbol.table)
    .flatMap((model) => [
      ...model.indexes
        .filter(({ name }) => name === symbol.name)
        .map(({ start, end }) => ({ at: model, span: { start, end } })),
      ...model.relations
        .filter((relation) => foreignKeyName(model, relation) === symbol.name)
        .map(({ attribute: { start, end } }) => ({ at: model, span: { start, end } })),
    ]);
}

function thingsFor(symbol: SchemaSymbol, { models, enums }: PrismaSchema): PrismaThing[] {
  switch (symbol.kind) {
    case 'relation':
      return models.filter((model) => tableKey(model) === symbol.key).map((model) => ({ kind: 'model', model }));
    case 'column':
      return models
        .filter((model) => tableKey(model) === symbol.table)
        .flatMap((model) =>
          model.fields
            .filter((field) => hasColumn(field) && field.column === symbol.name)
            .map((field) => ({ kind: 'field', model, field }) as const),
        );
    case 'type':
      return enums.filter((type) => typeKey(type) === symbol.key).map((type) => ({ kind: 'enum', type }));
    default:
      return [];
  }
}

/** The two lists that a table between them is made of. */
const joinSides = (key: string, schema: PrismaSchema): PrismaUse[] =>
  joinTablesOf(schema)
    .filter(({ table, databaseSchema }) => relationKey(databaseSchema ?? 'public', table) === key)
    .flatMap(({ sides }) => sides.map(({ model, field }) => declarationOf({ kind: 'field', model, field })));
