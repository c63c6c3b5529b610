/** A relation gets another name or schema: whatever knows it by its key is told. */
import type { RangeVar } from '@pgsql/types';
import { keyOf, type Relation, relationKey } from './catalog.ts';
import { withRelationRenamed } from './expressions.ts';
import { rangeVarKey } from './names.ts';
import type { Dependent } from './objects.ts';
import { change, remove } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

export function moveRelation(schema: SchemaWriter, relation: Relation, toSchema: string, toName: string): void {
  const from = keyOf(relation);
  const to = relationKey(toSchema, toName);
  if (from === to) return;
  const isNew = schema.isCreated(from);
  remove(schema, from);
  const swap = (key: string): string => (key === from ? to : key);
  const swapAll = (keys: readonly string[]): readonly string[] => (keys.includes(from) ? keys.map(swap) : keys);
  schema.setRelation({
    ...relation,
    schema: toSchema,
    name: toName,
    constraints: relation.constraints.some((c) => c.references === from)
      ? relation.constraints.map((c) => (c.references === from ? { ...c, references: to } : c))
      : relation.constraints,
    referencedBy: relation.referencedBy.some((r) => r.table === from)
      ? relation.referencedBy.map((r) => (r.table === from ? { ...r, table: to } : r))
      : relation.referencedBy,
  });
  if (isNew) schema.markCreated(to, true);
  const isMeant = (named: RangeVar): boolean => rangeVarKey(named, schema.session.schema) === from;

  for (const key of relation.indexes) change(schema, key, (index) => ({ ...index, table: to }));
  for (const key of relation.sequences)
    change(schema, key, (s) => ({ ...s, ownedBy: s.ownedBy && { ...s.ownedBy, table: to } }));
  for (const key of relation.partitions) change(schema, key, (child) => ({ ...child, partitionOf: to }));
  for (const key of relation.inheritors)
    change(schema, key, (child) => ({ ...child, inherits: swapAll(child.inherits) }));
  for (const key of relation.inherits)
    change(schema, key, (parent) => ({ ...parent, inheritors: swapAll(parent.inheritors) }));
  if (relation.partitionOf !== null)
    change(schema, relation.partitionOf, (parent) => ({
      ...parent,
      partitions: swapAll(parent.partitions),
      defaultPartition: parent.defaultPartition === from ? to : parent.defaultPartition,
    }));
  if (relation.kind === 'index') moveIndex(schema, relation, from, to);
  if (relation.ownedBy)
    change(schema, relation.ownedBy.table, (table) => ({ ...table, sequences: swapAll(table.sequences) }));
  for (const { references } of relation.constraints)
    if (references !== null && references !== from)
      change(schema, references, (target) => ({
        ...target,
        referencedBy: target.referencedBy.map((r) => (r.table === from ? { ...r, table: to } : r)),
      }));
  for (const { table } of relation.referencedBy)
    if (table !== from)
      change(schema, table, (other) => ({
        ...other,
        constraints: other.constraints.map((c) => (c.references === from ? { ...c, references: to } : c)),
      }));
  for (const { kind, name } of relation.dependents)
    if (kind === 'view' || kind === 'materialized view')
      change(schema, name, (view) => ({
        ...view,
        reads: swapAll(view.reads),
        query: withRelationRenamed(view.query, isMeant, toSchema, toName),
      }));
  if (relation.kind === 'view' || relation.kind === 'materialized view')
    for (const read of relation.reads)
      change(schema, read, (r) => ({ ...r, dependents: r.dependents.map((d) => renamedDependent(d, from, to)) }));
}

const renamedDependent = (dependent: Dependent, from: string, to: string): Dependent =>
  (dependent.kind === 'view' || dependent.kind === 'materialized view') && dependent.name === from
    ? { ...dependent, name: to }
    : dependent;

/** Its constraint has the same name, always. */
function moveIndex(schema: SchemaWriter, index: Relation, from: string, to: string): void {
  const name = to.slice(to.indexOf('.') + 1);
  const constraint = index.index?.constraint ?? null;
  if (index.table !== null)
    change(schema, index.table, (table) => ({
      ...table,
      indexes: table.indexes.map((key) => (key === from ? to : key)),
      constraints:
        constraint === null
          ? table.constraints
          : table.constraints.map((c) => (c.name === constraint ? { ...c, name, index: name } : c)),
    }));
  if (constraint !== null) change(schema, to, (i) => ({ ...i, index: i.index && { ...i.index, constraint: name } }));
}

/** SET SCHEMA takes indexes and the columns' sequences along. */
export function moveToSchema(schema: SchemaWriter, key: string, toSchema: string): void {
  const relation = schema.relation(key);
  if (!relation) return;
  const { indexes, sequences } = relation;
  moveRelation(schema, relation, toSchema, relation.name);
  for (const part of [...indexes, ...sequences]) {
    const owned = schema.relation(part);
    if (owned) moveRelation(schema, owned, toSchema, owned.name);
  }
}
