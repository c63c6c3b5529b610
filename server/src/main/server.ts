/** LSP's requests and notifications → the language service. */
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  RegistrationRequest,
  RenameRequest,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { ConfigurationError, defaultConfiguration, readConfiguration } from '../configuration.ts';
import { fixAllKind } from '../features/codeActions.ts';
import { showRulePagesOf } from '../features/ruleUrl.ts';
import { LanguageService } from '../languageService.ts';
import {
  clearPlanFindingsCommand,
  createMigrationCommand,
  type InitializationOptions,
  writeIndexCommand,
} from '../protocol.ts';
import { guardParser } from '../syntax/guardedParser.ts';
import { loadGrammars, loadParser, rulePages } from './assets.ts';
import { pathOf } from './clientUris.ts';
import { connectExplain } from './explain.ts';
import { connectHistories } from './histories.ts';
import { Judging } from './judge.ts';
import { Live } from './live.ts';
import { nodeFiles } from './nodeFiles.ts';
import { PrismaDrift } from './prismaDrift.ts';
import type { Guard } from './watch.ts';
import { WatchedFiles, watchRegistration } from './watchedFiles.ts';
import { ignoredIn, readWorkspaceConfiguration, transactionIn } from './workspaceConfiguration.ts';
import { writeIndex } from './writeIndex.ts';

export interface ServerOptions {
  /** Sees each call of the parser and which file it is for. */
  readonly guard: Guard;
  /** Files that have hung or crashed a review before. */
  readonly refusedFiles: readonly string[];
}

