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
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type DriftDifference,
  type FindingCounts,
  type HistoryInfo,
  historiesChanged,
  historiesRequest,
  type MigrationInfo,
  migrationFindingsRequest,
  rescanRequest,
} from '../../server/src/protocol.ts';
import type { Drift, Drifts } from './drift.ts';

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

/** What a database has otherwise than the history makes it, when that was asked for. */
export interface DriftNode {
  readonly kind: 'drift';
  readonly history: HistoryInfo;
  readonly drift: Drift;
}

export interface DifferenceNode {
  readonly kind: 'difference';
  readonly history: HistoryInfo;
  readonly difference: DriftDifference;
}

export type HistoryTreeNode = HistoryNode | MigrationNode | DriftNode | DifferenceNode;

/** So many migrations are asked for at once: the first counts appear before all are reviewed. */
const batch = 25;

export class MigrationsView implements TreeDataProvider<HistoryTreeNode>, Disposable {
  private readonly client: LanguageClient;
  private readonly changed = new EventEmitter<HistoryTreeNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly drifts: Drifts;
  private readonly subscriptions: readonly Disposable[];
  private histories: readonly HistoryInfo[] = [];
  /** By URI; null where a file is not reviewed. */
  private counts = new Map<string, FindingCounts | null>();
  /** Counts the changes: answers that belong to an older state are dropped. */
  private state = 0;

  constructor(client: LanguageClient, drifts: Drifts) {
    this.client = client;
    this.drifts = drifts;
    this.subscriptions = [
      client.onNotification(historiesChanged, () => this.refresh()),
      drifts.onDidChange(() => this.refresh()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
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
    const { history } = node;
    if (node.kind === 'drift')
      return node.drift.result.differences.map(
        (difference): DifferenceNode => ({ kind: 'difference', history, difference }),
      );
    if (node.kind !== 'history') return [];
    const nodes = migrationNodes(history);
    void this.countFindings(nodes);
    const drift = this.drifts.of(history);
    return drift ? [{ kind: 'drift', history, drift }, ...nodes] : nodes;
  }

  getParent(node: HistoryTreeNode): HistoryTreeNode | undefined {
    if (node.kind === 'history') return undefined;
    const drift = node.kind === 'difference' ? this.drifts.of(node.history) : undefined;
    return drift ? { kind: 'drift', history: node.history, drift } : { kind: 'history', history: node.history };
  }

  getTreeItem(node: HistoryTreeNode): TreeItem {
    switch (node.kind) {
      case 'history':
        return historyItem(node.history);
      case 'migration':
        return this.migrationItem(node);
      case 'drift':
        return driftItem(node);
      case 'difference':
        return differenceItem(node);
    }
  }

  async pickHistory(): Promise<HistoryInfo | undefined> {
    if (this.histories.length === 0) await this.getChildren();
    if (this.histories.length === 0) void window.showInformationMessage('No migrations were found in this workspace.');
    if (this.histories.length <= 1) return this.histories[0];
    const items = this.histories.map((history) => ({
      label: history.tool,
      description: workspace.asRelativePath(Uri.parse(history.folder)),
      history,
    }));
    return (await window.showQuickPick(items, { placeHolder: 'Which migrations?' }))?.history;
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
    const item = new TreeItem(
      // en spaces are about as wide as the lines, and none of them is left out
      [migration.lanes.replaceAll(' ', '\u2002'), migration.name].filter(Boolean).join('\u2002'),
      TreeItemCollapsibleState.None,
    );
    item.id = `${history.key} ${migration.uri}`;
    item.contextValue = index < history.migrations.length - 1 ? 'migration' : 'lastMigration';
    item.iconPath = iconOf(counts);
    const said = counts ? findingWords(counts) : counts === null ? 'not reviewed' : '';
    const back = migration.backward === null ? '' : migration.backward ? '↩' : 'no way back';
    item.description = [...migration.notes, said, back].filter(Boolean).join(' · ');
    const backWords =
      migration.backward === null ? [] : [migration.backward ? 'can be undone' : 'has no backward part'];
    item.tooltip = [
      `${workspace.asRelativePath(uri)}: migration ${index + 1} of ${history.migrations.length}`,
      ...migration.notes,
      counts ? (said === '' ? 'no findings' : said) : said,
      ...backWords,
    ]
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = {
      label: [
        migration.name,
        `${index + 1} of ${history.migrations.length}`,
        ...migration.notes,
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

function driftItem({ history, drift }: DriftNode): TreeItem {
  const { length } = drift.result.differences;
  const item = new TreeItem(
    `Drift: ${drift.connection}`,
    length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded,
  );
  item.id = `${history.key} drift`;
  item.contextValue = length === 0 ? 'noDrift' : 'drift';
  const after = drift.upTo ? `after ${drift.upTo.name} · ` : '';
  item.description = `${after}${length === 0 ? 'no differences' : length}`;
  const words = length === 0 ? 'no differences were found' : `${length} difference${length === 1 ? '' : 's'}`;
  item.tooltip = `${drift.connection} against what these migrations make${drift.upTo ? ` up to ${drift.upTo.name}` : ''}: ${words}`;
  item.accessibilityInformation = { label: `Drift of ${drift.connection}: ${words}` };
  item.iconPath = new ThemeIcon(length === 0 ? 'pass' : 'git-compare');
  return item;
}

const differenceIcons = { missing: 'diff-removed', extra: 'diff-added', different: 'diff-modified' } as const;

function differenceItem({ history, difference }: DifferenceNode): TreeItem {
  const { kind, object, files, database } = difference;
  const item = new TreeItem(object, TreeItemCollapsibleState.None);
  const words =
    kind === 'missing'
      ? 'not in the database'
      : kind === 'extra'
        ? 'only in the database'
        : `migrations: ${files}; database: ${database}`;
  item.description = words;
  item.tooltip = `${object}\n${words}`;
  item.accessibilityInformation = { label: `${object}, ${words}` };
  item.iconPath = new ThemeIcon(differenceIcons[kind]);
  item.command = {
    command: 'pgreview.showDrift',
    title: 'Show Differences',
    arguments: [{ kind: 'history', history }],
  };
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
