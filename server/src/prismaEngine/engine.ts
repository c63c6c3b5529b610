/** Prisma's own migration engine, in a thread: started when it is first asked, ended when nobody asks for a while. */
import { cancelled, throwIfCancelled } from '../database/database.ts';
import { forEngine } from './engineSchema.ts';
import type { EngineAnswer, EngineQuery, EngineWorker, FromEngine, SchemaFile, StartEngine } from './messages.ts';

/** What the engine said instead of a script. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** Prisma's code, such as P1012 for a schema that is not valid; null for a failure of the engine itself. */
  readonly code: string | null;

  constructor(code: string | null, message: string) {
    super(message);
    this.code = code;
  }
}

export interface EngineOptions {
  readonly startEngine: StartEngine;
  /** Milliseconds without use after which the thread is ended. */
  readonly idleMs?: number;
  /** Milliseconds that one script may take, without the database's answers. */
  readonly timeoutMs?: number;
}

/** Answers one of the engine's queries; it may take its time. */
export type AnswerQuery = (query: EngineQuery) => Promise<EngineAnswer>;

/** One script at a time; dispose it. */
export class PrismaEngine {
  readonly #options: Required<EngineOptions>;
  #worker: EngineWorker | null = null;
  #waiting: { receive(message: FromEngine): void; fail(error: Error): void } | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EngineOptions) {
    this.#options = { idleMs: 3 * 60_000, timeoutMs: 20_000, ...options };
  }

  /**
   * The SQL from a database to a schema, as `prisma migrate diff --script` writes it.
   * @param from what answers for the database; null for an empty one
   * @throws {EngineError} the schema is not valid, or the engine fails
   * @throws {DatabaseFailure} cancelled, or what `from` throws
   */
  script(from: AnswerQuery | null, to: readonly SchemaFile[], signal?: AbortSignal): Promise<string> {
    const script = this.#queue.then(() => this.#script(from, to, signal));
    this.#queue = script.catch(() => {});
    return script;
  }

  dispose(): void {
    clearTimeout(this.#idleTimer);
    this.#end(new EngineError(null, "Prisma's engine was stopped."));
  }

  async #script(from: AnswerQuery | null, to: readonly SchemaFile[], signal?: AbortSignal): Promise<string> {
    throwIfCancelled(signal);
    clearTimeout(this.#idleTimer);
    const worker = this.#started();
    const onAbort = (): void => this.#end(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      let answer = this.#answer();
      worker.post({ kind: 'script', from: from ? 'database' : 'empty', to: forEngine(to) });
      for (;;) {
        const message = await answer;
        if (message.kind === 'script') return message.sql;
        if (message.kind === 'failed') {
          // a panic leaves it in no state to go on
          if (message.code === null) this.#end(new EngineError(null, message.message));
          throw new EngineError(message.code, message.message);
        }
        if (from === null) throw new EngineError(null, 'The engine asked an empty database.');
        const { id, query } = message;
        const said = await from(query);
        throwIfCancelled(signal);
        answer = this.#answer();
        worker.post({ kind: 'answer', id, answer: said });
      }
    } catch (error) {
      // it still waits for an answer
      if (!(error instanceof EngineError)) this.#end(new EngineError(null, 'Its work was given up.'));
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#idleTimer = setTimeout(() => this.dispose(), this.#options.idleMs);
      (this.#idleTimer as { unref?(): void }).unref?.();
    }
  }

  #started(): EngineWorker {
    if (this.#worker) return this.#worker;
    const worker = this.#options.startEngine();
    worker.onMessage((message) => {
      if (worker === this.#worker) this.#waiting?.receive(message);
    });
    worker.onExit((reason) => {
      if (worker === this.#worker) this.#end(new EngineError(null, `Prisma's engine stopped: ${reason}.`));
    });
    this.#worker = worker;
    return worker;
  }

  #end(reason: Error): void {
    void this.#worker?.terminate();
    this.#worker = null;
    this.#waiting?.fail(reason);
  }

  #answer(): Promise<FromEngine> {
    const { timeoutMs } = this.#options;
    return new Promise<FromEngine>((resolve, reject) => {
      const timer = setTimeout(
        () => this.#end(new EngineError(null, `Prisma's engine did not answer within ${timeoutMs / 1000} s.`)),
        timeoutMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting = null;
      };
      this.#waiting = {
        receive: (message) => {
          settle();
          resolve(message);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }
}
