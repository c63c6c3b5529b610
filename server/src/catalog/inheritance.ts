/** What a partition or a table that inherits gets from its parent: at its creation, and by ATTACH or INHERIT. */
import type { Node, PartitionBoundSpec, PartitionSpec } from '@pgsql/types';
import { type Column, keyOf, type Relation } from './catalog.ts';
import { addForeignKey, inheritConstraint, noteReference } from './constraintParts.ts';
import { withoutPositions } from './expressions.ts';
import { addToPartition } from './indexParts.ts';
import { stringOf } from './names.ts';
import type { PartitionBound, PartitionKey } from './objects.ts';
import { change, withItem, without } from './relations.ts';
import { forgetReference, withoutInheritor } from './removal.ts';
import { sameValue } from './sameValue.ts';
import type { SchemaWriter } from './schema.ts';

const strategies: Readonly<Record<string, PartitionKey['strategy']>> = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
};

export const partitionKeyOf = (spec: PartitionSpec): PartitionKey => ({
  strategy: strategies[spec.strategy ?? ''] ?? 'range',
  columns: (spec.partParams ?? []).map((node) => {
    if (!('PartitionElem' in node)) return null;
    const { name, expr } = node.PartitionElem;
    return name ?? (expr && 'ColumnRef' in expr ? stringOf(expr.ColumnRef.fields?.at(-1)) : null);
  }),
  expressions: (spec.partParams ?? []).map((node) => {
    const expression = 'PartitionElem' in node ? node.PartitionElem.expr : undefined;
    return expression && !('ColumnRef' in expression) ? withoutPositions(expression) : null;
  }),
});

export function boundOf(spec: PartitionBoundSpec): PartitionBound {
  const values = (nodes: readonly Node[] | undefined): Node[] => (nodes ?? []).map(withoutPositions);
  if (spec.is_default) return { kind: 'default' };
  switch (spec.strategy) {
    case 'h':
      return { kind: 'hash', modulus: spec.modulus ?? 0, remainder: spec.remainder ?? 0 };
    case 'l':
      return { kind: 'list', values: values(spec.listdatums) };
    default:
      return { kind: 'range', from: values(spec.lowerdatums), to: values(spec.upperdatums) };
  }
}

/** The parents' columns in order, then its own; of one that several have, the definitions are merged. */
export function mergedColumns(parents: readonly Relation[], own: readonly Column[]): Column[] {
  const merged = new Map<string, Column>();
  for (const parent of parents)
    for (const column of parent.columns) {
      const there = merged.get(column.name);
      const inherited = parent.kind === 'partitioned' ? column : { ...column, identity: null, serial: false };
      const kept =
        column.identity !== null && inherited.identity === null ? { ...inherited, hasDefault: false } : inherited;
      merged.set(column.name, there ? { ...there, notNull: there.notNull || column.notNull } : kept);
    }
  for (const column of own) {
    const there = merged.get(column.name);
    merged.set(column.name, there ? overridden(there, column) : column);
  }
  return [...merged.values()];
}

/** As a column of a partition that says more of what it gets (`PARTITION OF p (c DEFAULT 1)`). */
const overridden = (inherited: Column, own: Column): Column => ({
  ...inherited,
  type: inherited.type ?? own.type,
  notNull: inherited.notNull || own.notNull,
  ...(own.hasDefault
    ? { hasDefault: true, default: own.default, generated: own.generated, identity: own.identity, serial: own.serial }
    : {}),
});

