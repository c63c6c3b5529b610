/** The documents that the editor has open. Their edits reach the workspace through them. */
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import { sourceFor } from '../sources/index.ts';
import { type LineDocument, SourceDocument, Text } from '../text/text.ts';
import type { Workspace } from '../workspace.ts';

export class OpenDocuments {
  readonly #workspace: Workspace;
  readonly #documents = new Map<string, SourceDocument>();
  /** Offset of each document's last edit. */
  readonly #lastEdits = new Map<string, number>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Nothing happens for a file of a kind that is not read. */
  open(uri: string, languageId: string, version: number, text: string): void {
    if (!sourceFor(uri, languageId)) return;
    const document = new SourceDocument(uri, version, Text.of(text));
    this.#documents.set(uri, document);
    this.#workspace.open(uri, languageId, document.text);
  }

  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    const document = this.#documents.get(uri);
    if (!document) return;
    for (const change of changes) {
      const text = this.#workspace.get(uri)?.text ?? document.text;
      const whole = !('range' in change);
      const from = whole ? 0 : text.offsetAt(change.range.start);
      const to = whole ? text.length : text.offsetAt(change.range.end);
      // a range given backwards means the same characters
      this.#lastEdits.set(uri, Math.min(from, to));
      this.#workspace.change(uri, { from: Math.min(from, to), to: Math.max(from, to), inserted: change.text });
    }
    this.#documents.set(uri, new SourceDocument(uri, version, this.#workspace.get(uri)?.text ?? document.text));
  }

  close(uri: string): void {
    this.#documents.delete(uri);
    this.#lastEdits.delete(uri);
    this.#workspace.close(uri);
  }

  get(uri: string): SourceDocument | undefined {
    return this.#documents.get(uri);
  }

  /** Of a file that is not open too, where its text is known. */
  orFile(uri: string): LineDocument | null {
    const file = this.#workspace.get(uri);
    const open = this.#documents.get(uri) ?? (file ? new SourceDocument(uri, 0, file.text) : null);
    const prisma = open ? null : this.#workspace.prismaText(uri);
    return prisma === null ? open : new SourceDocument(uri, 0, Text.of(prisma));
  }

  /** UTF-16 offset; undefined before the first edit. */
  lastEdit(uri: string): number | undefined {
    return this.#lastEdits.get(uri);
  }

  uris(): string[] {
    return [...this.#documents.keys()];
  }
}
