/** CREATE TABLE and its kin, DROP, TRUNCATE, LOCK. */
import type {
  CreateStmt,
  CreateTableAsStmt,
  DropStmt,
  LockStmt,
  SelectStmt,
  TruncateStmt,
  ViewStmt,
} from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nameParts, nodesKey } from '../../catalog/names.ts';
import { type EffectsCollector, lockModes, rangeVars } from './collector.ts';
import { dropReferences } from './constraints.ts';
import { createPartition, dropPartition } from './partitions.ts';

export function createTable(effects: EffectsCollector, stmt: CreateStmt): void {
  const own = effects.keyOf(stmt.relation);
  if (stmt.if_not_exists && effects.schema.relation(own)) return;
  for (const parent of rangeVars(stmt.inhRelations)) {
    const key = effects.keyOf(parent);
    if (stmt.partbound) createPartition(effects, key, stmt.partbound.is_default ?? false);
    else effects.lock(key, 'ShareUpdateExclusiveLock');
  }
  if (stmt.ofTypename) effects.lock(nodesKey(stmt.ofTypename.names, effects.schema.session.schema), 'AccessShareLock');
  for (const element of stmt.tableElts ?? []) {
    if ('TableLikeClause' in element) {
      const key = effects.keyOf(element.TableLikeClause.relation);
      effects.lock(key, 'AccessShareLock');
    }
    const constraints =
      'ColumnDef' in element ? (element.ColumnDef.constraints ?? []) : 'Constraint' in element ? [element] : [];
    for (const c of constraints) {
      if (!('Constraint' in c) || !c.Constraint.pktable) continue;
      const referenced = effects.keyOf(c.Constraint.pktable);
      if (referenced === own) continue;
      effects.known(referenced);
      effects.lockTree(referenced, 'ShareRowExclusiveLock');
    }
  }
}

export function createTableAs(effects: EffectsCollector, stmt: CreateTableAsStmt): void {
  if (stmt.if_not_exists && effects.schema.relation(effects.keyOf(stmt.into?.rel))) return;
  effects.lockRead(stmt.query);
  // how it reads them is the planner's choice
  effects.unsure();
}

export function createView(effects: EffectsCollector, stmt: ViewStmt): void {
  const key = effects.keyOf(stmt.view);
  if (stmt.replace && effects.schema.relation(key)) effects.lock(key, 'AccessExclusiveLock');
  effects.lockRead(stmt.query);
}

export function select(effects: EffectsCollector, stmt: SelectStmt): void {
  effects.lockRead({ ...stmt, intoClause: undefined }, 'AccessShareLock');
  const locking = (stmt.lockingClause ?? []).length > 0;
  const all = (stmt.lockingClause ?? []).every((l) => 'LockingClause' in l && !l.LockingClause.lockedRels);
  if (locking && all)
    for (const table of rangeVars(stmt.fromClause))
      if (!stmt.withClause) effects.lock(effects.keyOf(table), 'RowShareLock');
  effects.unsure();
}

export function truncate(effects: EffectsCollector, stmt: TruncateStmt): void {
  if (stmt.behavior === 'DROP_CASCADE') effects.unsure();
  for (const table of rangeVars(stmt.relations)) {
    const key = effects.lockNamed(table, 'AccessExclusiveLock');
    const leaves = effects.leaves(key);
    effects.renew(leaves);
    // an index is built anew, over a table that is empty by then
    const named = effects.schema.relation(key);
    const indexed = (k: string): boolean => {
      const relation = effects.schema.relation(k);
      return (
        relation !== undefined &&
        (relation.indexes.length > 0 || relation.constraints.some((c) => c.kind === 'primary' || c.kind === 'unique'))
      );
    };
    if (indexed(key)) effects.scan(leaves);
    else for (const leaf of leaves) if (indexed(leaf)) effects.scan([leaf]);
    if (!named?.complete || leaves.some((leaf) => !effects.schema.relation(leaf)?.complete)) effects.unsure();
  }
}

