// The plan panel's host: one webview beside the editor, re-used for every plan, that survives a window reload.
import { randomBytes } from 'node:crypto';
import {
  commands,
  type Disposable,
  type ExtensionContext,
  env,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageserver-types';
import type { PlanReport } from '../../server/src/protocol.ts';
import { moveRange, nearestOccurrence } from './moveRange.ts';
import { panelHtml } from './panelHtml.ts';
import type { FromPanel, ShownPlan, ToPanel } from './panelMessages.ts';
import { select, toRange } from './revealRange.ts';

const viewType = 'pgreview.plan';

export class ExplainPanel implements Disposable {
  private readonly resources: Uri;
  private readonly serializer: Disposable;
  private panel: WebviewPanel | null = null;
  private plan: ShownPlan | null = null;

  constructor(context: ExtensionContext) {
    this.resources = Uri.joinPath(context.extensionUri, 'dist', 'panel');
    this.serializer = window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        if (!isShownPlan(state)) {
          panel.dispose();
          return;
        }
        this.plan = state;
        this.adopt(panel);
      },
    });
  }

  dispose(): void {
    this.serializer.dispose();
    this.panel?.dispose();
  }

  /** Shows a plan beside the editor; `sourceText` is the file's text at `report.source.range`. */
  show(report: PlanReport, sourceText: string): void {
    this.plan = { id: randomBytes(8).toString('hex'), report, sourceText };
    if (this.panel === null) {
      const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
      this.adopt(window.createWebviewPanel(viewType, 'Plan', column, { enableFindWidget: true }));
    } else {
      this.panel.title = title(report);
      this.panel.reveal(undefined, true);
      this.post({ type: 'show', plan: this.plan });
    }
  }

  private adopt(panel: WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.resources] };
    if (this.plan !== null) panel.title = title(this.plan.report);
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = null;
    });
    panel.webview.onDidReceiveMessage((message: FromPanel) => this.receive(message));
    panel.webview.html = this.html(panel);
  }

  private post(message: ToPanel): void {
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: FromPanel): Promise<void> {
    if (this.plan === null) return;
    switch (message.type) {
      case 'ready':
        this.post({ type: 'show', plan: this.plan });
        break;
      case 'reveal':
        await this.reveal(message.range, message.preserveFocus);
        break;
      case 'copy':
        await env.clipboard.writeText(message.text);
        window.setStatusBarMessage(`Copied ${message.what}`, 2000);
        break;
      case 'rerun': {
        const range = await this.currentRange(this.plan.report.source.range);
        if (range === null) return;
        const command = message.analyze ? 'pgreview.explainAnalyze' : 'pgreview.explain';
        await commands.executeCommand(command, this.plan.report.source.uri, range);
        break;
      }
    }
  }

  private async reveal(range: ProtocolRange, preserveFocus: boolean): Promise<void> {
    const current = await this.currentRange(range);
    if (current === null || this.plan === null) return;
    await select(Uri.parse(this.plan.report.source.uri), toRange(current), preserveFocus);
  }

  /** Where `range` of the explained file is now; null (and a word to the user) when the query is gone or was changed. */
  private async currentRange(range: ProtocolRange): Promise<ProtocolRange | null> {
    if (this.plan === null) return null;
    const { report, sourceText } = this.plan;
    try {
      const document = await workspace.openTextDocument(Uri.parse(report.source.uri));
      const from = report.source.range.start;
      const near = document.offsetAt(toRange(report.source.range).start);
      const found = nearestOccurrence(document.getText(), sourceText, near);
      if (found !== -1) return moveRange(range, from, document.positionAt(found));
      window.setStatusBarMessage('The query has changed since it was explained: explain it again.', 5000);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void window.showWarningMessage(`The explained file cannot be opened: ${reason}`);
    }
    return null;
  }

  private html({ webview }: WebviewPanel): string {
    return panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: webview.asWebviewUri(Uri.joinPath(this.resources, 'panel.js')).toString(),
      style: webview.asWebviewUri(Uri.joinPath(this.resources, 'panel.css')).toString(),
    });
  }
}

function title(report: PlanReport): string {
  const oneLine = report.source.sql.trim().replace(/\s+/g, ' ');
  const short = oneLine.length > 40 ? `${oneLine.slice(0, 39)}…` : oneLine;
  return `${report.analyzed ? 'Analyzed' : 'Plan'}: ${short}`;
}

/** What an older version of the panel saved may have another shape; then there is nothing to restore. */
function isShownPlan(state: unknown): state is ShownPlan {
  if (typeof state !== 'object' || state === null) return false;
  const { id, report, sourceText } = state as Partial<ShownPlan>;
  return typeof id === 'string' && typeof sourceText === 'string' && Array.isArray(report?.nodes);
}
