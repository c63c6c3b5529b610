/**
 * Prisma schemas and their migrations: compared while nobody types; the command that writes the next migration; the SQL of a
 * model. All of it by Prisma's engine, in a thread.
 */

import { type Connection, RequestType } from 'vscode-languageserver/node';
import { DatabaseFailure } from '../database/database.ts';
import type { NextMigration } from '../features/nextMigration.ts';
import type { LanguageService } from '../languageService.ts';
import { type DriftSubject, isSameDrift, type SchemaDrift } from '../prismaEngine/drift.ts';
import { EngineError } from '../prismaEngine/engine.ts';
import { ReplayError } from '../prismaEngine/historyDatabase.ts';
import { modelSql } from '../prismaEngine/modelSql.ts';
import type { DriftStep } from '../prismaEngine/steps.ts';
import { type CreatedMigration, type ModelSqlParams, modelSqlRequest } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import { baseName, parent } from '../tools/paths.ts';
import type { NewFile } from '../tools/tool.ts';
import { creationOf } from './newFiles.ts';

export interface DriftHost {
  /** Whether the editor can be told of findings that come late. */
  canShow(): boolean;
  /** What is found in schemas has changed. */
  show(): void;
  isIgnored(uri: string): boolean;
  /** An embedded Postgres is about to start: one is enough for a machine. */
  beforeEmbedded(): void;
  /** It has ended. */
  afterEmbedded(): void;
}

/** Milliseconds without an edit after which the editor counts as idle. */
const idleMs = 400;

export class PrismaDrift {
  readonly #connection: Connection;
  readonly #service: Promise<LanguageService>;
  readonly #scanned: Promise<void>;
  readonly #parser: Promise<Parser>;
  readonly #host: DriftHost;
  #drift: SchemaDrift | null = null;
  /** Why it does not start on this machine. */
  #failed = false;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | null = null;
  /** What was compared last, by main file. */
  readonly #compared = new Map<string, DriftSubject>();
  /** Reasons that were told, each once. */
  readonly #told = new Set<string>();

  constructor(
    connection: Connection,
    service: Promise<LanguageService>,
    scanned: Promise<void>,
    parser: Promise<Parser>,
    host: DriftHost,
  ) {
    this.#connection = connection;
    this.#service = service;
    this.#scanned = scanned;
    this.#parser = parser;
    this.#host = host;
    connection.onRequest(new RequestType<ModelSqlParams, string, void>(modelSqlRequest), (params) =>
      this.#modelSql(params),
    );
  }

  /** Writes the next migration: the arguments of `pgreview.createNextMigration`. */
  async create([uri, name]: readonly unknown[]): Promise<CreatedMigration | null> {
    if (typeof uri !== 'string') return null;
    return this.#createMigration(uri, typeof name === 'string' && name.trim() !== '' ? name : undefined);
  }

  /** Something has changed: in a schema, in a migration, or around them. */
  touch(): void {
    this.#pause();
    this.#timer = setTimeout(() => void this.#run(), idleMs);
  }

  /** Gives its memory to somebody else who is going to start an embedded Postgres. */
  release(): void {
    this.#pause();
    this.#drift?.rest();
  }

