/** CREATE TABLE, CREATE FOREIGN TABLE: with LIKE, INHERITS, OF, PARTITION OF. */
import type {
  ColumnDef,
  Constraint as ConstraintNode,
  CreateForeignTableStmt,
  CreateStmt,
  TableLikeClause,
} from '@pgsql/types';
import { type Column, keyOf, newColumn, type Relation } from './catalog.ts';
import { addAllInOrder, sequenceOf } from './columnParts.ts';
import { type AddOptions, inheritConstraint } from './constraintParts.ts';
import { optionsOf } from './expressions.ts';
import { addIndex, addKey } from './indexParts.ts';
import { addInheritor, boundOf, inheritParts, mergedColumns, partitionKeyOf } from './inheritance.ts';
import { rangeVarKey, typeNameOf } from './names.ts';
import { change, create, named, withItem } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { columnFrom, constraintsOf, withDeferrability } from './tableElements.ts';

interface Elements {
  readonly columns: Column[];
  readonly definitions: Map<string, ColumnDef>;
  readonly constraints: { node: ConstraintNode; options: AddOptions }[];
  readonly likes: TableLikeClause[];
  complete: boolean;
}

export function applyCreateForeignTable(schema: SchemaWriter, { base }: CreateForeignTableStmt): void {
  if (!base) return;
  applyCreateTable(schema, base);
  change(schema, rangeVarKey(base.relation, schema.session.schema), (t) => ({ ...t, kind: 'foreign table' }));
}

export function applyCreateTable(schema: SchemaWriter, stmt: CreateStmt): void {
  const { schema: path } = schema.session;
  // IF NOT EXISTS on a table that the files already made changes nothing
  if (stmt.if_not_exists && schema.relation(rangeVarKey(stmt.relation, path))) return;
  const parentKeys = (stmt.inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [rangeVarKey(node.RangeVar, path)] : [],
  );
  const parents = parentKeys.flatMap((key) => schema.relation(key) ?? []);
  const elements = elementsOf(schema, stmt);
  const base = named(schema, stmt.relation, stmt.partspec ? 'partitioned' : 'table', true);
  const key = keyOf(base);
  const columns = parentKeys.length > 0 ? mergedColumns(parents, elements.columns) : elements.columns;
  const sequences = elements.columns.flatMap((column) => {
    const definition = elements.definitions.get(column.name);
    return (definition && sequenceOf(schema, base, column, definition)) ?? [];
  });
  const parentKey = stmt.partbound ? (parentKeys[0] ?? null) : null;
  create(schema, {
    ...base,
    complete: elements.complete && parents.length === parentKeys.length && parents.every((p) => p.complete),
    columns,
    sequences,
    options: optionsOf(stmt.options),
    partitionKey: stmt.partspec ? partitionKeyOf(stmt.partspec) : null,
    partitionOf: parentKey,
    bound: stmt.partbound ? boundOf(stmt.partbound) : null,
  });
  for (const like of elements.likes) copyChecks(schema, like, key);
  for (const parent of parentKeys)
    beChildOf(schema, parent, key, parentKey !== null, stmt.partbound?.is_default ?? false);
  addAllInOrder(schema, key, elements.constraints);
  for (const like of elements.likes) copyIndexes(schema, like, key);
}

function beChildOf(schema: SchemaWriter, parent: string, key: string, isPartition: boolean, isDefault: boolean): void {
  const child = schema.relation(key) as Relation;
  if (isPartition)
    change(schema, parent, (p) => ({
      ...p,
      partitions: withItem(p.partitions, key),
      defaultPartition: isDefault ? key : p.defaultPartition,
    }));
  else addInheritor(schema, parent, child);
  inheritParts(schema, parent, key);
}

function elementsOf(schema: SchemaWriter, stmt: CreateStmt): Elements {
  const elements: Elements = { columns: [], definitions: new Map(), constraints: [], likes: [], complete: true };
  if (stmt.ofTypename) addTypeColumns(schema, stmt, elements);
  for (const node of stmt.tableElts ?? []) {
    if ('ColumnDef' in node) addColumn(node.ColumnDef, elements);
    else if ('Constraint' in node) addTableConstraint(node.Constraint, elements);
    else if ('TableLikeClause' in node) addLikeColumns(schema, node.TableLikeClause, elements);
    else elements.complete = false;
  }
  return elements;
}

