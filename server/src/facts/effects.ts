/**
 * What a statement locks, rewrites and scans, by target version. Proven statement by statement on Postgres 14 to 18 in
 * test/postgres/factsEffects.test.ts. Sources: postgresql.org/docs/current/explicit-locking.html, sql-altertable.html (Notes),
 * and the servers themselves.
 */
import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt } from '@pgsql/types';
import { stringOf } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { alterTable } from './effects/alterTable.ts';
import { EffectsCollector, type LockMode } from './effects/collector.ts';
import * as indexes from './effects/indexes.ts';
import * as objects from './effects/objects.ts';
import * as tables from './effects/tables.ts';

export { type LockMode, lockModes } from './effects/collector.ts';

export interface Effects {
  /** The strongest mode on each relation by its key (`schema.name`), sorted by it; none that the statement itself creates. */
  readonly locks: readonly { readonly relation: string; readonly mode: LockMode }[];
  /** Keys of tables that get new storage (their indexes with them), and of indexes that are built anew by themselves. */
  readonly rewrites: readonly string[];
  /** Keys of tables that are read from end to end, other than by the plan of a query. */
  readonly scans: readonly string[];
  /** Whether it may run inside a transaction block. */
  readonly transaction: boolean;
  /**
   * True: no other table or view is locked, rewritten or scanned. False: the files do not tell all of it (CASCADE, what a
   * query plans, domains' tables, relations that they never create, which count as ordinary tables).
   */
  readonly certain: boolean;
}

type KeysOfUnion<T> = T extends T ? keyof T : never;
type StatementType = KeysOfUnion<Node>;
type NodeOf<K extends StatementType> = Extract<Node, Record<K, unknown>>[K];
type Teller<K extends StatementType> = (effects: EffectsCollector, stmt: NodeOf<K>) => void;

const ofData = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt']);

/** The types of statement that may lock a relation so that writers or readers of it wait. */
export const lockingStatements = (): StatementType[] =>
  (Object.keys(tellers) as StatementType[]).filter((type) => tellers[type] !== nothing && !ofData.has(type));

/** Null for BEGIN, COMMIT and the like, and for statements that nothing is known of. `schema` is that just before it runs. */
export function effectsOf(node: Node, schema: SchemaReader, targetVersion: number): Effects | null {
  const [type, stmt] = Object.entries(node)[0] ?? [];
  const tell = tellers[type as StatementType] as ((effects: EffectsCollector, stmt: unknown) => void) | undefined;
  if (!tell) return null;
  const effects = new EffectsCollector(schema, targetVersion);
  tell(effects, stmt);
  const { locks, rewrites, scans, transaction, certain } = effects;
  return { locks, rewrites, scans, transaction, certain };
}

const nothing = (): void => {};
const unsure = (effects: EffectsCollector): void => effects.unsure();
const outsideTransactions = (effects: EffectsCollector): void => {
  effects.transaction = false;
};

/** INSERT, UPDATE, DELETE, MERGE: the target; what else they touch (foreign keys, triggers) and read is told by the plan. */
function writes(effects: EffectsCollector, stmt: InsertStmt | UpdateStmt | DeleteStmt | MergeStmt): void {
  effects.lock(effects.keyOf(stmt.relation), 'RowExclusiveLock');
  effects.lockRead({ ...stmt, relation: undefined });
  effects.unsure();
}

const tellers: { readonly [K in StatementType]?: Teller<K> } = {
  AlterTableStmt: alterTable,
  CreateStmt: tables.createTable,
  CreateTableAsStmt: tables.createTableAs,
  ViewStmt: tables.createView,
  SelectStmt: tables.select,
  DropStmt: tables.drop,
  TruncateStmt: tables.truncate,
  LockStmt: tables.lockTable,
  IndexStmt: indexes.createIndex,
  ReindexStmt: indexes.reindex,
  ClusterStmt: indexes.cluster,
  VacuumStmt: indexes.vacuum,
  RefreshMatViewStmt: indexes.refresh,
  CreateTrigStmt: objects.createTrigger,
  RuleStmt: objects.createRule,
  CreatePolicyStmt: objects.policy,
  AlterPolicyStmt: objects.policy,
  CommentStmt: objects.comment,
  GrantStmt: objects.grant,
  RenameStmt: objects.rename,
  AlterObjectSchemaStmt: objects.setSchema,
  AlterOwnerStmt: objects.setOwner,
  AlterObjectDependsStmt: objects.dependsOnExtension,
  CreateSeqStmt: objects.createSequence,
  AlterSeqStmt: objects.alterSequence,
  CreateStatsStmt: objects.createStatistics,
  CreatePublicationStmt: objects.publication,
  AlterPublicationStmt: objects.publication,
  AlterDomainStmt: objects.alterDomain,
  InsertStmt: writes,
  UpdateStmt: writes,
  DeleteStmt: writes,
  MergeStmt: writes,
  // Objects that are no relations
  AlterDefaultPrivilegesStmt: nothing,
  AlterEnumStmt: nothing,
  AlterFunctionStmt: nothing,
  AlterRoleSetStmt: nothing,
  AlterRoleStmt: nothing,
  AlterStatsStmt: nothing,
  CheckPointStmt: nothing,
  CompositeTypeStmt: nothing,
  CreateCastStmt: nothing,
  CreateDomainStmt: nothing,
  CreateEnumStmt: nothing,
  CreateFunctionStmt: nothing,
  CreateRangeStmt: nothing,
  CreateRoleStmt: nothing,
  CreateSchemaStmt: (effects, stmt) => {
    if ((stmt.schemaElts ?? []).length > 0) effects.unsure();
  },
  DefineStmt: nothing,
  DropRoleStmt: nothing,
  NotifyStmt: nothing,
  VariableSetStmt: nothing,
  VariableShowStmt: nothing,
  CreateExtensionStmt: unsure,
  AlterExtensionStmt: unsure,
  DiscardStmt: (effects, stmt) => {
    if (stmt.target === 'DISCARD_ALL') effects.transaction = false;
    if (stmt.target !== 'DISCARD_PLANS') effects.unsure();
  },
  DoStmt: unsure,
  CallStmt: unsure,
  CopyStmt: (effects, stmt) => {
    if (stmt.relation)
      effects.lock(effects.keyOf(stmt.relation), stmt.is_from ? 'RowExclusiveLock' : 'AccessShareLock');
    effects.lockRead(stmt.query ?? null);
    effects.unsure();
  },
  // What Postgres refuses inside a transaction block
  CreatedbStmt: outsideTransactions,
  DropdbStmt: outsideTransactions,
  CreateTableSpaceStmt: outsideTransactions,
  DropTableSpaceStmt: outsideTransactions,
  AlterSystemStmt: outsideTransactions,
  AlterDatabaseStmt: (effects, stmt) => {
    if (stmt.options?.some((o) => 'DefElem' in o && o.DefElem.defname === 'tablespace')) effects.transaction = false;
  },
  CreateSubscriptionStmt: (effects, stmt) => {
    // the slot on the other server could not be taken back
    const isOff = (name: string): boolean =>
      stmt.options?.some(
        (o) => 'DefElem' in o && o.DefElem.defname === name && /^(?:false|off|0)$/i.test(stringOf(o.DefElem.arg) ?? ''),
      ) ?? false;
    if (!isOff('create_slot') && !isOff('connect')) effects.transaction = false;
    effects.unsure();
  },
};
