// While a plan is shown: tells it which of its nodes the cursor in the statement's text stands on.
import { Disposable, type Selection, type TextEditor, Uri, window } from 'vscode';
import { startNow } from './explainedText.ts';
import { moveRange } from './moveRange.ts';
import { nodesAt } from './nodesAt.ts';
import type { ShownPlan } from './panelMessages.ts';

/** Holding an arrow key down must not move the marks once a character. Milliseconds. */
const quiet = 100;

/**
 * @param planNow the plan that is shown
 * @param mark is given the ids of the nodes, none when the cursor has left the statement or its text was changed; called when
 *   they are others than before only
 */
export function followCursor(planNow: () => ShownPlan, mark: (nodes: readonly number[]) => void): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = '';
  const look = ({ document, selection }: TextEditor): void => {
    const plan = planNow();
    const { source } = plan.report;
    const isExplained = source !== null && Uri.parse(source.uri).toString() === document.uri.toString();
    const nodes = isExplained ? nodesUnder(document, selection, plan) : [];
    // another plan has no marks yet
    const key = `${plan.id} ${nodes.join()}`;
    if (key === last) return;
    last = key;
    mark(nodes);
  };
  const listener = window.onDidChangeTextEditorSelection(({ textEditor }) => {
    // output channels and the like are editors too, and scroll by themselves
    if (textEditor !== window.activeTextEditor) return;
    clearTimeout(timer);
    timer = setTimeout(() => look(textEditor), quiet);
  });
  return new Disposable(() => {
    clearTimeout(timer);
    listener.dispose();
  });
}

function nodesUnder(document: TextEditor['document'], { start, end }: Selection, plan: ShownPlan): number[] {
  const begins = startNow(document, plan);
  const { source, nodes } = plan.report;
  return begins && source ? nodesAt(nodes, moveRange({ start, end }, begins, source.range.start)) : [];
}
