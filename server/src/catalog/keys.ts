/** The keys under which the replay holds what is known of schema and session. */
import type { Catalog } from './catalog.ts';
import type { Tally } from './tally.ts';

export const sessionKey = 's';
/** Read by who looks at the session in several places: any change of it counts. */
export const anySessionKey = 'S';
export const waitedKey = 'w';
export const heldKey = 'h';
export const insertsKey = 'i';
/** Read by ROLLBACK, which brings back whatever was written since BEGIN: it runs again after every change. */
export const everythingKey = '*';
/** Read by who looks at all values of one part of the catalog, by the prefix of its keys. */
export const allOfKey = (prefix: string): string => `* ${prefix}`;
/** Which transaction made a savepoint of that name last. */
export const savepointKey = (name: string): string => `p ${name}`;
/** Which statements wrote a relation. */
export const originKey = (key: string): string => `o ${key}`;
/** What is counted over the relations that a schema has at the end of the row. */
export const tallyKey = (schema: string, tally: Tally): string => `q ${tally.name} ${schema}`;

/** Stands in a timeline for "there is no such thing", as a DROP leaves it. */
export const removed = Symbol('removed');

/** The parts of a catalog by the prefix of their keys. */
export const catalogParts = {
  r: 'relations',
  v: 'volatilities',
  f: 'functions',
  t: 'types',
  x: 'extensions',
  m: 'namespaces',
  k: 'constraintNames',
  u: 'doubts',
} as const satisfies Record<string, keyof Catalog>;

/** What the base holds under a key of the replay. */
export function inBase(base: Catalog, key: string): unknown {
  const part = catalogParts[key[0] as keyof typeof catalogParts] as keyof Catalog | undefined;
  return part ? base[part].get(key.slice(2)) : undefined;
}
