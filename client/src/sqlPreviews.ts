// Previews: the SQL that a revision runs, beside it, kept in step while it is typed; the cursor of one side is shown on the other.
import {
  type Disposable,
  EventEmitter,
  Range,
  type TextDocumentContentProvider,
  type TextEditor,
  TextEditorRevealType,
  ThemeColor,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type PreviewSqlParams, type PreviewSqlResult, previewSqlRequest } from '../../server/src/protocol.ts';
import { requestErrorMessage } from './requestError.ts';
import { toRange } from './revealRange.ts';

export const previewScheme = 'pgreview-sql';

/** So long after a key the preview is asked for again, in milliseconds. */
const pause = 150;

interface Preview {
  readonly uri: Uri;
  readonly source: string;
  blocks: PreviewSqlResult['blocks'];
  timer?: NodeJS.Timeout;
}

export class SqlPreviews implements TextDocumentContentProvider, Disposable {
  private readonly client: LanguageClient;
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  /** By the URI of the preview. */
  private readonly previews = new Map<string, Preview>();
  private readonly mark = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
  });
  private readonly subscriptions: readonly Disposable[];

  constructor(client: LanguageClient) {
    this.client = client;
    this.subscriptions = [
      workspace.registerTextDocumentContentProvider(previewScheme, this),
      workspace.onDidChangeTextDocument(({ document }) => {
        this.refreshSoon(document.uri.toString());
        // new text has come: where the cursor belongs in it
        if (document.uri.scheme === previewScheme) this.follow(window.activeTextEditor);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === window.activeTextEditor) this.follow(textEditor);
      }),
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
    ];
  }

  /**
   * @param uri of a revision; the active editor's when absent
   * @param backward what undoes it instead; where the cursor is when absent
   */
  async show(uri?: string | Uri, backward?: boolean): Promise<void> {
    const editor = window.activeTextEditor;
    const source = uri === undefined ? editor?.document.uri : typeof uri === 'string' ? Uri.parse(uri) : uri;
    if (!source || (source.scheme !== 'file' && source.scheme !== 'untitled')) {
      void window.showInformationMessage('Open a migration first, then preview its SQL.');
      return;
    }
    const isBackward = backward ?? (editor?.document.uri.toString() === source.toString() && isInDowngrade(editor));
    const preview = previewUri(source, isBackward);
    await window.showTextDocument(await workspace.openTextDocument(preview), {
      viewColumn: ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
    this.follow(editor);
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const params: PreviewSqlParams = JSON.parse(uri.query);
    const preview: Preview = this.previews.get(uri.toString()) ?? {
      uri,
      source: Uri.parse(params.uri).toString(),
      blocks: [],
    };
    this.previews.set(uri.toString(), preview);
    try {
      const result = await this.client.sendRequest<PreviewSqlResult | null>(previewSqlRequest, params);
      preview.blocks = result?.blocks ?? [];
      if (result === null) return '-- This file is not open any more.\n';
      const part = params.backward ? 'downgrade()' : 'upgrade()';
      return result.text === '' ? `-- No SQL: ${part} runs none, or this file is no Alembic revision.\n` : result.text;
    } catch (error) {
      preview.blocks = [];
      return `-- ${requestErrorMessage(error).replaceAll('\n', ' ')}\n`;
    }
  }

  private refreshSoon(source: string): void {
    for (const preview of this.previews.values()) {
      if (preview.source !== source) continue;
      clearTimeout(preview.timer);
      preview.timer = setTimeout(() => this.changed.fire(preview.uri), pause);
    }
  }

  /** Marks on the other side what belongs to the cursor of this one. */
  private follow(editor: TextEditor | undefined): void {
    if (!editor) return;
    const own = editor.document.uri.toString();
    const { line } = editor.selection.active;
    for (const preview of this.previews.values()) {
      const isPreview = own === preview.uri.toString();
      if (!isPreview && own !== preview.source) continue;
      const [from, to] = isPreview ? (['preview', 'source'] as const) : (['source', 'preview'] as const);
      const other = isPreview ? preview.source : preview.uri.toString();
      const ranges = smallestAt(preview.blocks, from, line).map((block) => toRange(block[to]));
      for (const shown of window.visibleTextEditors) {
        if (shown.document.uri.toString() !== other) continue;
        shown.setDecorations(this.mark, ranges);
        const [first] = ranges;
        const last = ranges.at(-1);
        // by lines: a long one must not scroll the other side sideways
        if (first && last)
          shown.revealRange(
            new Range(first.start.line, 0, last.end.line, 0),
            TextEditorRevealType.InCenterIfOutsideViewport,
          );
      }
      editor.setDecorations(this.mark, []);
    }
  }

  private forget(uri: Uri): void {
    const preview = this.previews.get(uri.toString());
    if (!preview) return;
    clearTimeout(preview.timer);
    this.previews.delete(uri.toString());
    for (const editor of window.visibleTextEditors)
      if (editor.document.uri.toString() === preview.source) editor.setDecorations(this.mark, []);
  }

  dispose(): void {
    for (const { timer } of this.previews.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.mark.dispose();
    this.changed.dispose();
  }
}

type Block = PreviewSqlResult['blocks'][number];

/** The blocks with that line; of several those with the fewest lines: a call inside a loop, not all of the loop. */
function smallestAt(blocks: readonly Block[], side: 'source' | 'preview', line: number): Block[] {
  const there = blocks.filter((block) => block[side].start.line <= line && line <= block[side].end.line);
  const lines = (block: Block): number => block[side].end.line - block[side].start.line;
  const fewest = Math.min(...there.map(lines));
  return there.filter((block) => lines(block) === fewest);
}

function previewUri(source: Uri, backward: boolean): Uri {
  const name = source.path.slice(source.path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  const params: PreviewSqlParams = { uri: source.toString(), backward };
  return Uri.from({
    scheme: previewScheme,
    path: `/${name}.${backward ? 'downgrade' : 'upgrade'}.sql`,
    query: JSON.stringify(params),
  });
}

/** Whether the last function that begins above the cursor is `downgrade()`. */
function isInDowngrade({ document, selection }: TextEditor): boolean {
  const above = document.getText(new Range(0, 0, selection.active.line + 1, 0));
  return [...above.matchAll(/^(?:async\s+)?def\s+(\w+)/gm)].at(-1)?.[1] === 'downgrade';
}
