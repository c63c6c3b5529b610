/** The locks that add up inside a transaction. */

export interface HeldLock {
  /** Key of the relation. */
  readonly relation: string;
  /** By the names of `pg_locks`. */
  readonly mode: 'ShareLock' | 'ShareRowExclusiveLock' | 'ExclusiveLock' | 'AccessExclusiveLock';
}

const fromWeakToStrong: readonly HeldLock['mode'][] = [
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

/**
 * Further ones are not remembered: rules speak of the first, and a value that no longer changes lets an edit above a long
 * transaction concern only its beginning.
 */
const remembered = 16;

/** @returns `held` itself when nothing is added */
export function withLocks(held: readonly HeldLock[], taken: readonly HeldLock[]): readonly HeldLock[] {
  let result = held;
  for (const lock of taken) {
    const at = result.findIndex((h) => h.relation === lock.relation);
    if (at < 0 && result.length < remembered) result = [...result, lock];
    else if (at >= 0 && isStronger(lock, result[at] as HeldLock)) result = result.with(at, lock);
  }
  return result;
}

const isStronger = (a: HeldLock, b: HeldLock): boolean =>
  fromWeakToStrong.indexOf(a.mode) > fromWeakToStrong.indexOf(b.mode);
