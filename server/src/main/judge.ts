/** When the embedded Postgres is asked about the open files: while nobody types, and without anybody waiting for it. */
import type { Connection } from 'vscode-languageserver/node';
import { DatabaseFailure, type Progress } from '../database/database.ts';
import type { Judge } from '../judge/judge.ts';
import { isSameSubject, type JudgeSubject, noVerdicts } from '../judge/subject.ts';
import type { LanguageService } from '../languageService.ts';

export interface JudgeHost {
  /** Whether the editor can be told of findings that come late. */
  canShow(): boolean;
  /** The findings of this file have changed. */
  show(uri: string): void;
  isIgnored(uri: string): boolean;
  canShowProgress(): boolean;
}

/** Milliseconds without an edit after which the editor counts as idle. */
const idleMs = 500;

export class Judging {
  readonly #connection: Connection;
  readonly #service: Promise<LanguageService>;
  readonly #scanned: Promise<void>;
  readonly #host: JudgeHost;
  #judge: Judge | null = null;
  /** It does not start on this machine. */
  #failed = false;
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | null = null;
  /** The files by their last edit, the latest first. */
  #order: string[] = [];
  readonly #judged = new Map<string, JudgeSubject>();

  constructor(connection: Connection, service: Promise<LanguageService>, scanned: Promise<void>, host: JudgeHost) {
    this.#connection = connection;
    this.#service = service;
    this.#scanned = scanned;
    this.#host = host;
  }

  /** Something has changed, in this file or around them all. */
  touch(uri?: string): void {
    if (uri !== undefined) this.#order = [uri, ...this.#order.filter((other) => other !== uri)];
    this.#pause();
    this.#timer = setTimeout(() => void this.#run(), idleMs);
  }

  /** Gives its memory to somebody else who is going to start an embedded Postgres. */
  release(): void {
    this.#pause();
    this.#judge?.stop();
  }

  dispose(): void {
    this.#pause();
    this.#judge?.dispose();
  }

  #pause(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const { signal } = running;
    await this.#scanned;
    const service = await this.#service;
    if (signal.aborted || this.#failed || !this.#host.canShow()) return;
    const isOn = service.configuration.database !== 'off';
    const open = service.openDocuments();
    this.#order = [...this.#order.filter((uri) => open.includes(uri)), ...open.filter((u) => !this.#order.includes(u))];
    for (const uri of this.#judged.keys()) if (!open.includes(uri)) this.#judged.delete(uri);
    const progress = this.#progress();
    try {
      for (const uri of this.#order) {
        const subject = isOn && !this.#host.isIgnored(uri) ? service.judgeSubject(uri) : null;
        const last = this.#judged.get(uri);
        if (subject && last && isSameSubject(subject, last)) continue;
        const verdicts = subject ? await this.#ask(subject, signal, progress.report) : noVerdicts;
        if (signal.aborted) return;
        if (subject) this.#judged.set(uri, subject);
        else this.#judged.delete(uri);
        if (service.setVerdicts(uri, verdicts)) this.#host.show(uri);
      }
      if (!isOn) this.#judge?.stop();
    } catch (error) {
      if (error instanceof DatabaseFailure && error.reason === 'cancelled') return;
      this.#failed = true;
      this.#connection.console.warn(`Statements are not tried in the embedded Postgres: ${(error as Error).message}`);
    } finally {
      progress.done();
    }
  }

  async #ask(subject: JudgeSubject, signal: AbortSignal, progress: Progress) {
    if (subject.file.statements.length === 0) return noVerdicts;
    if (!this.#judge) {
      // most of its code is needed by nobody who opens no SQL
      const { createJudge } = await import('./embeddedJudge.ts');
      this.#judge = createJudge();
    }
    return this.#judge.judge(subject, { signal, progress });
  }

  /** Shown only when there is something to report: a start, a replay. */
  #progress(): { report: Progress; done(): void } {
    const connection = this.#connection;
    if (!this.#host.canShowProgress()) return { report: () => {}, done: () => {} };
    let reporter: ReturnType<Connection['window']['createWorkDoneProgress']> | null = null;
    return {
      report: (message) => {
        if (!reporter) {
          reporter = connection.window.createWorkDoneProgress();
          void reporter.then((r) => r.begin('Embedded Postgres', undefined, message));
        } else void reporter.then((r) => r.report(message));
      },
      done: () => void reporter?.then((r) => r.done()),
    };
  }
}
