/** CREATE TABLE, CREATE TABLE AS, SELECT INTO, CREATE VIEW. */
import type { CreateStmt, CreateTableAsStmt, RangeVar, SelectStmt, ViewStmt } from '@pgsql/types';
import {
  type Constraint,
  keyOf,
  newRelation,
  type Relation,
  type RelationKind,
  relationKey,
  withRelation,
} from './catalog.ts';
import { rangeVarKey } from './names.ts';
import { markCreated, relationAt, type State, withCatalog } from './state.ts';
import { columnFrom, constraintFrom, constraintsOf } from './tableElements.ts';

function created(state: State, relation: Relation): State {
  return markCreated(withCatalog(state, withRelation(state.catalog, relation)), keyOf(relation));
}

function named(state: State, target: RangeVar | undefined, kind: RelationKind, complete: boolean): Relation {
  const relation = newRelation(target?.schemaname ?? state.session.schema, target?.relname ?? '', kind, complete);
  return { ...relation, temporary: target?.relpersistence === 't' };
}

export function applyCreateTable(state: State, stmt: CreateStmt): State {
  const key = rangeVarKey(stmt.relation, state.session.schema);
  const existing = relationAt(state, key);
  // IF NOT EXISTS on a table that the files already made changes nothing
  if (stmt.if_not_exists && existing) return state;
  const parent = stmt.partbound ? (stmt.inhRelations ?? [])[0] : undefined;
  const parentKey = parent && 'RangeVar' in parent ? rangeVarKey(parent.RangeVar, state.session.schema) : null;
  const base = named(state, stmt.relation, stmt.partspec ? 'partitioned' : 'table', true);
  const columns: Relation['columns'][number][] = [];
  const constraints: Constraint[] = [];
  // columns of a parent, of LIKE or of a composite type are not all written here
  let complete = !stmt.ofTypename && (stmt.inhRelations ?? []).length === 0;
  for (const element of stmt.tableElts ?? []) {
    if ('ColumnDef' in element) {
      const column = columnFrom(element.ColumnDef);
      columns.push(column);
      for (const node of constraintsOf(element.ColumnDef)) {
        const constraint = constraintFrom(node, base.name, column.name, state.session.schema);
        if (constraint) constraints.push({ ...constraint, validated: true });
      }
    } else if ('Constraint' in element) {
      const constraint = constraintFrom(element.Constraint, base.name, null, state.session.schema);
      // NOT VALID is ignored for a table that is only being created
      if (constraint) constraints.push({ ...constraint, validated: true });
    } else complete = false;
  }
  const primary = constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  const notNull = columns.map((c) => (primary.includes(c.name) ? { ...c, notNull: true } : c));
  const inherited = parentKey === null ? undefined : relationAt(state, parentKey);
  const relation: Relation = {
    ...base,
    complete: complete || inherited?.complete === true,
    columns: inherited ? inherited.columns : notNull,
    constraints: inherited ? [...inherited.constraints, ...constraints] : constraints,
    partitionOf: parentKey,
  };
  return created(state, relation);
}

export function applyCreateTableAs(state: State, stmt: CreateTableAsStmt): State {
  const kind = stmt.objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table';
  return created(state, named(state, stmt.into?.rel, kind, false));
}

export function applySelectInto(state: State, stmt: SelectStmt): State {
  return stmt.intoClause ? created(state, named(state, stmt.intoClause.rel, 'table', false)) : state;
}

export function applyCreateView(state: State, stmt: ViewStmt): State {
  const key = relationKey(stmt.view?.schemaname ?? state.session.schema, stmt.view?.relname ?? '');
  if (stmt.replace && relationAt(state, key)) return state;
  return created(state, named(state, stmt.view, 'view', false));
}
