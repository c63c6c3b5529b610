// The panel's entry: takes a plan from the host, builds the parts, and remembers what was folded and chosen.

import { planText } from '../../server/src/explain/shown/planText.ts';
import { buildTree, type TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { FromPanel, ShownPlan, ToPanel } from '../src/panelMessages.ts';
import { columnsFor } from './columns.ts';
import { fillDetails } from './details.ts';
import { button, element } from './dom.ts';
import { makeFindings } from './findings.ts';
import { makeHeader, makeShareBar } from './header.ts';
import { type Choice, TreeGrid } from './treeGrid.ts';

/** What is saved for the next time this panel is drawn: the plan, for the host, and how it was looked at. */
interface PanelState extends ShownPlan {
  readonly view: View;
  readonly collapsed: readonly number[];
  readonly active: number | null;
  readonly scrollTop: number;
}
type View = 'tree' | 'json';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
};

const vscode = acquireVsCodeApi();
const root = document.getElementById('plan')!;

window.addEventListener('message', (event: MessageEvent<ToPanel>) => {
  if (event.data.type === 'show') show(event.data.plan);
});
vscode.postMessage({ type: 'ready' });

let shownId: string | null = null;

function show(plan: ShownPlan): void {
  shownId = plan.id;
  const { report } = plan;
  const saved = vscode.getState();
  const before = saved?.id === plan.id ? saved : undefined;
  let view: View = before?.view ?? 'tree';
  const tree = buildTree(report);

  const details = element('section', { class: 'details', aria: { label: 'Details of the node' } });
  details.tabIndex = 0;
  const grid = new TreeGrid({ onChoose: choose, onChange: () => saveSoon() });
  const json = element('pre', { class: 'json', aria: { label: 'Plan as JSON' } });
  json.tabIndex = 0;

  const saveSoon = debounce(200, save);
  function save(): void {
    // A save that was put off must not bring back a plan that another has replaced.
    if (shownId !== plan.id) return;
    const { collapsedIds: collapsed, activeId: active } = grid;
    vscode.setState({ ...plan, view, collapsed, active, scrollTop: grid.element.scrollTop });
  }

  // Holding an arrow key down must not open the editor once a row.
  const revealSoon = debounce(120, (entry: TreeNode) => revealInEditor(entry, true));
  function choose(entry: TreeNode, how: Choice): void {
    fillDetails(details, entry);
    if (how === 'key') revealSoon(entry);
    else revealInEditor(entry, how === 'click');
  }
  function revealInEditor(entry: TreeNode, preserveFocus: boolean): void {
    if (entry.node.range !== null) vscode.postMessage({ type: 'reveal', range: entry.node.range, preserveFocus });
  }
  const goTo = (id: number): void => {
    setView('tree');
    grid.reveal(id, 'click');
    grid.element.focus({ preventScroll: true });
  };

  const treeTab = button('Tree', 'Show the plan as a tree', () => setView('tree'));
  const jsonTab = button('JSON', 'Show the plan as Postgres gave it', () => setView('json'));
  const fold = [
    button('Collapse', 'Fold every node', () => grid.collapseAll()),
    button('Expand', 'Unfold every node', () => grid.expandAll()),
  ];
  function setView(next: View): void {
    view = next;
    const isTree = view === 'tree';
    grid.element.hidden = !isTree;
    details.hidden = !isTree;
    json.hidden = isTree;
    for (const each of fold) each.hidden = !isTree;
    treeTab.setAttribute('aria-pressed', String(isTree));
    jsonTab.setAttribute('aria-pressed', String(!isTree));
    // Made when first asked for: the JSON of a large plan is some megabytes.
    if (!isTree && json.firstChild === null) json.append(rawJson());
    saveSoon();
  }
  const rawJson = () => JSON.stringify(report.plan, null, 2);
  const copy = (text: string, what: string) => vscode.postMessage({ type: 'copy', text, what });
  const again = button('Explain', 'Plan the statement again, without running it', () =>
    vscode.postMessage({ type: 'rerun', analyze: false }),
  );
  const analyze = button('Analyze', 'Run the statement and measure it', () =>
    vscode.postMessage({ type: 'rerun', analyze: true }),
  );
  const toolbar = element(
    'div',
    { class: 'toolbar', role: 'toolbar', aria: { label: 'Plan' } },
    element('span', { class: 'tabs', role: 'group', aria: { label: 'View' } }, treeTab, jsonTab),
    ...fold,
    element('span', { class: 'space' }),
    ...(report.source ? [again, analyze] : []),
    button('Copy Text', 'Copy the plan as text', () => copy(planText(report, tree), 'the plan as text')),
    button('Copy JSON', 'Copy the plan as JSON', () => copy(rawJson(), 'the plan as JSON')),
  );

  const { source } = report;
  const header = makeHeader(report, () => {
    if (source) vscode.postMessage({ type: 'reveal', range: source.range, preserveFocus: false });
  });
  const parts = [header, makeShareBar(tree, goTo), makeFindings(report, goTo), toolbar, grid.element, json, details];
  root.replaceChildren(...parts.filter((part) => part !== null));

  grid.show(tree, columnsFor(report), before?.collapsed ?? [], before?.active ?? null);
  grid.element.scrollTop = before?.scrollTop ?? 0;
  const active = tree.find((entry) => entry.node.id === grid.activeId);
  if (active) fillDetails(details, active);
  setView(view);
}

/** Calls `run` once, with the last arguments, when there was no call for `ms` milliseconds. */
function debounce<Args extends readonly unknown[]>(ms: number, run: (...args: Args) => void): (...args: Args) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}
