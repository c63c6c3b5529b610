/**
 * Statements that wait for a lock which in turn makes readers or writers of an existing table wait behind them: the case
 * for lock_timeout (postgresql.org/docs/current/explicit-locking.html). Proven in test/postgres/strongLock.test.ts.
 */
import type { AlterTableCmd, AlterTableStmt, CreateStmt, DropStmt, Node, RangeVar } from '@pgsql/types';
import { shareUpdateExclusive, triggers } from './alterTableLocks.ts';

export interface StrongLock {
  /** Relations that the statement names and locks in this mode. */
  readonly relations: readonly RangeVar[];
  /** Only ACCESS EXCLUSIVE blocks reads; the others block writes. */
  readonly mode: 'ACCESS EXCLUSIVE' | 'EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE';
}

type KeysOfUnion<T> = T extends T ? keyof T : never;
type StatementType = KeysOfUnion<Node>;
type NodeOf<K extends StatementType> = Extract<Node, Record<K, unknown>>[K];

/**
 * Null when the statement takes no such lock on a relation that it names, or when that is not known. (IF EXISTS of what
 * does not exist locks nothing; here it counts as existing.)
 */
export function strongLockOf(node: Node): StrongLock | null {
  for (const [type, value] of Object.entries(node)) {
    const lockOf = byStatement[type as StatementType] as ((stmt: unknown) => StrongLock | null) | undefined;
    if (lockOf) return lockOf(value);
  }
  return null;
}

/** LOCK TABLE's numbers of the modes that count. */
const lockModes: Readonly<Record<number, StrongLock['mode']>> = {
  5: 'SHARE',
  6: 'SHARE ROW EXCLUSIVE',
  7: 'EXCLUSIVE',
  8: 'ACCESS EXCLUSIVE',
};

/** What RENAME is said of while it locks the relation that is named; an index is renamed under a weak lock. */
const renamedStrongly = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_COLUMN',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
]);

const byStatement: { readonly [K in StatementType]?: (stmt: NodeOf<K>) => StrongLock | null } = {
  AlterTableStmt: ofAlterTable,
  AlterObjectSchemaStmt: (stmt) =>
    stmt.objectType === 'OBJECT_TABLE' ? locked([stmt.relation], 'ACCESS EXCLUSIVE') : null,
  RenameStmt: (stmt) =>
    renamedStrongly.has(stmt.renameType ?? '') ? locked([stmt.relation], 'ACCESS EXCLUSIVE') : null,
  CreateStmt: ofCreateTable,
  DropStmt: ofDrop,
  IndexStmt: (stmt) => (stmt.concurrent ? null : locked([stmt.relation], 'SHARE')),
  CreateTrigStmt: (stmt) => locked([stmt.relation], 'SHARE ROW EXCLUSIVE'),
  RuleStmt: (stmt) => locked([stmt.relation], 'ACCESS EXCLUSIVE'),
  CreatePolicyStmt: (stmt) => locked([stmt.table], 'ACCESS EXCLUSIVE'),
  AlterPolicyStmt: (stmt) => locked([stmt.table], 'ACCESS EXCLUSIVE'),
  TruncateStmt: (stmt) => locked(rangeVars(stmt.relations), 'ACCESS EXCLUSIVE'),
  ClusterStmt: (stmt) => locked([stmt.relation], 'ACCESS EXCLUSIVE'),
  ReindexStmt: (stmt) => {
    if (stmt.params?.some((p) => 'DefElem' in p && p.DefElem.defname === 'concurrently')) return null;
    return locked([stmt.relation], stmt.kind === 'REINDEX_OBJECT_INDEX' ? 'ACCESS EXCLUSIVE' : 'SHARE');
  },
  VacuumStmt: (stmt) => {
    const full =
      stmt.is_vacuumcmd && stmt.options?.some((o) => 'DefElem' in o && o.DefElem.defname === 'full' && !o.DefElem.arg);
    const relations = (stmt.rels ?? []).flatMap((r) => ('VacuumRelation' in r ? [r.VacuumRelation.relation] : []));
    return full ? locked(relations, 'ACCESS EXCLUSIVE') : null;
  },
  RefreshMatViewStmt: (stmt) => locked([stmt.relation], stmt.concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
  LockStmt: (stmt) => {
    const mode = lockModes[stmt.mode ?? 0];
    return mode ? locked(rangeVars(stmt.relations), mode) : null;
  },
};

/** The types of statement that {@link strongLockOf} knows. */
export const lockingStatements = Object.keys(byStatement) as readonly StatementType[];

function ofAlterTable(stmt: AlterTableStmt): StrongLock | null {
  if (stmt.objtype !== 'OBJECT_TABLE') return null;
  const commands = (stmt.cmds ?? []).flatMap((c) => ('AlterTableCmd' in c ? [c.AlterTableCmd] : []));
  const partition = commands.length === 1 ? ofPartitionCommand(stmt, commands[0] as AlterTableCmd) : undefined;
  if (partition !== undefined) return partition;
  const modes = commands.map(modeOf);
  for (const mode of ['ACCESS EXCLUSIVE', 'SHARE ROW EXCLUSIVE'] as const)
    if (modes.includes(mode)) return locked([stmt.relation], mode);
  return null;
}

function modeOf({ subtype = 'AT_AddColumn', def }: AlterTableCmd): StrongLock['mode'] | null {
  if (shareUpdateExclusive.has(subtype)) return null;
  if (triggers.has(subtype)) return 'SHARE ROW EXCLUSIVE';
  if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def && def.Constraint.contype === 'CONSTR_FOREIGN')
    return 'SHARE ROW EXCLUSIVE';
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') {
    const options = def && 'List' in def ? (def.List.items ?? []) : [];
    const strong = options.some((o) => 'DefElem' in o && o.DefElem.defname === 'user_catalog_table');
    return strong ? 'ACCESS EXCLUSIVE' : null;
  }
  return 'ACCESS EXCLUSIVE';
}

