/**
 * Stands between the editor and the thread that reviews. It passes messages on, keeps the open documents, and when the
 * thread hangs or crashes it starts another one, which gets the same documents and leaves out what was too much.
 */
import { Worker } from 'node:worker_threads';
import type {
  Message,
  MessageReader,
  MessageWriter,
  NotificationMessage,
  RequestMessage,
  ResponseMessage,
} from 'vscode-jsonrpc/node';
import type {
  InitializeParams,
  TextDocumentContentChangeEvent,
  TextDocumentItem,
  VersionedTextDocumentIdentifier,
} from 'vscode-languageserver/node';
import { Text } from '../text/text.ts';
import { ClientUris } from './clientUris.ts';
import { fileInWork, isHeartbeat, sharedBytes, textInParser, type WorkerStart } from './watch.ts';

export interface SupervisorOptions {
  readonly workerPath: string;
  /** Milliseconds without a sign of life while there is work, after which the thread is ended. */
  readonly patienceMs: number;
}

interface OpenDocument {
  readonly languageId: string;
  readonly version: number;
  readonly text: Text;
}

const maxRestarts = 8;
/** Milliseconds that a slow machine may take to load the thread's code. */
const loadingMs = 60_000;
/** MB of the thread's heap. V8 lets garbage lie until it nears the limit, so a higher one only means more memory. */
const maxHeap = 1024;
/**
 * MB in which that thread's new objects are made. V8 would take 128 for it: 100 MB more of resident memory in a file of 10,000 lines,
 * with no gain that could be measured.
 */
const maxYoungHeap = 24;

export class Supervisor {
  readonly #reader: MessageReader;
  readonly #writer: MessageWriter;
  readonly #options: SupervisorOptions;
  #worker: Worker | null = null;
  #shared = new SharedArrayBuffer(sharedBytes);
  #generation = 0;
  readonly #refusedTexts: number[] = [];
  readonly #refusedFiles: string[] = [];
  readonly #documents = new Map<string, OpenDocument>();
  readonly #uris = new ClientUris();
  #initialize: InitializeParams | null = null;
  #initialized = false;
  #shutDown = false;
  /** Requests of the editor that the thread has not answered. */
  readonly #pending = new Set<number | string>();
  #patience: NodeJS.Timeout | null = null;
  #unanswered = 0;
  /** The thread has given a sign of life: before that it is being loaded. */
  #loaded = false;

  constructor(reader: MessageReader, writer: MessageWriter, options: SupervisorOptions) {
    this.#reader = reader;
    this.#writer = writer;
    this.#options = options;
  }

  run(): void {
    this.#start();
    this.#reader.onClose(() => process.exit(this.#shutDown ? 0 : 1));
    this.#reader.listen((message) => this.#fromEditor(message));
  }

