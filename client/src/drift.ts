// Drift: what a database has against what a migration history makes, as a list and as two texts side by side.
import { commands, type Disposable, EventEmitter, ProgressLocation, Uri, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type DriftResult, driftRequest, type HistoryInfo, type MigrationInfo } from '../../server/src/protocol.ts';
import { addConnection } from './connectionCommands.ts';
import type { Connection, Connections } from './connections.ts';
import { describeUrl } from './connectionUrl.ts';
import { requestErrorMessage } from './requestError.ts';

export interface Drift {
  /** The connection's name. */
  readonly connection: string;
  /** The last migration that was counted; null for all. */
  readonly upTo: MigrationInfo | null;
  readonly result: DriftResult;
}

const scheme = 'pgreview-drift';

/** What was found last, by the key of the history. */
export class Drifts implements Disposable {
  private readonly client: LanguageClient;
  private readonly connections: Connections;
  private readonly found = new Map<string, Drift>();
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly textChanged = new EventEmitter<Uri>();
  private readonly registration: Disposable;

  constructor(client: LanguageClient, connections: Connections) {
    this.client = client;
    this.connections = connections;
    this.registration = workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.textChanged.event,
      provideTextDocumentContent: (uri) => {
        const { history, side } = JSON.parse(uri.query) as { history: string; side: 'files' | 'database' };
        return this.found.get(history)?.result[side] ?? '';
      },
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
    this.textChanged.dispose();
  }

  of(history: HistoryInfo): Drift | undefined {
    return this.found.get(history.key);
  }

  /** @param upTo the last migration that the database is meant to have run; null for all */
  async check(history: HistoryInfo, upTo: MigrationInfo | null): Promise<void> {
    if (!workspace.isTrusted) {
      void window.showWarningMessage('pgreview opens connections only in a trusted workspace.');
      return;
    }
    const connection = await this.pickConnection();
    if (!connection) return;
    const target = await this.connections.target(connection);
    await window.withProgress(
      { location: ProgressLocation.Notification, title: `Comparing with ${connection.name} …`, cancellable: true },
      async (_progress, token) => {
        try {
          const params = { history: history.key, target, ...(upTo ? { upTo: upTo.uri } : {}) };
          const result = await this.client.sendRequest<DriftResult>(driftRequest, params, token);
          this.found.set(history.key, { connection: connection.name, upTo, result });
          this.changed.fire();
          for (const side of ['files', 'database'] as const) this.textChanged.fire(driftUri(history, side));
          const { length } = result.differences;
          const what = length === 0 ? 'no differences were found' : `${length} difference${length === 1 ? '' : 's'}`;
          void this.tell(`${history.tool} and ${connection.name}: ${what}.`, length === 0 ? null : history);
        } catch (error) {
          if (!token.isCancellationRequested) void window.showErrorMessage(requestErrorMessage(error));
        }
      },
    );
  }

  /** A saved one: the embedded Postgres is made from the very files. */
  private async pickConnection(): Promise<Connection | undefined> {
    const saved = this.connections.list();
    if (saved.length === 0) return addConnection(this.connections, this.client);
    const current = this.connections.chosen()?.name;
    const items = saved.map((connection) => ({
      label: connection.name,
      description: describeUrl(connection.url),
      connection,
    }));
    items.sort((a, b) => Number(b.label === current) - Number(a.label === current));
    const picked = await window.showQuickPick(items, {
      title: 'Compare with a Database',
      placeHolder: 'Its schema is only read',
    });
    return picked?.connection;
  }

  private async tell(message: string, history: HistoryInfo | null): Promise<void> {
    const choice = await window.showInformationMessage(message, ...(history ? ['Show Differences'] : []));
    if (choice && history) await this.show(history);
  }

  /** The tables that differ: left as the files make them, right as the database has them. */
  async show(history: HistoryInfo): Promise<void> {
    const drift = this.of(history);
    if (!drift) return;
    await commands.executeCommand(
      'vscode.diff',
      driftUri(history, 'files'),
      driftUri(history, 'database'),
      `${drift.upTo?.name ?? history.tool} ↔ ${drift.connection}`,
    );
  }
}

const driftUri = (history: HistoryInfo, side: 'files' | 'database'): Uri =>
  Uri.from({
    scheme,
    path: side === 'files' ? '/from the migrations.sql' : '/in the database.sql',
    query: JSON.stringify({ history: history.key, side }),
  });
