/**
 * A connected database as the third judge: what it holds, and what it says of queries. It is only read, in transactions that are
 * READ ONLY, short, limited in time and rolled back: queries are analysed (PREPARE) and never executed, nothing else is sent there.
 */
import type { SearchPath } from '../catalog/session.ts';
import {
  cancelled,
  type Database,
  DatabaseFailure,
  PostgresError,
  type Progress,
  type Session,
  throwIfCancelled,
} from '../database/database.ts';
import { type Attempt, callsForEffect, changesRole, queryAttemptOf } from '../judge/attempt.ts';
import { Doubts } from '../judge/doubts.ts';
import { noVerdicts, type Verdicts } from '../judge/subject.ts';
import type { Finding } from '../rules/rule.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Statement } from '../syntax/statement.ts';
import { differingNames } from './differingNames.ts';
import type { KnownDatabase } from './knownDatabase.ts';
import { liveVerdictOn } from './liveVerdict.ts';
import { readCatalog } from './readCatalog.ts';
import type { LiveSubject } from './subject.ts';

export interface LiveOptions {
  /** Milliseconds that one query of the catalogs may take. */
  readonly readTimeoutMs?: number;
  /** Milliseconds that the analysis of one statement may take. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds without use after which the connection is closed. */
  readonly idleMs?: number;
}

export interface LiveRequest {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

type Answer = PostgresError | null;

/** One request at a time; dispose it. */
export class LiveDatabase {
  readonly #database: Database;
  readonly #parser: Parser;
  readonly #options: Required<LiveOptions>;
  #session: Session | null = null;
  #known: KnownDatabase | null = null;
  /** What the database said of statements, while its schema was as the stamp says. */
  #answers = new WeakMap<Statement, Answer>();
  #queue: Promise<unknown> = Promise.resolve();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(database: Database, parser: Parser, options: LiveOptions = {}) {
    this.#database = database;
    this.#parser = parser;
    this.#options = { readTimeoutMs: 30_000, statementTimeoutMs: 5_000, idleMs: 60_000, ...options };
  }

  get name(): string {
    return this.#database.name;
  }

  /**
   * The schema as it is now; the same object while nobody has changed it. Aborting ends a query that runs.
   * @throws {DatabaseFailure} it cannot be reached, does not answer in time, or the connection is lost
   * @throws {PostgresError} it refuses to be read
   */
  read(request: LiveRequest = {}): Promise<KnownDatabase> {
    return this.#inTurn(request, (session) => this.#read(session, request));
  }

  /**
   * What it says of a file's queries, as far as it is certain. Aborting takes effect between two statements.
   * @throws as {@link read}
   */
  judge(subject: LiveSubject, request: LiveRequest = {}): Promise<Verdicts> {
    if (!subject.statements.some((statement) => queryAttemptOf(statement))) return Promise.resolve(noVerdicts);
    return this.#inTurn(request, (session) => this.#judge(session, subject, request)).then((verdicts) => {
      if (!verdicts) throw cancelled();
      return verdicts;
    });
  }

  /** The next {@link read} reads everything again. */
  forget(): void {
    this.#known = null;
  }

  dispose(): void {
    this.#disposed = true;
    this.#drop();
  }

  async #inTurn<T>({ signal, progress }: LiveRequest, work: (session: Session) => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      clearTimeout(this.#idleTimer);
      throwIfCancelled(signal);
      if (this.#disposed) throw new DatabaseFailure('cancelled', 'The connection was closed.');
      try {
        for (;;) {
          const isNew = this.#session === null;
          this.#session ??= await this.#database.open({ signal, progress });
          try {
            return await work(this.#session);
          } catch (error) {
            // what is open in it, nobody can say
            this.#drop();
            // a server or a firewall between closes what nobody uses
            if (isNew || !(error instanceof DatabaseFailure) || error.reason !== 'lost') throw error;
          }
        }
      } finally {
        this.#startIdleTimer();
      }
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #drop(): void {
    clearTimeout(this.#idleTimer);
    void this.#session?.close().catch(() => {});
    this.#session = null;
  }

  #startIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (!this.#session) return;
    this.#idleTimer = setTimeout(() => this.#drop(), this.#options.idleMs);
    (this.#idleTimer as { unref?(): void }).unref?.();
  }

  async #read(session: Session, { signal, progress }: LiveRequest): Promise<KnownDatabase> {
    const options = { signal, timeoutMs: this.#options.readTimeoutMs };
    // before the rest: what changes meanwhile is read the next time
    const [[stamp] = []] = await session.query(stampQuery, options);
    const [[schemas] = []] = await session.query(
      'SELECT pg_catalog.to_json(pg_catalog.current_schemas(false))',
      options,
    );
    const path = pathOf(JSON.parse(schemas ?? '[]') as string[]);
    const known = this.#known;
    if (known && known.stamp === stamp && known.path.schema === path.schema) return known;
    progress?.('reading the schema');
    const own = await session.query(ownNamesQuery, options);
    const read: KnownDatabase = {
      name: this.#database.name,
      version: session.version,
      catalog: await readCatalog(session, 'all', this.#parser, options),
      path,
      ownNames: new Set(own.map(([name]) => name ?? '')),
      stamp: stamp ?? '',
    };
    this.#known = read;
    this.#answers = new WeakMap();
    return read;
  }

  /** Null when it was aborted: between two statements, so that the session can be used again. */
  async #judge(
    session: Session,
    { statements, before }: LiveSubject,
    { signal }: LiveRequest,
  ): Promise<Verdicts | null> {
    const database = this.#known ?? (await this.#read(session, { signal }));
    const differing = before === null ? new Set<string>() : differingNames(before, database.catalog);
    if (differing === null) return noVerdicts;
    const doubts = new Doubts(database.ownNames);
    const verdicts = new Map<Statement, Finding>();
    for (const statement of statements) {
      if (signal?.aborted) return null;
      // what a name without a schema means from here on, is not followed
      if (changesPath(statement) || changesRole(statement)) break;
      const attempt = queryAttemptOf(statement);
      if (attempt?.kind === 'run' || attempt?.kind === 'prepare') {
        const error = await this.#analyse(session, statement, attempt);
        const verdict =
          error &&
          liveVerdictOn(statement, error, { attempt, doubts, differing, ofHistory: before !== null, database });
        if (verdict) verdicts.set(statement, verdict);
        if (statement.parsed.kind === 'tree' && callsForEffect(statement.parsed.node)) doubts.unknown(statement);
      } else if (statement.parsed.kind !== 'none' && !isOfTransactions(statement)) doubts.failed(statement);
    }
    return verdicts;
  }

  /** @returns what Postgres has against it */
  async #analyse(session: Session, statement: Statement, { sql }: Extract<Attempt, { sql: string }>): Promise<Answer> {
    const last = this.#answers.get(statement);
    if (last !== undefined) return last;
    const { statementTimeoutMs } = this.#options;
    const options = { timeoutMs: statementTimeoutMs };
    let answer: Answer = null;
    await session.query(
      `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${statementTimeoutMs}; SET LOCAL lock_timeout = 500; ` +
        'SET LOCAL standard_conforming_strings = on',
      options,
    );
    try {
      // as one statement by the protocol: were there a second one in the text, the server would refuse it
      await session.query(prefix + sql, { ...options, single: true });
      await session.query('DEALLOCATE "pgreview"; ROLLBACK', options);
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      await session.query('ROLLBACK', options);
      answer = withoutPrefix(error);
    }
    if (!isOfMoment(answer)) this.#answers.set(statement, answer);
    return answer;
  }
}