function addColumn(def: ColumnDef, elements: Elements): void {
  const column = columnFrom(def);
  const typed = elements.columns.findIndex((c) => c.name === column.name);
  // OF type: the column is there, and gets defaults and constraints
  if (typed >= 0) elements.columns[typed] = { ...column, type: elements.columns[typed]?.type ?? null };
  else elements.columns.push(column);
  elements.definitions.set(column.name, def);
  for (const node of withDeferrability(constraintsOf(def)))
    elements.constraints.push({ node, options: { column: column.name, created: true } });
}

function addTableConstraint(node: ConstraintNode, elements: Elements): void {
  const last = elements.constraints.at(-1);
  if (node.contype === 'CONSTR_ATTR_DEFERRABLE' && last) last.node = { ...last.node, deferrable: true };
  else elements.constraints.push({ node, options: { created: true } });
  if (node.contype !== 'CONSTR_NOTNULL') return;
  for (const key of node.keys ?? [])
    if ('String' in key)
      for (const [i, column] of elements.columns.entries())
        if (column.name === key.String.sval) elements.columns[i] = { ...column, notNull: true };
}

function addTypeColumns(schema: SchemaWriter, stmt: CreateStmt, elements: Elements): void {
  const name = typeNameOf(stmt.ofTypename);
  const type = name ? schema.type(`${name.schema ?? schema.session.schema}.${name.name}`) : undefined;
  if (type?.kind !== 'composite') {
    elements.complete = false;
    return;
  }
  if (!type.complete) elements.complete = false;
  for (const attribute of type.attributes) elements.columns.push(newColumn(attribute.name, attribute.type));
}

/** CREATE_TABLE_LIKE_… of the grammar. */
const including = { constraints: 4, defaults: 8, generated: 16, identity: 32, indexes: 64 };
const includes = (like: TableLikeClause, what: keyof typeof including): boolean =>
  ((like.options ?? 0) & including[what]) !== 0;

function addLikeColumns(schema: SchemaWriter, like: TableLikeClause, elements: Elements): void {
  const source = schema.relation(rangeVarKey(like.relation, schema.session.schema));
  elements.likes.push(like);
  if (!source?.complete) elements.complete = false;
  for (const column of source?.columns ?? []) {
    const identity = includes(like, 'identity') ? column.identity : null;
    const generated = includes(like, 'generated') ? column.generated : null;
    const keepsDefault = includes(like, 'defaults') && column.identity === null && column.generated === null;
    elements.columns.push({
      ...newColumn(column.name, column.type),
      notNull: column.notNull,
      collation: column.collation,
      identity,
      generated,
      hasDefault: identity !== null || generated !== null || (keepsDefault && column.hasDefault),
      default: keepsDefault ? column.default : null,
    });
    if (identity !== null) elements.definitions.set(column.name, { colname: column.name });
  }
}

function copyChecks(schema: SchemaWriter, like: TableLikeClause, key: string): void {
  const source = schema.relation(rangeVarKey(like.relation, schema.session.schema));
  for (const constraint of source?.constraints ?? [])
    if (constraint.kind === 'not-null' || (constraint.kind === 'check' && includes(like, 'constraints')))
      inheritConstraint(schema, key, { ...constraint, validated: true });
}

/** Under names of their own. */
function copyIndexes(schema: SchemaWriter, like: TableLikeClause, key: string): void {
  if (!includes(like, 'indexes')) return;
  const source = schema.relation(rangeVarKey(like.relation, schema.session.schema));
  for (const indexKey of source?.indexes ?? []) {
    const index = schema.relation(indexKey)?.index;
    if (!index) continue;
    const constraint = source?.constraints.find((c) => c.name === index.constraint);
    const definition = { ...index, constraint: null };
    if (index.constraint !== null && constraint) addKey(schema, key, { ...constraint, name: null }, definition);
    else addIndex(schema, key, definition, null);
  }
}
