/** What Postgres does with a statement, as a real server showed it, in the classes that matter to a reviewer. */
import type { Effects } from '../harness/effects.ts';
import { observeIn, observeOutside } from '../harness/effects.ts';
import { filled } from '../harness/filledDatabases.ts';
import type { TestDatabase, TestServer } from '../harness/servers.ts';
import { afterFilling, type Compared, schema, smallSchema } from './statements.ts';

export type Kind =
  /** It is refused. */
  | 'fails'
  /** Somebody waits while a whole table is read or written. */
  | 'blocks'
  /** A lock that makes others wait, but only for a moment. */
  | 'brief'
  /** Nobody waits. */
  | 'harmless';

export interface Truth {
  readonly kind: Kind;
  readonly effects: Effects;
}

const strong = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];

/** Nobody writes to a materialized view: only what stops its readers counts. */
const strongLocks = ({ locks }: Effects): Effects['locks'] =>
  locks.filter(({ relation, mode }) =>
    relation === 'public.totals' ? mode === 'AccessExclusiveLock' : strong.includes(mode),
  );

export async function truthOf(
  server: TestServer,
  shared: Promise<TestDatabase>,
  { sql, outside }: Compared,
): Promise<Truth> {
  const effects = outside ? await outsideOf(server, sql) : await inTransaction(await shared, sql);
  const waits = strongLocks(effects).length > 0;
  const works = effects.rewrites.length > 0 || effects.scans.length > 0;
  return { effects, kind: effects.error ? 'fails' : !waits ? 'harmless' : works ? 'blocks' : 'brief' };
}

/** What fails is run on all tables; locks can be watched on the small schema only, which has no partitions. */
async function outsideOf(server: TestServer, sql: string): Promise<Effects> {
  const shop = await filledShop(server);
  try {
    await (await shop.client()).query(sql);
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return { locks: [], rewrites: [], scans: [], error: { code, message } };
  } finally {
    await shop.drop();
  }
  return observeOutside(server, filledSmall, sql);
}

const filledSmall = `${smallSchema} INSERT INTO orders SELECT i, i, i, i FROM generate_series(1, 20) i`;

async function inTransaction(database: TestDatabase, sql: string): Promise<Effects> {
  const [subject, watcher] = await Promise.all([database.client(), database.client()]);
  try {
    // as on most machines that people work on: under UTC some changes of a timestamp's type need no rewrite
    await subject.query("SET timezone = 'Europe/Zurich'");
    return await observeIn(subject, watcher, sql);
  } finally {
    await Promise.all([subject.end(), watcher.end()]);
  }
}

/** The schema with rows in its tables. */
export async function filledShop(server: TestServer): Promise<TestDatabase> {
  const database = await server.freshDatabase();
  await filled(database, schema);
  const client = await database.client();
  await client.query(afterFilling);
  await client.end();
  return database;
}

const modes: Readonly<Record<string, string>> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

/** In words for a table of the docs. */
export function inWords({ kind, effects }: Truth): string {
  if (effects.error) return `fails: ${effects.error.message}`;
  const bare = (name: string): string => name.replace(/^public\./, '');
  const relations = strongLocks(effects);
  const parts = relations.map((lock) => `${modes[lock.mode]} on ${bare(lock.relation)}`);
  if (effects.rewrites.length > 0) parts.push(`rewrites ${effects.rewrites.map(bare).join(', ')}`);
  if (effects.scans.length > 0) parts.push(`reads all of ${effects.scans.map(bare).join(', ')}`);
  return kind === 'harmless' && parts.length === 0 ? 'nobody waits' : parts.join('; ');
}
