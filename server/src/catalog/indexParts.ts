/** Indexes as parts of tables: how one is added, to the partitions of its table too, and removed. */
import type { IndexElem, IndexStmt, Node } from '@pgsql/types';
import { type Constraint, keyOf, newRelation, type Relation, relationKey } from './catalog.ts';
import { columnsUsed, optionsOf, withoutPositions } from './expressions.ts';
import { nameParts } from './names.ts';
import { freeConstraintName, freeRelationName, indexColumnNames, joinedColumns } from './objectNames.ts';
import type { IndexDefinition, IndexKey } from './objects.ts';
import { change, create, remove, withItem, without } from './relations.ts';
import { sameValue } from './sameValue.ts';
import type { SchemaWriter } from './schema.ts';

export function definitionOf(stmt: IndexStmt): IndexDefinition {
  return {
    method: stmt.accessMethod ?? 'btree',
    unique: stmt.unique ?? false,
    nullsNotDistinct: stmt.nulls_not_distinct ?? false,
    keys: indexKeys(stmt.indexParams),
    include: (stmt.indexIncludingParams ?? []).flatMap((node) =>
      'IndexElem' in node && node.IndexElem.name ? [node.IndexElem.name] : [],
    ),
    where: stmt.whereClause ? withoutPositions(stmt.whereClause) : null,
    options: optionsOf(stmt.options),
    constraint: null,
    only: !stmt.relation?.inh,
  };
}

export const indexKeys = (nodes: readonly Node[] | undefined): IndexKey[] =>
  (nodes ?? []).flatMap((node) => ('IndexElem' in node ? [indexKey(node.IndexElem)] : []));

export function indexKey(element: IndexElem): IndexKey {
  const descending = element.ordering === 'SORTBY_DESC';
  let column = element.name ?? null;
  let collation = nameParts(element.collation).at(-1) ?? null;
  // a column in parentheses is a column
  let inner = column === null ? element.expr : undefined;
  if (inner && 'CollateClause' in inner) {
    collation ??= nameParts(inner.CollateClause.collname).at(-1) ?? null;
    inner = inner.CollateClause.arg;
  }
  if (inner && 'ColumnRef' in inner) column = nameParts(inner.ColumnRef.fields).at(-1) ?? null;
  return {
    column,
    expression: column === null && element.expr ? withoutPositions(element.expr) : null,
    operatorClass: nameParts(element.opclass).at(-1) ?? null,
    collation,
    descending,
    nullsFirst:
      element.nulls_ordering === 'SORTBY_NULLS_FIRST' || (element.nulls_ordering !== 'SORTBY_NULLS_LAST' && descending),
  };
}

export const keyOfColumn = (column: string): IndexKey => ({
  column,
  expression: null,
  operatorClass: null,
  collation: null,
  descending: false,
  nullsFirst: false,
});

/**
 * @param name null: Postgres chooses
 * @param parent key of the index of the partitioned table that it is a part of
 * @returns the index's key
 */
export function addIndex(
  schema: SchemaWriter,
  tableKey: string,
  definition: IndexDefinition,
  name: string | null,
  parent: string | null = null,
): string {
  const table = schema.relation(tableKey);
  const dot = tableKey.indexOf('.');
  const namespace = table?.schema ?? tableKey.slice(0, dot);
  const columns = joinedColumns(indexColumnNames(definition.keys, definition.include));
  const chosen =
    name ?? freeRelationName(schema, namespace, table?.name ?? tableKey.slice(dot + 1), columns, 'idx', false);
  const key = relationKey(namespace, chosen);
  create(schema, {
    ...newRelation(namespace, chosen, 'index', true),
    table: tableKey,
    temporary: table?.temporary ?? false,
    index: definition,
    partitionOf: parent,
  });
  change(schema, tableKey, (t) => ({ ...t, indexes: withItem(t.indexes, key) }));
  if (parent !== null) change(schema, parent, (i) => ({ ...i, partitions: withItem(i.partitions, key) }));
  if (table?.kind === 'partitioned' && !definition.only)
    for (const partition of table.partitions) addToPartition(schema, key, partition);
  return key;
}

/** What a partition needs because its parent has that index: one of its own, unless it has a fitting one already. */
export function addToPartition(schema: SchemaWriter, indexKey: string, partitionKey: string): void {
  const index = schema.relation(indexKey);
  const partition = schema.relation(partitionKey);
  if (!index?.index || !partition || partition.kind === 'foreign table') return;
  const constraint = constraintOfIndex(schema, index);
  for (const key of partition.indexes) {
    const candidate = schema.relation(key);
    if (!candidate?.index || candidate.partitionOf !== null || !isLike(candidate.index, index.index)) continue;
    if (constraint && candidate.index.constraint === null) continue;
    attachIndex(schema, indexKey, key);
    return;
  }
  const definition: IndexDefinition = { ...index.index, constraint: null };
  if (constraint) addKey(schema, partitionKey, { ...constraint, name: null, index: null }, definition, indexKey);
  else addIndex(schema, partitionKey, definition, null, indexKey);
}

