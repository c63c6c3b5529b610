// The extension's entry: wires the parts together, nothing else.
import { commands, type ExtensionContext, type Uri } from 'vscode';
import type { Range } from 'vscode-languageserver-types';
import { addConnection, chooseConnection, removeConnection } from './connectionCommands.ts';
import { Connections } from './connections.ts';
import { type ExplainHost, explain } from './explain.ts';
import { ExplainPanel } from './explainPanel.ts';
import { createLanguageClient, restart, startLanguageClient } from './languageClient.ts';
import { createStatusBar } from './statusBar.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const client = createLanguageClient(context);
  const connections = new Connections(context);
  const panel = new ExplainPanel(context);
  const host: ExplainHost = { client, connections, panel, memory: context.workspaceState };
  context.subscriptions.push(
    client,
    connections,
    panel,
    createStatusBar(connections),
    commands.registerCommand('pgreview.explain', (uri?: string | Uri, range?: Range) =>
      explain(host, false, uri, range),
    ),
    commands.registerCommand('pgreview.explainAnalyze', (uri?: string | Uri, range?: Range) =>
      explain(host, true, uri, range),
    ),
    commands.registerCommand('pgreview.addConnection', () => addConnection(connections, client)),
    commands.registerCommand('pgreview.chooseConnection', () => chooseConnection(connections, client)),
    commands.registerCommand('pgreview.removeConnection', () => removeConnection(connections)),
    commands.registerCommand('pgreview.restartServer', () => restart(client)),
  );
  void connections.hidePasswords();
  await startLanguageClient(client);
}
