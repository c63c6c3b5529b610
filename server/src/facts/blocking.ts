/**
 * Which locks keep which others waiting (postgresql.org/docs/current/explicit-locking.html). Proven mode against mode in
 * test/postgres/blocking.test.ts.
 */
import type { SchemaReader } from '../catalog/schema.ts';
import type { Effects, LockMode } from './effects.ts';

/** The modes that have to wait while another session holds this one. */
const conflicting: Readonly<Record<LockMode, readonly LockMode[]>> = {
  AccessShareLock: ['AccessExclusiveLock'],
  RowShareLock: ['ExclusiveLock', 'AccessExclusiveLock'],
  RowExclusiveLock: ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
  ShareUpdateExclusiveLock: [
    'ShareUpdateExclusiveLock',
    'ShareLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ],
  ShareLock: [
    'RowExclusiveLock',
    'ShareUpdateExclusiveLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ],
  ShareRowExclusiveLock: [
    'RowExclusiveLock',
    'ShareUpdateExclusiveLock',
    'ShareLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ],
  ExclusiveLock: [
    'RowShareLock',
    'RowExclusiveLock',
    'ShareUpdateExclusiveLock',
    'ShareLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ],
  AccessExclusiveLock: [
    'AccessShareLock',
    'RowShareLock',
    'RowExclusiveLock',
    'ShareUpdateExclusiveLock',
    'ShareLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ],
};

/** Whether one of them has to wait while another session holds the other; the order does not matter. */
export const conflict = (a: LockMode, b: LockMode): boolean => conflicting[a].includes(b);

/** Who has to wait while a session holds a lock, or stands in front of them in its queue. */
export interface Blocked {
  /** SELECT. */
  readonly reads: boolean;
  /** SELECT … FOR UPDATE, FOR SHARE and the like. */
  readonly rowLocks: boolean;
  /** INSERT, UPDATE, DELETE, MERGE. */
  readonly writes: boolean;
  /** VACUUM, ANALYZE, autovacuum, CREATE INDEX CONCURRENTLY and other statements that let reads and writes go on. */
  readonly maintenance: boolean;
}

export const blocks = (mode: LockMode): Blocked => ({
  reads: conflict(mode, 'AccessShareLock'),
  rowLocks: conflict(mode, 'RowShareLock'),
  writes: conflict(mode, 'RowExclusiveLock'),
  maintenance: conflict(mode, 'ShareUpdateExclusiveLock'),
});

/** `AccessExclusiveLock` → `ACCESS EXCLUSIVE`. */
export const sqlName = (mode: LockMode): string =>
  mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();

/**
 * Whether others may be using it: it is not temporary, and this file did not create it (what the file creates is empty, or
 * not in use yet), nor is the file a test. An index is in use as its table is.
 * @param key of a relation, known or not
 */
export function inUse(key: string, schema: SchemaReader): boolean {
  if (schema.session.tests) return false;
  const relation = schema.relation(key);
  if (schema.isCreated(key) || relation?.temporary || key.startsWith('pg_temp.')) return false;
  const owner =
    relation?.kind === 'index' ? relation.table : relation?.kind === 'sequence' ? relation.ownedBy?.table : null;
  return owner ? inUse(owner, schema) : true;
}

/** The locks that make readers or writers of a relation in use wait. (Nobody writes into a materialized view.) */
export const strongLocks = (effects: Effects | null, schema: SchemaReader): Effects['locks'] =>
  (effects?.locks ?? []).filter(
    ({ relation, mode }) =>
      (schema.relation(relation)?.kind === 'materialized view' ? blocks(mode).reads : blocks(mode).writes) &&
      inUse(relation, schema),
  );