/** Also attaches what the index has in sub-partitions already; that they all have one is for the caller to see to. */
export function attachIndex(schema: SchemaWriter, parent: string, key: string): void {
  change(schema, key, (index) => ({ ...index, partitionOf: parent }));
  change(schema, parent, (index) => ({ ...index, partitions: withItem(index.partitions, key) }));
}

/** Apart from names and storage. */
const isLike = (a: IndexDefinition, b: IndexDefinition): boolean =>
  a.method === b.method &&
  a.unique === b.unique &&
  a.nullsNotDistinct === b.nullsNotDistinct &&
  sameValue(a.keys.map(comparable), b.keys.map(comparable)) &&
  a.include.length === b.include.length &&
  sameValue(a.where, b.where);

/** The order of a column plays no part in whether two indexes of a parent and a partition belong together. */
const comparable = ({ descending: _, nullsFirst: __, ...key }: IndexKey): unknown => key;

function constraintOfIndex(schema: SchemaWriter, index: Relation): Constraint | null {
  const name = index.index?.constraint ?? null;
  const table = index.table === null ? undefined : schema.relation(index.table);
  return name === null ? null : (table?.constraints.find((c) => c.name === name) ?? null);
}

/** Adds a primary key, unique or exclusion constraint and its index, to partitions too. */
export function addKey(
  schema: SchemaWriter,
  tableKey: string,
  constraint: Constraint,
  definition: IndexDefinition,
  parent: string | null = null,
): void {
  const table = schema.relation(tableKey);
  if (!table) return;
  const columns = indexColumnNames(definition.keys, definition.include);
  const name = constraint.name ?? freeConstraintName(schema, table.schema, table.name, constraint.kind, columns);
  const primary = constraint.kind === 'primary';
  change(schema, tableKey, (t) => ({
    ...t,
    constraints: [...t.constraints, { ...constraint, name, index: name }],
    columns: primary
      ? t.columns.map((c) => (constraint.columns.includes(c.name) && !c.notNull ? { ...c, notNull: true } : c))
      : t.columns,
  }));
  addIndex(schema, tableKey, { ...definition, constraint: name }, name, parent);
}

/** Removes the index, what it has in partitions, and the constraint that it belongs to. */
export function removeIndex(schema: SchemaWriter, key: string): void {
  const index = schema.relation(key);
  if (!index) return;
  for (const part of index.partitions) removeIndex(schema, part);
  if (index.partitionOf !== null)
    change(schema, index.partitionOf, (parent) => ({ ...parent, partitions: without(parent.partitions, key) }));
  if (index.table !== null)
    change(schema, index.table, (table) => ({
      ...table,
      indexes: without(table.indexes, key),
      constraints: table.constraints.some((c) => c.index !== null && keyOfIndex(table, c.index) === key)
        ? table.constraints.filter((c) => c.index === null || keyOfIndex(table, c.index) !== key)
        : table.constraints,
    }));
  remove(schema, key);
}

const keyOfIndex = (table: Relation, name: string): string => relationKey(table.schema, name);

/** The index of that name becomes the constraint's, and takes its name. */
export function adoptIndex(schema: SchemaWriter, tableKey: string, constraint: Constraint, indexName: string): void {
  const table = schema.relation(tableKey);
  if (!table) return;
  const name = constraint.name ?? indexName;
  const from = relationKey(table.schema, indexName);
  const index = schema.relation(from);
  const columns = index?.index?.keys.flatMap((k) => k.column ?? []) ?? [];
  const to = relationKey(table.schema, name);
  if (index) {
    const isNew = schema.isCreated(from);
    remove(schema, from);
    const adopted: Relation = {
      ...index,
      name,
      index: index.index && { ...index.index, constraint: name, unique: true },
    };
    if (isNew) create(schema, adopted);
    else schema.setRelation(adopted);
    for (const part of index.partitions) change(schema, part, (p) => ({ ...p, partitionOf: keyOf(adopted) }));
  }
  change(schema, tableKey, (t) => ({
    ...t,
    indexes: index ? t.indexes.map((key) => (key === from ? to : key)) : t.indexes,
    constraints: [...t.constraints, { ...constraint, columns, name, index: name }],
    columns:
      constraint.kind === 'primary'
        ? t.columns.map((c) => (columns.includes(c.name) && !c.notNull ? { ...c, notNull: true } : c))
        : t.columns,
  }));
}

export const usesColumn = (index: IndexDefinition, column: string): boolean =>
  index.include.includes(column) ||
  columnsUsed(index.where).includes(column) ||
  index.keys.some((key) => key.column === column || columnsUsed(key.expression).includes(column));
