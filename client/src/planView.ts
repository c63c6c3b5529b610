// A plan in a webview: fills it, and does what is asked for in it. The panel beside the editor and the editor of plan files are one.
import { randomBytes } from 'node:crypto';
import { commands, Disposable, env, Uri, type WebviewPanel, window, workspace } from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageserver-types';
import { proofOf } from '../../server/src/explain/shown/trial.ts';
import type { IndexProposal, IndexTrial, PlanReport } from '../../server/src/protocol.ts';
import { followCursor } from './cursorMarks.ts';
import { type ExplainedText, startNow } from './explainedText.ts';
import { moveRange } from './moveRange.ts';
import { panelHtml } from './panelHtml.ts';
import type { EarlierPlan, FromPanel, ShownPlan, ToPanel } from './panelMessages.ts';
import { select, toRange } from './revealRange.ts';
import { chooseForm, saveContent } from './savePlan.ts';

/** A plan that is shown for the first time. Without a text it belongs to no file. */
export const shownPlan = (
  report: PlanReport,
  { sourceText, textAfter }: ExplainedText = { sourceText: '' },
): ShownPlan => ({
  id: randomBytes(8).toString('hex'),
  report,
  sourceText,
  ...(textAfter === undefined ? {} : { textAfter }),
});

/** An index that was tried, and the plan with it. */
export interface TriedIndex {
  readonly trial: IndexTrial;
  readonly report: PlanReport;
}

/**
 * Null when it was not tried, or could not be (and that was said).
 * @param really make it, though a server could tell without
 */
export type TryIndex = (
  report: PlanReport,
  range: ProtocolRange,
  index: IndexProposal,
  really: boolean,
) => Promise<TriedIndex | null>;

/** Null when none was chosen. */
export type ChooseEarlier = (report: PlanReport) => Promise<EarlierPlan | null>;

/** What is asked for in a plan and done elsewhere. */
export interface PlanServices {
  readonly tryIndex: TryIndex;
  /** Writes an index that a plan of that file proposes as a migration. */
  readonly writeIndex: (uri: string, index: IndexProposal) => Promise<void>;
  readonly chooseEarlier: ChooseEarlier;
}

const none: PlanServices = { tryIndex: async () => null, writeIndex: async () => {}, chooseEarlier: async () => null };

const open = new Set<PlanView>();

/** The one that has the keyboard. */
export const activePlanView = (): PlanView | undefined => [...open].find(({ isActive }) => isActive);

export class PlanView implements Disposable {
  private readonly panel: WebviewPanel;
  private readonly listener: Disposable;
  private readonly services: PlanServices;
  private plan: ShownPlan;
  /** What is to be done as soon as the panel's script runs. */
  private onReady: (() => void) | null = null;
  private isReady = false;

