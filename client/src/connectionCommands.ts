// The commands that add, choose and remove connections.
import { ProgressLocation, type QuickPickItem, QuickPickItemKind, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { testConnectionRequest } from '../../server/src/protocol.ts';
import type { Connection, Connections } from './connections.ts';
import { connectionUrlProblem, describeUrl, splitPassword } from './connectionUrl.ts';
import { requestErrorMessage } from './requestError.ts';

/** Asks for name, URL and password, tries them, and lets the user mend what does not work. */
export async function addConnection(connections: Connections, client: LanguageClient): Promise<Connection | undefined> {
  if (!trusted()) return undefined;
  const name = await askName(connections);
  if (name === undefined) return undefined;
  return editConnection(connections, client, { name, url: '' });
}

/** Asks where Explain shall run: the embedded Postgres, a saved connection, or a new one. */
export async function chooseConnection(connections: Connections, client: LanguageClient): Promise<void> {
  type Choice = QuickPickItem & { choose?: () => Promise<void> };
  const chosen = connections.chosen();
  const embeddedOff = workspace.getConfiguration('pgreview').get('database') === 'off';
  const choices: Choice[] = [
    {
      label: '$(package) Embedded Postgres',
      description: `${embeddedOff ? 'switched off by pgreview.database' : 'schema from the migrations of this folder'}${chosen === null ? ' · current' : ''}`,
      choose: () => connections.choose(null),
    },
  ];
  if (workspace.isTrusted) {
    const saved = connections.list();
    if (saved.length > 0) choices.push({ label: 'Saved connections', kind: QuickPickItemKind.Separator });
    for (const connection of saved)
      choices.push({
        label: `$(database) ${connection.name}`,
        description: `${describeUrl(connection.url)}${connection.name === chosen?.name ? ' · current' : ''}`,
        choose: () => connections.choose(connection),
      });
    const found = await connections.find();
    if (found.length > 0) choices.push({ label: 'Named by files', kind: QuickPickItemKind.Separator });
    for (const connection of found)
      choices.push({
        label: `$(file) ${connection.name}`,
        description: `${describeUrl(connection.url)}${connection.name === chosen?.name ? ' · current' : ''}`,
        choose: () => connections.choose(connection),
      });
    choices.push({ label: '', kind: QuickPickItemKind.Separator });
    choices.push({
      label: '$(add) Add Connection…',
      choose: async () => {
        await addConnection(connections, client);
      },
    });
  }
  const choice = await window.showQuickPick(choices, {
    title: 'Where Explain Runs',
    placeHolder: workspace.isTrusted
      ? 'Choose a database'
      : 'Saved connections can be used once this workspace is trusted',
  });
  await choice?.choose?.();
}

export async function removeConnection(connections: Connections): Promise<void> {
  if (!trusted()) return;
  const saved = connections.list();
  if (saved.length === 0) {
    void window.showInformationMessage('There is no saved connection to remove.');
    return;
  }
  const choice = await window.showQuickPick(
    saved.map((connection) => ({ label: connection.name, description: describeUrl(connection.url), connection })),
    { title: 'Remove Connection', placeHolder: 'The connection and its password are forgotten' },
  );
  if (choice) await connections.remove(choice.connection);
}

/** URL, password, try; again with what was typed until it works, is saved as it is, or given up. */
async function editConnection(
  connections: Connections,
  client: LanguageClient,
  start: Connection,
): Promise<Connection | undefined> {
  let written = start.url;
  let password: string | null = null;
  for (let ask: 'url' | 'password' = 'url'; ; ) {
    if (ask === 'url') {
      const answer = await askUrl(start.name, written);
      if (answer === undefined) return undefined;
      const split = splitPassword(answer);
      written = split.url;
      if (split.password !== null) password = split.password;
      else {
        const typed = await askPassword(start.name, written);
        if (typed === undefined) return undefined;
        password = typed === '' ? null : typed;
      }
    } else {
      const typed = await askPassword(start.name, written);
      if (typed === undefined) return undefined;
      password = typed === '' ? null : typed;
    }
    const connection = { name: start.name, url: written };
    const tried = await tryConnection(client, connection, password);
    if (tried === 'cancelled') return undefined;
    if ('version' in tried) {
      await connections.save(connection, password);
      await connections.choose(connection);
      void window.showInformationMessage(`Connected to ${connection.name}: PostgreSQL ${tried.version}.`);
      return connection;
    }
    const changes = ['Change URL', 'Change Password'];
    // The likely mend first: it is the button that Enter presses.
    if (/password|authentication/i.test(tried.problem)) changes.reverse();
    const mend = await window.showErrorMessage(
      `${connection.name} could not be reached`,
      { modal: true, detail: tried.problem },
      ...changes,
      'Save Anyway',
    );
    if (mend === 'Save Anyway') {
      await connections.save(connection, password);
      await connections.choose(connection);
      return connection;
    }
    if (mend === undefined) return undefined;
    ask = mend === 'Change URL' ? 'url' : 'password';
  }
}

async function askName(connections: Connections): Promise<string | undefined> {
  const taken = new Set(connections.list().map(({ name }) => name));
  const name = await window.showInputBox({
    title: 'Add Connection (1/3): Name',
    prompt: 'How the connection is called in lists and in the status bar',
    placeHolder: 'staging',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return 'Write a name.';
      return taken.has(text.trim()) ? `There is a connection called ${text.trim()} already.` : null;
    },
  });
  return name?.trim();
}

async function askUrl(name: string, value: string): Promise<string | undefined> {
  const url = await window.showInputBox({
    title: `Add Connection (2/3): URL of ${name}`,
    prompt: 'The password is asked for next and kept in the secret storage',
    placeHolder: 'postgresql://user@host:5432/database',
    value,
    ignoreFocusOut: true,
    validateInput: connectionUrlProblem,
  });
  return url?.trim();
}

async function askPassword(name: string, url: string): Promise<string | undefined> {
  return window.showInputBox({
    title: `Add Connection (3/3): Password of ${name}`,
    prompt: `For ${describeUrl(url)}; leave empty if none is needed`,
    password: true,
    ignoreFocusOut: true,
  });
}

type Tried = { version: string } | { problem: string } | 'cancelled';

async function tryConnection(client: LanguageClient, connection: Connection, password: string | null): Promise<Tried> {
  return window.withProgress<Tried>(
    { location: ProgressLocation.Notification, title: `Connecting to ${connection.name} …`, cancellable: true },
    async (_progress, token) => {
      try {
        const target = { kind: 'connection', ...connection, ...(password === null ? {} : { password }) };
        return { version: await client.sendRequest<string>(testConnectionRequest, target, token) };
      } catch (error) {
        if (token.isCancellationRequested) return 'cancelled';
        return { problem: requestErrorMessage(error) };
      }
    },
  );
}

function trusted(): boolean {
  if (workspace.isTrusted) return true;
  void window.showWarningMessage(
    'pgreview opens connections only in a trusted workspace. Run “Workspaces: Manage Workspace Trust” to trust it.',
  );
  return false;
}
