/** CREATE INDEX, REINDEX, CLUSTER, VACUUM, ANALYZE, REFRESH MATERIALIZED VIEW. */
import type { ClusterStmt, IndexStmt, Node, RefreshMatViewStmt, ReindexStmt, VacuumStmt } from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import type { EffectsCollector } from './collector.ts';

/** Materialized views are never known in all their columns, and need not be. */
function noteUnknown(effects: EffectsCollector, key: string): void {
  const relation = effects.schema.relation(key);
  if (!relation || (!relation.complete && relation.kind !== 'materialized view')) effects.unsure();
}

export function createIndex(effects: EffectsCollector, stmt: IndexStmt): void {
  const key = effects.keyOf(stmt.relation);
  const mode = stmt.concurrent ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  if (stmt.concurrent) effects.transaction = false;
  noteUnknown(effects, key);
  effects.lock(key, mode);
  if (stmt.if_not_exists) {
    const schema = stmt.relation?.schemaname ?? effects.schema.session.schema;
    if (effects.schema.relation(relationKey(schema, stmt.idxname ?? ''))) return;
    if (!effects.schema.relation(key)?.complete) {
      effects.unsure();
      return;
    }
  }
  if (!stmt.relation?.inh && effects.schema.relation(key)?.kind === 'partitioned') return;
  effects.lockTree(key, mode);
  effects.scan(effects.leaves(key));
}

const option = (params: readonly Node[] | undefined, name: string): boolean =>
  (params ?? []).some((p) => 'DefElem' in p && p.DefElem.defname === name && !isFalse(p.DefElem.arg));

function isFalse(arg: Node | undefined): boolean {
  if (!arg) return false;
  const said = 'String' in arg ? arg.String.sval : 'Boolean' in arg ? String(arg.Boolean.boolval ?? false) : null;
  const number = 'Integer' in arg ? (arg.Integer.ival ?? 0) : null;
  return number === 0 || (said !== null && /^(?:off|false|0)$/i.test(said ?? ''));
}

export function reindex(effects: EffectsCollector, stmt: ReindexStmt): void {
  const concurrently = option(stmt.params, 'concurrently');
  const key = effects.keyOf(stmt.relation);
  const relation = effects.schema.relation(key);
  const own = concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  if (concurrently) effects.transaction = false;
  if (stmt.kind === 'REINDEX_OBJECT_INDEX') {
    const table = relation?.table ?? null;
    if (table !== null && effects.schema.relation(table)?.kind === 'partitioned') {
      effects.transaction = false;
      effects.unsure();
      return;
    }
    effects.lock(key, concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock');
    effects.renew([key]);
    if (table === null) {
      effects.unsure();
      return;
    }
    noteUnknown(effects, table);
    effects.lock(table, own);
    effects.scan([table]);
    return;
  }
  if (stmt.kind !== 'REINDEX_OBJECT_TABLE') {
    effects.transaction = false;
    effects.unsure();
    return;
  }
  if (relation?.kind === 'partitioned') {
    effects.transaction = false;
    effects.unsure();
    return;
  }
  noteUnknown(effects, key);
  effects.lock(key, own);
  // constraints have indexes too; which are named as the constraints are, is not always told
  const keyed = relation?.constraints.some((c) => c.kind === 'primary' || c.kind === 'unique' || c.kind === 'exclude');
  if (keyed || (relation && relation.indexes.length > 0)) effects.scan([key]);
  else effects.unsure();
  for (const index of relation?.indexes ?? []) {
    const usedByConstraint = relation?.constraints.some((c) => c.kind !== 'check' && c.columns.length === 0);
    if (usedByConstraint || effects.schema.relation(index)?.table !== key) effects.unsure();
    else effects.renew([index]);
  }
}

export function cluster(effects: EffectsCollector, stmt: ClusterStmt): void {
  const key = effects.keyOf(stmt.relation);
  if (!stmt.relation || effects.schema.relation(key)?.kind === 'partitioned') {
    effects.transaction = false;
    effects.unsure();
    return;
  }
  noteUnknown(effects, key);
  effects.lock(key, 'AccessExclusiveLock');
  effects.rewrite([key]);
}

export function vacuum(effects: EffectsCollector, stmt: VacuumStmt): void {
  if (stmt.is_vacuumcmd) effects.transaction = false;
  const full = stmt.is_vacuumcmd === true && option(stmt.options, 'full');
  const relations = (stmt.rels ?? []).flatMap((r) => ('VacuumRelation' in r ? [r.VacuumRelation.relation] : []));
  // the whole database
  if (relations.length === 0) {
    effects.unsure();
    return;
  }
  for (const relation of relations) {
    const key = effects.keyOf(relation);
    noteUnknown(effects, key);
    const known = effects.schema.relation(key);
    if (known?.inherited) effects.unsure();
    const tree = !relation?.inh ? [key] : effects.tree(key);
    for (const k of tree) effects.lock(k, full ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock');
    if (full) effects.rewrite(tree.filter((k) => effects.schema.relation(k)?.kind !== 'partitioned'));
  }
}

export function refresh(effects: EffectsCollector, stmt: RefreshMatViewStmt): void {
  const key = effects.keyOf(stmt.relation);
  effects.lock(key, stmt.concurrent ? 'ExclusiveLock' : 'AccessExclusiveLock');
  if (!stmt.concurrent) effects.renew([key]);
  // what its query reads is not in the catalog
  effects.unsure();
}
