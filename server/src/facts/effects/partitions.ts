/** ATTACH and DETACH PARTITION, and new partitions: the parent, the partition, and the default partition beside it. */
import type { AlterTableCmd } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import type { EffectsCollector } from './collector.ts';

/** Whether every partition gets an index of its own. */
const hasIndexes = (relation: Relation): boolean =>
  relation.indexes.length > 0 || relation.constraints.some((c) => c.kind === 'primary' || c.kind === 'unique');

const hasValidCheck = (relation: Relation): boolean =>
  relation.constraints.some((c) => c.kind === 'check' && c.validated);

export function attachPartition(effects: EffectsCollector, parentKey: string, { def }: AlterTableCmd): void {
  if (!def || !('PartitionCmd' in def)) {
    effects.unsure();
    return;
  }
  const key = effects.keyOf(def.PartitionCmd.name);
  const parent = effects.known(parentKey);
  const partition = effects.known(key);
  effects.lock(parentKey, 'ShareUpdateExclusiveLock');
  effects.lock(key, 'AccessExclusiveLock');
  if (
    !parent ||
    !partition ||
    partition.kind === 'partitioned' ||
    parent.constraints.some((c) => c.kind === 'foreign')
  ) {
    effects.unsure();
    return;
  }
  // a valid check can prove that all rows fit; indexes that the parent has are built in any case
  if (!hasValidCheck(partition) || (hasIndexes(parent) && !hasIndexes(partition))) effects.scan([key]);
  else effects.unsure();
  besideDefault(effects, parent, key, true);
}

/** @param adds whether the default partition is searched for rows that belong to the new one */
function besideDefault(effects: EffectsCollector, parent: Relation, key: string, adds: boolean): void {
  const other = parent.defaultPartition;
  if (other === null || other === key) return;
  effects.lock(other, 'AccessExclusiveLock');
  const relation = effects.known(other);
  if (!adds) return;
  if (relation?.kind === 'partitioned' || (relation && hasValidCheck(relation))) effects.unsure();
  else effects.scan([other]);
}

export function detachPartition(effects: EffectsCollector, parentKey: string, { def }: AlterTableCmd): void {
  if (!def || !('PartitionCmd' in def)) {
    effects.unsure();
    return;
  }
  const key = effects.keyOf(def.PartitionCmd.name);
  const parent = effects.known(parentKey);
  const partition = effects.known(key);
  if (def.PartitionCmd.concurrent) {
    effects.transaction = false;
    effects.lock(parentKey, 'ShareUpdateExclusiveLock');
    effects.unsure();
    return;
  }
  effects.lock(parentKey, 'AccessExclusiveLock');
  effects.lock(key, 'AccessExclusiveLock');
  if (parent?.constraints.some((c) => c.kind === 'foreign') || partition?.kind === 'partitioned') effects.unsure();
  if (parent) besideDefault(effects, parent, key, false);
}

/** CREATE TABLE … PARTITION OF. */
export function createPartition(effects: EffectsCollector, parentKey: string, isDefault: boolean): void {
  const parent = effects.known(parentKey);
  effects.lock(parentKey, 'AccessExclusiveLock');
  if (parent?.constraints.some((c) => c.kind === 'foreign')) effects.unsure();
  if (parent && !isDefault) besideDefault(effects, parent, '', true);
}

/** DROP TABLE of a partition. */
export function dropPartition(effects: EffectsCollector, key: string, parentKey: string): void {
  const parent = effects.known(parentKey);
  effects.lock(parentKey, 'AccessExclusiveLock');
  if (parent) besideDefault(effects, parent, key, false);
}