/** The parent's checks, and for a partition its keys, foreign keys and row triggers too. */
export function inheritParts(schema: SchemaWriter, parentKey: string, childKey: string): void {
  const parent = schema.relation(parentKey);
  const child = schema.relation(childKey);
  if (!parent || !child) return;
  const isPartition = child.partitionOf === parentKey;
  for (const constraint of parent.constraints)
    if ((constraint.kind === 'check' || constraint.kind === 'not-null') && !constraint.noInherit)
      // a table that is only being created has no rows to prove; one that is attached has the constraint already
      inheritConstraint(schema, childKey, { ...constraint, validated: true });
  if (!isPartition) return;
  for (const index of parent.indexes) {
    const of = schema.relation(index);
    if (of?.index && !(of.index.only && of.index.constraint === null)) addToPartition(schema, index, childKey);
  }
  for (const constraint of parent.constraints) {
    if (constraint.kind !== 'foreign') continue;
    const own = schema
      .relation(childKey)
      ?.constraints.find(
        (c) =>
          c.kind === 'foreign' && c.references === constraint.references && sameValue(c.columns, constraint.columns),
      );
    // the partition's own becomes a part of the parent's
    if (own) forgetReference(schema, childKey, own);
    else addForeignKey(schema, childKey, constraint, true);
  }
  for (const trigger of parent.triggers)
    if (trigger.perRow)
      change(schema, childKey, (c) =>
        c.triggers.some((t) => t.name === trigger.name) ? c : { ...c, triggers: [...c.triggers, trigger] },
      );
  for (const part of schema.relation(childKey)?.partitions ?? []) inheritParts(schema, childKey, part);
}

export function attachPartition(
  schema: SchemaWriter,
  parentKey: string,
  childKey: string,
  bound: PartitionBound,
): void {
  change(schema, childKey, (child) => ({
    ...child,
    partitionOf: parentKey,
    bound,
    columns: child.columns.map((c) => {
      const above = schema.relation(parentKey)?.columns.find((p) => p.name === c.name);
      const identity = above?.identity ?? null;
      return {
        ...c,
        notNull: c.notNull || above?.notNull === true,
        ...(identity !== null ? { identity, hasDefault: true } : {}),
      };
    }),
  }));
  change(schema, parentKey, (parent) => ({
    ...parent,
    partitions: withItem(parent.partitions, childKey),
    defaultPartition: bound.kind === 'default' ? childKey : parent.defaultPartition,
  }));
  inheritParts(schema, parentKey, childKey);
}

export function detachPartition(schema: SchemaWriter, parentKey: string, childKey: string): void {
  const parent = schema.relation(parentKey);
  const child = schema.relation(childKey);
  for (const key of child?.indexes ?? []) {
    const above = schema.relation(key)?.partitionOf ?? null;
    if (above === null) continue;
    change(schema, key, (index) => ({ ...index, partitionOf: null }));
    change(schema, above, (index) => ({ ...index, partitions: without(index.partitions, key) }));
  }
  for (const constraint of child?.constraints ?? [])
    if (constraint.kind === 'foreign') noteReference(schema, childKey, constraint);
  const rowTriggers = new Set(parent?.triggers.filter((t) => t.perRow).map((t) => t.name));
  change(schema, childKey, (c) => ({
    ...c,
    partitionOf: null,
    bound: null,
    triggers: c.triggers.filter((t) => !rowTriggers.has(t.name)),
    // identity is the partitioned table's
    columns: c.columns.map((column) =>
      column.identity !== null ? { ...column, identity: null, hasDefault: false } : column,
    ),
  }));
  change(schema, parentKey, (p) => ({
    ...p,
    partitions: without(p.partitions, childKey),
    defaultPartition: p.defaultPartition === childKey ? null : p.defaultPartition,
  }));
}

export function addInheritor(schema: SchemaWriter, parentKey: string, child: Relation): void {
  const childKey = keyOf(child);
  change(schema, parentKey, (parent) => ({
    ...parent,
    inherited: true,
    inheritors: withItem(parent.inheritors, childKey),
  }));
  change(schema, childKey, (c) => ({ ...c, inherits: withItem(c.inherits, parentKey) }));
}

export function removeInheritor(schema: SchemaWriter, parentKey: string, childKey: string): void {
  change(schema, parentKey, (parent) => withoutInheritor(parent, childKey));
  change(schema, childKey, (c) => ({ ...c, inherits: without(c.inherits, parentKey) }));
}
