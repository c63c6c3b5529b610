/**
 * Statements that wait for a lock which in turn makes readers or writers of an existing table wait behind them: the case
 * for lock_timeout (postgresql.org/docs/current/explicit-locking.html). Proven in test/postgres/facts.test.ts.
 */
import type { Node, RangeVar } from '@pgsql/types';

export interface StrongLock {
  /** Tables that the statement names and locks. */
  readonly relations: readonly RangeVar[];
  readonly mode: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE';
}

/** ALTER TABLE subcommands that take SHARE UPDATE EXCLUSIVE only: they block neither readers nor writers. */
const weak = new Set([
  'AT_ValidateConstraint',
  'AT_SetStatistics',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_AttachPartition',
  'AT_DetachPartition',
  'AT_DetachPartitionFinalize',
]);

/** Null when the statement takes no such lock on a table that it names, or that is not known. */
export function strongLockOf(node: Node): StrongLock | null {
  if ('AlterTableStmt' in node && node.AlterTableStmt.objtype === 'OBJECT_TABLE') {
    const commands = (node.AlterTableStmt.cmds ?? []).flatMap((c) => ('AlterTableCmd' in c ? [c.AlterTableCmd] : []));
    if (commands.every((c) => weak.has(c.subtype ?? ''))) return null;
    const only = commands.every(
      (c) =>
        c.subtype === 'AT_AddConstraint' &&
        c.def &&
        'Constraint' in c.def &&
        c.def.Constraint.contype === 'CONSTR_FOREIGN',
    );
    return named(node.AlterTableStmt.relation, only ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  }
  if ('IndexStmt' in node) return node.IndexStmt.concurrent ? null : named(node.IndexStmt.relation, 'SHARE');
  if ('RenameStmt' in node) {
    const { renameType, relationType, relation } = node.RenameStmt;
    return renameType === 'OBJECT_TABLE' || (renameType === 'OBJECT_COLUMN' && relationType === 'OBJECT_TABLE')
      ? named(relation, 'ACCESS EXCLUSIVE')
      : null;
  }
  if ('CreateTrigStmt' in node) return named(node.CreateTrigStmt.relation, 'SHARE ROW EXCLUSIVE');
  if ('CreatePolicyStmt' in node) return named(node.CreatePolicyStmt.table, 'ACCESS EXCLUSIVE');
  if ('TruncateStmt' in node) {
    const relations = (node.TruncateStmt.relations ?? []).flatMap((r) => ('RangeVar' in r ? [r.RangeVar] : []));
    return relations.length > 0 ? { relations, mode: 'ACCESS EXCLUSIVE' } : null;
  }
  return null;
}

const named = (relation: RangeVar | undefined, mode: StrongLock['mode']): StrongLock | null =>
  relation ? { relations: [relation], mode } : null;
