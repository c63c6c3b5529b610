/** What goes when something is dropped: its parts, and whatever Postgres drops along with CASCADE. */
import { type Constraint, keyOf, type Relation } from './catalog.ts';
import { columnsUsed } from './expressions.ts';
import { removeIndex, usesColumn } from './indexParts.ts';
import type { Dependent } from './objects.ts';
import { change, remove, without, withoutDependent } from './relations.ts';
import { sameValue } from './sameValue.ts';
import type { SchemaWriter } from './schema.ts';

/**
 * Drops a relation of any kind. That the statement succeeds is taken for granted: so what depends on it goes as well, for
 * without CASCADE there is nothing of the kind.
 */
export function removeRelation(schema: SchemaWriter, key: string): void {
  const relation = schema.relation(key);
  if (!relation) {
    schema.removeRelation(key);
    return;
  }
  if (relation.kind === 'index') {
    removeIndex(schema, key);
    return;
  }
  // first, so that nothing comes back here
  remove(schema, key);
  for (const index of relation.indexes) remove(schema, index);
  for (const sequence of relation.sequences) remove(schema, sequence);
  for (const part of [...relation.partitions, ...relation.inheritors]) removeRelation(schema, part);
  for (const incoming of relation.referencedBy)
    if (incoming.table !== key && incoming.name !== null) removeConstraint(schema, incoming.table, incoming.name);
  for (const constraint of relation.constraints) forgetReference(schema, key, constraint);
  for (const dependent of relation.dependents) removeDependent(schema, relation, dependent);
  forgetReads(schema, relation);
  leaveParents(schema, key, relation);
  const { ownedBy } = relation;
  if (ownedBy) {
    change(schema, ownedBy.table, (table) => ({
      ...table,
      sequences: without(table.sequences, key),
      // the default that called for its next value is gone with it
      columns: table.columns.map((c) =>
        c.name === ownedBy.column && c.serial ? { ...c, serial: false, hasDefault: false } : c,
      ),
    }));
  }
}

function leaveParents(schema: SchemaWriter, key: string, relation: Relation): void {
  if (relation.partitionOf !== null)
    change(schema, relation.partitionOf, (parent) => ({
      ...parent,
      partitions: without(parent.partitions, key),
      defaultPartition: parent.defaultPartition === key ? null : parent.defaultPartition,
    }));
  for (const index of relation.indexes) {
    // an index of a partition leaves the parent's
    const parent = schema.relation(relation.partitionOf ?? '')?.indexes ?? [];
    for (const above of parent) change(schema, above, (i) => withoutPartition(i, index));
  }
  for (const parent of relation.inherits) change(schema, parent, (table) => withoutInheritor(table, key));
}

const withoutPartition = (index: Relation, part: string): Relation =>
  index.partitions.includes(part) ? { ...index, partitions: without(index.partitions, part) } : index;

export function withoutInheritor(table: Relation, key: string): Relation {
  const inheritors = without(table.inheritors, key);
  return { ...table, inheritors, inherited: inheritors.length > 0 };
}

/** Tells what a view reads that it no longer does. */
export function forgetReads(schema: SchemaWriter, view: Relation): void {
  if (view.kind !== 'view' && view.kind !== 'materialized view') return;
  for (const read of view.reads) {
    const kind = view.kind;
    change(schema, read, (relation) => withoutDependent(relation, kind, keyOf(view)));
  }
}

function removeDependent(schema: SchemaWriter, relation: Relation, { kind, name }: Dependent): void {
  switch (kind) {
    case 'view':
    case 'materialized view':
      removeRelation(schema, name);
      return;
    case 'policy':
      change(schema, keyOf(relation), (r) =>
        withoutDependent({ ...r, policies: r.policies.filter((p) => p.name !== name) }, kind, name),
      );
      return;
    case 'trigger':
      change(schema, keyOf(relation), (r) =>
        withoutDependent({ ...r, triggers: r.triggers.filter((t) => t.name !== name) }, kind, name),
      );
      return;
    case 'function': {
      const bare = name.slice(name.indexOf('.') + 1);
      schema.setFunctions(
        bare,
        schema.functions(bare).filter((f) => `${f.schema}.${f.name}` !== name),
      );
      return;
    }
    case 'rule':
      change(schema, keyOf(relation), (r) => withoutDependent(r, kind, name));
  }
}

