// The extension's entry: wires the parts together, nothing else.
import { commands, type ExtensionContext } from 'vscode';
import { createLanguageClient, restart, startLanguageClient } from './languageClient.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const client = createLanguageClient(context);
  context.subscriptions.push(
    client,
    commands.registerCommand('pgreview.restartServer', () => restart(client)),
  );
  await startLanguageClient(client);
}
