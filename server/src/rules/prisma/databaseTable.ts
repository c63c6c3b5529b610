/** What the migrations have made of a model. */
import { type Relation, relationKey } from '../../catalog/catalog.ts';
import type { FinalSchema } from '../../catalog/schema.ts';
import type { EnumType, Model } from '../../sources/prisma/model.ts';

/** The key of a model's table. */
export const tableKeyOf = (model: Pick<Model, 'table' | 'databaseSchema'>): string =>
  relationKey(model.databaseSchema ?? 'public', model.table);

/** Undefined where no migration has made it, or none are known. */
export function tableOf(
  model: Pick<Model, 'table' | 'databaseSchema'>,
  history: FinalSchema | null,
): Relation | undefined {
  return history?.relation(tableKeyOf(model));
}

/** The key of an enum's type. */
export const typeKeyOf = (type: Pick<EnumType, 'type' | 'databaseSchema'>): string =>
  relationKey(type.databaseSchema ?? 'public', type.type);
