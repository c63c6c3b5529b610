// Behind the tables and joins of an analysed statement: the rows that came of them and the time that they took.
import {
  type CancellationToken,
  Disposable,
  type Event,
  EventEmitter,
  InlayHint,
  type InlayHintsProvider,
  languages,
  Position,
  type Range,
  type TextDocument,
  Uri,
  workspace,
} from 'vscode';
import { actualFigures } from './actualFigures.ts';
import { startNow } from './explainedText.ts';
import { moveRange } from './moveRange.ts';
import type { ShownPlan } from './panelMessages.ts';

const setting = 'pgreview.explain.inlayHints';

/**
 * Shows the figures of the plan in the panel, until another is shown, the panel is closed or the statement's text is changed.
 *
 * @param shown fires with each new plan, with null when there is none any more
 */
export function actualHints(shown: Event<ShownPlan | null>): Disposable {
  const hints = new ActualHints();
  return Disposable.from(
    hints,
    shown((plan) => hints.show(plan)),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(setting)) hints.refresh();
    }),
    languages.registerInlayHintsProvider('*', hints),
  );
}

class ActualHints implements InlayHintsProvider, Disposable {
  private readonly changes = new EventEmitter<void>();
  readonly onDidChangeInlayHints = this.changes.event;
  private plan: ShownPlan | null = null;

  show(plan: ShownPlan | null): void {
    this.plan = plan;
    this.refresh();
  }

  refresh(): void {
    this.changes.fire();
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** VS Code asks again after each edit. */
  provideInlayHints(document: TextDocument, range: Range, _token: CancellationToken): InlayHint[] {
    const { plan } = this;
    const source = plan?.report.source;
    if (!plan?.report.analyzed || !source || Uri.parse(source.uri).toString() !== document.uri.toString()) return [];
    if (!workspace.getConfiguration(undefined, document).get(setting, true)) return [];
    const begins = startNow(document, plan);
    if (!begins) return [];
    return actualFigures(plan.report).flatMap(({ position, label, tooltip }) => {
      const { end } = moveRange({ start: position, end: position }, source.range.start, begins);
      const place = new Position(end.line, end.character);
      if (!range.contains(place)) return [];
      const hint = new InlayHint(place, label);
      hint.paddingLeft = true;
      hint.tooltip = tooltip;
      return [hint];
    });
  }
}
