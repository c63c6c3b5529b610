// Starts the language server in a process of its own and keeps the user told when it cannot run.
import { type ExtensionContext, type LogOutputChannel, Uri, window, workspace } from 'vscode';
import type { ExecuteCommandMiddleware } from 'vscode-languageclient';
import {
  CloseAction,
  type CloseHandlerResult,
  type DocumentSelector,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import { liesInSkipped } from '../../server/src/main/skippedFolders.ts';
import type { InitializationOptions } from '../../server/src/protocol.ts';
import { withMigrationName } from './prismaSchemas.ts';
import { noteQueries } from './queryFiles.ts';
import { withoutPasswords } from './redact.ts';
import { configurationMiddleware } from './settings.ts';
import { openWrittenIndex } from './writeIndex.ts';

/** What the server is asked about. The patterns catch SQL files that another extension gave a language id of its own. */
const documentSelector: DocumentSelector = [
  { scheme: 'file', language: 'sql' },
  { scheme: 'untitled', language: 'sql' },
  { scheme: 'file', pattern: '**/*.{sql,pgsql,psql,ddl}' },
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
  { scheme: 'file', language: 'prisma' },
  { scheme: 'file', pattern: '**/*.prisma' },
  // SQL in templates: the server looks no further into files that hold none
  ...['typescript', 'typescriptreact', 'javascript', 'javascriptreact'].map((language) => ({
    scheme: 'file',
    language,
  })),
];

/** A server that dies more often than this within {@link crashWindowMs} stays down until the user says so. */
const maxCrashes = 4;
const crashWindowMs = 3 * 60 * 1000;

export function createLanguageClient(context: ExtensionContext): LanguageClient {
  const outputChannel = window.createOutputChannel('pgreview', { log: true });
  context.subscriptions.push(outputChannel);
  const module = context.asAbsolutePath('dist/server.js');

  const client: LanguageClient = new LanguageClient(
    'pgreview',
    'pgreview',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6010'] } },
    },
    {
      documentSelector,
      outputChannel,
      traceOutputChannel: traceChannel(outputChannel),
      // A failure is told in a message with buttons; the output must not jump open on its own.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // What changes on disk, and settings, are announced too: the server registers for both.
      initializationOptions: { connections: true, plans: true } satisfies InitializationOptions,
      middleware: {
        workspace: {
          ...configurationMiddleware(context),
          didChangeWatchedFile: async (event, next) => {
            if (!isSkipped(event.uri)) await next(event);
          },
        },
        executeCommand,
        async provideCodeLenses(document, token, next) {
          const lenses = await next(document, token);
          noteQueries(document, lenses);
          return lenses;
        },
      },
      initializationFailedHandler: (error) => {
        outputChannel.error(error instanceof Error ? error : String(error));
        return false;
      },
      errorHandler: crashHandler(
        () => restart(client),
        () => outputChannel.show(),
      ),
    },
  );
  return client;
}

/** Of what happens in folders like node_modules, which may be much, nothing need go to the server. */
function isSkipped(uri: string): boolean {
  const folder = workspace.getWorkspaceFolder(Uri.parse(uri));
  return folder !== undefined && liesInSkipped(uri, folder.uri.toString());
}

const executeCommand: ExecuteCommandMiddleware['executeCommand'] = (command, args, next) =>
  openWrittenIndex(command, args, (inner, innerArgs) => withMigrationName(inner, innerArgs, next));

/** The same channel, but what is traced there, whole messages with `verbose`, has no passwords in it. */
function traceChannel(channel: LogOutputChannel): LogOutputChannel {
  const trace = (message: string, ...more: unknown[]) => channel.trace(withoutPasswords(message), ...more);
  return Object.create(channel, { trace: { value: trace } });
}

/** Starts the server; a failure is shown, not thrown, so that the other commands stay usable. */
export async function startLanguageClient(client: LanguageClient): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await offerRestart(
      `pgreview's language server did not start: ${reason}`,
      () => restart(client),
      () => client.outputChannel.show(),
    );
  }
}

export async function restart(client: LanguageClient): Promise<void> {
  try {
    if (client.isRunning()) await client.stop();
  } catch (error) {
    // A server that does not answer its shutdown is the very reason to restart it.
    client.outputChannel.appendLine(`The old server did not stop: ${error}`);
  }
  await startLanguageClient(client);
}

/**
 * A crash restarts the server silently, the way VS Code's own do: the client sends it the open documents again. One
 * that keeps crashing is left down and the user is told, with the two things that can be done about it.
 */
function crashHandler(restartServer: () => Promise<void>, showOutput: () => void): ErrorHandler {
  let crashes: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed(): CloseHandlerResult {
      const now = Date.now();
      crashes = [...crashes.filter((time) => now - time < crashWindowMs), now];
      if (crashes.length < maxCrashes) return { action: CloseAction.Restart, handled: true };
      crashes = [];
      const message = `pgreview's language server stopped ${maxCrashes} times in a few minutes and was not started again.`;
      void offerRestart(message, restartServer, showOutput);
      return { action: CloseAction.DoNotRestart, message, handled: true };
    },
  };
}

async function offerRestart(message: string, restartServer: () => Promise<void>, showOutput: () => void) {
  const choice = await window.showErrorMessage(message, 'Restart Server', 'Show Output');
  if (choice === 'Restart Server') await restartServer();
  else if (choice === 'Show Output') showOutput();
}
