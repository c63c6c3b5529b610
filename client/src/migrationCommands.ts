// Commands on migrations: the schema there, what a migration changes, one table at a point, a review of all.
import { commands, Position, ProgressLocation, Range, Uri, ViewColumn, window } from 'vscode';
import { type LanguageClient, WorkDoneProgress } from 'vscode-languageclient/node';
import {
  type ReviewAllResult,
  reviewAllRequest,
  type SchemaPoint,
  type TableInfo,
  tablesAtRequest,
} from '../../server/src/protocol.ts';
import type { Drifts } from './drift.ts';
import { findingWords, type HistoryTreeNode, type MigrationNode, type MigrationsView } from './migrationsView.ts';
import { requestErrorMessage } from './requestError.ts';
import { schemaUri } from './schemaDocuments.ts';

export interface MigrationHost {
  readonly client: LanguageClient;
  readonly view: MigrationsView;
  readonly drifts: Drifts;
}

/** What a command is called on: a node of the view, a file (menus of editors), or nothing: then the active editor. */
export type Subject = HistoryTreeNode | Uri | undefined;

const isNode = (subject: unknown): subject is HistoryTreeNode =>
  typeof subject === 'object' && subject !== null && 'kind' in subject && 'history' in subject;

async function pointOf(
  host: MigrationHost,
  subject: Subject,
): Promise<{ point: SchemaPoint; name: string } | undefined> {
  if (isNode(subject)) {
    const migration = subject.kind === 'migration' ? subject.migration : subject.history.migrations.at(-1);
    return migration && { point: { uri: migration.uri, when: 'after' }, name: migration.name };
  }
  const uri = subject instanceof Uri ? subject : window.activeTextEditor?.document.uri;
  if (!uri || (uri.scheme !== 'file' && uri.scheme !== 'untitled')) {
    void window.showInformationMessage('Open a migration or another SQL file first.');
    return undefined;
  }
  const node = await host.view.nodeOf(uri);
  if (node) return { point: { uri: node.migration.uri, when: 'after' }, name: node.migration.name };
  return { point: { uri: uri.toString(), when: 'after' }, name: uri.path.slice(uri.path.lastIndexOf('/') + 1) };
}

async function migrationOf(host: MigrationHost, subject: Subject): Promise<MigrationNode | undefined> {
  if (isNode(subject) && subject.kind === 'migration') return subject;
  const uri = subject instanceof Uri ? subject : window.activeTextEditor?.document.uri;
  const node = uri && (await host.view.nodeOf(uri));
  if (!node) void window.showInformationMessage('This file belongs to no migration history that pgreview knows.');
  return node;
}

/** The whole schema behind a migration. */
export async function showSchema(host: MigrationHost, subject: Subject): Promise<void> {
  const found = await pointOf(host, subject);
  if (found) await window.showTextDocument(schemaUri(found.point, `Schema after ${found.name}`), { preview: true });
}

/** The schema before a migration against the schema behind it. */
export async function showChanges(host: MigrationHost, subject: Subject): Promise<void> {
  const node = await migrationOf(host, subject);
  if (!node) return;
  const { uri, name } = node.migration;
  await commands.executeCommand(
    'vscode.diff',
    schemaUri({ uri, when: 'before' }, `Schema before ${name}`),
    schemaUri({ uri, when: 'after' }, `Schema after ${name}`),
    `${name}: changes to the schema`,
  );
}

export async function showChangesToNext(host: MigrationHost, subject: Subject): Promise<void> {
  const node = await migrationOf(host, subject);
  const next = node?.history.migrations[node.index + 1];
  if (!node) return;
  if (!next) {
    void window.showInformationMessage(`${node.migration.name} is the last migration.`);
    return;
  }
  await commands.executeCommand(
    'vscode.diff',
    schemaUri({ uri: node.migration.uri, when: 'after' }, `Schema after ${node.migration.name}`),
    schemaUri({ uri: next.uri, when: 'after' }, `Schema after ${next.name}`),
    `${node.migration.name} → ${next.name}`,
  );
}

