// The view “Migrations”: every history that was found, its migrations in the order in which they run, and their findings.
import {
  commands,
  type Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type FindingCounts,
  type HistoryInfo,
  historiesChanged,
  historiesRequest,
  type MigrationInfo,
  migrationFindingsRequest,
  rescanRequest,
} from '../../server/src/protocol.ts';

export interface HistoryNode {
  readonly kind: 'history';
  readonly history: HistoryInfo;
}

export interface MigrationNode {
  readonly kind: 'migration';
  readonly history: HistoryInfo;
  readonly index: number;
  readonly migration: MigrationInfo;
}

export type HistoryTreeNode = HistoryNode | MigrationNode;

/** So many migrations are asked for at once: the first counts appear before all are reviewed. */
const batch = 25;

export class MigrationsView implements TreeDataProvider<HistoryTreeNode>, Disposable {
  private readonly client: LanguageClient;
  private readonly changed = new EventEmitter<HistoryTreeNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscription: Disposable;
  private histories: readonly HistoryInfo[] = [];
  /** By URI; null where a file is not reviewed. */
  private counts = new Map<string, FindingCounts | null>();
  /** Counts the changes: answers that belong to an older state are dropped. */
  private state = 0;

  constructor(client: LanguageClient) {
    this.client = client;
    this.subscription = client.onNotification(historiesChanged, () => this.refresh());
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  refresh(): void {
    this.state++;
    this.changed.fire(undefined);
  }

  async lookAgain(): Promise<void> {
    if (this.client.isRunning()) await this.client.sendRequest(rescanRequest);
    this.refresh();
  }

  async getChildren(node?: HistoryTreeNode): Promise<HistoryTreeNode[]> {
    if (!node) {
      if (!this.client.isRunning()) return [];
      this.histories = await this.client.sendRequest<HistoryInfo[]>(historiesRequest).catch(() => this.histories);
      // only now “none was found” is true
      void commands.executeCommand('setContext', 'pgreview.historiesRead', true);
      return this.histories.map((history): HistoryNode => ({ kind: 'history', history }));
    }
    if (node.kind === 'migration') return [];
    const nodes = migrationNodes(node.history);
    void this.countFindings(nodes);
    return nodes;
  }

  getParent(node: HistoryTreeNode): HistoryTreeNode | undefined {
    return node.kind === 'migration' ? { kind: 'history', history: node.history } : undefined;
  }

  getTreeItem(node: HistoryTreeNode): TreeItem {
    return node.kind === 'history' ? historyItem(node.history) : this.migrationItem(node);
  }

  /** The migration of that file; undefined when it belongs to no history. */
  async nodeOf(uri: Uri): Promise<MigrationNode | undefined> {
    if (this.histories.length === 0) await this.getChildren();
    const text = uri.toString();
    return this.histories.flatMap(migrationNodes).find(({ migration }) => Uri.parse(migration.uri).toString() === text);
  }

  /** The latest first: those are the ones that somebody works on. */
  private async countFindings(nodes: readonly MigrationNode[]): Promise<void> {
    const { state } = this;
    const left = [...nodes].reverse();
    while (left.length > 0 && state === this.state) {
      const some = left.splice(0, batch);
      const uris = some.map(({ migration }) => migration.uri);
      const counts = await this.client
        .sendRequest<(FindingCounts | null)[]>(migrationFindingsRequest, { uris })
        .catch(() => null);
      if (!counts || state !== this.state) return;
      for (const [i, node] of some.entries()) {
        const found = counts[i] ?? null;
        const { uri } = node.migration;
        if (JSON.stringify(this.counts.get(uri)) === JSON.stringify(found)) continue;
        this.counts.set(uri, found);
        this.changed.fire(node);
      }
    }
  }

  private migrationItem(node: MigrationNode): TreeItem {
    const { migration, history, index } = node;
    const uri = Uri.parse(migration.uri);
    const counts = this.counts.get(migration.uri);
    const item = new TreeItem(migration.name, TreeItemCollapsibleState.None);
    item.id = `${history.key} ${migration.uri}`;
    item.contextValue = index < history.migrations.length - 1 ? 'migration' : 'lastMigration';
    item.iconPath = iconOf(counts);
    const said = counts ? findingWords(counts) : counts === null ? 'not reviewed' : '';
    const back = migration.backward === null ? '' : migration.backward ? '↩' : 'no way back';
    item.description = [said, back].filter(Boolean).join(' · ');
    const backWords =
      migration.backward === null ? [] : [migration.backward ? 'can be undone' : 'has no backward part'];
    item.tooltip = [
      `${workspace.asRelativePath(uri)}: migration ${index + 1} of ${history.migrations.length}`,
      counts ? (said === '' ? 'no findings' : said) : said,
      ...backWords,
    ]
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = {
      label: [
        migration.name,
        `${index + 1} of ${history.migrations.length}`,
        counts && said === '' ? 'no findings' : said,
        ...backWords,
      ]
        .filter(Boolean)
        .join(', '),
    };
    item.command = { command: 'vscode.open', title: 'Open Migration', arguments: [uri] };
    return item;
  }
}

const migrationNodes = (history: HistoryInfo): MigrationNode[] =>
  history.migrations.map((migration, index) => ({ kind: 'migration', history, index, migration }));

function historyItem(history: HistoryInfo): TreeItem {
  const folder = workspace.asRelativePath(Uri.parse(history.folder));
  const item = new TreeItem(history.tool, TreeItemCollapsibleState.Collapsed);
  const { length } = history.migrations;
  const many = `${length} migration${length === 1 ? '' : 's'}`;
  item.id = history.key;
  item.contextValue = 'history';
  item.description = `${folder} · ${length}`;
  item.tooltip = `${history.tool}: ${many} in ${folder}`;
  item.accessibilityInformation = { label: `${history.tool} history, ${many}, in ${folder}` };
  item.iconPath = new ThemeIcon('history');
  return item;
}

function iconOf(counts: FindingCounts | null | undefined): ThemeIcon {
  if (!counts) return new ThemeIcon('circle-outline');
  if (counts.error > 0) return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
  if (counts.warning > 0) return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  return counts.information > 0 ? new ThemeIcon('info') : new ThemeIcon('pass');
}

/** `2 errors, 1 warning`; hints are not worth the room. */
export function findingWords({ error, warning, information }: FindingCounts): string {
  const words = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  return [...words(error, 'error'), ...words(warning, 'warning'), ...words(information, 'note')].join(', ');
}
