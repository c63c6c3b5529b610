import type { Parser } from '../../syntax/parser.ts';
import {
  cancelled,
  type Database,
  DatabaseFailure,
  type OpenOptions,
  PostgresError,
  type Progress,
  type ReplayFailure,
  type RestoredStatistics,
  readVersion,
  type Session,
  throwIfCancelled,
  versionQuery,
} from '../database.ts';
import { Instance } from './instance.ts';
import type { StartWorker } from './messages.ts';
import {
  isSessionSetting,
  missingOnServer,
  type PlannedStep,
  planStep,
  type SchemaStep,
  type StepPlan,
} from './replay.ts';
import { restoreStatistics, type Statistics } from './statistics.ts';

export interface EmbeddedOptions {
  readonly startWorker: StartWorker;
  readonly parser: Parser;
  /** Those that the embedded Postgres has. */
  readonly extensions: readonly string[];
  /** Milliseconds without use after which it stops and gives its memory back. */
  readonly idleMs?: number;
  /** Milliseconds that one step of the schema may take, and all of them together. */
  readonly stepTimeoutMs?: number;
  readonly replayTimeoutMs?: number;
}

/** Statements whose plans are remembered by their text; a large project has some ten thousand. */
const maxPlans = 50_000;
const progressEveryMs = 100;

/**
 * The Postgres that pgreview carries: started when first asked, kept while it is used, with the schema of the last request
 * in it, so that the next one with the same or a longer history has only the rest to replay.
 */
