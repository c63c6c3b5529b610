/** What hangs on a relation without changing its rows: triggers, policies, comments, grants, statistics, publications, names. */
import type {
  AlterDomainStmt,
  AlterObjectDependsStmt,
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  AlterPolicyStmt,
  AlterPublicationStmt,
  AlterSeqStmt,
  CommentStmt,
  CreatePolicyStmt,
  CreatePublicationStmt,
  CreateSeqStmt,
  CreateStatsStmt,
  CreateTrigStmt,
  GrantStmt,
  Node,
  RenameStmt,
  RuleStmt,
} from '@pgsql/types';
import { relationKey } from '../../catalog/catalog.ts';
import { nameParts, nodesKey } from '../../catalog/names.ts';
import { type EffectsCollector, rangeVars } from './collector.ts';

export function createTrigger(effects: EffectsCollector, stmt: CreateTrigStmt): void {
  const key = effects.keyOf(stmt.relation);
  if (effects.schema.relation(key)?.kind !== 'view') effects.known(key);
  if (stmt.row) effects.lockTree(key, 'ShareRowExclusiveLock');
  else effects.lock(key, 'ShareRowExclusiveLock');
  if (stmt.constrrel) effects.lock(effects.keyOf(stmt.constrrel), 'AccessShareLock');
}

export function createRule(effects: EffectsCollector, stmt: RuleStmt): void {
  effects.lock(effects.keyOf(stmt.relation), 'AccessExclusiveLock');
  // the tables that its actions write to are locked as well
  if ((stmt.actions ?? []).length > 0 || stmt.whereClause) effects.unsure();
}

export function policy(effects: EffectsCollector, stmt: CreatePolicyStmt | AlterPolicyStmt): void {
  effects.lock(effects.keyOf(stmt.table), 'AccessExclusiveLock');
  effects.lockRead([stmt.qual ?? null, stmt.with_check ?? null]);
}

