// Prisma schemas: the SQL of a model beside it, kept in step while it is typed; the name of a migration that is to be written.
import {
  type Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { ExecuteCommandSignature } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type CreatedMigration,
  createMigrationCommand,
  type ModelSqlParams,
  modelSqlRequest,
} from '../../server/src/protocol.ts';
import { requestErrorMessage } from './requestError.ts';

const scheme = 'pgreview-model';

/** So long after a key the SQL is asked for again, in milliseconds. */
const pause = 300;

export class ModelSqlDocuments implements TextDocumentContentProvider, Disposable {
  private readonly client: LanguageClient;
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  /** Those that are open. */
  private readonly shown = new Map<string, Uri>();
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: readonly Disposable[];

  constructor(client: LanguageClient) {
    this.client = client;
    this.subscriptions = [
      workspace.registerTextDocumentContentProvider(scheme, this),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.path.endsWith('.prisma')) this.refreshSoon();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.toString())),
    ];
  }

  /** @param uri of a file of the schema */
  async show(uri: string, name: string): Promise<void> {
    const params: ModelSqlParams = { uri, name };
    const document = Uri.from({ scheme, path: `/${name}.sql`, query: JSON.stringify(params) });
    await window.showTextDocument(await workspace.openTextDocument(document), {
      viewColumn: ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    this.shown.set(uri.toString(), uri);
    try {
      return await this.client.sendRequest<string>(modelSqlRequest, JSON.parse(uri.query));
    } catch (error) {
      return `-- ${requestErrorMessage(error).split('\n').join('\n-- ')}\n`;
    }
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    if (this.shown.size === 0) return;
    this.timer = setTimeout(() => {
      for (const uri of this.shown.values()) this.changed.fire(uri);
    }, pause);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

/** Asks for the new migration's name, and opens what was written. */
export async function withMigrationName(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  if (command !== createMigrationCommand) return next(command, args);
  const [uri, proposed] = args;
  const name = await window.showInputBox({
    title: 'Create the Next Migration',
    prompt: 'What does it do?',
    value: typeof proposed === 'string' ? proposed : '',
  });
  if (name === undefined) return null;
  const created = (await next(command, [uri, name])) as CreatedMigration | null;
  for (const file of created?.uris ?? []) {
    const document = await workspace.openTextDocument(Uri.parse(file));
    await document.save();
    await window.showTextDocument(document, { preview: false });
  }
  return created;
}
