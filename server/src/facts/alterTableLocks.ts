/** ALTER TABLE subcommands that take less than ACCESS EXCLUSIVE (AlterTableGetLockLevel in src/backend/commands/tablecmds.c). */
import type { AlterTableType } from '@pgsql/types';

/** SHARE UPDATE EXCLUSIVE only: they block neither readers nor writers. */
export const shareUpdateExclusive: ReadonlySet<AlterTableType> = new Set<AlterTableType>([
  'AT_ValidateConstraint',
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
]);

/** ENABLE and DISABLE TRIGGER: SHARE ROW EXCLUSIVE. */
export const triggers: ReadonlySet<AlterTableType> = new Set<AlterTableType>([
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_EnableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrig',
  'AT_DisableTrigAll',
  'AT_DisableTrigUser',
]);
