/**
 * What a migration history leaves behind, as Prisma's engine sees it: the migrations run in an embedded Postgres, the engine's
 * questions are answered there, and the answers are kept. Postgres itself is ended at once; it is started again only for other
 * migrations, or for a question that was not asked before.
 */
import { DatabaseFailure, PostgresError, type Progress } from '../database/database.ts';
import { Instance } from '../database/embedded/instance.ts';
import type { StartWorker } from '../database/embedded/messages.ts';
import { extensionsNamedIn, missingOnServer } from '../database/embedded/replay.ts';
import type { EngineAnswer, EngineQuery } from './messages.ts';
import { argumentText, resultSetOf } from './resultSet.ts';

export interface PrismaMigration {
  /** Its folder: `20240131120000_add_users`. */
  readonly name: string;
  readonly sql: string;
}

export interface HistoryDatabaseOptions {
  readonly startWorker: StartWorker;
  /** Those that the embedded Postgres has. */
  readonly extensions: readonly string[];
  /** Milliseconds that one migration may take. */
  readonly migrationTimeoutMs?: number;
}

export interface HistoryRequest {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A migration does not run here: nothing is known of what the history leaves behind. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly migration: string;

  constructor(migration: string, message: string) {
    super(`${migration} does not run in the embedded Postgres: ${message}`);
    this.migration = migration;
  }
}

/** Histories whose answers are kept: one as it is, and one with the migration that is about to be written. */
const mostKept = 2;

interface Known {
  readonly migrations: readonly PrismaMigration[];
  readonly answers: Map<string, EngineAnswer>;
  failure: ReplayError | null;
}

/** One request at a time; call `rest` behind the last question of one. */
export class HistoryDatabase {
  readonly #options: HistoryDatabaseOptions;
  /** The last asked about first. */
  #kept: readonly Known[] = [];
  /** In it the migrations of the first of them have run. */
  #instance: Instance | null = null;

  constructor(options: HistoryDatabaseOptions) {
    this.#options = options;
  }

  /**
   * @param migrations in the order in which they run
   * @throws {ReplayError}
   * @throws {DatabaseFailure} cancelled, or the embedded Postgres does not start
   */
  async answer(
    migrations: readonly PrismaMigration[],
    { sql, args }: EngineQuery,
    request: HistoryRequest = {},
  ): Promise<EngineAnswer> {
    const known = this.#knownOf(migrations);
    if (known.failure) throw known.failure;
    const key = JSON.stringify([sql, args]);
    const kept = known.answers.get(key);
    if (kept) return kept;
    const answer = await this.#ask(await this.#replayed(known, request), { sql, args }, request);
    known.answers.set(key, answer);
    return answer;
  }

  #knownOf(migrations: readonly PrismaMigration[]): Known {
    const [first] = this.#kept;
    if (first && isSame(first.migrations, migrations)) return first;
    this.rest();
    const kept = this.#kept.find((known) => isSame(known.migrations, migrations));
    const known = kept ?? { migrations, answers: new Map(), failure: null };
    this.#kept = [known, ...this.#kept.filter((other) => other !== kept)].slice(0, mostKept);
    return known;
  }

  /** Gives its memory back and keeps the answers. */
  rest(): void {
    this.#instance?.kill();
    this.#instance = null;
  }

  async #ask(instance: Instance, { sql, args }: EngineQuery, { signal }: HistoryRequest): Promise<EngineAnswer> {
    try {
      const answer = await instance.ask(sql, args.map(argumentText), { signal, timeoutMs: 30_000 });
      return { ok: true, result: resultSetOf(answer) };
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      return { ok: false, code: error.code, message: error.message };
    }
  }

  async #replayed(known: Known, { signal, progress }: HistoryRequest): Promise<Instance> {
    if (this.#instance?.alive) return this.#instance;
    const { startWorker, extensions, migrationTimeoutMs = 30_000 } = this.#options;
    progress?.('starting Postgres');
    const instance = await Instance.start(startWorker, wantedBy(known.migrations, extensions), signal);
    this.#instance = instance;
    for (const [i, { name, sql }] of known.migrations.entries()) {
      progress?.(`replaying ${i + 1} of ${known.migrations.length} migrations`);
      try {
        await run(instance, sql, { signal, timeoutMs: migrationTimeoutMs });
      } catch (error) {
        if (error instanceof DatabaseFailure && (error.reason === 'cancelled' || error.reason === 'unavailable'))
          throw error;
        known.failure = new ReplayError(name, (error as Error).message);
        this.rest();
        throw known.failure;
      }
    }
    return instance;
  }
}

/** The file as one string, as Prisma sends it, in a session of its own. */
async function run(
  instance: Instance,
  sql: string,
  limits: { signal?: AbortSignal; timeoutMs: number },
): Promise<void> {
  await instance.query('RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL', limits);
  for (let made = 0; ; made++) {
    try {
      await instance.query(sql, limits);
      return;
    } catch (error) {
      const missing = error instanceof PostgresError ? missingOnServer(error) : null;
      // a transaction that the file began stays open
      if (error instanceof PostgresError) await instance.query('ROLLBACK', limits);
      if (missing === null || made === 20) throw error;
      await instance.query(missing, limits);
    }
  }
}

const wantedBy = (migrations: readonly PrismaMigration[], known: readonly string[]): string[] => [
  ...new Set(migrations.flatMap(({ sql }) => extensionsNamedIn(sql, known))),
];

const isSame = (a: readonly PrismaMigration[], b: readonly PrismaMigration[]): boolean =>
  a === b || (a.length === b.length && a.every(({ name, sql }, i) => name === b[i]?.name && sql === b[i]?.sql));
