// Virtual documents: the schema, or one table of it, at a point of a migration history.
import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { historiesChanged, type SchemaAtParams, schemaAtRequest } from '../../server/src/protocol.ts';
import { requestErrorMessage } from './requestError.ts';

export const schemaScheme = 'pgreview-schema';

/** @param name what the editor's tab shows, without an extension */
export function schemaUri(params: SchemaAtParams, name: string): Uri {
  return Uri.from({
    scheme: schemaScheme,
    path: `/${name.replaceAll('/', '∕')}.sql`,
    query: JSON.stringify(params),
  });
}

export class SchemaDocuments implements TextDocumentContentProvider, Disposable {
  private readonly client: LanguageClient;
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  /** Those that somebody has opened. */
  private readonly shown = new Map<string, Uri>();
  private readonly subscription: Disposable;

  constructor(client: LanguageClient) {
    this.client = client;
    this.subscription = client.onNotification(historiesChanged, () => {
      for (const uri of this.shown.values()) this.changed.fire(uri);
    });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    this.shown.set(uri.toString(), uri);
    try {
      return await this.client.sendRequest<string>(schemaAtRequest, JSON.parse(uri.query));
    } catch (error) {
      return `-- ${requestErrorMessage(error).replaceAll('\n', ' ')}\n`;
    }
  }

  forget(uri: Uri): void {
    this.shown.delete(uri.toString());
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
