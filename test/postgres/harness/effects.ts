import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { TestDatabase, TestServer } from './servers.ts';

/** What a statement did to the tables and indexes that existed before it, as a real server shows it. */
export interface Effects {
  /** The strongest lock on each relation of a user schema, sorted by relation; modes by the names of `pg_locks`. */
  locks: { relation: string; mode: LockMode }[];
  /**
   * The tables and indexes that have new storage afterwards. (Also after TRUNCATE, which has nothing to copy.) An index
   * that is dropped and built anew under its name counts.
   */
  rewrites: string[];
  /**
   * The tables that were read from end to end, by queries or by DDL (`seq_scan` of the statistics). TRUNCATE of a table
   * with indexes counts: they are built anew over nothing.
   */
  scans: string[];
  /** When the statement failed; the rest is empty then. `code` is the SQLSTATE. */
  error?: { code: string; message: string };
}

/** From weak to strong: each mode conflicts with at least as many others as the one before. */
const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;
export type LockMode = (typeof lockModes)[number];

/**
 * Runs `setup` and commits it; runs `statement` in a transaction that is rolled back, and tells what it locked, rewrote
 * and scanned. `statement` may be several statements without COMMIT: the effects are those of all together.
 * @throws when `setup` fails.
 */
export async function observe(database: TestDatabase, setup: string, statement: string): Promise<Effects> {
  const [subject, watcher] = await Promise.all([database.client(), database.client()]);
  try {
    await watcher.query(setup);
    return await observeIn(subject, watcher, statement);
  } finally {
    await Promise.all([subject.end(), watcher.end()]);
  }
}

/** The same for a schema that is there already and stays as it is, so that many statements can be tried on it. */
export async function observeIn(subject: pg.Client, watcher: pg.Client, statement: string): Promise<Effects> {
  await subject.query('BEGIN');
  try {
    return await observeNext(subject, watcher, statement);
  } finally {
    await subject.query('ROLLBACK');
  }
}

/**
 * The same for the next statement of the transaction that `subject` has open: what it rewrites and scans, and the locks
 * that are held behind it, those of earlier statements included.
 */
export async function observeNext(subject: pg.Client, watcher: pg.Client, statement: string): Promise<Effects> {
  const committed = await storages(watcher);
  const before = new Map([...(await storages(subject))].filter(([oid]) => committed.has(oid)));
  const oids = [...before.keys()];
  const pid = await backendPid(subject);
  const scansBefore = await scanCounts(subject, 'pg_stat_get_xact_numscans', oids);
  try {
    await subject.query(statement);
  } catch (error) {
    return failed(error);
  }
  const locks = await locksOf(watcher, pid, before);
  const scansAfter = await scanCounts(subject, 'pg_stat_get_xact_numscans', oids);
  return {
    locks: strongest(locks),
    rewrites: rewritten(before, await storages(subject)),
    scans: scanned(before, scansBefore, scansAfter),
  };
}

/**
 * The same for a statement that cannot run in a transaction (CREATE INDEX CONCURRENTLY, VACUUM). Its locks are read at the
 * moments when other sessions, which hold the tables in a mode that conflicts, make it wait. Runs it several times, each
 * in a database of its own.
 * @throws when `setup` fails.
 */
export async function observeOutside(server: TestServer, setup: string, statement: string): Promise<Effects> {
  const locks: Effects['locks'] = [];
  for (const mode of holdModes.slice(0, -1)) {
    const effects = await runHeldUp(server, setup, statement, mode, false);
    if (effects.error) return effects;
    locks.push(...effects.locks);
  }
  const effects = await runHeldUp(server, setup, statement, holdModes.at(-1)!, true);
  return { ...effects, locks: strongest([...locks, ...effects.locks]) };
}

/**
 * What the holders hold, each mode for what the others let pass: the first shows the first lock on any table, the second
 * the one after a weak first lock (VACUUM), the third, a writer's, where the statement waits for transactions to end.
 */
