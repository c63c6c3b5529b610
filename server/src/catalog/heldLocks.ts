/** The locks that add up inside a transaction. */

export interface HeldLock {
  /** Key of the relation. */
  readonly relation: string;
  /** By the names of `pg_locks`. */
  readonly mode: 'ShareLock' | 'ShareRowExclusiveLock' | 'ExclusiveLock' | 'AccessExclusiveLock';
  /** Numbers the statements of the transaction that took such locks: which of them locked it first. */
  readonly by: number;
  /** Of the first one: the kinds of long work that the transaction has done under its locks already. */
  readonly workDone?: readonly LongWork[];
}

/** A table read from end to end, or rows of it changed. */
export type LongWork = 'scan' | 'change';

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
export function withLocks(held: readonly HeldLock[], taken: readonly Omit<HeldLock, 'by'>[]): readonly HeldLock[] {
  let result = held;
  const by = (held.at(-1)?.by ?? 0) + 1;
  for (const lock of taken) {
    const at = result.findIndex((h) => h.relation === lock.relation);
    if (at < 0 && result.length < remembered) result = [...result, { ...lock, by }];
    else if (at >= 0 && isStronger(lock, result[at] as HeldLock))
      result = result.with(at, { ...(result[at] as HeldLock), mode: lock.mode });
  }
  return result;
}

const isStronger = (a: Omit<HeldLock, 'by'>, b: HeldLock): boolean =>
  fromWeakToStrong.indexOf(a.mode) > fromWeakToStrong.indexOf(b.mode);
