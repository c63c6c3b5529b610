/** A language client over stdio: real JSON-RPC to the built server, as any editor speaks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol';
import {
  createProtocolConnection,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LSPErrorCodes,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** Of the build; PGREVIEW_DIST names another folder. */
export const serverPath = join(
  process.env.PGREVIEW_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url)),
  'server.js',
);

export interface ClientOptions {
  /** Ask for diagnostics (LSP 3.17) instead of waiting for them. True when absent. */
  readonly pull?: boolean;
  readonly folders?: readonly string[];
  readonly settings?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Command and arguments; the built server over stdio when absent. */
  readonly command?: readonly string[];
}

export class Client {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly pull: boolean;
  readonly shown: string[] = [];
  readonly logged: string[] = [];
  readonly #documents = new Map<string, TextDocument>();
  readonly #published = new Map<string, { version: number | undefined; diagnostics: Diagnostic[] }>();
  readonly #waiting: (() => void)[] = [];
  #nextVersion = 1;
  stderr = '';

  constructor({
    pull = true,
    command = [process.execPath, serverPath, '--stdio'],
    settings = null,
    env = {},
  }: ClientOptions = {}) {
    this.pull = pull;
    const [file, ...args] = command;
    this.process = spawn(file as string, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.#published.set(uri, { version, diagnostics });
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => settings),
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('window/workDoneProgress/create', () => null);
    this.connection.onRequest(DiagnosticRefreshRequest.type, () => undefined);
    this.connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.shown.push(message);
    });
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    this.connection.onRequest('window/showMessageRequest', ({ message }: { message: string }) => {
      this.shown.push(message);
      return null;
    });
    this.connection.listen();
  }

  static async start(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(options);
    await client.initialize(options.folders ?? []);
    return client;
  }

  /** @param workspace capabilities besides those that every client here has */
  async initialize(
    folders: readonly string[],
    workspace: object = {},
    initializationOptions?: object,
  ): Promise<InitializeResult> {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: folders[0] ?? null,
      initializationOptions,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true }, ...workspace },
        textDocument: this.pull ? { diagnostic: {} } : { publishDiagnostics: { versionSupport: true } },
        window: { workDoneProgress: true },
      },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  async open(uri: string, text: string, languageId = 'sql'): Promise<void> {
    // never a version that this file had before: diagnostics of the text before must not be taken for this one's
    const version = this.#nextVersion;
    this.#nextVersion += 1000;
    this.#documents.set(uri, TextDocument.create(uri, languageId, version, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version, text },
    });
  }

  /** Sends the changes and applies them to the client's own copy. */
  async change(uri: string, changes: TextDocumentContentChangeEvent[]): Promise<void> {
    const document = this.document(uri);
    const version = document.version + 1;
    TextDocument.update(document, changes, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: changes,
    });
  }

  /** Types text at an offset, one notification a UTF-16 unit as a keyboard would. */
  async type(uri: string, offset: number, text: string): Promise<void> {
    for (const [i, character] of [...text].entries()) {
      const at = this.document(uri).positionAt(offset + [...text].slice(0, i).join('').length);
      await this.change(uri, [{ range: { start: at, end: at }, text: character }]);
    }
  }

  document(uri: string): TextDocument {
    const document = this.#documents.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }

  async close(uri: string): Promise<void> {
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** The diagnostics of the text as it is now. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    if (this.pull) {
      const report = await this.#pulled(uri);
      if (report.kind !== 'full') throw new Error(`unexpected ${report.kind} report`);
      return report.items;
    }
    const { version } = this.document(uri);
    for (;;) {
      const published = this.#published.get(uri);
      if (published?.version === version) return published.diagnostics;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Asks again when the server says so, as editors do. */
  async #pulled(uri: string): Promise<DocumentDiagnosticReport> {
    for (;;) {
      try {
        return await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
      } catch (error) {
        const { code } = error as ResponseError;
        if (code !== LSPErrorCodes.ServerCancelled) throw error;
      }
    }
  }

  /** Each diagnostic as `rule: marked text`. */
  async marked(uri: string): Promise<string[]> {
    const document = this.document(uri);
    return (await this.diagnostics(uri)).map(({ code, range }) => `${code}: ${document.getText(range as Range)}`);
  }

  /** Ends the server in the way that LSP wants; resolves with its exit code. */
  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await exited;
    this.connection.dispose();
    return code;
  }
}
