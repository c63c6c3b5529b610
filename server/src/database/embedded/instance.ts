import {
  cancelled,
  DatabaseFailure,
  PostgresError,
  type QueryOptions,
  type Row,
  throwIfCancelled,
} from '../database.ts';
import type { Answer, EmbeddedWorker, QueryMessage, Question, StartWorker, WorkerMessage } from './messages.ts';

/** Measured: a second, some ten on a machine that does everything else at once. */
const startTimeoutMs = 60_000;

const crashed = 'The embedded Postgres crashed on this statement; does it call itself without end?';

/**
 * One running embedded Postgres. It takes one query at a time; the end of a query by timeout or cancelling is the end of
 * the instance, because nothing else stops the WASM code.
 */
export class Instance {
  readonly extensions: readonly string[];
  readonly #worker: EmbeddedWorker;
  #waiting: { receive(message: WorkerMessage): void; fail(error: Error): void } | null = null;
  #dead: DatabaseFailure | null = null;

  private constructor(worker: EmbeddedWorker, extensions: readonly string[]) {
    this.#worker = worker;
    this.extensions = extensions;
    worker.onMessage((message) => {
      if (message.kind === 'crashed') this.#end(new DatabaseFailure('lost', crashed));
      else this.#waiting?.receive(message);
    });
    worker.onExit((reason) => this.#end(new DatabaseFailure('lost', `The embedded Postgres stopped: ${reason}.`)));
  }

  /** @throws {DatabaseFailure} */
  static async start(startWorker: StartWorker, extensions: readonly string[], signal?: AbortSignal): Promise<Instance> {
    throwIfCancelled(signal);
    const instance = new Instance(startWorker(extensions), extensions);
    const message = await instance.#answer(
      { signal, timeoutMs: startTimeoutMs },
      'The embedded Postgres did not start',
    );
    if (message.kind === 'startFailed') {
      instance.kill();
      throw new DatabaseFailure('unavailable', `The embedded Postgres did not start: ${message.message}`);
    }
    return instance;
  }

  get alive(): boolean {
    return this.#dead === null;
  }

  query(sql: string, options: QueryOptions = {}): Promise<readonly Row[]> {
    return this.#ask({ sql, kind: 'run', guarded: false }, options);
  }

  /** Within an open transaction, which a failure leaves as it was before. */
  tryOut(kind: QueryMessage['kind'], sql: string, options: QueryOptions = {}): Promise<readonly Row[]> {
    return this.#ask({ sql, kind, guarded: true }, options);
  }

  /** As {@link query}, with parameters `$1` … as text, and with the columns of the answer. */
  ask(sql: string, parameters: readonly (string | null)[], options: QueryOptions = {}): Promise<Answer> {
    return this.#send({ sql, kind: 'ask', guarded: false, parameters }, options);
  }

  /**
   * Lets a relation pass for one of so many pages, of which none may be read.
   * @param file as pg_relation_filepath names it
   * @param height of a btree that has not been read since it was made: levels above its leaves
   */
  async setPages(file: string, pages: number, height?: number): Promise<void> {
    await this.#send({ kind: 'size', file, pages, ...(height === undefined ? {} : { height }) }, {});
  }

  async #ask(question: QueryMessage, options: QueryOptions): Promise<readonly Row[]> {
    return (await this.#send(question, options)).rows;
  }

  async #send(question: Question, options: QueryOptions): Promise<Answer> {
    throwIfCancelled(options.signal);
    if (this.#dead) throw this.#dead;
    const answer = this.#answer(options, 'The statement was ended');
    this.#worker.post(question);
    const message = await answer;
    if (message.kind === 'error') throw new PostgresError(message.error.message, message.error);
    return message.kind === 'rows' ? message : { columns: [], rows: [] };
  }

  kill(): void {
    this.#end(new DatabaseFailure('lost', 'The embedded Postgres was stopped.'));
  }

  #end(reason: DatabaseFailure): void {
    if (this.#dead) return;
    this.#dead = reason;
    this.#waiting?.fail(reason);
    void this.#worker.terminate();
  }

  #answer({ signal, timeoutMs }: QueryOptions, what: string): Promise<WorkerMessage> {
    return new Promise<WorkerMessage>((resolve, reject) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(
              () => this.#end(new DatabaseFailure('timeout', `${what}: no answer within ${seconds(timeoutMs)}.`)),
              timeoutMs,
            );
      const onAbort = (): void => this.#end(cancelled());
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting = null;
      };
      signal?.addEventListener('abort', onAbort, { once: true });
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

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
