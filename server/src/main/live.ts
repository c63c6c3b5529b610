/** The connected database behind the editor: when it is read, when it is asked, and what is told when it fails. Nothing waits for it. */
import { type Connection, RequestType, RequestType0 } from 'vscode-languageserver/node';
import { connectionIn } from '../configuration.ts';
import { DatabaseFailure, PostgresError } from '../database/database.ts';
import { noVerdicts } from '../judge/subject.ts';
import type { LanguageService } from '../languageService.ts';
import type { KnownDatabase } from '../live/knownDatabase.ts';
import type { LiveDatabase } from '../live/liveDatabase.ts';
import { isSameLiveSubject, type LiveSubject } from '../live/subject.ts';
import {
  connectionRequest,
  type DatabaseStatus,
  databaseStatusNotification,
  type ExplainTarget,
  lookAtDatabase,
  readDatabaseRequest,
} from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';

type Target = Extract<ExplainTarget, { kind: 'connection' }>;

export interface LiveHost {
  /** Whether the editor can be told of findings that come late. */
  canShow(): boolean;
  /** What the database says of a file has changed. */
  show(): void;
  /** The schema that files begin with has changed. */
  changed(): void;
  isIgnored(uri: string): boolean;
  canShowProgress(): boolean;
  /** Whether the client answers {@link connectionRequest}; otherwise a URL from the editor's own settings is taken. */
  knowsConnections(): boolean;
  /** `database` of the editor's own settings, as opposed to files of the workspace, which nobody may have read. */
  ownSetting(): string | null;
}

/** Milliseconds without an edit after which the editor counts as idle. */
const idleMs = 500;
/** Milliseconds after which the schema is looked at again when somebody edits, or a connection that failed is tried again. */
const staleMs = 60_000;
/** The same when the window gets the focus. */
const staleOnFocusMs = 5_000;

export class Live {
  readonly #connection: Connection;
  readonly #service: Promise<LanguageService>;
  readonly #parser: Promise<Parser>;
  readonly #host: LiveHost;
  /** As it is configured. */
  #setting: string | null = null;
  #database: LiveDatabase | null = null;
  /** What it was connected by. */
  #connectedBy: Target | null = null;
  #status: DatabaseStatus = { state: 'none', name: null, version: null, relations: null, message: null };
  /** When the database was last looked at, or last failed. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** The failure that the user has been told of. */
  #told: string | null = null;
  #reading: { readonly done: Promise<void>; readonly abort: AbortController } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #judging: AbortController | null = null;
  #order: string[] = [];
  readonly #judged = new Map<string, { readonly subject: LiveSubject; readonly database: KnownDatabase }>();

