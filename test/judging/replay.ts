/** A migration history run on a real Postgres, file by file, and what each statement of a file does to tables with rows. */
import type pg from 'pg';
import type { History } from '../../server/src/history/history.ts';
import { forwardPart, type Piece } from '../../server/src/sources/piece.ts';
import { type Effects, observeNext } from '../postgres/harness/effects.ts';
import type { TestDatabase, TestServer } from '../postgres/harness/servers.ts';
import type { Place } from './project.ts';
import { empty, fillAll } from './rows.ts';

export interface Observed extends Place {
  readonly sql: string;
  /** The locks on tables that were there before the file which somebody has to wait for, taken by this statement. */
  readonly locks: Effects['locks'];
  /** Those that the transaction held already. */
  readonly held: Effects['locks'];
  /** Only what was there before the file. */
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  /** With rows in the tables it fails; the rest was seen on empty ones then. */
  readonly failsWithRows: string | null;
  /** It fails on empty tables too. */
  readonly fails: string | null;
  /** It ran by itself, since it cannot run in a transaction: locks are not seen then. */
  readonly outside: boolean;
}

const waitedFor = new Set(['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']);

export class HistoryReplay {
  readonly #server: TestServer;
  readonly #history: History;
  readonly #pieces: ReadonlyMap<string, readonly Piece[]>;
  #database: TestDatabase | null = null;
  #run = 0;
  /** Statements that fail in the history itself. */
  readonly failures: (Place & { readonly sql: string; readonly message: string })[] = [];

  constructor(server: TestServer, history: History, pieces: ReadonlyMap<string, readonly Piece[]>) {
    this.#server = server;
    this.#history = history;
    this.#pieces = pieces;
  }

  /** Files have to be asked for in the order in which they run. */
  async observe(uri: string): Promise<Observed[]> {
    this.#database ??= await this.#server.freshDatabase();
    await this.#runUpTo(this.#history.files.indexOf(uri), this.#database);
    const copy = await this.#server.freshDatabase(this.#database.name);
    try {
      const filler = await copy.client();
      await fillAll(filler);
      await filler.end();
      return await observeFile(copy, uri, this.#pieces.get(uri) ?? []);
    } finally {
      await copy.drop();
    }
  }

  /** Runs the rest of the history too, for its failures. */
  async finish(): Promise<void> {
    this.#database ??= await this.#server.freshDatabase();
    await this.#runUpTo(this.#history.files.length, this.#database);
    await this.#database.drop();
  }

  async #runUpTo(index: number, database: TestDatabase): Promise<void> {
    if (this.#run >= index) return;
    const client = await database.client();
    for (; this.#run < index; this.#run++) await this.#runFile(client, this.#history.files[this.#run] as string);
    // a database with sessions cannot be copied
    await client.end();
  }

  /** On empty tables, as a new installation does. */
  async #runFile(client: pg.Client, uri: string): Promise<void> {
    for (const [p, piece] of (this.#pieces.get(uri) ?? []).entries()) {
      const shared = piece.wrapping === 'tool' || piece.wrapping === 'implicit';
      if (shared) await client.query('BEGIN');
      for (const [s, { parsed, body }] of forwardPart(piece).entries()) {
        if (parsed.kind === 'none') continue;
        try {
          // the file may have ended the transaction itself
          const open = shared && (await isInTransaction(client));
          if (open) await client.query('SAVEPOINT statement');
          await client.query(body);
        } catch (error) {
          this.failures.push({ uri, piece: p, statement: s, sql: body, message: (error as Error).message });
          await client.query('ROLLBACK TO statement').catch(() => {});
        }
      }
      if (shared) await client.query('COMMIT');
    }
    await client.query('RESET ALL');
  }
}

async function observeFile(database: TestDatabase, uri: string, pieces: readonly Piece[]): Promise<Observed[]> {
  const [subject, watcher] = await Promise.all([database.client(), database.client()]);
  // as on most machines: under UTC some changes of a timestamp's type need no rewrite
  await subject.query("SET timezone = 'Europe/Zurich'");
  const existing = await relations(watcher);
  const seen: Observed[] = [];
  for (const [p, piece] of pieces.entries()) {
    const shared = piece.wrapping === 'tool' || piece.wrapping === 'implicit';
    if (shared) await subject.query('BEGIN');
    let open = shared;
    let held: Effects['locks'] = [];
    for (const [s, { parsed, body }] of forwardPart(piece).entries()) {
      if (parsed.kind === 'none') continue;
      const place = { uri, piece: p, statement: s, sql: body };
      const ofTransaction = parsed.kind === 'tree' && 'TransactionStmt' in parsed.node;
      const passing = !open && !ofTransaction && !(parsed.kind === 'tree' && 'VariableSetStmt' in parsed.node);
      if (ofTransaction) {
        await subject.query(body).catch(() => {});
        open = await isInTransaction(subject);
        held = [];
        continue;
      }
      if (passing) await subject.query('BEGIN');
      let result = await observeInSavepoint(subject, watcher, body);
      if (passing) await subject.query(result.fails ? 'ROLLBACK' : 'COMMIT');
      // CONCURRENTLY, VACUUM
      const outside = passing && result.code === '25001';
      if (outside) {
        const message = await subject.query(body).then(
          () => null,
          (error: Error) => error.message,
        );
        result = { ...nothing, fails: message };
      }
      const ours = result.effects.locks.filter((l) => waitedFor.has(l.mode) && existing.has(l.relation));
      seen.push({
        ...place,
        locks: ours.filter((l) => !held.some((h) => h.relation === l.relation && h.mode === l.mode)),
        held: passing ? [] : held,
        rewrites: result.effects.rewrites.filter((name) => existing.has(name)),
        scans: result.effects.scans.filter((name) => existing.has(name)),
        failsWithRows: result.failsWithRows,
        fails: result.fails,
        outside,
      });
      if (!passing && !result.fails) held = ours;
    }
    if (shared) await subject.query('COMMIT').catch(() => {});
  }
  return seen;
}

interface Result {
  readonly effects: Effects;
  readonly failsWithRows: string | null;
  readonly fails: string | null;
  readonly code: string | null;
}

const nothing: Result = {
  effects: { locks: [], rewrites: [], scans: [] },
  failsWithRows: null,
  fails: null,
  code: null,
};

/** A transaction is open. What the rows are to blame for is tried again without. */
async function observeInSavepoint(
  subject: pg.Client,
  watcher: pg.Client,
  sql: string,
  emptied: 'nothing' | 'the table' | 'all' = 'nothing',
): Promise<Result> {
  await subject.query('SAVEPOINT statement');
  const effects = await observeNext(subject, watcher, sql);
  if (!effects.error) return { ...nothing, effects };
  await subject.query('ROLLBACK TO statement');
  const { code, message } = effects.error;
  // data exceptions and violated constraints
  if (emptied === 'all' || !/^(?:22|23)/.test(code)) return { ...nothing, fails: message, code };
  const toBlame = emptied === 'nothing' ? (/(?:relation|table) "([^"]+)"/.exec(message)?.[1] ?? null) : null;
  await empty(subject, toBlame);
  const again = await observeInSavepoint(subject, watcher, sql, toBlame === null ? 'all' : 'the table');
  return { ...again, failsWithRows: message };
}

/** Outside, each statement begins a transaction of its own. */
const isInTransaction = async (client: pg.Client): Promise<boolean> =>
  (await client.query('SELECT now() <> statement_timestamp() AS inside')).rows[0].inside;

async function relations(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
  );
  return new Set(rows.map(({ name }) => name));
}
