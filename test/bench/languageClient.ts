/** A language client that does as little as possible beside the clock: JSON-RPC over stdio, for any server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Diagnostic {
  readonly range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly severity?: number;
  readonly code?: string | number;
  readonly message: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Milliseconds without another publication after which the last one is taken to be final. */
const silence = 150;
const patience = 60_000;
/** ContentModified and ServerCancelled: an editor asks again. */
const askAgain = [-32801, -32802];

export class LanguageClient {
  readonly process: ChildProcess;
  readonly #pending = new Map<number, (message: Message) => void>();
  #input = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #wanted = 0;
  #nextId = 1;
  #onPublished: (published: Published) => void = () => {};
  #ended = false;

  constructor(command: readonly string[], cwd: string) {
    this.process = spawn(command[0]!, command.slice(1), { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdout!.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.process.stdin!.on('error', () => {});
    this.process.on('exit', () => {
      this.#ended = true;
      for (const answer of this.#pending.values()) answer({ error: { code: 0, message: 'the server has ended' } });
    });
  }

  /**
   * Opens a session.
   * @param canPull whether the client says that it can ask for diagnostics
   * @param canRefresh and again when it is told to: what takes longer than a key is found only then
   * @returns whether the server lets itself be asked
   */
  async initialize(rootUri: string, canPull: boolean, canRefresh = false): Promise<boolean> {
    const result = (await this.request('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'bench' }],
      capabilities: {
        workspace: {
          configuration: true,
          workspaceFolders: true,
          ...(canRefresh ? { diagnostics: { refreshSupport: true } } : {}),
        },
        textDocument: {
          synchronization: { didSave: true },
          publishDiagnostics: { versionSupport: true, relatedInformation: true },
          ...(canPull ? { diagnostic: {} } : {}),
        },
      },
    })) as { capabilities: { diagnosticProvider?: unknown } };
    this.notify('initialized', {});
    return result.capabilities.diagnosticProvider !== undefined;
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    for (;;) {
      const { result, error } = await this.#answer(method, params);
      if (!error) return result;
      if (!askAgain.includes(error.code)) throw new Error(`${method}: ${error.message}`);
    }
  }

  /** Sends a change, then asks for the diagnostics. @returns those, and the milliseconds from sending to having read them */
  async pull(uri: string, send: () => void): Promise<{ ms: number; diagnostics: readonly Diagnostic[] }> {
    const started = performance.now();
    send();
    const report = (await this.request('textDocument/diagnostic', { textDocument: { uri } })) as {
      items?: readonly Diagnostic[];
    };
    return { ms: performance.now() - started, diagnostics: report.items ?? [] };
  }

  /** Sends a change, then waits for what is published about that version of the text. */
  async push(
    uri: string,
    version: number,
    send: () => void,
  ): Promise<{ ms: number; diagnostics: readonly Diagnostic[] }> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      let last: { ms: number; diagnostics: readonly Diagnostic[] } | null = null;
      let timer = setTimeout(() => reject(new Error('nothing was published')), patience);
      this.#onPublished = (published) => {
        if (decodeURIComponent(published.uri) !== decodeURIComponent(uri)) return;
        if (published.version !== undefined && published.version < version) return;
        last = { ms: performance.now() - started, diagnostics: published.diagnostics };
        clearTimeout(timer);
        timer = setTimeout(() => resolve(last!), silence);
      };
      send();
    });
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const exited = once(this.process, 'exit');
    await Promise.race([this.request('shutdown', null).catch(() => null), wait(3000)]);
    this.notify('exit', null);
    await Promise.race([exited, wait(3000)]);
    if (!this.#ended) this.process.kill('SIGKILL');
  }

  #answer(method: string, params: unknown): Promise<Message> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const answer = (message: Message): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(message);
      };
      const timer = setTimeout(() => answer({ error: { code: 0, message: `no answer in ${patience} ms` } }), patience);
      this.#pending.set(id, answer);
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.process.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  /** Chunks are joined when a message is whole, not before: answers may be of megabytes. */
  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    for (;;) {
      const length = this.#chunks.reduce((sum, c) => sum + c.length, this.#input.length);
      if (length < this.#wanted) return;
      this.#input = Buffer.concat([this.#input, ...this.#chunks]);
      this.#chunks = [];
      if (this.#wanted === 0) {
        const head = this.#input.indexOf('\r\n\r\n');
        if (head < 0) return;
        this.#wanted = Number(/content-length: *(\d+)/i.exec(this.#input.toString('latin1', 0, head))?.[1] ?? 0);
        this.#input = this.#input.subarray(head + 4);
        continue;
      }
      const message = JSON.parse(this.#input.toString('utf8', 0, this.#wanted)) as Message;
      this.#input = this.#input.subarray(this.#wanted);
      this.#wanted = 0;
      this.#take(message);
    }
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === undefined) this.#pending.get(id!)?.({ result, error });
    else if (method === 'textDocument/publishDiagnostics') this.#onPublished(params as Published);
    else if (id !== undefined) {
      const { items } = (params ?? {}) as { items?: unknown[] };
      this.#send({ id, result: method === 'workspace/configuration' ? (items ?? []).map(() => null) : null });
    }
  }
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
