/** Constraints as parts of tables: how one is added, with its index, to partitions and heirs, and to what it refers to. */
import type { Constraint as ConstraintNode } from '@pgsql/types';
import { type Constraint, constraintOf, type Relation } from './catalog.ts';
import { optionsOf, withoutPositions } from './expressions.ts';
import { addKey, adoptIndex, indexKey, keyOfColumn } from './indexParts.ts';
import { nameParts } from './names.ts';
import { freeConstraintName } from './objectNames.ts';
import type { IndexDefinition } from './objects.ts';
import { change } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { constraintFrom } from './tableElements.ts';

export interface AddOptions {
  /** The column it is written at, for a column constraint. */
  readonly column?: string;
  /** The table is only being created: NOT VALID is ignored. */
  readonly created?: boolean;
  /** Not to the partitions and heirs (ONLY). */
  readonly only?: boolean;
}

export function addConstraint(
  schema: SchemaWriter,
  tableKey: string,
  node: ConstraintNode,
  { column, created = false, only = false }: AddOptions = {},
): void {
  const written = constraintFrom(node, column ?? null, schema.session.schema);
  if (!written) return;
  // the statement fails, in a DO block with nobody noticing
  if (written.name !== null && constraintOf(schema.relation(tableKey), written.name)) return;
  const constraint = created ? { ...written, validated: true } : written;
  switch (constraint.kind) {
    case 'primary':
    case 'unique':
    case 'exclude':
      if (node.indexname) adoptIndex(schema, tableKey, constraint, node.indexname);
      else addKey(schema, tableKey, constraint, keyDefinition(node, constraint, only));
      return;
    case 'foreign':
      addForeignKey(schema, tableKey, constraint);
      return;
    default:
      addCheck(schema, tableKey, constraint, only);
  }
}

export function keyDefinition(node: ConstraintNode, constraint: Constraint, only: boolean): IndexDefinition {
  const exclusion = constraint.kind === 'exclude';
  return {
    method: node.access_method ?? (node.without_overlaps ? 'gist' : 'btree'),
    unique: !exclusion,
    nullsNotDistinct: node.nulls_not_distinct ?? false,
    keys: exclusion
      ? (node.exclusions ?? []).flatMap((pair) => {
          const element = 'List' in pair ? pair.List.items?.[0] : undefined;
          return element && 'IndexElem' in element ? [indexKey(element.IndexElem)] : [];
        })
      : constraint.columns.map(keyOfColumn),
    include: nameParts(node.including),
    where: node.where_clause ? withoutPositions(node.where_clause) : null,
    options: optionsOf(node.options),
    constraint: constraint.name,
    only,
  };
}

/** A check or NOT NULL; partitions and heirs get it under the same name. */
function addCheck(schema: SchemaWriter, tableKey: string, constraint: Constraint, only: boolean): void {
  const table = schema.relation(tableKey);
  if (!table) return;
  const { kind, columns } = constraint;
  // there is one for a column at most
  if (kind === 'not-null' && table.constraints.some((c) => c.kind === kind && c.columns[0] === columns[0])) {
    if (constraint.validated) change(schema, tableKey, (t) => withNotNull(t, columns));
    return;
  }
  const name = constraint.name ?? freeConstraintName(schema, table.schema, table.name, kind, columns);
  inheritConstraint(schema, tableKey, { ...constraint, name });
  if (only || constraint.noInherit) return;
  for (const child of [...table.partitions, ...table.inheritors])
    addCheck(schema, child, { ...constraint, name }, false);
}

/** Merges a constraint of that name with the table's own, as inheritance does. */
export function inheritConstraint(schema: SchemaWriter, tableKey: string, constraint: Constraint): void {
  change(schema, tableKey, (t) => {
    const merged = t.constraints.some((c) => c.name === constraint.name && c.kind === constraint.kind);
    const added = merged ? t : { ...t, constraints: [...t.constraints, constraint] };
    return constraint.kind === 'not-null' && constraint.validated ? withNotNull(added, constraint.columns) : added;
  });
}

export function withNotNull(table: Relation, columns: readonly string[], notNull = true): Relation {
  if (!table.columns.some((c) => columns.includes(c.name) && c.notNull !== notNull)) return table;
  return { ...table, columns: table.columns.map((c) => (columns.includes(c.name) ? { ...c, notNull } : c)) };
}

/** @param inherited the same key of the partitioned table is noted at the referenced one already */
export function addForeignKey(schema: SchemaWriter, tableKey: string, constraint: Constraint, inherited = false): void {
  const table = schema.relation(tableKey);
  if (!table) return;
  const taken = constraint.name === null || (inherited && table.constraints.some((c) => c.name === constraint.name));
  const name = taken
    ? freeConstraintName(schema, table.schema, table.name, 'foreign', constraint.columns)
    : (constraint.name as string);
  const { references } = constraint;
  const target = references === null ? undefined : schema.relation(references);
  const primary = target?.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  const referencedColumns = constraint.referencedColumns.length > 0 ? constraint.referencedColumns : primary;
  const added: Constraint = { ...constraint, name, referencedColumns };
  change(schema, tableKey, (t) => ({ ...t, constraints: [...t.constraints, added] }));
  if (references !== null && !inherited) noteReference(schema, tableKey, added);
  for (const partition of table.partitions) addForeignKey(schema, partition, added, true);
}

/** Tells the referenced table of the foreign key. */
export function noteReference(schema: SchemaWriter, tableKey: string, key: Constraint): void {
  if (key.references === null) return;
  change(schema, key.references, (target) => ({
    ...target,
    referencedBy: [...target.referencedBy, { table: tableKey, name: key.name, columns: key.referencedColumns }],
  }));
}
