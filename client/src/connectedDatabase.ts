// The connected database that files are reviewed with: what `pgreview.database` names, and how it stands with it.
import { commands, Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  connectionRequest,
  type DatabaseStatus,
  databaseStatusNotification,
  lookAtDatabase,
  readDatabaseRequest,
} from '../../server/src/protocol.ts';
import type { Connections } from './connections.ts';
import { requestErrorMessage } from './requestError.ts';

const icons = { reading: '$(sync~spin)', ready: '$(server)', failed: '$(warning)' } as const;

export function connectedDatabase(client: LanguageClient, connections: Connections): Disposable {
  const item = window.createStatusBarItem('pgreview.database', StatusBarAlignment.Right, 89);
  item.name = 'pgreview: the database that files are reviewed with';
  item.command = 'pgreview.readDatabase';

  function show({ state, name, version, relations, message }: DatabaseStatus): void {
    if (state === 'none') {
      item.hide();
      return;
    }
    const called = name ?? 'database';
    item.text = `${icons[state]} ${called}`;
    item.backgroundColor = state === 'failed' ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    const read =
      relations === null ? 'Its schema has not been read.' : `PostgreSQL ${version}: ${relations} tables and views.`;
    const words =
      state === 'reading'
        ? `The schema of ${called} is being read.`
        : state === 'failed'
          ? `${message ?? 'It cannot be reached.'} ${read}`
          : `Files outside of migrations are reviewed with the schema of ${called}. ${read}`;
    item.tooltip = new MarkdownString().appendText(`${words} Click to read it again.`);
    item.accessibilityInformation = { label: words };
    item.show();
  }

  const look = (): void => {
    if (client.isRunning()) void client.sendNotification(lookAtDatabase);
  };

  return Disposable.from(
    item,
    client.onRequest(connectionRequest, (name: string): Promise<unknown> => connections.named(name)),
    client.onNotification(databaseStatusNotification, (status: DatabaseStatus) => show(status)),
    connections.onDidChange(look),
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) look();
    }),
    commands.registerCommand('pgreview.readDatabase', () => readAgain(client)),
  );
}

/** What fails is told by the server. */
async function readAgain(client: LanguageClient): Promise<void> {
  try {
    const { state } = await client.sendRequest<DatabaseStatus>(readDatabaseRequest);
    if (state !== 'none') return;
    const open = 'Open Settings';
    const choice = await window.showInformationMessage(
      'No database is set to review with: pgreview.database takes the name of a saved connection or a URL, in a trusted workspace.',
      open,
    );
    if (choice === open) await commands.executeCommand('workbench.action.openSettings', 'pgreview.database');
  } catch (error) {
    void window.showErrorMessage(requestErrorMessage(error));
  }
}
