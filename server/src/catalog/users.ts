/** Which relations use a type or a function of a trigger, by bare names. */
import type { Catalog, Column, Relation, TypeName } from './catalog.ts';

const builtIn = new Set(
  (
    'int2 int4 int8 text varchar bpchar bool numeric float4 float8 timestamp timestamptz date time timetz interval uuid ' +
    'json jsonb bytea inet cidr name char oid money xml tsvector tsquery point bit varbit'
  ).split(' '),
);

const none: ReadonlySet<string> = new Set();

/** Bare names of the columns' types, but for the most common ones of Postgres itself. */
export function ownTypes(relation: Relation | undefined): ReadonlySet<string> {
  const isOwn = ({ type }: Column): boolean => type !== null && (type.schema !== null || !builtIn.has(type.name));
  if (!relation?.columns.some(isOwn)) return none;
  return new Set(relation.columns.filter(isOwn).map(({ type }) => (type as TypeName).name));
}

/** Bare names of the functions that its triggers call. */
export const calledFunctions = (relation: Relation | undefined): ReadonlySet<string> =>
  relation && relation.triggers.length > 0
    ? new Set(relation.triggers.flatMap(({ functionName }) => functionName.at(-1) ?? []))
    : none;

const usersByBase = { types: new WeakMap<Catalog, Users>(), triggers: new WeakMap<Catalog, Users>() };
type Users = Map<string, string[]>;

export const typeUsers = (base: Catalog): Users => usersIn(base, 'types', ownTypes);

export function usersIn(
  base: Catalog,
  what: keyof typeof usersByBase,
  used: (relation: Relation) => ReadonlySet<string>,
): Users {
  let users = usersByBase[what].get(base);
  if (!users) {
    users = new Map();
    for (const [key, relation] of base.relations)
      for (const name of used(relation)) users.set(name, [...(users.get(name) ?? []), key].sort());
    usersByBase[what].set(base, users);
  }
  return users;
}