export function startServer(connection: Connection, { guard, refusedFiles }: ServerOptions): void {
  const pages = rulePages();
  if (pages !== null) showRulePagesOf(pages);
  const parser = loadParser().then((p) => guardParser(p, guard));
  const service = parser.then(
    (p) => new LanguageService(p, nodeFiles, { refusedFiles, onFile: (uri) => guard.file(uri) }),
  );
  let folders: string[] = [];
  let isIgnored = (_uri: string): boolean => false;
  /** `pgreview.database` of the editor's settings. */
  let ownDatabase: string | null = null;
  let can = {
    configuration: false,
    register: false,
    registerRename: false,
    registerWatched: false,
    pull: false,
    refresh: false,
    lenses: false,
    hints: false,
    folders: false,
    progress: false,
    connections: false,
  };

  connection.onInitialize(async (params: InitializeParams): Promise<InitializeResult> => {
    folders = params.workspaceFolders?.map((f) => f.uri) ?? (params.rootUri ? [params.rootUri] : []);
    const { workspace, textDocument } = params.capabilities;
    can = {
      configuration: workspace?.configuration === true,
      register: workspace?.didChangeConfiguration?.dynamicRegistration === true,
      registerRename: textDocument?.rename?.dynamicRegistration === true,
      registerWatched: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      pull: textDocument?.diagnostic !== undefined,
      refresh: workspace?.diagnostics?.refreshSupport === true,
      lenses: workspace?.codeLens?.refreshSupport === true,
      hints: workspace?.inlayHint?.refreshSupport === true,
      folders: workspace?.workspaceFolders === true,
      progress: params.capabilities.window?.workDoneProgress === true,
      connections: (params.initializationOptions as InitializationOptions | undefined)?.connections === true,
    };
    (await service).showsPlans = (params.initializationOptions as InitializationOptions | undefined)?.plans === true;
    (await service).createsFiles(
      workspace?.workspaceEdit?.documentChanges === true &&
        workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    );
    return {
      serverInfo: { name: 'pgreview' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { identifier: 'pgreview', interFileDependencies: true, workspaceDiagnostics: false },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
        codeLensProvider: { resolveProvider: false },
        hoverProvider: true,
        completionProvider: { triggerCharacters: ['.', '"', "'"], resolveProvider: false },
        definitionProvider: true,
        referencesProvider: true,
        documentSymbolProvider: true,
        inlayHintProvider: { resolveProvider: false },
        // only in one language: other languages' own servers rename there
        ...(can.registerRename ? {} : { renameProvider: { prepareProvider: true } }),
        executeCommandProvider: { commands: [createMigrationCommand, writeIndexCommand, clearPlanFindingsCommand] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  let isConfigured = false;
  let markConfigured = (): void => {};
  const configured = new Promise<void>((resolve) => {
    markConfigured = () => {
      isConfigured = true;
      resolve();
    };
  });
  /** The service as the user has set it. */
  const ready = configured.then(() => service);
  let markScanned = (): void => {};
  const scanned = new Promise<void>((resolve) => {
    markScanned = resolve;
  });

  const judging = new Judging(connection, ready, scanned, {
    canShow: () => !can.pull || can.refresh,
    show: () => ready.then(refreshDiagnostics),
    isIgnored: (uri) => isIgnored(uri),
    canShowProgress: () => can.progress,
  });

  const prisma = new PrismaDrift(connection, ready, scanned, parser, {
    canShow: () => !can.pull || can.refresh,
    show: () => void ready.then(refreshDiagnostics),
    isIgnored: (uri) => isIgnored(uri),
    beforeEmbedded: () => judging.release(),
    afterEmbedded: () => judging.touch(),
  });

  const live = new Live(connection, ready, parser, {
    canShow: () => !can.pull || can.refresh,
    show: () => ready.then(refreshDiagnostics),
    changed: () => ready.then(refresh),
    isIgnored: (uri) => isIgnored(uri),
    canShowProgress: () => can.progress,
    knowsConnections: () => can.connections,
    ownSetting: () => ownDatabase,
  });

  connection.onInitialized(async () => {
    if (can.register)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'pgreview' });
    if (can.registerRename)
      await connection.client.register(RenameRequest.type, {
        documentSelector: [{ language: 'prisma' }, { pattern: '**/*.prisma' }],
        prepareProvider: true,
      });
    if (can.registerWatched) await connection.sendRequest(RegistrationRequest.type, watchRegistration);
    // vscode-languageserver throws when the client never announced folders
    if (can.folders)
      connection.workspace.onDidChangeWorkspaceFolders((event) => {
        const removed = new Set(event.removed.map((f) => f.uri));
        folders = [...folders.filter((f) => !removed.has(f)), ...event.added.map((f) => f.uri)];
        void rescan();
      });
    try {
      await configure();
      markConfigured();
      refresh(await service);
      await rescan();
    } finally {
      markConfigured();
      markScanned();
    }
  });

  /** What is wrong with the settings; null where nothing is. */
  let mistake: string | null = null;
  /**
   * Reads pgreview.json and the editor's settings; a mistake in them is told, and what was set before holds.
   * @param told the mistake that need not be told once more
   */
  async function configure(told: string | null = null): Promise<void> {
    const s = await service;
    const named = s.configuration.histories;
    try {
      let configuration = await readWorkspaceConfiguration(folders, defaultConfiguration);
      if (can.configuration) {
        const settings: unknown = await connection.workspace.getConfiguration('pgreview');
        const own = withoutNulls(settings) as { database?: unknown } | null;
        configuration = readConfiguration(own, "the editor's settings pgreview.*", configuration);
        ownDatabase = typeof own?.database === 'string' ? own.database.trim() : null;
      }
      const paths = folders.flatMap((folder) => pathOf(folder) ?? []);
      const ignored = paths.map((path) => ignoredIn(path, configuration));
      isIgnored = (uri) => {
        const path = pathOf(uri);
        return path !== null && ignored.some((ignores) => ignores(path));
      };
      const transactions = paths.map((path) => transactionIn(path, configuration));
      s.configure(configuration, await loadGrammars(configuration.targetVersion), (uri) => {
        const path = pathOf(uri);
        return path === null ? null : firstOf(transactions, path);
      });
      mistake = null;
      if (can.lenses) void connection.sendRequest(CodeLensRefreshRequest.type);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      mistake = error.message;
      if (mistake !== told) connection.window.showErrorMessage(`pgreview: ${mistake}`);
    }
    refresh(s);
    void live.configured();
    if (isConfigured && JSON.stringify(named) !== JSON.stringify(s.configuration.histories)) await rescan();
  }

  let scanning = 0;
  async function rescan(): Promise<void> {
    const s = await service;
    const mine = ++scanning;
    await s.scan(folders, () => mine !== scanning);
    if (mine !== scanning) return;
    tellUnread(s.unread);
    refresh(s);
    histories.changed();
  }

  let unreadBefore = '';
  /** In the log, once. */
  function tellUnread(unread: ReadonlySet<string>): void {
    const files = [...unread].sort().slice(0, 10).join(', ');
    const told = `${unread.size} ${files}`;
    if (unread.size > 0 && told !== unreadBefore)
      connection.console.warn(
        `Not read, being too large, too much together or not readable: ${unread.size} files, such as ${files}`,
      );
    unreadBefore = told;
  }

  const watched = new WatchedFiles({
    folders: () => folders,
    knows: async (uri) => (await service).existsBelow(uri),
    list: (uri) => nodeFiles.list(uri),
    async look() {
      // a folder that pgreview.json names may have come
      if (mistake !== null) await configure(mistake);
      await rescan();
    },
  });

  function refresh(s: LanguageService): void {
    if (can.hints) void connection.languages.inlayHint.refresh();
    refreshDiagnostics(s);
    judging.touch();
    live.touch();
    prisma.touch();
  }

  function refreshDiagnostics(s: LanguageService): void {
    if (can.pull) {
      if (can.refresh) connection.languages.diagnostics.refresh();
    } else for (const uri of s.openDocuments()) publish(s, uri);
  }

  function publish(s: LanguageService, uri: string): void {
    if (can.pull || !isConfigured) return;
    const version = s.versionOf(uri);
    if (version !== null)
      void connection.sendDiagnostics({ uri, version, diagnostics: isIgnored(uri) ? [] : s.diagnostics(uri) });
  }

  connection.onDidOpenTextDocument(async ({ textDocument }) => {
    const s = await service;
    s.open(textDocument.uri, textDocument.languageId, textDocument.version, textDocument.text);
    histories.edited(textDocument.uri);
    publish(s, textDocument.uri);
    judging.touch(textDocument.uri);
    live.touch(textDocument.uri);
    prisma.touch();
    // those who watch folders may miss what is made in a new one
    if (s.isNewMigration(textDocument.uri)) void rescan();
  });
  connection.onDidChangeTextDocument(async ({ textDocument, contentChanges }) => {
    const s = await service;
    s.change(textDocument.uri, textDocument.version, contentChanges);
    histories.edited(textDocument.uri);
    publish(s, textDocument.uri);
    judging.touch(textDocument.uri);
    live.touch(textDocument.uri);
    prisma.touch();
  });
  connection.onDidCloseTextDocument(async ({ textDocument }) => {
    const s = await service;
    s.close(textDocument.uri);
    judging.touch();
    prisma.touch();
    if (!can.pull) void connection.sendDiagnostics({ uri: textDocument.uri, diagnostics: [] });
    histories.edited(textDocument.uri);
  });
  connection.onDidChangeConfiguration(() => void configure());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some((c) => /\/pgreview\.json$/.test(c.uri))) void configure();
    watched.add(changes);
  });

  connection.languages.diagnostics.on(async ({ textDocument }) => {
    const s = await ready;
    return {
      kind: DocumentDiagnosticReportKind.Full,
      items: isIgnored(textDocument.uri) ? [] : s.diagnostics(textDocument.uri),
    };
  });
  connection.onCodeAction(async ({ textDocument, range, context }, token) => {
    const s = await ready;
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    return s.codeActions(textDocument.uri, range, context.only);
  });
  connection.onHover(async ({ textDocument, position }) => (await ready).hover(textDocument.uri, position));
  connection.onCompletion(async ({ textDocument, position }) => (await ready).completion(textDocument.uri, position));
  connection.onDefinition(async ({ textDocument, position }) => {
    const found = (await ready).definition(textDocument.uri, position);
    return found.length > 0 ? found : null;
  });
  connection.onPrepareRename(async ({ textDocument, position }) =>
    orRefused((await ready).prepareRename(textDocument.uri, position)),
  );
  connection.onRenameRequest(async ({ textDocument: { uri }, position, newName }) => {
    const s = await ready;
    const answer = s.rename(uri, position, newName);
    if (answer && typeof answer !== 'string' && Object.keys(answer.changes ?? {}).length > 0)
      void s.clientUses(uri, position, newName).then((left) => left && connection.window.showWarningMessage(left));
    return orRefused(answer);
  });
  connection.onReferences(async ({ textDocument: { uri }, position }, token) => {
    const s = await ready;
    const closed = await s.queriesNaming(uri, position, () => token.isCancellationRequested);
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    return s.references(uri, position, closed);
  });
  connection.languages.inlayHint.on(async ({ textDocument, range }) =>
    isIgnored(textDocument.uri) ? [] : (await ready).inlayHints(textDocument.uri, range),
  );
  connection.onExecuteCommand(async ({ command, arguments: args = [] }) => {
    if (command === createMigrationCommand) return prisma.create(args);
    if (command === clearPlanFindingsCommand) {
      const s = await ready;
      if (s.clearPlanFindings(String(args[0]))) refreshDiagnostics(s);
      return null;
    }
    if (command !== writeIndexCommand) return null;
    await scanned;
    return writeIndex(connection, await ready, args);
  });
  connection.onCodeLens(async ({ textDocument }) => (await ready).codeLenses(textDocument.uri));
  connection.onDocumentSymbol(async ({ textDocument }) => (await ready).documentSymbols(textDocument.uri));

  const histories = connectHistories(
    connection,
    service,
    scanned,
    (uri) => isIgnored(uri),
    () => can.pull,
    () => rescan(),
    parser,
  );
  const explaining = connectExplain(
    connection,
    parser,
    service,
    scanned,
    () => {
      judging.release();
      prisma.release();
    },
    () => void ready.then(refreshDiagnostics),
  );
  // the connection keeps one listener only
  connection.onShutdown(() => {
    explaining.dispose();
    judging.dispose();
    live.dispose();
    prisma.dispose();
    histories.dispose();
    watched.dispose();
  });
  connection.listen();
}

/** A sentence says why something cannot be done. */
const orRefused = <T>(answer: T | string): T | ResponseError =>
  typeof answer === 'string' ? new ResponseError(LSPErrorCodes.RequestFailed, answer) : answer;

function firstOf<T>(answers: readonly ((path: string) => T | null)[], path: string): T | null {
  for (const answer of answers) {
    const found = answer(path);
    if (found !== null) return found;
  }
  return null;
}

/** An unset setting comes as null or as its default; null must not override pgreview.json. */
function withoutNulls(settings: unknown): unknown {
  if (settings === null || typeof settings !== 'object') return settings;
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}
