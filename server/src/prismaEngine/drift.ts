/** A Prisma schema against the migrations beside it, by Prisma's own engine. */
import type { Catalog } from '../catalog/catalog.ts';
import type { StartWorker } from '../database/embedded/messages.ts';
import type { PrismaSchema } from '../sources/prisma/model.ts';
import type { Parser } from '../syntax/parser.ts';
import { PrismaEngine } from './engine.ts';
import { HistoryDatabase, type HistoryRequest, type PrismaMigration } from './historyDatabase.ts';
import type { SchemaFile, StartEngine } from './messages.ts';
import { type DriftStep, stepsOf, withoutJoinTableKeys, withoutMadeExtensions } from './steps.ts';

export interface DriftSubject {
  /** URI of the file with the datasource. */
  readonly main: string;
  readonly schema: PrismaSchema;
  readonly files: readonly SchemaFile[];
  /** In the order in which they run. */
  readonly migrations: readonly PrismaMigration[];
  /** The schema behind the last. */
  readonly history: Catalog;
  /** The major version of Prisma that the project uses; null where it is not known. */
  readonly version: number | null;
}

/** Whether the same would be found. */
export const isSameDrift = (a: DriftSubject, b: DriftSubject): boolean =>
  a.main === b.main && a.history === b.history && a.version === b.version && sameFiles(a.files, b.files);

const sameFiles = (a: readonly SchemaFile[], b: readonly SchemaFile[]): boolean =>
  a.length === b.length && a.every(([path, text], i) => path === b[i]?.[0] && text === b[i]?.[1]);

export interface DriftOptions {
  readonly startEngine: StartEngine;
  readonly startWorker: StartWorker;
  /** Those that the embedded Postgres has. */
  readonly extensions: readonly string[];
  readonly parser: Parser;
}

/** Dispose it. */
export class SchemaDrift {
  readonly #engine: PrismaEngine;
  readonly #database: HistoryDatabase;
  readonly #parser: Parser;

  constructor({ startEngine, parser, ...embedded }: DriftOptions) {
    this.#engine = new PrismaEngine({ startEngine });
    this.#database = new HistoryDatabase(embedded);
    this.#parser = parser;
  }

  /**
   * What would bring the migrations to the schema; empty when they make it.
   * @throws {EngineError} the schema is not valid (P1012), or the engine fails
   * @throws {ReplayError} a migration does not run in the embedded Postgres
   * @throws {DatabaseFailure} cancelled, or the embedded Postgres does not start
   */
  async stepsTo(subject: DriftSubject, request: HistoryRequest = {}): Promise<DriftStep[]> {
    const script = await this.#scriptTo(subject.files, subject.migrations, request);
    const written = stepsOf(script, subject.history, this.#parser);
    const steps = withoutMadeExtensions(
      written,
      subject.migrations.map(({ sql }) => sql),
    );
    // older versions make these tables otherwise, and a package.json may not tell the version
    return (subject.version ?? 0) >= 6 ? steps : withoutJoinTableKeys(steps);
  }

  /** Whether nothing is left to do once these have run as well. @throws as {@link stepsTo} */
  async isReached(
    subject: DriftSubject,
    more: readonly PrismaMigration[],
    request: HistoryRequest = {},
  ): Promise<boolean> {
    const migrations = [...subject.migrations, ...more];
    return (await this.stepsTo({ ...subject, migrations }, request)).length === 0;
  }

  /**
   * The SQL that makes the whole schema in an empty database.
   * @throws {EngineError}
   */
  ddl(files: readonly SchemaFile[], signal?: AbortSignal): Promise<string> {
    return this.#engine.script(null, files, signal);
  }

  async #scriptTo(
    files: readonly SchemaFile[],
    migrations: readonly PrismaMigration[],
    request: HistoryRequest,
  ): Promise<string> {
    try {
      return await this.#engine.script(
        (query) => this.#database.answer(migrations, query, request),
        files,
        request.signal,
      );
    } finally {
      this.#database.rest();
    }
  }

  /** Gives memory back; the next question starts again what it needs. */
  rest(): void {
    this.#engine.dispose();
    this.#database.rest();
  }
}
