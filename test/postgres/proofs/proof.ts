/** What an example of a rule has to show on a real server. */
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { LockMode } from '../harness/effects.ts';
import type { Version } from '../harness/servers.ts';

/** What the unsafe form does while it runs. */
export interface EffectsProof {
  /** The strongest lock on each table (indexes are left out), tables with new storage, tables read from end to end. */
  locks?: Record<string, LockMode>;
  rewrites?: string[];
  scans?: string[];
  /** SQLSTATE of the refusal; the rest is left out then. */
  error?: string;
  /** It cannot run in a transaction; this fills the tables. */
  outsideWith?: string;
}

/** For a rule whose harm is not a lock: shows it, and that the safe form does not do it. Throws when it is not so. */
export interface ClaimProof {
  claim(example: Example): Promise<void>;
}

export interface Example {
  readonly version: Version;
  readonly unsafe: string;
  readonly safe: string;
  /** A new database with the example's schema, its tables filled with about 20 rows each; it goes with the test. */
  freshDatabase(): Promise<pg.Client>;
  /** The same without any row. */
  emptyDatabase(): Promise<pg.Client>;
}

export type Proof = EffectsProof | ClaimProof;

/** By rule, for each of its examples in order. */
export type Proofs = Record<string, Proof[]>;

export const isClaim = (proof: Proof): proof is ClaimProof => 'claim' in proof;

/** Rows of the plan as text, one line each. */
export async function planOf(client: pg.Client, query: string): Promise<string> {
  const { rows } = await client.query(`EXPLAIN (COSTS OFF) ${query}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** @throws unless the statements are refused with this SQLSTATE */
export const refused = (client: pg.Client, sql: string, code: string): Promise<void> =>
  assert.rejects(client.query(sql), { code });

export const exclusive = (table: string): Proof => ({ locks: { [table]: 'AccessExclusiveLock' } });
export const scan = (table: string): Proof => ({ ...exclusive(table), scans: [table] });
export const rewrite = (table: string): Proof => ({ ...scan(table), rewrites: [table] });
export const foreignKey: Proof = {
  locks: { customers: 'ShareRowExclusiveLock', orders: 'ShareRowExclusiveLock' },
  scans: ['customers', 'orders'],
};
export const index = (table: string): Proof => ({ locks: { [table]: 'ShareLock' }, scans: [table] });
export const writes = (table: string): Proof => ({ locks: { [table]: 'RowExclusiveLock' }, scans: [table] });
export const vacuumFull: Proof = {
  ...rewrite('events'),
  outsideWith: 'INSERT INTO events SELECT generate_series(1, 20)',
};