export class EmbeddedPostgres {
  readonly #options: Required<EmbeddedOptions>;
  readonly #known: ReadonlySet<string>;
  #instance: Instance | null = null;
  /** What has been replayed into `#instance`, in order. */
  #replayed: PlannedStep[] = [];
  /** Why a step failed, by its index in `#replayed`. */
  readonly #failures = new Map<number, string>();
  readonly #plans = new Map<string, StepPlan>();
  /** Steps that did not end in time, by their SQL: they are not tried again. */
  readonly #endless = new Set<string>();
  #queue: Promise<void> = Promise.resolve();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = { idleMs: 5 * 60_000, stepTimeoutMs: 10_000, replayTimeoutMs: 120_000, ...options };
    this.#known = new Set(options.extensions);
  }

  /**
   * The database that these statements make. Opening it waits until the session before is closed.
   * @param file the origin without its line, of the file whose statement is asked about: its session settings hold
   * @param statistics what its tables pass for: only planning is left to a session
   */
  at(schema: readonly SchemaStep[], file: string, statistics: readonly Statistics[] = []): Database {
    return { name: 'embedded Postgres', open: (options = {}) => this.#open(schema, file, statistics, options) };
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#idleTimer);
    this.#stop();
  }

  async #open(
    steps: readonly SchemaStep[],
    file: string,
    statistics: readonly Statistics[],
    options: OpenOptions,
  ): Promise<Session> {
    const schema = this.#effective(steps);
    const release = await this.#turn(options.signal);
    try {
      clearTimeout(this.#idleTimer);
      if (this.#disposed) throw new DatabaseFailure('unavailable', 'The embedded Postgres has been shut down.');
      const instance = await this.#replay(schema, options);
      const restored = statistics.length > 0 ? await this.#restore(instance, statistics, options) : undefined;
      await this.#applySettings(instance, schema, file);
      // pages that were made up have none
      if (restored) await instance.query('SET ignore_checksum_failure = on');
      const version = readVersion(await instance.query(versionQuery));
      return {
        version,
        schema: {
          steps: schema.length,
          failures: this.#failuresIn(schema),
          ...(restored ? { statistics: restored } : {}),
        },
        query: (sql, queryOptions) => instance.query(sql, queryOptions),
        close: async () => {
          // nobody else may take its tables for what they pass for
          if (restored) this.#stop();
          this.#startIdleTimer();
          release();
        },
      };
    } catch (error) {
      if (statistics.length > 0) this.#stop();
      this.#startIdleTimer();
      release();
      throw error;
    }
  }

  #restore(
    instance: Instance,
    statistics: readonly Statistics[],
    { signal, progress }: OpenOptions,
  ): Promise<RestoredStatistics> {
    progress?.('taking over statistics');
    return restoreStatistics(instance, statistics, { signal, timeoutMs: this.#options.stepTimeoutMs });
  }

  /** The steps that do something, so that a query more or less above the asked one changes nothing. */
  #effective(steps: readonly SchemaStep[]): PlannedStep[] {
    if (this.#plans.size > maxPlans) this.#plans.clear();
    return steps.flatMap(({ sql, origin }) => {
      let plan = this.#plans.get(sql);
      if (!plan) {
        plan = planStep({ sql, origin }, this.#options.parser, this.#known);
        this.#plans.set(sql, plan);
      }
      return plan.kind === 'skip' ? [] : [{ sql, origin, plan }];
    });
  }

  #failuresIn(schema: readonly PlannedStep[]): ReplayFailure[] {
    return [...this.#failures].flatMap(([index, message]) => {
      const step = schema[index];
      return step ? [{ origin: step.origin, sql: step.sql, message }] : [];
    });
  }

  /** Waits for the session before; answers with the function that lets the next one in. */
  async #turn(signal: AbortSignal | undefined): Promise<() => void> {
    const before = this.#queue;
    let release = (): void => {};
    this.#queue = new Promise((resolve) => {
      release = resolve;
    });
    const aborted = new Promise<'aborted'>((resolve) => {
      if (signal?.aborted) resolve('aborted');
      signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    if ((await Promise.race([before, aborted])) === 'aborted') {
      // the one behind this one must still wait for the one before it
      void before.then(release);
      throw cancelled();
    }
    return release;
  }

  #startIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#disposed) return;
    this.#idleTimer = setTimeout(() => this.#stop(), this.#options.idleMs);
    (this.#idleTimer as { unref?(): void }).unref?.();
  }

  #stop(): void {
    this.#instance?.kill();
    this.#instance = null;
    this.#replayed = [];
    this.#failures.clear();
  }

  /** An instance with exactly this schema in it. A step that never ends costs its instance: start again without it. */
  async #replay(schema: readonly PlannedStep[], { signal, progress }: OpenOptions): Promise<Instance> {
    const deadline = Date.now() + this.#options.replayTimeoutMs;
    for (;;) {
      const instance = await this.#instanceFor(schema, signal, progress);
      if (await this.#replayRest(instance, schema, deadline, signal, progress)) return instance;
    }
  }

  async #instanceFor(
    schema: readonly PlannedStep[],
    signal: AbortSignal | undefined,
    progress: Progress | undefined,
  ): Promise<Instance> {
    const current = this.#instance;
    const extensions = this.#extensionsOf(schema);
    if (
      current &&
      this.#replayed.every((step, i) => step.sql === schema[i]?.sql && fileOf(step) === fileOf(schema[i])) &&
      extensions.every((name) => current.extensions.includes(name)) &&
      (await isHealthy(current))
    )
      return current;
    this.#stop();
    progress?.('starting Postgres');
    this.#instance = await Instance.start(this.#options.startWorker, extensions, signal);
    return this.#instance;
  }

  /** A bundle costs start time, so only those are loaded that the schema creates. */
  #extensionsOf(schema: readonly PlannedStep[]): string[] {
    const wanted = new Set<string>();
    for (const { plan } of schema) if (plan.kind === 'run') for (const name of plan.extensions ?? []) wanted.add(name);
    return [...wanted];
  }

  /** Runs the steps that are new; false when the instance is lost on the way. */
  async #replayRest(
    instance: Instance,
    schema: readonly PlannedStep[],
    deadline: number,
    signal: AbortSignal | undefined,
    progress: Progress | undefined,
  ): Promise<boolean> {
    const done = this.#replayed;
    let file = fileOf(done.at(-1));
    const before = done.length;
    let nextProgress = 0;
    // whatever settings the last request was given
    await this.#applySettings(instance, done, file);
    for (const step of schema.slice(done.length)) {
      throwIfCancelled(signal);
      if (Date.now() >= nextProgress) {
        progress?.(`replaying ${done.length + 1} of ${schema.length}`);
        nextProgress = Date.now() + progressEveryMs;
      }
      if (fileOf(step) !== file) await resetSession(instance);
      file = fileOf(step);
      const failure = await this.#run(instance, step, deadline, signal);
      if (failure) this.#failures.set(done.length, failure);
      if (!instance.alive) {
        throwIfCancelled(signal);
        return false;
      }
      done.push(step);
    }
    if (done.length > before)
      await instance.query(analyzeFilledTables, { signal, timeoutMs: this.#options.stepTimeoutMs });
    return true;
  }

  /** Answers why the step failed, or null. */
  async #run(
    instance: Instance,
    step: PlannedStep,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    if (this.#endless.has(step.sql)) return `it did not end within ${this.#options.stepTimeoutMs / 1000} s`;
    if (Date.now() > deadline) return `left out: replaying took over ${this.#options.replayTimeoutMs / 1000} s`;
    const { plan } = step;
    if (plan.kind === 'impossible') return plan.message;
    const limits = { signal, timeoutMs: this.#options.stepTimeoutMs };
    for (let made = 0; ; made++) {
      try {
        await instance.query(plan.sql, limits);
        return null;
      } catch (error) {
        if (error instanceof DatabaseFailure && error.reason !== 'cancelled') {
          this.#endless.add(step.sql);
          return error.message;
        }
        if (!(error instanceof PostgresError)) throw error;
        const missing = missingOnServer(error);
        if (missing === null || made === 20) return error.message;
        await instance.query(missing, limits);
      }
    }
  }

  /** Back to a new session's settings, then those that `file` makes for the statements below them. */
  async #applySettings(instance: Instance, schema: readonly SchemaStep[], file: string): Promise<void> {
    await resetSession(instance);
    for (const step of schema) {
      if (fileOf(step) !== file || !isSessionSetting(step.sql)) continue;
      // a setting that Postgres refuses has been noted when it was replayed
      await instance.query(step.sql).catch((error: unknown) => {
        if (!(error instanceof PostgresError)) throw error;
      });
    }
  }
}

/** Statistics for what the steps have written; the catalogs, which are most of a database this small, are left alone. */
const analyzeFilledTables = `DO $$
DECLARE filled regclass;
BEGIN
  FOR filled IN
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND pg_relation_size(c.oid) > 0
  LOOP
    EXECUTE format('ANALYZE %s', filled);
  END LOOP;
END $$`;

async function resetSession(instance: Instance): Promise<void> {
  for (const sql of ['ROLLBACK', 'RESET SESSION AUTHORIZATION', 'RESET ROLE', 'RESET ALL']) await instance.query(sql);
}

/** After endless recursion the thread lives and answers nothing. */
async function isHealthy(instance: Instance): Promise<boolean> {
  return instance.query('SELECT 1', { timeoutMs: 2_000 }).then(
    () => true,
    () => false,
  );
}

/** The file of an origin, without line and column. */
export function fileOf(step: SchemaStep | undefined): string {
  return step ? step.origin.replace(/:\d+(:\d+)?$/, '') : '';
}