  dispose(): void {
    this.release();
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    await this.#scanned;
    const service = await this.#service;
    if (running.signal.aborted || this.#failed || !this.#host.canShow()) return;
    const isOn = service.configuration.database !== 'off';
    const open = service.openDocuments().filter((uri) => /\.prisma$/i.test(uri) && !this.#host.isIgnored(uri));
    const subjects = new Map<string, DriftSubject>();
    for (const uri of isOn ? open : []) {
      const subject = service.driftSubject(uri);
      if (subject) subjects.set(subject.main, subject);
    }
    for (const [main, before] of this.#compared)
      if (!subjects.has(main)) {
        this.#compared.delete(main);
        if (service.setDrift(before, [])) this.#host.show();
      }
    for (const subject of subjects.values()) {
      const last = this.#compared.get(subject.main);
      if (last && isSameDrift(last, subject)) continue;
      if (!(await this.#compare(service, subject, running.signal))) return;
    }
  }

  /** @returns whether to go on */
  async #compare(service: LanguageService, subject: DriftSubject, signal: AbortSignal): Promise<boolean> {
    try {
      const steps = await this.#stepsTo(await this.#started(), subject, signal);
      if (signal.aborted) return false;
      this.#compared.set(subject.main, subject);
      if (service.setDrift(subject, steps)) this.#host.show();
      return true;
    } catch (error) {
      if (error instanceof DatabaseFailure && error.reason === 'cancelled') return false;
      // half typed: what was found a moment ago still stands where it can
      if (error instanceof EngineError && error.code !== null) return true;
      this.#compared.set(subject.main, subject);
      if (service.setDrift(subject, [])) this.#host.show();
      if (!(error instanceof ReplayError)) this.#failed = true;
      this.#tell(`${baseName(subject.main)} is not compared with its migrations: ${(error as Error).message}`);
      return !this.#failed;
    }
  }

  async #started(): Promise<SchemaDrift> {
    if (!this.#drift) {
      // most sessions look at no schema
      const { createSchemaDrift } = await import('./schemaDrift.ts');
      this.#drift ??= createSchemaDrift(await this.#parser);
    }
    return this.#drift;
  }

  async #stepsTo(drift: SchemaDrift, subject: DriftSubject, signal?: AbortSignal): Promise<DriftStep[]> {
    let isStarted = false;
    const progress = (): void => {
      if (!isStarted) this.#host.beforeEmbedded();
      isStarted = true;
    };
    try {
      return await drift.stepsTo(subject, { progress, ...(signal ? { signal } : {}) });
    } finally {
      if (isStarted) this.#host.afterEmbedded();
    }
  }

  #tell(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#connection.console.info(reason);
  }

  /** Made safe only when the engine agrees that it comes to the same. */
  async #createMigration(uri: string, name: string | undefined): Promise<CreatedMigration | null> {
    this.#pause();
    const service = await this.#service;
    const subject = service.driftSubject(uri);
    if (!subject) return null;
    const drift = await this.#started();
    service.setDrift(subject, await this.#stepsTo(drift, subject));
    this.#compared.set(subject.main, subject);
    const next = service.nextMigration(uri, name);
    if (!next) {
      this.#connection.window.showInformationMessage('pgreview: the migrations make this schema already.');
      return null;
    }
    const files = await this.#verified(drift, subject, next);
    const { applied } = await this.#connection.workspace.applyEdit({
      label: 'Create the next migration',
      edit: { documentChanges: files.flatMap(creationOf) },
    });
    return applied ? { uris: files.map((file) => file.uri) } : null;
  }

  async #verified(
    drift: SchemaDrift,
    subject: DriftSubject,
    { plain, safe }: NextMigration,
  ): Promise<readonly NewFile[]> {
    const migrations = safe.map((file) => ({ name: baseName(parent(file.uri)), sql: file.text }));
    try {
      if (await drift.isReached(subject, migrations)) return safe;
      this.#tell('The safe form of the migration does not come to the same: it is written as the engine has it.');
    } catch (error) {
      this.#tell(`The safe form of the migration was not taken: ${(error as Error).message}`);
    }
    return plain;
  }

  async #modelSql({ uri, name }: ModelSqlParams): Promise<string> {
    const service = await this.#service;
    await this.#scanned;
    const subject = service.prismaFiles(uri);
    if (!subject) return '-- This schema is not for Postgres, or several could be meant.\n';
    const drift = await this.#started();
    const script = await drift.ddl(subject.files);
    return modelSql(script, subject.schema, name, await this.#parser) ?? `-- There is no ${name} in the schema.\n`;
  }
}