/** The grammar numbers the modes from 1 on. */
export function lockTable(effects: EffectsCollector, stmt: LockStmt): void {
  const mode = lockModes[(stmt.mode ?? 8) - 1];
  if (!mode) {
    effects.unsure();
    return;
  }
  for (const table of rangeVars(stmt.relations)) {
    const key = effects.lockNamed(table, mode);
    if (effects.schema.relation(key)?.kind === 'view') effects.unsure();
  }
}

const onTables = new Set(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

export function drop(effects: EffectsCollector, stmt: DropStmt): void {
  const type = stmt.removeType ?? '';
  if (stmt.behavior === 'DROP_CASCADE') effects.unsure();
  if (stmt.concurrent) effects.transaction = false;
  for (const object of stmt.objects ?? []) {
    const names = 'List' in object ? (object.List.items ?? []) : [];
    const key = nodesKey(names, effects.schema.session.schema);
    if (onTables.has(type)) {
      dropFromTable(effects, stmt, names);
      continue;
    }
    switch (type) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
      case 'OBJECT_SEQUENCE':
        dropRelation(effects, key, stmt.missing_ok ?? false);
        break;
      case 'OBJECT_INDEX':
        dropIndex(effects, key, stmt);
        break;
      case 'OBJECT_STATISTIC_EXT':
      // a composite type is a relation of its own, and the catalog does not tell which types are
      case 'OBJECT_TYPE':
        effects.unsure();
        break;
      default:
    }
  }
}

function dropRelation(effects: EffectsCollector, key: string, missingOk: boolean): void {
  const relation = effects.schema.relation(key);
  if (!relation) {
    effects.unsure();
    if (!missingOk) effects.lock(key, 'AccessExclusiveLock');
    return;
  }
  const table = relation.kind === 'table' || relation.kind === 'partitioned';
  if (table && !relation.complete) effects.unsure();
  if (relation.partitionOf !== null) dropPartition(effects, key, relation.partitionOf);
  for (const dropped of effects.tree(key)) {
    effects.lock(dropped, 'AccessExclusiveLock');
    const constraints = effects.schema.relation(dropped)?.constraints ?? [];
    dropReferences(
      effects,
      dropped,
      constraints.map((c) => c.references),
    );
  }
}

function dropIndex(effects: EffectsCollector, key: string, stmt: DropStmt): void {
  const index = effects.schema.relation(key);
  const mode = stmt.concurrent ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  if (!index) {
    effects.unsure();
    if (!stmt.missing_ok && !stmt.concurrent) effects.lock(key, mode);
    return;
  }
  if (!stmt.concurrent) effects.lock(key, mode);
  if (index.table === null) {
    effects.unsure();
    return;
  }
  effects.known(index.table);
  effects.lockTree(index.table, mode);
}

/** With IF EXISTS, what the files do not show to be there locks nothing that is sure. */
function dropFromTable(effects: EffectsCollector, stmt: DropStmt, names: Parameters<typeof nameParts>[0]): void {
  const [name, table, schema] = nameParts(names).reverse();
  const key = relationKey(schema ?? effects.schema.session.schema, table ?? '');
  const relation = effects.schema.relation(key);
  const listed = stmt.removeType === 'OBJECT_TRIGGER' ? relation?.triggers : relation?.policies;
  if (stmt.missing_ok && !listed?.some((object) => object.name === name)) {
    effects.unsure();
    return;
  }
  effects.known(key);
  if (stmt.removeType === 'OBJECT_TRIGGER') effects.lockTree(key, 'AccessExclusiveLock');
  else effects.lock(key, 'AccessExclusiveLock');
  // a trigger for each statement stays on the parent alone
  if (stmt.removeType === 'OBJECT_TRIGGER' && effects.schema.relation(key)?.kind === 'partitioned') effects.unsure();
}
