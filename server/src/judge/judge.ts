/** The second judge: an embedded Postgres in which the files before the one at hand have run. */
import { DatabaseFailure, PostgresError, type Progress } from '../database/database.ts';
import { Instance } from '../database/embedded/instance.ts';
import type { StartWorker } from '../database/embedded/messages.ts';
import { extensionsNamedIn, missingOnServer } from '../database/embedded/replay.ts';
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import { attemptOf, changesRole } from './attempt.ts';
import { Doubts } from './doubts.ts';
import { type JudgedFile, type JudgeSubject, noVerdicts, type Verdicts } from './subject.ts';
import { unreadable, unsettledFrom } from './unsettled.ts';
import { verdictOn } from './verdict.ts';

export interface JudgeOptions {
  readonly startWorker: StartWorker;
  /** Those that the embedded Postgres has. */
  readonly extensions: readonly string[];
  /** Milliseconds without use after which it stops and gives its memory back. */
  readonly idleMs?: number;
  /** Milliseconds that one statement may take. */
  readonly statementTimeoutMs?: number;
}

export interface JudgeRequest {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Ends of an instance (crash, statement without end) in one request, after which the file is left alone. */
const maxRestarts = 5;

/** One at a time; dispose it. */
export class Judge {
  readonly #options: Required<JudgeOptions>;
  readonly #extensions: ReadonlySet<string>;
  #instance: Instance | null = null;
  #version = '';
  #ownNames: ReadonlySet<string> = new Set();
  /** The files that have run in `#instance` and stay there. */
  #settled: JudgedFile[] = [];
  #doubts = new Doubts(new Set());
  /** Texts of statements that crashed an instance or never ended: not tried again. */
  readonly #harmful = new Set<string>();
  #queue: Promise<unknown> = Promise.resolve();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: JudgeOptions) {
    this.#options = { idleMs: 3 * 60_000, statementTimeoutMs: 5_000, ...options };
    this.#extensions = new Set(options.extensions);
  }

  /**
   * Tries the file's statements. What they do is rolled back. Cancelling takes effect between two statements.
   * @throws {DatabaseFailure} cancelled, or the embedded Postgres does not start
   */
  judge(subject: JudgeSubject, request: JudgeRequest = {}): Promise<Verdicts> {
    const judged = this.#queue.then(() => this.#judge(subject, request));
    this.#queue = judged.catch(() => {});
    return judged;
  }