const commentedRelations = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
]);
const commentedOnTables = new Set(['OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

export function comment(effects: EffectsCollector, { objtype = 'OBJECT_TABLE', object }: CommentStmt): void {
  const names = object && 'List' in object ? nameParts(object.List.items) : [];
  const keyOf = (parts: readonly string[]): string =>
    relationKey(parts.at(-2) ?? effects.schema.session.schema, parts.at(-1) ?? '');
  if (commentedRelations.has(objtype)) effects.lock(keyOf(names), 'ShareUpdateExclusiveLock');
  else if (objtype === 'OBJECT_COLUMN') effects.lock(keyOf(names.slice(0, -1)), 'ShareUpdateExclusiveLock');
  else if (commentedOnTables.has(objtype)) effects.lock(keyOf(names.slice(0, -1)), 'AccessShareLock');
}

/** Postgres 18 locks what privileges are given on; before, GRANT locked nothing. */
export function grant(effects: EffectsCollector, stmt: GrantStmt): void {
  if (stmt.objtype !== 'OBJECT_TABLE' && stmt.objtype !== 'OBJECT_SEQUENCE') return;
  if (stmt.targtype === 'ACL_TARGET_DEFAULTS') return;
  if (stmt.targtype !== 'ACL_TARGET_OBJECT') {
    effects.unsure();
    return;
  }
  if (effects.targetVersion < 18) return;
  for (const relation of rangeVars(stmt.objects)) effects.lock(effects.keyOf(relation), 'AccessShareLock');
}

const renamedWithTable = new Set(['OBJECT_POLICY', 'OBJECT_RULE']);
const renamedRelations = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

export function rename(effects: EffectsCollector, stmt: RenameStmt): void {
  const type = stmt.renameType ?? '';
  const key = effects.keyOf(stmt.relation);
  const relation = stmt.relation && effects.schema.relation(key);
  if (stmt.relation && stmt.missing_ok && !relation) {
    effects.unsure();
    return;
  }
  const partitioned = relation?.kind === 'partitioned';
  if (renamedRelations.has(type)) {
    // ALTER TABLE also renames indexes, under a weaker lock
    if (relation?.kind === 'index') {
      effects.unsure();
      return;
    }
    if (!relation && type === 'OBJECT_TABLE') effects.unsure();
    effects.lock(key, 'AccessExclusiveLock');
  } else if (type === 'OBJECT_INDEX') effects.lock(key, 'ShareUpdateExclusiveLock');
  else if (type === 'OBJECT_COLUMN') {
    if (!relation || relation.inherited) effects.unsure();
    effects.lockTree(key, 'AccessExclusiveLock');
  } else if (type === 'OBJECT_ATTRIBUTE') {
    if (stmt.behavior === 'DROP_CASCADE') effects.unsure();
    effects.lock(key, 'AccessExclusiveLock');
  } else if (type === 'OBJECT_TABCONSTRAINT') {
    if (!relation || partitioned || relation.inherited) effects.unsure();
    effects.lock(key, 'AccessExclusiveLock');
  } else if (type === 'OBJECT_TRIGGER') {
    effects.known(key);
    effects.lock(key, 'AccessExclusiveLock');
    if (effects.targetVersion >= 15) effects.lockTree(key, 'AccessExclusiveLock');
    if (partitioned && effects.targetVersion >= 15) effects.unsure();
  } else if (renamedWithTable.has(type)) effects.lock(key, 'AccessExclusiveLock');
  // a composite type is a relation of its own, and the catalog does not tell which types are
  else if (type === 'OBJECT_TYPE') effects.unsure();
}

export function setSchema(effects: EffectsCollector, stmt: AlterObjectSchemaStmt): void {
  if (stmt.objectType === 'OBJECT_TYPE' || stmt.objectType === 'OBJECT_EXTENSION') {
    effects.unsure();
    return;
  }
  if (!stmt.relation) return;
  const key = effects.keyOf(stmt.relation);
  if (stmt.missing_ok && !effects.schema.relation(key)) {
    effects.unsure();
    return;
  }
  if (!effects.schema.relation(key)) effects.unsure();
  effects.lock(key, 'AccessExclusiveLock');
}

export function setOwner(effects: EffectsCollector, stmt: AlterOwnerStmt): void {
  if (stmt.objectType === 'OBJECT_TYPE') effects.unsure();
}

export function dependsOnExtension(effects: EffectsCollector, stmt: AlterObjectDependsStmt): void {
  if (stmt.relation) effects.lock(effects.keyOf(stmt.relation), 'AccessExclusiveLock');
}

export function createSequence(effects: EffectsCollector, stmt: CreateSeqStmt): void {
  ownedBy(effects, stmt.options);
}

export function alterSequence(effects: EffectsCollector, stmt: AlterSeqStmt): void {
  const key = effects.keyOf(stmt.sequence);
  if (stmt.missing_ok && !effects.schema.relation(key)) {
    effects.unsure();
    return;
  }
  effects.lock(key, 'ShareRowExclusiveLock');
  ownedBy(effects, stmt.options);
}

/** OWNED BY table.column reads the table's definition. */
function ownedBy(effects: EffectsCollector, options: readonly Node[] | undefined): void {
  for (const option of options ?? []) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'owned_by') continue;
    const arg = option.DefElem.arg;
    const parts = arg && 'List' in arg ? (arg.List.items ?? []) : [];
    if (parts.length > 1) effects.lock(nodesKey(parts.slice(0, -1), effects.schema.session.schema), 'AccessShareLock');
  }
}

export function createStatistics(effects: EffectsCollector, stmt: CreateStatsStmt): void {
  if (stmt.if_not_exists) {
    effects.unsure();
    return;
  }
  for (const table of rangeVars(stmt.relations)) effects.lock(effects.keyOf(table), 'ShareUpdateExclusiveLock');
}

export function publication(effects: EffectsCollector, stmt: CreatePublicationStmt | AlterPublicationStmt): void {
  if ('action' in stmt && stmt.action === 'AP_SetObjects' && (stmt.pubobjects ?? []).length > 0) effects.unsure();
  for (const object of stmt.pubobjects ?? []) {
    const table = 'PublicationObjSpec' in object ? object.PublicationObjSpec.pubtable?.relation : undefined;
    if (!table) {
      effects.unsure();
      continue;
    }
    const key = effects.keyOf(table);
    if (effects.known(key)?.inherited && table.inh) effects.unsure();
    effects.lock(key, 'ShareUpdateExclusiveLock');
  }
}

/** A constraint is checked in all tables with columns of the domain, which the catalog does not tell. */
export function alterDomain(effects: EffectsCollector, { subtype, def }: AlterDomainStmt): void {
  const added = subtype === 'C' && def && 'Constraint' in def ? def.Constraint : null;
  if (subtype === 'V' || subtype === 'O' || (added && !added.skip_validation)) effects.unsure();
}