  /** @param resources the folder with the panel's script and style sheet */
  constructor(panel: WebviewPanel, resources: Uri, plan: ShownPlan, services: PlanServices = none) {
    this.panel = panel;
    this.plan = plan;
    this.services = services;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [resources] };
    this.listener = Disposable.from(
      webview.onDidReceiveMessage((message: FromPanel) => this.receive(message)),
      followCursor(
        () => this.plan,
        (nodes) => this.post({ type: 'mark', nodes }),
      ),
    );
    open.add(this);
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: webview.asWebviewUri(Uri.joinPath(resources, 'panel.js')).toString(),
      style: webview.asWebviewUri(Uri.joinPath(resources, 'panel.css')).toString(),
    });
  }

  dispose(): void {
    open.delete(this);
    this.listener.dispose();
  }

  get shownId(): string {
    return this.plan.id;
  }

  /** Goes to the node of a finding of the plan; or tries the finding's index as well. */
  toFinding(place: number, what: 'show' | 'tryIndex'): void {
    const finding = this.plan.report.findings[place];
    if (!finding) return;
    const go = (): void => this.post({ type: 'goTo', node: finding.node });
    // the script of a hidden panel begins anew when it is shown
    if (this.isReady && this.panel.visible) go();
    else this.onReady = go;
    if (what === 'tryIndex') void this.tried(place);
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  /** Asks in which form, and where to. */
  async save(): Promise<void> {
    const choice = await chooseForm();
    if (choice) this.post({ type: 'export', ...choice });
  }

  show(plan: ShownPlan): void {
    this.plan = plan;
    this.post({ type: 'show', plan });
  }

  private post(message: ToPanel): void {
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: FromPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        this.show(this.plan);
        this.onReady?.();
        this.onReady = null;
        break;
      case 'reveal':
        await this.reveal(message.range, message.preserveFocus);
        break;
      case 'copy':
        await env.clipboard.writeText(message.text);
        window.setStatusBarMessage(`Copied ${message.what}`, 2000);
        break;
      case 'save':
        await saveContent(message.format, message.content, this.plan.report);
        break;
      case 'open':
        await commands.executeCommand('pgreview.openPlan', { text: message.text });
        break;
      case 'openFile':
        await commands.executeCommand('pgreview.openPlan', { uri: message.uri });
        break;
      case 'compare':
        await this.compare(message.stop);
        break;
      case 'tryIndex':
        await this.tried(message.finding);
        break;
      case 'showTrial':
        this.showTrial(message.finding);
        break;
      case 'writeIndex': {
        const { source, findings } = this.plan.report;
        const index = findings[message.finding]?.index;
        if (source && index) await this.services.writeIndex(source.uri, index);
        break;
      }
      case 'rerun': {
        const { source, options } = this.plan.report;
        const range = source && (await this.currentRange(source.range));
        if (!range) return;
        await commands.executeCommand(
          message.analyze ? 'pgreview.explainAnalyze' : 'pgreview.explain',
          source.uri,
          range,
          options,
        );
        break;
      }
    }
  }

  private async compare(stop: boolean): Promise<void> {
    const { plan } = this;
    const { earlier: _, ...alone } = plan;
    if (stop) this.show(plan.withoutIndex ?? alone);
    else {
      const earlier = await this.services.chooseEarlier(plan.report);
      if (earlier && this.plan.id === plan.id) this.show({ ...this.plan, earlier });
    }
  }

  private async tried(place: number): Promise<void> {
    const { plan } = this;
    const { source, findings } = plan.report;
    const finding = findings[place];
    const range = source && (await this.currentRange(source.range));
    if (!finding?.index || !range) return;
    const really = finding.trial?.how === 'hypothetical';
    const tried = await this.services.tryIndex(plan.report, range, finding.index, really);
    // another plan may have been shown meanwhile
    if (this.plan.id !== plan.id) return;
    if (!tried) {
      // its button works again
      this.show(this.plan);
      return;
    }
    const { trial, report } = tried;
    const changed = this.plan.report.findings.map((each, i) =>
      i === place ? { ...each, trial, proof: proofOf(trial) } : each,
    );
    const trials = { ...this.plan.trials, [place]: report };
    this.show({ ...this.plan, report: { ...this.plan.report, findings: changed }, trials });
  }

  private showTrial(place: number): void {
    const { plan } = this;
    const report = plan.trials?.[place];
    const finding = plan.report.findings[place];
    if (!report || !finding) return;
    const shown = shownPlan({ ...report, findings: [] }, plan);
    this.show({
      ...shown,
      earlier: { label: 'the statement without the index', report: plan.report },
      withoutIndex: plan,
    });
  }

  private async reveal(range: ProtocolRange, preserveFocus: boolean): Promise<void> {
    const { source } = this.plan.report;
    const current = await this.currentRange(range);
    if (current && source) await select(Uri.parse(source.uri), toRange(current), preserveFocus);
  }

  /** Where `range` of the explained file is now; null (and a word to the user) when the query is gone or was changed. */
  private async currentRange(range: ProtocolRange): Promise<ProtocolRange | null> {
    const { source } = this.plan.report;
    if (!source) return null;
    try {
      const document = await workspace.openTextDocument(Uri.parse(source.uri));
      const begins = startNow(document, this.plan);
      if (begins) return moveRange(range, source.range.start, begins);
      window.setStatusBarMessage('The query has changed since it was explained: explain it again.', 5000);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void window.showWarningMessage(`The explained file cannot be opened: ${reason}`);
    }
    return null;
  }
}