/** Undefined for other subcommands. */
function ofPartitionCommand(stmt: AlterTableStmt, { subtype, def }: AlterTableCmd): StrongLock | null | undefined {
  const partition = def && 'PartitionCmd' in def ? def.PartitionCmd : undefined;
  // the parent is locked weakly; a default partition, which is not named, strongly as well
  if (subtype === 'AT_AttachPartition') return locked([partition?.name], 'ACCESS EXCLUSIVE');
  if (subtype === 'AT_DetachPartition')
    return partition?.concurrent ? null : locked([stmt.relation, partition?.name], 'ACCESS EXCLUSIVE');
  if (subtype === 'AT_DetachPartitionFinalize') return null;
  return undefined;
}

/** A new partition locks its parent; a foreign key of a new table, the table that it refers to. */
function ofCreateTable(stmt: CreateStmt): StrongLock | null {
  if (stmt.partbound) return locked(rangeVars(stmt.inhRelations), 'ACCESS EXCLUSIVE');
  const constraints = (stmt.tableElts ?? []).flatMap((element) =>
    'ColumnDef' in element ? (element.ColumnDef.constraints ?? []) : [element],
  );
  const referenced = constraints.flatMap((c) =>
    'Constraint' in c && c.Constraint.pktable ? [c.Constraint.pktable] : [],
  );
  const own = stmt.relation;
  const others = referenced.filter((r) => r.relname !== own?.relname || r.schemaname !== own?.schemaname);
  return locked(others, 'SHARE ROW EXCLUSIVE');
}

const droppedRelations = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_INDEX']);
const droppedFromTables = new Set(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

function ofDrop(stmt: DropStmt): StrongLock | null {
  const type = stmt.removeType ?? '';
  if (stmt.concurrent || (!droppedRelations.has(type) && !droppedFromTables.has(type))) return null;
  const relations = (stmt.objects ?? []).flatMap((object): RangeVar[] => {
    const names = 'List' in object ? (object.List.items ?? []) : [];
    const parts = names.flatMap((name) => ('String' in name ? [name.String.sval ?? ''] : []));
    // a trigger's own name stands behind that of its table
    const [relname, schemaname] = (droppedFromTables.has(type) ? parts.slice(0, -1) : parts).reverse();
    return relname === undefined ? [] : [{ relname, schemaname }];
  });
  return locked(relations, 'ACCESS EXCLUSIVE');
}

const rangeVars = (nodes: readonly Node[] | undefined): RangeVar[] =>
  (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));

function locked(relations: readonly (RangeVar | undefined)[], mode: StrongLock['mode']): StrongLock | null {
  const named = relations.filter((relation) => relation !== undefined);
  return named.length > 0 ? { relations: named, mode } : null;
}