  #start(): void {
    this.#generation++;
    this.#shared = new SharedArrayBuffer(sharedBytes);
    this.#unanswered = 0;
    this.#loaded = false;
    const start: WorkerStart = {
      shared: this.#shared,
      refusedTexts: this.#refusedTexts,
      refusedFiles: this.#refusedFiles,
    };
    const worker = new Worker(this.#options.workerPath, {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: maxHeap, maxYoungGenerationSizeMb: maxYoungHeap },
      stdout: true,
    });
    // stdout carries the protocol
    worker.stdout.resume();
    worker.on('message', (message: unknown) => {
      if (worker !== this.#worker) return;
      if (isHeartbeat(message)) this.#alive();
      else this.#toEditor(message as Message);
    });
    worker.on('error', (error) =>
      this.#restart(worker, `crashed (${error.message})`, textInParser(this.#shared)?.hash ?? null),
    );
    worker.on('exit', () => this.#restart(worker, 'ended unexpectedly', null));
    this.#worker = worker;
  }

  #fromEditor(given: Message): void {
    const message = this.#uris.incoming(given);
    if (isResponse(message)) {
      // an answer to a thread that is gone
      const id = String(message.id);
      const mark = `${this.#generation}:`;
      if (!id.startsWith(mark)) return;
      this.#post({ ...message, id: Number(id.slice(mark.length)) } as ResponseMessage);
      return;
    }
    const { method, params } = message as NotificationMessage;
    if (method === 'exit') process.exit(this.#shutDown ? 0 : 1);
    this.#remember(method, params);
    if (isRequest(message) && message.id !== null) this.#pending.add(message.id);
    this.#post(message);
  }

  #remember(method: string, params: unknown): void {
    switch (method) {
      case 'initialize':
        this.#initialize = params as InitializeParams;
        break;
      case 'initialized':
        this.#initialized = true;
        break;
      case 'shutdown':
        this.#shutDown = true;
        break;
      case 'textDocument/didOpen': {
        const { textDocument } = params as { textDocument: TextDocumentItem };
        this.#documents.set(textDocument.uri, { ...textDocument, text: Text.of(textDocument.text) });
        break;
      }
      case 'textDocument/didChange': {
        const { textDocument, contentChanges } = params as {
          textDocument: VersionedTextDocumentIdentifier;
          contentChanges: TextDocumentContentChangeEvent[];
        };
        const document = this.#documents.get(textDocument.uri);
        if (!document) break;
        const text = contentChanges.reduce(changed, document.text);
        this.#documents.set(textDocument.uri, { ...document, version: textDocument.version, text });
        break;
      }
      case 'textDocument/didClose':
        this.#documents.delete((params as { textDocument: { uri: string } }).textDocument.uri);
        break;
      default:
    }
  }

  #post(message: Message): void {
    this.#worker?.postMessage(message);
    this.#unanswered++;
    if (this.#unanswered === 1) this.#ping();
  }

  #ping(): void {
    const worker = this.#worker;
    worker?.postMessage({ pgreview: 'ping' });
    const patienceMs = this.#loaded ? this.#options.patienceMs : Math.max(loadingMs, this.#options.patienceMs);
    this.#patience = setTimeout(() => {
      // its answer may be waiting behind this timer, when it was this thread that had no time; and one look does not tell
      // whether a text is stuck in the parser or one of many that pass through it
      const seen = textInParser(this.#shared);
      this.#patience = setTimeout(
        () => {
          const now = textInParser(this.#shared);
          const stuck = seen !== null && now?.count === seen.count ? seen.hash : null;
          if (worker) this.#restart(worker, `gave no answer for ${patienceMs / 1000} s`, stuck);
        },
        Math.min(1000, patienceMs / 2),
      );
    }, patienceMs);
  }

  #alive(): void {
    this.#loaded = true;
    if (this.#patience) clearTimeout(this.#patience);
    // what came in since the last ping wants one of its own
    const more = this.#unanswered > 1;
    this.#unanswered = more ? 1 : 0;
    if (more) this.#ping();
  }

  #toEditor(own: Message): void {
    const message = this.#uris.outgoing(own);
    if (isRequest(message)) {
      void this.#writer.write({ ...message, id: `${this.#generation}:${message.id}` } as RequestMessage);
      return;
    }
    if (isResponse(message) && message.id !== null) {
      if (message.id === restartId) return;
      this.#pending.delete(message.id);
    }
    void this.#writer.write(message);
  }

  /** @param stuck hash of the text that never left the parser; null when it was something else */
  #restart(worker: Worker, why: string, stuck: number | null): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    if (this.#patience) clearTimeout(this.#patience);
    const file = fileInWork(this.#shared, this.#documents.keys());
    if (stuck !== null) this.#refusedTexts.push(stuck);
    else if (file !== null) this.#refusedFiles.push(file);
    void worker.terminate();
    if (this.#shutDown) return;
    if (this.#generation > maxRestarts) {
      process.stderr.write(
        `pgreview: the review ${why}; it has been restarted ${maxRestarts} times and is given up.\n`,
      );
      process.exit(1);
    }
    const left = stuck !== null ? 'the statement' : (file ?? 'change');
    this.#notify('window/logMessage', { type: 2, message: `The review ${why}; it is started again without ${left}.` });
    for (const id of this.#pending) {
      const error = {
        code: serverCancelled,
        message: 'The review was started again.',
        data: { retriggerRequest: true },
      };
      void this.#writer.write({ jsonrpc: '2.0', id, error } as ResponseMessage);
    }
    this.#pending.clear();
    this.#start();
    this.#replay();
  }

  /** Brings a new thread to where the old one was. */
  #replay(): void {
    if (!this.#initialize) return;
    this.#post({ jsonrpc: '2.0', id: restartId, method: 'initialize', params: this.#initialize } as RequestMessage);
    if (this.#initialized) this.#post({ jsonrpc: '2.0', method: 'initialized', params: {} } as NotificationMessage);
    for (const [uri, { languageId, version, text }] of this.#documents) {
      const textDocument: TextDocumentItem = { uri, languageId, version, text: text.toString() };
      this.#post({ jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument } } as NotificationMessage);
    }
  }

  #notify(method: string, params: object): void {
    void this.#writer.write({ jsonrpc: '2.0', method, params } as NotificationMessage);
  }
}

/** LSP's ServerCancelled: the editor may ask again. */
const serverCancelled = -32802;
/** Our own `initialize`; editors number theirs or use strings of their own. */
const restartId = 'pgreview-restart';

const isRequest = (message: Message): message is RequestMessage => 'id' in message && 'method' in message;
const isResponse = (message: Message): message is ResponseMessage => 'id' in message && !('method' in message);

function changed(text: Text, change: TextDocumentContentChangeEvent): Text {
  if (!('range' in change)) return Text.of(change.text);
  const from = text.offsetAt(change.range.start);
  const to = text.offsetAt(change.range.end);
  return text.edit(Math.min(from, to), Math.max(from, to), change.text);
}
