import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddedWorker, QueryMessage, StartWorker, WorkerMessage, WorkerSettings } from './messages.ts';

/** What an {@link EmbeddedPostgres} needs of the machine it runs on. */
export interface EmbeddedFiles {
  readonly startWorker: StartWorker;
  /** The contrib extensions in the assets folder, by name. */
  readonly extensions: readonly string[];
}

/**
 * The embedded Postgres in a thread of Node.
 * @param file the bundled worker (dist/embedded-worker.js), or its source under Node's type stripping
 * @param assets the folder that scripts/embeddedPostgres.mjs fills (dist/pglite)
 */
export function nodeEmbedded(file: string, assets: string): EmbeddedFiles {
  const extensions = readdirSync(join(assets, 'extensions')).map((name) => name.replace(/\.tar\.gz$/, ''));
  const startWorker: StartWorker = (wanted) => {
    const workerData: WorkerSettings = { assets, extensions: wanted };
    // Its output is nobody's: the language server's stdout carries the protocol.
    const worker = new Worker(file, { workerData, stdout: true, stderr: true });
    worker.stdout.resume();
    worker.stderr.resume();
    return new NodeWorker(worker);
  };
  return { startWorker, extensions };
}

class NodeWorker implements EmbeddedWorker {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  post(message: QueryMessage): void {
    this.#worker.postMessage(message);
  }

  onMessage(listener: (message: WorkerMessage) => void): void {
    this.#worker.on('message', listener);
  }

  onExit(listener: (reason: string) => void): void {
    this.#worker.on('error', (error) => listener(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => listener(`it ended with ${code}`));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
