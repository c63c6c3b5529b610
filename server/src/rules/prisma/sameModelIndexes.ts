/** Which indexes of a model do the same work. */
import type { IndexedField, ModelIndex } from '../../sources/prisma/model.ts';

const sameKey = (a: IndexedField, b: IndexedField | undefined): boolean =>
  a.field === b?.field && a.descending === b.descending && a.operatorClass === b.operatorClass;

/** Everything but uniqueness and name. */
export const sameWork = (a: ModelIndex, b: ModelIndex): boolean =>
  a.method === b.method &&
  !a.isPartial &&
  !b.isPartial &&
  a.fields.length === b.fields.length &&
  a.fields.every((key, i) => sameKey(key, b.fields[i]));

/** Whether every query that the shorter serves, the longer serves too, and the shorter promises nothing of its own. */
export const isPrefix = (shorter: ModelIndex, longer: ModelIndex): boolean =>
  shorter.kind === 'index' &&
  shorter.method === 'btree' &&
  longer.method === 'btree' &&
  !shorter.isPartial &&
  !longer.isPartial &&
  shorter.fields.length < longer.fields.length &&
  shorter.fields.every((key, i) => sameKey(key, longer.fields[i]));

/** Whether all fields of one are fields of the other. */
export const isWithin = (inner: ModelIndex, outer: ModelIndex): boolean =>
  inner.fields.every(({ field }) => outer.fields.some((other) => other.field === field));

/** As it stands in the schema: `@@unique([a, b])`, `@id of id`. */
export function writtenIndex({ of, kind, fields }: ModelIndex): string {
  const sign = kind === 'id' ? '@id' : kind === 'unique' ? '@unique' : '@index';
  return of ? `${sign} of ${of.name}` : `@${sign}([${fields.map(({ field }) => field.name).join(', ')}])`;
}