const holdModes = ['ACCESS EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'ROW EXCLUSIVE'];

async function runHeldUp(
  server: TestServer,
  setup: string,
  statement: string,
  mode: string,
  countScans: boolean,
): Promise<Effects> {
  const database = await server.freshDatabase();
  try {
    const author = await database.client();
    await author.query(setup);
    if (countScans) await handInStatistics(author, server);
    const watcher = await database.client();
    const before = await storages(watcher);
    const scansBefore = await scanCounts(watcher, 'pg_stat_get_numscans', [...before.keys()]);
    const holders = await holdTables(database, watcher, mode);

    const subject = await database.client();
    await subject.query("SET statement_timeout = '20s'");
    const pid = await backendPid(subject);
    let outcome: { error?: unknown } | undefined;
    const running = subject.query(statement).then(
      () => {
        outcome = {};
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    const locks: Effects['locks'] = [];
    while (!outcome) {
      const { rows } = await watcher.query('SELECT pg_blocking_pids($1) AS pids', [pid]);
      const blocking = (rows[0].pids as number[]).filter((blocker) => holders.has(blocker));
      if (blocking.length > 0) locks.push(...(await locksOf(watcher, pid, before)));
      for (const blocker of blocking) {
        await holders.get(blocker)?.query('ROLLBACK');
        holders.delete(blocker);
      }
      await sleep(5);
    }
    await running;
    for (const holder of holders.values()) await holder.query('ROLLBACK');
    if (outcome.error) return failed(outcome.error);
    if (countScans) await handInStatistics(subject, server);
    const scansAfter = await scanCounts(watcher, 'pg_stat_get_numscans', [...before.keys()]);
    return {
      locks: strongest(locks),
      rewrites: rewritten(before, await storages(watcher)),
      scans: countScans ? scanned(before, scansBefore, scansAfter) : [],
    };
  } finally {
    await database.drop();
  }
}

/** One session for each table, which holds it in `mode` in an open transaction with an old snapshot; by backend pid. */
async function holdTables(database: TestDatabase, watcher: pg.Client, mode: string): Promise<Map<number, pg.Client>> {
  const { rows } = await watcher.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace NOT IN (${systemSchemas}) ORDER BY oid`,
  );
  const holders = new Map<number, pg.Client>();
  for (const { name } of rows) {
    const holder = await database.client();
    await holder.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE ${name} IN ${mode} MODE; SELECT 1`);
    holders.set(await backendPid(holder), holder);
  }
  return holders;
}

interface Storage {
  name: string;
  isTable: boolean;
  /** Null for what has no storage: partitioned tables, views. */
  relfilenode: number | null;
}

const systemSchemas = `SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema'`;

/** The relations of user schemas that the session sees, by oid. */
async function storages(client: pg.Client): Promise<Map<number, Storage>> {
  const { rows } = await client.query<Storage & { oid: number }>(
    `SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
            nullif(c.relfilenode, 0) AS relfilenode, c.relkind IN ('r', 'p', 'm') AS "isTable"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.oid NOT IN (${systemSchemas})`,
  );
  return new Map(rows.map((row) => [row.oid, row]));
}

function rewritten(before: Map<number, Storage>, after: Map<number, Storage>): string[] {
  const afterByName = new Map([...after.values()].map((storage) => [storage.name, storage]));
  const names = [...before].flatMap(([oid, { name, relfilenode }]) => {
    // ALTER TYPE makes the indexes of a column anew, under new oids, and keeps the storage of those that still fit.
    const now = after.get(oid) ?? afterByName.get(name);
    return now && now.relfilenode !== relfilenode ? [name] : [];
  });
  return names.sort();
}

/** The relation locks of a backend on relations of `before`, held or waited for. */
async function locksOf(watcher: pg.Client, pid: number, before: Map<number, Storage>): Promise<Effects['locks']> {
  const { rows } = await watcher.query<{ relation: number; mode: LockMode }>(
    `SELECT relation, mode FROM pg_locks
     WHERE locktype = 'relation' AND pid = $1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [pid],
  );
  return rows.flatMap(({ relation, mode }) => {
    const name = before.get(relation)?.name;
    return name ? [{ relation: name, mode }] : [];
  });
}

function strongest(locks: Effects['locks']): Effects['locks'] {
  const modes = new Map<string, LockMode>();
  for (const { relation, mode } of locks) {
    const known = modes.get(relation);
    if (!known || lockModes.indexOf(mode) > lockModes.indexOf(known)) modes.set(relation, mode);
  }
  return [...modes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([relation, mode]) => ({ relation, mode }));
}

type ScanCounts = Map<number, number>;

/** `seq_scan` by oid. By function, not by view: a view does not show a table that the statement has dropped. */
async function scanCounts(client: pg.Client, counter: string, oids: number[]): Promise<ScanCounts> {
  const { rows } = await client.query<{ oid: number; count: string }>(
    `SELECT oid, ${counter}(oid) AS count FROM unnest($1::oid[]) AS oid`,
    [oids],
  );
  return new Map(rows.map(({ oid, count }) => [oid, Number(count)]));
}

/** Ends the session, which makes its statistics visible to others. */
async function handInStatistics(client: pg.Client, server: TestServer): Promise<void> {
  await client.end();
  // Before 15 a process collects them, and readers take a state that is up to half a second old.
  if (server.version < 15) await sleep(600);
}

function scanned(storages: Map<number, Storage>, before: ScanCounts, after: ScanCounts): string[] {
  return [...storages]
    .filter(([oid, { isTable }]) => isTable && (after.get(oid) ?? 0) > (before.get(oid) ?? 0))
    .map(([, { name }]) => name)
    .sort();
}

async function backendPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}

function failed(error: unknown): Effects {
  const { code, message } = error as { code?: string; message: string };
  if (!code) throw error;
  return { locks: [], rewrites: [], scans: [], error: { code, message } };
}
