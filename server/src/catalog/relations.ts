/** Small steps that the appliers share: to change one relation, to find those below it, to create one. */
import type { RangeVar } from '@pgsql/types';
import { type Column, keyOf, newColumn, newRelation, type Relation, type RelationKind } from './catalog.ts';
import type { Dependent } from './objects.ts';
import type { SchemaReader, SchemaWriter } from './schema.ts';

/** Nothing happens to a relation that the files do not know. */
export function change(schema: SchemaWriter, key: string, how: (relation: Relation) => Relation): void {
  const relation = schema.relation(key);
  if (!relation) return;
  const changed = how(relation);
  if (changed !== relation) schema.setRelation(changed);
}

export function create(schema: SchemaWriter, relation: Relation): void {
  schema.setRelation(relation);
  schema.markCreated(keyOf(relation), true);
}

export function remove(schema: SchemaWriter, key: string): void {
  schema.removeRelation(key);
  if (schema.isCreated(key)) schema.markCreated(key, false);
}

/** A relation of which nothing is known yet, as CREATE names it. */
export function named(
  schema: SchemaReader,
  target: RangeVar | undefined,
  kind: RelationKind,
  complete: boolean,
): Relation {
  return {
    ...newRelation(target?.schemaname ?? schema.session.schema, target?.relname ?? '', kind, complete),
    temporary: target?.relpersistence === 't' || target?.schemaname === 'pg_temp',
    unlogged: target?.relpersistence === 'u',
  };
}

/** Partitions and tables that inherit, and theirs; parents first. */
export function descendants(schema: SchemaReader, relation: Relation): string[] {
  const found = new Set<string>();
  const visit = (parent: Relation): void => {
    for (const key of [...parent.partitions, ...parent.inheritors]) {
      if (found.has(key)) continue;
      found.add(key);
      const child = schema.relation(key);
      if (child) visit(child);
    }
  };
  visit(relation);
  return [...found];
}

/** A column that the files never created is remembered from the first thing they say of it. */
export function withColumn(relation: Relation, name: string, change: Partial<Column>): Relation {
  const known = relation.columns.some((c) => c.name === name);
  // refused: there is none
  if (!known && relation.complete) return relation;
  const columns = known
    ? relation.columns.map((c) => (c.name === name ? { ...c, ...change } : c))
    : [...relation.columns, { ...newColumn(name, null), ...change }];
  return { ...relation, columns };
}

/** In the place of a dependent of the same kind and name. */
export const withDependent = (relation: Relation, dependent: Dependent): Relation => ({
  ...relation,
  dependents: [...withoutDependent(relation, dependent.kind, dependent.name).dependents, dependent],
});

export function withoutDependent(relation: Relation, kind: Dependent['kind'], name: string): Relation {
  const dependents = relation.dependents.filter((d) => d.kind !== kind || d.name !== name);
  return dependents.length === relation.dependents.length ? relation : { ...relation, dependents };
}

/** The list without the item, and with it at the end unless it is in it. */
export const without = <T>(items: readonly T[], item: T): readonly T[] =>
  items.includes(item) ? items.filter((i) => i !== item) : items;
export const withItem = <T>(items: readonly T[], item: T): readonly T[] =>
  items.includes(item) ? items : [...items, item];
