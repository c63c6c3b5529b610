/** CREATE INDEX, DROP, ALTER … RENAME, ALTER … SET SCHEMA. */
import type { AlterObjectSchemaStmt, DropStmt, IndexStmt, RenameStmt } from '@pgsql/types';
import { keyOf, newRelation, type Relation, relationKey } from './catalog.ts';
import { nodesKey, rangeVarKey } from './names.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreateIndex(schema: SchemaWriter, stmt: IndexStmt): void {
  if (!stmt.idxname) return;
  const table = rangeVarKey(stmt.relation, schema.session.schema);
  const index: Relation = {
    ...newRelation(stmt.relation?.schemaname ?? schema.session.schema, stmt.idxname, 'index', true),
    table,
  };
  const key = keyOf(index);
  const known = schema.relation(table);
  if (known && !known.indexes.includes(key)) schema.setRelation({ ...known, indexes: [...known.indexes, key] });
  schema.setRelation(index);
  schema.markCreated(key, true);
}

export function applyDrop(schema: SchemaWriter, stmt: DropStmt): void {
  switch (stmt.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      break;
    default:
      return;
  }
  for (const object of stmt.objects ?? []) {
    if (!('List' in object)) continue;
    const key = nodesKey(object.List.items, schema.session.schema);
    const relation = schema.relation(key);
    for (const index of relation?.indexes ?? []) schema.removeRelation(index);
    const parent = relation?.partitionOf ? schema.relation(relation.partitionOf) : undefined;
    if (parent)
      schema.setRelation({
        ...parent,
        partitions: parent.partitions.filter((p) => p !== key),
        defaultPartition: parent.defaultPartition === key ? null : parent.defaultPartition,
      });
    const table = relation?.table ? schema.relation(relation.table) : undefined;
    if (table) schema.setRelation({ ...table, indexes: table.indexes.filter((i) => i !== key) });
    schema.removeRelation(key);
  }
}

export function applyRename(schema: SchemaWriter, stmt: RenameStmt): void {
  const relation = schema.relation(rangeVarKey(stmt.relation, schema.session.schema));
  if (!relation) return;
  const from = stmt.subname ?? '';
  const to = stmt.newname ?? '';
  switch (stmt.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_FOREIGN_TABLE':
      move(schema, relation, relation.schema, to);
      return;
    case 'OBJECT_COLUMN': {
      const swap = (name: string): string => (name === from ? to : name);
      schema.setRelation({
        ...relation,
        columns: relation.columns.map((c) => (c.name === from ? { ...c, name: to } : c)),
        constraints: relation.constraints.map((c) => ({
          ...c,
          columns: c.columns.map(swap),
          provesNotNull: c.provesNotNull.map(swap),
        })),
      });
      return;
    }
    case 'OBJECT_TABCONSTRAINT':
      schema.setRelation({
        ...relation,
        constraints: relation.constraints.map((c) => (c.name === from ? { ...c, name: to } : c)),
      });
      return;
    default:
  }
}

export function applySetSchema(schema: SchemaWriter, stmt: AlterObjectSchemaStmt): void {
  const relation = stmt.relation && schema.relation(rangeVarKey(stmt.relation, schema.session.schema));
  if (relation) move(schema, relation, stmt.newschema ?? relation.schema, relation.name);
}

function move(schema: SchemaWriter, relation: Relation, toSchema: string, toName: string): void {
  const from = keyOf(relation);
  const to = relationKey(toSchema, toName);
  schema.removeRelation(from);
  schema.setRelation({ ...relation, schema: toSchema, name: toName });
  for (const key of relation.indexes) {
    const index = schema.relation(key);
    if (index) schema.setRelation({ ...index, table: to });
  }
  for (const key of relation.partitions) {
    const partition = schema.relation(key);
    if (partition) schema.setRelation({ ...partition, partitionOf: to });
  }
  const parent = relation.partitionOf ? schema.relation(relation.partitionOf) : undefined;
  if (parent)
    schema.setRelation({
      ...parent,
      partitions: parent.partitions.map((p) => (p === from ? to : p)),
      defaultPartition: parent.defaultPartition === from ? to : parent.defaultPartition,
    });
  if (schema.isCreated(from)) {
    schema.markCreated(from, false);
    schema.markCreated(to, true);
  }
}
