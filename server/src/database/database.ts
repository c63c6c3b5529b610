/**
 * A Postgres that can be asked: the embedded one or a server. Everything above this folder knows only these types.
 */

/** One row: each value as the text that Postgres sends; null is SQL NULL. */
export type Row = readonly (string | null)[];

export interface ServerVersion {
  /** `server_version_num`: 140023 is 14.23. */
  readonly number: number;
  /** As people say it: `18.6`. */
  readonly text: string;
}

/** Told in short phrases for a progress display: "starting Postgres", "replaying 12 of 80". */
export type Progress = (message: string) => void;

export interface OpenOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the query is ended by force. Absent: no limit. */
  readonly timeoutMs?: number;
  /** By the extended protocol, in which a server takes one statement and refuses the text of several. */
  readonly single?: boolean;
}

/** A database that can be connected to. */
export interface Database {
  /** How the user knows it: "embedded Postgres" or the connection's name. */
  readonly name: string;
  /**
   * @throws {DatabaseFailure} when it cannot be reached or does not start, or `signal` is aborted
   * @throws {PostgresError} when the server refuses in its own words and no better ones are known
   */
  open(options?: OpenOptions): Promise<Session>;
}

/** One session, alone in its use of it. Always close it. */
export interface Session {
  readonly version: ServerVersion;
  /** How its schema came to be; null on a server, which has its own. */
  readonly schema: ReplayedSchema | null;
  /**
   * Runs one statement, by the simple protocol unless the options say otherwise. Several of them answer with no rows.
   * @throws {PostgresError} what Postgres says; the session goes on
   * @throws {DatabaseFailure} timeout, cancelled, or the session is lost; only `close` may follow
   */
  query(sql: string, options?: QueryOptions): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A schema made from the statements of a project's files. */
export interface ReplayedSchema {
  /** How many statements were to be replayed. */
  readonly steps: number;
  readonly failures: readonly ReplayFailure[];
  /** Of another server, which its tables pass for; absent where they are what they are. */
  readonly statistics?: RestoredStatistics;
}

/** Which of them the schema has taken. */
export interface RestoredStatistics {
  readonly tables: number;
  /** Relations that are not there, or are not the same there. */
  readonly leftOut: readonly { readonly name: string; readonly message: string }[];
}

export interface ReplayFailure {
  /** Where it is written: `migrations/001_init.sql:12`. */
  readonly origin: string;
  readonly sql: string;
  readonly message: string;
}

/** What Postgres answered to a statement. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  /** SQLSTATE, five characters. */
  readonly code: string;
  /** 1-based, in characters (code points) of the statement that was sent; null where Postgres names none. */
  readonly position: number | null;
  readonly detail: string | null;
  readonly hint: string | null;
  /** In which functions it came about, a line each; null for the statement itself. */
  readonly where: string | null;

  constructor(
    message: string,
    fields: {
      code?: string;
      position?: string | number;
      detail?: string | null;
      hint?: string | null;
      where?: string | null;
    },
  ) {
    super(message);
    this.code = fields.code ?? 'XX000';
    this.position = fields.position === undefined ? null : Number(fields.position);
    this.detail = fields.detail ?? null;
    this.hint = fields.hint ?? null;
    this.where = fields.where ?? null;
  }
}

export type FailureReason = 'unavailable' | 'timeout' | 'cancelled' | 'lost';

/** The database could not answer at all. The message is one clear sentence for the user, with the mend. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

export function cancelled(): DatabaseFailure {
  return new DatabaseFailure('cancelled', 'Cancelled.');
}

/** Reads the answer of `SELECT current_setting('server_version_num'), current_setting('server_version')`. */
export function readVersion(rows: readonly Row[]): ServerVersion {
  const [number, text] = rows[0] ?? [];
  return { number: Number(number ?? 0), text: (text ?? '').split(' ')[0] ?? '' };
}

export const versionQuery = "SELECT current_setting('server_version_num'), current_setting('server_version')";
