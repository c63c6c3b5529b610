// Plans that are there already: files that open as a plan, and text from the clipboard.
import {
  type CancellationToken,
  type CustomTextEditorProvider,
  env,
  type QuickPickItem,
  type TextDocument,
  Uri,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type PlanReport, type ReadPlanResult, readPlanRequest } from '../../server/src/protocol.ts';
import type { ExplainPanel } from './explainPanel.ts';
import { PlanView, shownPlan } from './planView.ts';

export const planEditorType = 'pgreview.planFile';

/** The editor of `.plan` and `.explain.json` files: the plan that the file holds, anew whenever the text changes. */
export class PlanFileEditor implements CustomTextEditorProvider {
  private readonly client: LanguageClient;
  private readonly resources: Uri;

  constructor(client: LanguageClient, extension: Uri) {
    this.client = client;
    this.resources = Uri.joinPath(extension, 'dist', 'panel');
  }

  async resolveCustomTextEditor(document: TextDocument, panel: WebviewPanel, token: CancellationToken): Promise<void> {
    let view: PlanView | null = null;
    const show = async (): Promise<void> => {
      const report = await readOne(this.client, document.getText());
      if (token.isCancellationRequested) return;
      if (typeof report === 'string') {
        const open = 'Open as Text';
        const answer = await window.showErrorMessage(`${document.uri.path.split('/').at(-1)}: ${report}`, open);
        if (answer === open) {
          await window.showTextDocument(document);
          panel.dispose();
        }
      } else if (report) {
        const plan = shownPlan(report);
        if (view) view.show(plan);
        else view = new PlanView(panel, this.resources, plan);
      }
    };
    const changes = workspace.onDidChangeTextDocument((change) => {
      if (change.document === document && change.contentChanges.length > 0) void show();
    });
    panel.onDidDispose(() => {
      changes.dispose();
      view?.dispose();
    });
    await show();
  }
}

/** Shows the plan on the clipboard: from psql, a log, a mail. */
export async function pastePlan(client: LanguageClient, panel: ExplainPanel): Promise<void> {
  const report = await readOne(client, await env.clipboard.readText());
  if (typeof report === 'string') void window.showErrorMessage(`The clipboard: ${report}`);
  else if (report) panel.show(report);
}

/** A log that is larger is no plan. */
const largestFile = 50_000_000;

/** What was dropped on a panel or pasted into it. */
export async function openPlan(
  client: LanguageClient,
  panel: ExplainPanel,
  dropped: { readonly text: string } | { readonly uri: string },
): Promise<void> {
  try {
    const report = await readOne(client, 'text' in dropped ? dropped.text : await textOf(Uri.parse(dropped.uri, true)));
    if (typeof report === 'string') void window.showErrorMessage(`Open as a plan: ${report}`);
    else if (report) panel.show(report);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`Open as a plan: ${reason}`);
  }
}

async function textOf(file: Uri): Promise<string> {
  const { size } = await workspace.fs.stat(file);
  if (size > largestFile) throw new Error('The file is too large to be a plan.');
  return new TextDecoder().decode(await workspace.fs.readFile(file));
}

/** Shows the plan that is selected in the editor, or the whole file's. */
export async function showSelectedPlan(client: LanguageClient, panel: ExplainPanel): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) return;
  const { document, selection } = editor;
  const report = await readOne(client, document.getText(selection.isEmpty ? undefined : selection));
  if (typeof report === 'string') void window.showErrorMessage(`Show as a plan: ${report}`);
  else if (report) panel.show(report);
}

/** @returns what is wrong in a sentence, or null when nothing was chosen */
async function readOne(client: LanguageClient, text: string): Promise<PlanReport | string | null> {
  const result = await client.sendRequest<ReadPlanResult>(readPlanRequest, { text });
  if (result.kind === 'error') return result.message;
  const [first, ...others] = result.reports;
  if (others.length === 0) return first ?? null;
  const items = result.reports.map((report, i): QuickPickItem & { report: PlanReport } => ({
    label: `Plan ${i + 1}: ${report.nodes[0]?.type ?? ''}`,
    description: report.executionMs === null ? '' : `${report.executionMs} ms`,
    detail: report.sql.trim().replace(/\s+/g, ' ').slice(0, 200),
    report,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: `${items.length} plans are in it: which one?` });
  return picked?.report ?? null;
}