  constructor(connection: Connection, service: Promise<LanguageService>, parser: Promise<Parser>, host: LiveHost) {
    this.#connection = connection;
    this.#service = service;
    this.#parser = parser;
    this.#host = host;
    connection.onNotification(lookAtDatabase, () => void this.#look(staleOnFocusMs));
    connection.onRequest(new RequestType0<DatabaseStatus, void>(readDatabaseRequest), async () => {
      await this.#look(0);
      return this.#status;
    });
  }

  /** The settings may be others. */
  async configured(): Promise<void> {
    const setting = connectionIn((await this.#service).configuration);
    if (setting === this.#setting) return;
    this.#setting = setting;
    this.#disconnect();
    this.#told = null;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.touch();
  }

  /** Something has changed, in this file or around them all. */
  touch(uri?: string): void {
    if (uri !== undefined) this.#order = [uri, ...this.#order.filter((other) => other !== uri)];
    this.#judging?.abort();
    clearTimeout(this.#timer);
    if (this.#setting !== null) this.#timer = setTimeout(() => void this.#run(), idleMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#judging?.abort();
    this.#reading?.abort.abort();
    this.#database?.dispose();
  }

  #disconnect(): void {
    this.#judging?.abort();
    this.#reading?.abort.abort();
    this.#reading = null;
    this.#database?.dispose();
    this.#database = null;
    this.#judged.clear();
    void this.#service.then((service) => {
      if (!service.database) return;
      for (const uri of service.openDocuments()) service.setVerdicts(uri, noVerdicts, 'live');
      service.setDatabase(null);
      this.#host.changed();
    });
    this.#tell({ state: 'none', name: null, version: null, relations: null, message: null });
  }

  async #run(): Promise<void> {
    const judging = new AbortController();
    this.#judging = judging;
    await this.#look(staleMs);
    const service = await this.#service;
    const [live, known] = [this.#database, service.database];
    if (judging.signal.aborted || !live || !known || this.#status.state !== 'ready' || !this.#host.canShow()) return;
    const open = service.openDocuments();
    this.#order = [...this.#order.filter((uri) => open.includes(uri)), ...open.filter((u) => !this.#order.includes(u))];
    for (const uri of this.#judged.keys()) if (!open.includes(uri)) this.#judged.delete(uri);
    try {
      for (const uri of this.#order) {
        const subject = this.#host.isIgnored(uri) ? null : service.liveSubject(uri);
        const last = this.#judged.get(uri);
        if (subject && last?.database === known && isSameLiveSubject(subject, last.subject)) continue;
        const verdicts = subject ? await live.judge(subject, { signal: judging.signal }) : noVerdicts;
        if (judging.signal.aborted) return;
        if (subject) this.#judged.set(uri, { subject, database: known });
        else this.#judged.delete(uri);
        if (service.setVerdicts(uri, verdicts, 'live')) this.#host.show();
      }
    } catch (error) {
      this.#failed(error, live);
    }
  }

  /**
   * Reads the database's schema, where that was not done within so many milliseconds. Never throws.
   * @param maxAgeMs 0: somebody has asked for it
   */
  async #look(maxAgeMs: number): Promise<void> {
    if (this.#reading) return this.#reading.done;
    if (this.#setting === null || (maxAgeMs > 0 && performance.now() - this.#lookedAt < maxAgeMs)) return;
    if (maxAgeMs === 0) {
      this.#told = null;
      this.#database?.forget();
    }
    this.#lookedAt = performance.now();
    const abort = new AbortController();
    const done = this.#read(this.#setting, abort);
    this.#reading = { done, abort };
    await done;
    if (this.#reading?.done === done) this.#reading = null;
  }

  async #read(setting: string, abort: AbortController): Promise<void> {
    const { signal } = abort;
    const progress = this.#progress(abort);
    let live = this.#database;
    try {
      const target = await this.#target(setting);
      if (signal.aborted) return;
      if (!target) {
        // trust may be given at any time
        this.#lookedAt = Number.NEGATIVE_INFINITY;
        return this.#disconnect();
      }
      if (!live || JSON.stringify(target) !== JSON.stringify(this.#connectedBy)) {
        live?.dispose();
        live = await connect(target, await this.#parser);
        if (signal.aborted) return live.dispose();
        this.#database = live;
        this.#connectedBy = target;
      }
      const { name } = live;
      progress.named(name);
      if (this.#status.state !== 'ready') this.#tell({ ...this.#status, state: 'reading', name, message: null });
      const known = await live.read({ signal, progress: progress.report });
      this.#lookedAt = performance.now();
      const service = await this.#service;
      if (signal.aborted) return;
      if (service.database !== known) {
        service.setDatabase(known);
        this.#host.changed();
      }
      this.#told = null;
      this.#tell({ state: 'ready', name, version: known.version.text, relations: tablesIn(known), message: null });
    } catch (error) {
      this.#failed(error, live);
    } finally {
      progress.done();
    }
  }

  /** Null: there is none of that name, or it must not be connected to. */
  async #target(setting: string): Promise<Target | null> {
    if (this.#host.knowsConnections())
      return this.#connection.sendRequest(new RequestType<string, Target | null, void>(connectionRequest), setting);
    return this.#host.ownSetting() === setting && /^postgres(?:ql)?:\/\//.test(setting)
      ? { kind: 'connection', name: '', url: setting }
      : null;
  }

  /** Tells a failure once; the next look tries again. What was read stays in use. */
  #failed(error: unknown, live: LiveDatabase | null): void {
    if (live !== this.#database && live !== null) return;
    const isCancelled = error instanceof DatabaseFailure && error.reason === 'cancelled';
    if (isCancelled && this.#status.state === 'ready') return;
    // not before somebody asks
    this.#lookedAt = isCancelled ? Number.POSITIVE_INFINITY : performance.now();
    const name = live?.name ?? null;
    const message = isCancelled ? 'Reading its schema was cancelled.' : sentence(error);
    this.#tell({ ...this.#status, state: 'failed', name, message });
    // the URL may have another password the next time
    live?.dispose();
    this.#database = null;
    if (isCancelled || this.#told === message) return;
    this.#told = message;
    const kept = this.#status.relations === null ? '' : ' Files are reviewed with its schema as it was last read.';
    this.#connection.window.showWarningMessage(`pgreview: ${name ?? 'the database'}: ${message}${kept}`);
  }

  #tell(status: DatabaseStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    void this.#connection.sendNotification(databaseStatusNotification, status);
  }

  /** Shown once the schema is being read, with a button to cancel it. */
  #progress(abort: AbortController) {
    const connection = this.#connection;
    let name = '';
    let reporter: ReturnType<Connection['window']['createWorkDoneProgress']> | null = null;
    return {
      named: (of: string) => {
        name = of;
      },
      report: (message: string) => {
        if (!this.#host.canShowProgress()) return;
        if (reporter) void reporter.then((r) => r.report(message));
        else {
          reporter = connection.window.createWorkDoneProgress();
          void reporter.then((r) => {
            r.begin(`Database ${name}`, undefined, message, true);
            r.token.onCancellationRequested(() => abort.abort());
          });
        }
      },
      done: () => void reporter?.then((r) => r.done()),
    };
  }
}

/** Its code, and that of the driver, is needed by nobody who connects to nothing. */
async function connect({ name, url, password }: Target, parser: Parser): Promise<LiveDatabase> {
  const { liveServer } = await import('./liveServer.ts');
  return liveServer({ name, url, ...(password === undefined ? {} : { password }) }, parser);
}

const tablesIn = ({ catalog }: KnownDatabase): number =>
  catalog.relations.count(({ kind }) => kind !== 'index' && kind !== 'sequence');

const sentence = (error: unknown): string => {
  if (error instanceof DatabaseFailure) return error.message;
  if (error instanceof PostgresError) return `${error.message}.`;
  return error instanceof Error ? error.message : String(error);
};
