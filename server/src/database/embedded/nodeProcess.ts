import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocatorSettings } from './memory.ts';
import type { EmbeddedWorker, Question, StartWorker, WorkerMessage, WorkerSettings } from './messages.ts';

/** What an {@link EmbeddedPostgres} needs of the machine it runs on. */
export interface EmbeddedFiles {
  readonly startWorker: StartWorker;
  /** Names of the extensions that can be created there. */
  readonly extensions: readonly string[];
}

/** What it takes to have an extension. */
interface BundledExtension {
  /** extensions/BUNDLE.tar.gz. */
  readonly bundle: string;
  /** Names of other extensions, which CREATE EXTENSION … CASCADE creates as well. */
  readonly requires: readonly string[];
  /** Whether its library has to be there when Postgres starts. */
  readonly preload: boolean;
}

/** The bundles (dist/embedded-host.js, dist/embedded-worker.js), or their sources under Node's type stripping. */
export interface EmbeddedCode {
  readonly host: string;
  readonly worker: string;
}

/**
 * The embedded Postgres in a process of Node.
 * @param assets the folder that scripts/embeddedPostgres.mjs fills (dist/pglite)
 */
export function nodeEmbedded({ host, worker }: EmbeddedCode, assets: string): EmbeddedFiles {
  const bundled: Readonly<Record<string, BundledExtension>> = JSON.parse(
    readFileSync(join(assets, 'extensions.json'), 'utf8'),
  );
  const startWorker: StartWorker = (wanted) => {
    const loaded = withRequired(wanted, bundled);
    const settings: WorkerSettings = {
      assets,
      bundles: [...new Set([...loaded.values()].map(({ bundle }) => bundle))],
      preload: [...loaded].flatMap(([name, { preload }]) => (preload ? [name] : [])),
    };
    const child = fork(host, [worker, JSON.stringify(settings)], {
      // under VS Code, Node is its executable
      env: { ...process.env, ...allocatorSettings, ELECTRON_RUN_AS_NODE: '1' },
      // not the debugger's port of whoever starts it
      execArgv: [],
      // its output is nobody's: the language server's stdout carries the protocol
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new NodeProcess(child);
  };
  return { startWorker, extensions: Object.keys(bundled) };
}

function withRequired(
  names: readonly string[],
  bundled: Readonly<Record<string, BundledExtension>>,
  found = new Map<string, BundledExtension>(),
): Map<string, BundledExtension> {
  for (const name of names) {
    const extension = bundled[name];
    if (!extension || found.has(name)) continue;
    found.set(name, extension);
    withRequired(extension.requires, bundled, found);
  }
  return found;
}

class NodeProcess implements EmbeddedWorker {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    // a process that could not be started says so by an event, and one without a listener would be thrown
    child.on('error', () => {});
  }

  post(message: Question): void {
    // when it has ended meanwhile, the end is told
    this.#child.send(message, () => {});
  }

  onMessage(listener: (message: WorkerMessage) => void): void {
    this.#child.on('message', (message) => {
      if ((message as WorkerMessage).kind !== 'ended') listener(message as WorkerMessage);
    });
  }

  onExit(listener: (reason: string) => void): void {
    this.#child.on('message', (message) => {
      const { kind, reason } = message as Extract<WorkerMessage, { kind: 'ended' }>;
      if (kind === 'ended') listener(reason);
    });
    this.#child.on('error', (error) => listener(error.message));
    this.#child.on('exit', (code, signal) => listener(`its process ended with ${signal ?? code}`));
  }

  async terminate(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }
}