const prefix = 'PREPARE "pgreview" AS ';

const withoutPrefix = (error: PostgresError): PostgresError =>
  new PostgresError(error.message, {
    code: error.code,
    ...(error.position !== null && error.position > prefix.length ? { position: error.position - prefix.length } : {}),
    detail: error.detail,
    hint: error.hint,
    where: error.where,
  });

/** A lock that was held, a limit that was reached: the next time it may be otherwise. */
const isOfMoment = (answer: Answer): boolean => answer !== null && /^(?:55|57|53|58|XX)/.test(answer.code);

const ofNothingTemporary = (column: string): string =>
  `${column} NOT IN (SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't')`;

/** Changes with every row of the catalogs that a definition is written in; ANALYZE and VACUUM write theirs in place. */
const stampQuery = `SELECT pg_catalog.concat_ws('/', ${[
  "pg_class WHERE relpersistence <> 't'",
  `pg_attribute WHERE attrelid >= 16384 AND ${ofNothingTemporary('attrelid')}`,
  // each table has a composite type, and each type one of arrays
  "pg_type WHERE typtype <> 'c' AND typcategory <> 'A'",
  `pg_constraint WHERE ${ofNothingTemporary('conrelid')}`,
  `pg_index WHERE ${ofNothingTemporary('indrelid')}`,
  // each session with temporary tables has a schema for them
  "pg_namespace WHERE nspname !~ '^pg_'",
  ...['pg_enum', 'pg_proc', 'pg_extension'],
]
  .map(
    (rows) =>
      `(SELECT pg_catalog.count(*) || ' ' || coalesce(pg_catalog.sum(pg_catalog.hashtext(xmin::text)), 0) FROM pg_catalog.${rows})`,
  )
  .join(', ')})`;

const ownNamesQuery = `SELECT proname FROM pg_catalog.pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
UNION SELECT typname FROM pg_catalog.pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typrelid = 0`;

/** @param schemas of the search path, those that exist */
const pathOf = (schemas: readonly string[]): SearchPath => ({
  schema: schemas[0] ?? 'public',
  otherSchemas: schemas.length !== 1,
});

const changesPath = ({ parsed, body }: Statement): boolean =>
  parsed.kind === 'tree' &&
  ('VariableSetStmt' in parsed.node
    ? /search_path|^reset\s+all|^discard/i.test(body)
    : 'DiscardStmt' in parsed.node || /\bset_config\b/i.test(body));

const isOfTransactions = ({ parsed }: Statement): boolean =>
  parsed.kind === 'tree' && ('TransactionStmt' in parsed.node || 'VariableSetStmt' in parsed.node);
