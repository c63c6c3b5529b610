// The plan panel's host: one webview beside the editor, re-used for every plan, that survives a window reload.
import {
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
} from 'vscode';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { ExplainedText } from './explainedText.ts';
import type { ShownPlan } from './panelMessages.ts';
import { type PlanServices, PlanView, shownPlan } from './planView.ts';
import { isShownPlan } from './savedPlan.ts';

const viewType = 'pgreview.plan';

export class ExplainPanel implements Disposable {
  private readonly resources: Uri;
  private readonly serializer: Disposable;
  private panel: WebviewPanel | null = null;
  private view: PlanView | null = null;
  private readonly services: PlanServices;
  private readonly changes = new EventEmitter<ShownPlan | null>();
  /** Fires with each plan that is shown for the first time or comes back with the window; with null when the panel is closed. */
  readonly shown = this.changes.event;

  constructor(context: ExtensionContext, services: PlanServices) {
    this.services = services;
    this.resources = Uri.joinPath(context.extensionUri, 'dist', 'panel');
    this.serializer = window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        if (isShownPlan(state)) this.adopt(panel, state);
        else panel.dispose();
      },
    });
  }

  dispose(): void {
    this.serializer.dispose();
    this.panel?.dispose();
    this.changes.dispose();
  }

  /** Shows a plan beside the editor; `text` is that of the file at `report.source.range`. */
  show(report: PlanReport, text?: ExplainedText): void {
    this.reveal(shownPlan(report, text));
  }

  private reveal(plan: ShownPlan): void {
    if (this.panel === null) {
      const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
      this.adopt(window.createWebviewPanel(viewType, 'Plan', column, { enableFindWidget: true }), plan);
    } else {
      this.panel.title = title(plan.report);
      this.panel.reveal(undefined, true);
      this.view?.show(plan);
      this.changes.fire(plan);
    }
  }

  /** Goes to a finding of a plan that was shown before; or tries its index as well. */
  showFinding(plan: ShownPlan, place: number, what: 'show' | 'tryIndex'): void {
    // one that is shown still may have changed since: an index was tried
    if (this.view?.shownId === plan.id) this.panel?.reveal(undefined, true);
    else this.reveal(plan);
    this.view?.toFinding(place, what);
  }

  private adopt(panel: WebviewPanel, plan: ShownPlan): void {
    this.panel?.dispose();
    this.panel = panel;
    panel.title = title(plan.report);
    const view = new PlanView(panel, this.resources, plan, this.services);
    this.view = view;
    panel.onDidDispose(() => {
      view.dispose();
      if (this.panel !== panel) return;
      this.panel = this.view = null;
      this.changes.fire(null);
    });
    this.changes.fire(plan);
  }
}

function title(report: PlanReport): string {
  const oneLine = report.sql.trim().replace(/\s+/g, ' ');
  const short = oneLine.length > 40 ? `${oneLine.slice(0, 39)}…` : oneLine;
  const kind = report.analyzed ? 'Analyzed' : 'Plan';
  return short === '' ? kind : `${kind}: ${short}`;
}
