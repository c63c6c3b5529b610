/** A catalog as the schema at the end of a history: nothing of a session, nothing created by "this file". */
import type { Catalog } from './catalog.ts';
import type { FinalSchema } from './schema.ts';
import { newSession } from './session.ts';
import { outcomeIn } from './tally.ts';
import { typeUsers } from './users.ts';

export function finalSchema(catalog: Catalog): FinalSchema {
  return {
    session: newSession('unknown'),
    hasWaited: false,
    insertRun: null,
    heldLocks: [],
    addedEnumValues: () => [],
    createsEnum: () => false,
    relation: (key) => catalog.relations.get(key),
    versionsOf: () => [],
    relationBeforeRow: () => undefined,
    type: (key) => catalog.types.get(key),
    functions: (name) => catalog.functions.get(name) ?? [],
    extension: (name) => catalog.extensions.get(name),
    hasNamespace: (name) => catalog.namespaces.has(name),
    doubts: (doubt) => catalog.doubts.has(doubt),
    contentsOf: (schema) => {
      const keys = (map: { keys(): Iterable<string> }) =>
        [...map.keys()].filter((key) => schema === null || key.startsWith(`${schema}.`)).sort();
      const functions = [...catalog.functions]
        .filter(([, all]) => schema === null || all.some((f) => f.schema === schema))
        .map(([name]) => name);
      return { relations: keys(catalog.relations), types: keys(catalog.types), functions: functions.sort() };
    },
    volatilityOf: (name) => catalog.volatilities.get(name),
    isCreated: () => false,
    isAddedNotValid: () => false,
    relationsWithType: (name) => typeUsers(catalog).get(name) ?? [],
    relationsWithTriggerOf: (name) =>
      [...catalog.relations].flatMap(([key, r]) =>
        r.triggers.some((t) => t.functionName.at(-1) === name) ? [key] : [],
      ),
    tally: (schema, tally) => outcomeIn(catalog.relations, schema, tally),
  };
}
