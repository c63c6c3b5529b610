/** A catalog as the schema at the end of a history: nothing of a session, nothing created by "this file". */
import type { Catalog } from './catalog.ts';
import type { FinalSchema } from './schema.ts';
import { newSession } from './session.ts';

export function finalSchema(catalog: Catalog): FinalSchema {
  let listing: Map<string, string[]> | null = null;
  return {
    session: newSession('unknown'),
    hasWaited: false,
    heldLocks: [],
    addedEnumValues: () => [],
    createsEnum: () => false,
    relation: (key) => catalog.relations.get(key),
    versionsOf: () => [],
    type: (key) => catalog.types.get(key),
    functions: (name) => catalog.functions.get(name) ?? [],
    extension: (name) => catalog.extensions.get(name),
    hasNamespace: (name) => catalog.namespaces.has(name),
    volatilityOf: (name) => catalog.volatilities.get(name),
    isCreated: () => false,
    isAddedNotValid: () => false,
    relationsIn(schema) {
      if (!listing) {
        listing = new Map();
        for (const [key, relation] of catalog.relations) {
          const keys = listing.get(relation.schema);
          if (keys) keys.push(key);
          else listing.set(relation.schema, [key]);
        }
      }
      return listing.get(schema) ?? [];
    },
  };
}