export function forgetReference(schema: SchemaWriter, tableKey: string, key: Constraint): void {
  if (key.references === null) return;
  change(schema, key.references, (target) => {
    const referencedBy = target.referencedBy.filter((r) => r.table !== tableKey || r.name !== key.name);
    return referencedBy.length === target.referencedBy.length ? target : { ...target, referencedBy };
  });
}

/** Drops a constraint of the table and, unless `only`, of its partitions and heirs. */
export function removeConstraint(schema: SchemaWriter, tableKey: string, name: string, only = false): void {
  const table = schema.relation(tableKey);
  const constraint = table?.constraints.find((c) => c.name === name);
  if (!table || !constraint) return;
  if (constraint.kind === 'primary' || constraint.kind === 'unique')
    for (const incoming of table.referencedBy)
      if (incoming.name !== null && sameValue([...incoming.columns].sort(), [...constraint.columns].sort()))
        removeConstraint(schema, incoming.table, incoming.name);
  const index = constraint.index === null ? null : `${table.schema}.${constraint.index}`;
  if (index !== null && schema.relation(index)) {
    removeIndex(schema, index);
    return;
  }
  change(schema, tableKey, (t) => ({
    ...t,
    constraints: t.constraints.filter((c) => c.name !== name),
    columns:
      constraint.kind === 'not-null'
        ? t.columns.map((c) => (constraint.columns.includes(c.name) ? { ...c, notNull: false } : c))
        : t.columns,
  }));
  forgetReference(schema, tableKey, constraint);
  if (only) return;
  for (const child of [...table.partitions, ...table.inheritors]) {
    const copy = schema.relation(child)?.constraints.find((c) => c.kind === constraint.kind && isCopy(c, constraint));
    if (copy?.name != null) removeConstraint(schema, child, copy.name);
  }
}

const isCopy = (c: Constraint, of: Constraint): boolean =>
  c.name === of.name || (c.kind === 'foreign' && c.references === of.references && sameValue(c.columns, of.columns));

/** Drops a column and everything that is about it. */
export function removeColumn(schema: SchemaWriter, tableKey: string, column: string, only = false): void {
  const table = schema.relation(tableKey);
  if (!table) return;
  for (const dependent of table.dependents)
    if (dependent.columns?.includes(column)) removeDependent(schema, table, dependent);
  for (const incoming of table.referencedBy)
    if (incoming.name !== null && incoming.columns.includes(column))
      removeConstraint(schema, incoming.table, incoming.name);
  for (const key of table.indexes) {
    const index = schema.relation(key)?.index;
    if (index && usesColumn(index, column)) removeIndex(schema, key);
  }
  for (const { name, columns } of schema.relation(tableKey)?.constraints ?? [])
    if (name !== null && columns.includes(column)) removeConstraint(schema, tableKey, name, only);
  for (const key of table.sequences) {
    if (schema.relation(key)?.ownedBy?.column !== column) continue;
    remove(schema, key);
    change(schema, tableKey, (t) => ({ ...t, sequences: without(t.sequences, key) }));
  }
  for (const { name, generated } of table.columns)
    if (name !== column && columnsUsed(generated?.expression).includes(column))
      removeColumn(schema, tableKey, name, only);
  change(schema, tableKey, (t) => ({
    ...t,
    columns: t.columns.filter((c) => c.name !== column),
    constraints: t.constraints.filter((c) => !c.columns.includes(column)),
  }));
  if (only) return;
  for (const child of [...table.partitions, ...table.inheritors]) removeColumn(schema, child, column);
}