  /** Gives its memory back; the next request starts it again. */
  stop(): void {
    clearTimeout(this.#idleTimer);
    this.#instance?.kill();
    this.#instance = null;
    this.#settled = [];
  }

  dispose(): void {
    this.#disposed = true;
    this.stop();
  }

  async #judge(subject: JudgeSubject, request: JudgeRequest): Promise<Verdicts> {
    clearTimeout(this.#idleTimer);
    if (this.#disposed || !subject.file.whole || [...subject.before, subject.file].some(unreadable)) return noVerdicts;
    try {
      for (let starts = 0; starts <= maxRestarts; starts++) {
        throwIfAborted(request.signal);
        const verdicts = await this.#attempt(subject, request);
        if (verdicts) return verdicts;
      }
      return noVerdicts;
    } finally {
      this.#startIdleTimer();
    }
  }

  /** Null when the instance was lost on the way. */
  async #attempt(subject: JudgeSubject, request: JudgeRequest): Promise<Verdicts | null> {
    try {
      const instance = await this.#instanceFor(subject, request);
      await this.#settle(instance, subject.before, request);
      await instance.query('BEGIN');
      try {
        const doubts = this.#doubts.copy();
        for (const file of subject.before.slice(this.#settled.length)) {
          throwIfAborted(request.signal);
          await this.#replay(instance, file, doubts, request.signal);
        }
        return await this.#tryFile(instance, subject, doubts, request.signal);
      } finally {
        if (instance.alive) await instance.query('ROLLBACK');
      }
    } catch (error) {
      if (!(error instanceof DatabaseFailure) || error.reason === 'cancelled' || error.reason === 'unavailable')
        throw error;
      // stopped from outside, or by a statement that is not tried again
      this.#instance = null;
      this.#settled = [];
      if (this.#disposed) return noVerdicts;
      return null;
    }
  }

  /** An instance in which nothing has run that is not before the file. */
  async #instanceFor({ before, file }: JudgeSubject, { signal, progress }: JudgeRequest): Promise<Instance> {
    const wanted = extensionsOf([...before, file], this.#extensions);
    const current = this.#instance;
    if (
      current?.alive &&
      this.#settled.every((settled, i) => isSame(settled, before[i])) &&
      wanted.every((name) => current.extensions.includes(name))
    )
      return current;
    this.stop();
    progress?.('starting Postgres');
    const instance = await Instance.start(this.#options.startWorker, wanted, signal);
    this.#instance = instance;
    const own = await instance.query(ownNamesQuery);
    this.#ownNames = new Set(own.map(([name]) => name ?? ''));
    this.#version = (await instance.query("SELECT current_setting('server_version')"))[0]?.[0]?.split(' ')[0] ?? '';
    this.#doubts = new Doubts(this.#ownNames);
    return instance;
  }

  /** Runs what is not likely to change before the next request, to stay. */
  async #settle(instance: Instance, before: readonly JudgedFile[], { signal, progress }: JudgeRequest): Promise<void> {
    const end = unsettledFrom(before);
    for (let i = this.#settled.length; i < end; i++) {
      throwIfAborted(signal);
      progress?.(`replaying ${i + 1} of ${before.length} files`);
      const file = before[i] as JudgedFile;
      await instance.query('BEGIN');
      await this.#replay(instance, file, this.#doubts);
      await instance.query('COMMIT');
      this.#settled.push(file);
    }
  }

  /** Runs a file of the history. */
  async #replay(instance: Instance, file: JudgedFile, doubts: Doubts, signal?: AbortSignal): Promise<void> {
    await instance.query(newSession);
    if (!file.whole) for (const statement of file.statements) doubts.unknown(statement);
    for (const statement of file.statements) {
      throwIfAborted(signal);
      const attempt = attemptOf(statement, this.#extensions);
      if (attempt.kind === 'skip' || attempt.kind === 'prepare') continue;
      if (attempt.kind === 'impossible' || (await this.#try(instance, statement, attempt))) doubts.failed(statement);
      else doubts.ran(statement);
    }
  }

  async #tryFile(
    instance: Instance,
    { file, besideHistory, targetVersion }: JudgeSubject,
    doubts: Doubts,
    signal?: AbortSignal,
  ): Promise<Verdicts> {
    const verdicts = new Map<Statement, Finding>();
    let actsAsAnother = false;
    await instance.query(newSession);
    for (const statement of file.statements) {
      throwIfAborted(signal);
      const attempt = attemptOf(statement, this.#extensions);
      actsAsAnother ||= changesRole(statement);
      if (attempt.kind === 'skip') continue;
      const error = attempt.kind === 'impossible' ? null : await this.#try(instance, statement, attempt);
      if (error && attempt.kind !== 'impossible') {
        const verdict = await verdictOn(statement, error, {
          attempt,
          doubts,
          besideHistory,
          actsAsAnother,
          targetVersion,
          version: this.#version,
          hasFunction: (name) => exists(instance, `pg_proc WHERE proname = ${literal(name)}`),
          hasSchema: (name) => exists(instance, `pg_namespace WHERE nspname = ${literal(name)}`),
          bringsOperator: async (name, types) => (await instance.query(broughtOperator(name, types))).length > 0,
        });
        if (verdict) verdicts.set(statement, verdict);
      }
      if (attempt.kind === 'prepare') continue;
      if (error || attempt.kind === 'impossible') doubts.failed(statement);
      else doubts.ran(statement);
    }
    return verdicts;
  }

  /** Within the open transaction. @returns what Postgres has against it */
  async #try(
    instance: Instance,
    statement: Statement,
    { kind, sql }: { readonly kind: 'run' | 'prepare'; readonly sql: string },
  ): Promise<PostgresError | null> {
    if (this.#harmful.has(statement.text)) return new PostgresError('left out', {});
    for (let made = 0; ; made++) {
      try {
        await instance.tryOut(kind, sql, { timeoutMs: this.#options.statementTimeoutMs });
        return null;
      } catch (error) {
        if (error instanceof DatabaseFailure && this.#instance === instance) this.#harmful.add(statement.text);
        if (!(error instanceof PostgresError)) throw error;
        const missing = missingOnServer(error);
        if (missing === null || made === 20) return error;
        await instance.tryOut('run', missing);
      }
    }
  }

  #startIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#disposed || !this.#instance) return;
    this.#idleTimer = setTimeout(() => this.stop(), this.#options.idleMs);
    (this.#idleTimer as { unref?(): void }).unref?.();
  }
}

/** As each file of a history finds it. */
const newSession = 'RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP';

const ownNamesQuery = `SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
UNION SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typrelid = 0`;

const broughtOperator = (name: string, types: readonly string[]): string => `SELECT 1 FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_type t ON t.oid IN (o.oprleft, o.oprright)
  WHERE o.oprname = ${literal(name)} AND format_type(t.oid, NULL) IN (${types.map(literal).join()})
    AND EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_depend also USING (refclassid, refobjid)
      WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid
        AND also.deptype = 'e' AND also.classid = 'pg_catalog.pg_operator'::regclass AND also.objid = o.oid)`;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function exists(instance: Instance, from: string): Promise<boolean> {
  return (await instance.query(`SELECT 1 FROM pg_catalog.${from} LIMIT 1`)).length > 0;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DatabaseFailure('cancelled', 'Cancelled.');
}

const isSame = (a: JudgedFile, b: JudgedFile | undefined): boolean =>
  b !== undefined &&
  (a.statements === b.statements ||
    (a.statements.length === b.statements.length &&
      a.statements.every((statement, i) => statement.text === b.statements[i]?.text)));

function extensionsOf(files: readonly JudgedFile[], known: ReadonlySet<string>): string[] {
  const wanted = new Set<string>();
  for (const { statements } of files)
    for (const statement of statements) {
      const { parsed, body } = statement;
      if (parsed.kind === 'tree' && ('CreateExtensionStmt' in parsed.node || 'DoStmt' in parsed.node))
        for (const name of extensionsNamedIn(body, known)) wanted.add(name);
    }
  return [...wanted];
}
