/** A foreign key's other side. */
import type { Constraint } from '@pgsql/types';
import type { EffectsCollector } from './collector.ts';

/** @param validates whether the rows that are there are looked up in the referenced table */
export function lockReferenced(effects: EffectsCollector, table: string, key: Constraint, validates: boolean): void {
  const referenced = effects.keyOf(key.pktable);
  if (referenced !== table) {
    effects.known(referenced);
    effects.lockTree(referenced, 'ShareRowExclusiveLock');
  }
  if (effects.schema.relation(referenced)?.kind === 'partitioned') effects.unsure();
  else if (validates) effects.scan([...effects.leaves(table), referenced]);
}
