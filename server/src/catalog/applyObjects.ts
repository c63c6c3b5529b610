/** CREATE INDEX, DROP, ALTER … RENAME, ALTER … SET SCHEMA. */
import type { AlterObjectSchemaStmt, DropStmt, IndexStmt, RenameStmt } from '@pgsql/types';
import { keyOf, newRelation, type Relation, relationKey, withoutRelation, withRelation } from './catalog.ts';
import { nodesKey, rangeVarKey } from './names.ts';
import { markCreated, relationAt, type State, withCatalog, withSession } from './state.ts';

export function applyCreateIndex(state: State, stmt: IndexStmt): State {
  if (!stmt.idxname) return state;
  const table = rangeVarKey(stmt.relation, state.session.schema);
  const schema = stmt.relation?.schemaname ?? state.session.schema;
  const index: Relation = { ...newRelation(schema, stmt.idxname, 'index', true), table };
  return markCreated(withCatalog(state, withRelation(state.catalog, index)), keyOf(index));
}

export function applyDrop(state: State, stmt: DropStmt): State {
  switch (stmt.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      break;
    default:
      return state;
  }
  let next = state;
  for (const object of stmt.objects ?? []) {
    if (!('List' in object)) continue;
    const key = nodesKey(object.List.items, state.session.schema);
    let catalog = withoutRelation(next.catalog, key);
    for (const relation of catalog.relations.values())
      if (relation.table === key) catalog = withoutRelation(catalog, keyOf(relation));
    next = withCatalog(next, catalog);
  }
  return next;
}

export function applyRename(state: State, stmt: RenameStmt): State {
  const key = rangeVarKey(stmt.relation, state.session.schema);
  const relation = relationAt(state, key);
  if (!relation) return state;
  const from = stmt.subname ?? '';
  const to = stmt.newname ?? '';
  switch (stmt.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_FOREIGN_TABLE':
      return moveRelation(state, relation, relation.schema, to);
    case 'OBJECT_COLUMN': {
      const swap = (name: string): string => (name === from ? to : name);
      return withCatalog(
        state,
        withRelation(state.catalog, {
          ...relation,
          columns: relation.columns.map((c) => (c.name === from ? { ...c, name: to } : c)),
          constraints: relation.constraints.map((c) => ({
            ...c,
            columns: c.columns.map(swap),
            provesNotNull: c.provesNotNull.map(swap),
          })),
        }),
      );
    }
    case 'OBJECT_TABCONSTRAINT': {
      const constraints = relation.constraints.map((c) => (c.name === from ? { ...c, name: to } : c));
      return withCatalog(state, withRelation(state.catalog, { ...relation, constraints }));
    }
    default:
      return state;
  }
}

export function applySetSchema(state: State, stmt: AlterObjectSchemaStmt): State {
  if (!stmt.relation) return state;
  const relation = relationAt(state, rangeVarKey(stmt.relation, state.session.schema));
  return relation ? moveRelation(state, relation, stmt.newschema ?? relation.schema, relation.name) : state;
}

function moveRelation(state: State, relation: Relation, schema: string, name: string): State {
  const from = keyOf(relation);
  const to = relationKey(schema, name);
  let catalog = withRelation(withoutRelation(state.catalog, from), { ...relation, schema, name });
  for (const other of catalog.relations.values()) {
    const table = other.table === from ? to : other.table;
    const partitionOf = other.partitionOf === from ? to : other.partitionOf;
    if (table !== other.table || partitionOf !== other.partitionOf)
      catalog = withRelation(catalog, { ...other, table, partitionOf });
  }
  const moved = withCatalog(state, catalog);
  if (!state.session.created.has(from)) return moved;
  return withSession(moved, { created: moved.session.created.remove(from).add(to) });
}
