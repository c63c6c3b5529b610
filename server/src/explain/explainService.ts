import type { Database, Progress } from '../database/database.ts';
import { EmbeddedPostgres, fileOf } from '../database/embedded/embeddedPostgres.ts';
import type { StartWorker } from '../database/embedded/messages.ts';
import type { SchemaStep } from '../database/embedded/replay.ts';
import type { Statistics } from '../database/embedded/statistics.ts';
import type { ExplainParams, ExplainResult, ExplainTarget, TryIndexParams, TryIndexResult } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import { explainStatement } from './run.ts';
import type { ExplainSubject } from './subject.ts';
import { tryIndex } from './tryIndex.ts';

export interface ExplainServiceOptions {
  readonly startWorker: StartWorker;
  /** Those that the embedded Postgres has. */
  readonly extensions: readonly string[];
  readonly parser: Parser;
  /** Milliseconds without use after which the embedded Postgres stops; five minutes. */
  readonly idleMs?: number;
  /** Milliseconds that one statement of the schema may take in it; ten seconds. */
  readonly stepTimeoutMs?: number;
  /** A server that the user has saved. */
  readonly openServer: (target: Extract<ExplainTarget, { kind: 'connection' }>) => Database;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface ExplainRequestOptions extends RequestOptions {
  /** Of another server: what the tables of the embedded Postgres pass for. Nothing can be run then. */
  readonly statistics?: readonly Statistics[];
}

/** Owns the embedded Postgres and answers what the editor asks about plans. Dispose it. */
export class ExplainService {
  readonly #options: ExplainServiceOptions;
  readonly #embedded: EmbeddedPostgres;

  constructor(options: ExplainServiceOptions) {
    this.#options = options;
    this.#embedded = new EmbeddedPostgres(options);
  }

  /** Answers `pgreview/explain`. */
  explain(
    subject: ExplainSubject,
    params: ExplainParams,
    { statistics, ...request }: ExplainRequestOptions = {},
  ): Promise<ExplainResult> {
    const database = this.#database(params.target, subject.schema, subject.uri, statistics);
    return explainStatement(subject, params, { database, parser: this.#options.parser, ...request });
  }

  /** Answers `pgreview/tryIndex`. */
  tryIndex(subject: ExplainSubject, params: TryIndexParams, request: RequestOptions = {}): Promise<TryIndexResult> {
    const database = this.#database(params.target, subject.schema, subject.uri);
    return tryIndex(subject, params, { database, parser: this.#options.parser, ...request });
  }

  /**
   * Answers `pgreview/testConnection` with the server's version.
   * @throws {Error} with a clear message
   */
  async testConnection(target: ExplainTarget, request: RequestOptions = {}): Promise<string> {
    const session = await this.#database(target, [], '').open(request);
    try {
      return session.version.text;
    } finally {
      await session.close();
    }
  }

  dispose(): void {
    this.#embedded.dispose();
  }

  #database(
    target: ExplainTarget,
    schema: readonly SchemaStep[],
    uri: string,
    statistics?: readonly Statistics[],
  ): Database {
    if (target.kind === 'connection') return this.#options.openServer(target);
    return this.#embedded.at(schema, originFile(schema, uri), statistics);
  }
}

/** The file name as the steps write it, for the file that a URI names; '' when no step is from it. */
function originFile(schema: readonly SchemaStep[], uri: string): string {
  const path = decodeURIComponent(uri);
  const files = new Set(schema.map(fileOf));
  return [...files].findLast((file) => path === file || path.endsWith(`/${file}`) || path.endsWith(file)) ?? '';
}