/** “What does this table look like here?”: the name under the cursor, or one that is picked. */
export async function showTable(host: MigrationHost, subject: Subject): Promise<void> {
  const found = await pointOf(host, subject);
  if (!found) return;
  const tables = await host.client.sendRequest<TableInfo[]>(tablesAtRequest, found.point);
  if (tables.length === 0) {
    void window.showInformationMessage(`The migrations make no table up to ${found.name}.`);
    return;
  }
  const atCursor = isNode(subject) ? undefined : tableAtCursor(tables);
  const table = atCursor ?? (await pickTable(tables, found.name));
  if (!table) return;
  const name = table.schema === 'public' ? table.name : table.key;
  await window.showTextDocument(schemaUri({ ...found.point, table: table.key }, `${name} after ${found.name}`), {
    preview: true,
    viewColumn: ViewColumn.Beside,
  });
}

function tableAtCursor(tables: readonly TableInfo[]): TableInfo | undefined {
  const editor = window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  const range =
    document.getWordRangeAtPosition(selection.active, /"[^"\n]+"|[A-Za-z_][\w$]*/) ??
    new Range(selection.active, selection.active);
  const word = document.getText(range);
  const name = word.startsWith('"') ? word.slice(1, -1) : word.toLowerCase();
  const before = document.getText(new Range(new Position(range.start.line, 0), range.start));
  const qualifier = /(?:"([^"]+)"|([A-Za-z_][\w$]*))\.$/.exec(before);
  const schema = qualifier ? (qualifier[1] ?? qualifier[2]?.toLowerCase()) : undefined;
  const found = tables.filter((t) => t.name === name && (schema === undefined || t.schema === schema));
  return found.length === 1 ? found[0] : found.find((t) => t.schema === 'public');
}

async function pickTable(tables: readonly TableInfo[], where: string): Promise<TableInfo | undefined> {
  const items = tables.map((table) => ({
    label: table.schema === 'public' ? table.name : table.key,
    description: table.kind === 'table' ? '' : table.kind,
    table,
  }));
  const picked = await window.showQuickPick(items, { title: `Table after ${where}`, placeHolder: 'Which table?' });
  return picked?.table;
}

/** Compares a history, or what it is after one of its migrations, with a database. */
export async function checkDrift(host: MigrationHost, subject: Subject): Promise<void> {
  const history = isNode(subject) ? subject.history : await host.view.pickHistory();
  if (!history) return;
  const upTo =
    isNode(subject) && subject.kind === 'migration'
      ? subject.migration
      : isNode(subject) && subject.kind === 'drift'
        ? subject.drift.upTo
        : null;
  await host.drifts.check(history, upTo);
}

export async function showDrift(host: MigrationHost, subject: Subject): Promise<void> {
  if (isNode(subject)) await host.drifts.show(subject.history);
}

/** Reviews every migration; what is found appears among the problems. */
export async function reviewAll(host: MigrationHost): Promise<void> {
  await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Reviewing migrations', cancellable: true },
    async (progress, token) => {
      const workDoneToken = `pgreview-review-all-${++reviews}`;
      let shown = 0;
      const listener = host.client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
        if (step.kind !== 'report') return;
        const { percentage = shown, message } = step;
        progress.report({ increment: percentage - shown, ...(message === undefined ? {} : { message }) });
        shown = percentage;
      });
      try {
        const result = await host.client.sendRequest<ReviewAllResult>(reviewAllRequest, { workDoneToken }, token);
        const found = findingWords(result.counts) || 'nothing found';
        void showProblems(`${result.files} migration${result.files === 1 ? '' : 's'} reviewed: ${found}.`);
      } catch (error) {
        if (!token.isCancellationRequested) void window.showErrorMessage(requestErrorMessage(error));
      } finally {
        listener.dispose();
      }
    },
  );
}

let reviews = 0;

async function showProblems(message: string): Promise<void> {
  const choice = await window.showInformationMessage(message, 'Show Problems');
  if (choice) await commands.executeCommand('workbench.actions.view.problems');
}
