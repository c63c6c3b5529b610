/** CREATE TABLE, CREATE TABLE AS, SELECT INTO, CREATE VIEW. */
import type { CreateStmt, CreateTableAsStmt, RangeVar, SelectStmt, ViewStmt } from '@pgsql/types';
import { type Column, type Constraint, keyOf, newRelation, type Relation, type RelationKind } from './catalog.ts';
import { rangeVarKey } from './names.ts';
import type { SchemaReader, SchemaWriter } from './schema.ts';
import { columnFrom, constraintFrom, constraintsOf } from './tableElements.ts';

function create(schema: SchemaWriter, relation: Relation): void {
  schema.setRelation(relation);
  schema.markCreated(keyOf(relation), true);
}

function named(schema: SchemaReader, target: RangeVar | undefined, kind: RelationKind, complete: boolean): Relation {
  const relation = newRelation(target?.schemaname ?? schema.session.schema, target?.relname ?? '', kind, complete);
  return { ...relation, temporary: target?.relpersistence === 't' };
}

export function applyCreateTable(schema: SchemaWriter, stmt: CreateStmt): void {
  const { schema: path } = schema.session;
  const key = rangeVarKey(stmt.relation, path);
  // IF NOT EXISTS on a table that the files already made changes nothing
  if (stmt.if_not_exists && schema.relation(key)) return;
  const parent = stmt.partbound ? (stmt.inhRelations ?? [])[0] : undefined;
  const parentKey = parent && 'RangeVar' in parent ? rangeVarKey(parent.RangeVar, path) : null;
  const base = named(schema, stmt.relation, stmt.partspec ? 'partitioned' : 'table', true);
  const columns: Column[] = [];
  const constraints: Constraint[] = [];
  // columns of a parent, of LIKE or of a composite type are not all written here
  let complete = !stmt.ofTypename && (stmt.inhRelations ?? []).length === 0;
  for (const element of stmt.tableElts ?? []) {
    if ('ColumnDef' in element) {
      const column = columnFrom(element.ColumnDef);
      columns.push(column);
      for (const node of constraintsOf(element.ColumnDef)) {
        const constraint = constraintFrom(node, base.name, column.name, path);
        if (constraint) constraints.push({ ...constraint, validated: true });
      }
    } else if ('Constraint' in element) {
      const constraint = constraintFrom(element.Constraint, base.name, null, path);
      // NOT VALID is ignored for a table that is only being created
      if (constraint) constraints.push({ ...constraint, validated: true });
    } else complete = false;
  }
  const primary = constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  const notNull = columns.map((c) => (primary.includes(c.name) ? { ...c, notNull: true } : c));
  const inherited = parentKey === null ? undefined : schema.relation(parentKey);
  create(schema, {
    ...base,
    complete: complete || inherited?.complete === true,
    columns: inherited ? inherited.columns : notNull,
    constraints: inherited ? [...inherited.constraints, ...constraints] : constraints,
    partitionOf: parentKey,
  });
  if (inherited)
    schema.setRelation({
      ...inherited,
      partitions: [...inherited.partitions, key],
      defaultPartition: stmt.partbound?.is_default ? key : inherited.defaultPartition,
    });
  if (stmt.partbound) return;
  for (const node of stmt.inhRelations ?? []) {
    const ancestor = 'RangeVar' in node ? schema.relation(rangeVarKey(node.RangeVar, path)) : undefined;
    if (ancestor && !ancestor.inherited) schema.setRelation({ ...ancestor, inherited: true });
  }
}

export function applyCreateTableAs(schema: SchemaWriter, stmt: CreateTableAsStmt): void {
  const kind = stmt.objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table';
  create(schema, named(schema, stmt.into?.rel, kind, false));
}

export function applySelectInto(schema: SchemaWriter, stmt: SelectStmt): void {
  if (stmt.intoClause) create(schema, named(schema, stmt.intoClause.rel, 'table', false));
}

export function applyCreateView(schema: SchemaWriter, stmt: ViewStmt): void {
  if (stmt.replace && schema.relation(rangeVarKey(stmt.view, schema.session.schema))) return;
  create(schema, named(schema, stmt.view, 'view', false));
}
