// The panel's entry: takes a plan from the host, builds the parts, and remembers what was folded and chosen.

import { type Measure, measuresOf } from '../../server/src/explain/shown/measures.ts';
import { planText } from '../../server/src/explain/shown/planText.ts';
import { buildTree, type TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { FromPanel, ShownPlan, ToPanel } from '../src/panelMessages.ts';
import { columnsFor } from './columns.ts';
import { compareWith } from './comparison.ts';
import { fillDetails } from './details.ts';
import { button, element } from './dom.ts';
import { makeFindings } from './findings.ts';
import { makeHeader, makeShareBar } from './header.ts';
import { Icicle } from './icicle.ts';
import { makeMeasureChoice } from './measureChoice.ts';
import { makeSearch } from './search.ts';
import type { Sorting } from './sorting.ts';
import { makeStatistics } from './statistics.ts';
import { type Choice, TreeGrid } from './treeGrid.ts';

/** What is saved for the next time this panel is drawn: the plan, for the host, and how it was looked at. */
interface PanelState extends ShownPlan {
  readonly view: ViewId;
  readonly collapsed: readonly number[];
  readonly active: number | null;
  readonly scrollTop: number;
  readonly sorting?: Sorting | null;
  readonly measure?: string;
}

type ViewId = 'tree' | 'icicle' | 'statistics' | 'json';

/** One way to look at a plan. */
interface View {
  readonly id: ViewId;
  readonly title: string;
  readonly help: string;
  readonly element: HTMLElement;
  /** Made when it is first looked at: the JSON of a large plan is some megabytes. */
  show?(): void;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
};

const vscode = acquireVsCodeApi();
const root = document.getElementById('plan')!;

window.addEventListener('message', (event: MessageEvent<ToPanel>) => {
  if (event.data.type === 'show') show(event.data.plan);
  else markCursor(event.data.nodes);
});
vscode.postMessage({ type: 'ready' });

let shownId: string | null = null;
/** Marks nodes of the plan that is shown. */
let markCursor: (nodes: readonly number[]) => void = () => {};
/** The nodes that are marked; kept when the same plan is drawn anew. */
let underCursor: readonly number[] = [];

function show(plan: ShownPlan): void {
  if (shownId !== plan.id) underCursor = [];
  shownId = plan.id;
  const { report } = plan;
  const saved = vscode.getState();
  const before = saved?.id === plan.id ? saved : undefined;
  const tree = buildTree(report);
  const measures = measuresOf(report);
  let measure: Measure | undefined = measures.find(({ id }) => id === before?.measure) ?? measures[0];
  let view: ViewId = before?.view ?? 'tree';

  const details = element('section', { class: 'details', aria: { label: 'Details of the node' } });
  details.tabIndex = 0;
  const grid = new TreeGrid({ onChoose: choose, onChange: () => saveSoon() });
  const icicle = new Icicle({ onChoose: (entry, open) => choose(entry, open ? 'open' : 'click') });
  markCursor = (nodes) => {
    underCursor = nodes;
    grid.markCursor(nodes);
    icicle.markCursor(nodes);
  };
  const statistics = element('div', { class: 'statistics-host' });
  const json = element('pre', { class: 'json', aria: { label: 'Plan as JSON' } });
  json.tabIndex = 0;

  const saveSoon = debounce(200, save);
  function save(): void {
    // A save that was put off must not bring back a plan that another has replaced.
    if (shownId !== plan.id) return;
    const { collapsedIds: collapsed, activeId: active, sortedBy: sorting } = grid;
    const { scrollTop } = grid.element;
    vscode.setState({ ...plan, view, collapsed, active, scrollTop, sorting, measure: measure?.id });
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

  const rawJson = () => JSON.stringify(report.plan, null, 2);
  const views: readonly View[] = [
    { id: 'tree', title: 'Tree', help: 'The plan as a tree; a click on a column sorts it', element: grid.element },
    {
      id: 'icicle',
      title: 'Icicle',
      help: 'Each node as wide as all that ran in it; a double click zooms in',
      element: icicle.element,
      show() {
        if (measure) icicle.show(tree, measure, grid.activeId);
      },
    },
    {
      id: 'statistics',
      title: 'Statistics',
      help: 'What the plan took by table, index and kind of node',
      element: statistics,
      show() {
        if (statistics.firstChild === null) statistics.append(makeStatistics(tree));
      },
    },
    {
      id: 'json',
      title: 'JSON',
      help: 'The plan as Postgres gave it',
      element: json,
      show() {
        if (json.firstChild === null) json.append(rawJson());
      },
    },
  ];
  const tabs = views.map(({ id, title, help }) => button(title, help, () => setView(id)));
  const fold = [
    button('Collapse', 'Fold every node', () => grid.collapseAll()),
    button('Expand', 'Unfold every node', () => grid.expandAll()),
  ];
  const search = makeSearch(tree, (found, current) => {
    grid.mark(found);
    if (current) grid.reveal(current.node.id, 'key');
  });
  const measureChoice = makeMeasureChoice(measures, measure, (chosen) => {
    measure = chosen;
    icicle.show(tree, chosen, grid.activeId);
    saveSoon();
  });
  function setView(next: ViewId): void {
    view = next;
    views.forEach(({ id, element: part, show: showPart }, i) => {
      const isShown = id === view;
      part.hidden = !isShown;
      tabs[i]?.setAttribute('aria-pressed', String(isShown));
      if (isShown) showPart?.();
    });
    const isTree = view === 'tree';
    details.hidden = !isTree && view !== 'icicle';
    for (const each of [...fold, search]) each.hidden = !isTree;
    measureChoice.hidden = view !== 'icicle';
    saveSoon();
  }
  const copy = (text: string, what: string) => vscode.postMessage({ type: 'copy', text, what });
  const again = button('Explain', 'Plan the statement again, without running it', () =>
    vscode.postMessage({ type: 'rerun', analyze: false }),
  );
  const analyze = button('Analyze', 'Run the statement and measure it', () =>
    vscode.postMessage({ type: 'rerun', analyze: true }),
  );
  const compare = plan.earlier
    ? button('Stop Comparing', 'Show this plan alone', () => vscode.postMessage({ type: 'compare', stop: true }))
    : button('Compare…', 'Compare with an earlier plan of this statement', () =>
        vscode.postMessage({ type: 'compare', stop: false }),
      );
  const toolbar = element(
    'div',
    { class: 'toolbar', role: 'toolbar', aria: { label: 'Plan' } },
    element('span', { class: 'tabs', role: 'group', aria: { label: 'View' } }, ...tabs),
    ...fold,
    measureChoice,
    search,
    element('span', { class: 'space' }),
    ...(report.source ? [again, analyze, compare] : []),
    button('Copy Text', 'Copy the plan as text', () => copy(planText(report, tree), 'the plan as text')),
    button('Copy JSON', 'Copy the plan as JSON', () => copy(rawJson(), 'the plan as JSON')),
  );

  const { source } = report;
  const header = makeHeader(report, () => {
    if (source) vscode.postMessage({ type: 'reveal', range: source.range, preserveFocus: false });
  });
  const findingEvents = {
    onChoose: goTo,
    onTryIndex: (finding: number) => vscode.postMessage({ type: 'tryIndex', finding }),
  };
  const viewParts = views.map((each) => each.element);
  const [time] = measures;
  const comparison = plan.earlier && time ? compareWith(plan.earlier, tree, time) : null;
  const parts = [
    header,
    comparison?.note ?? null,
    makeShareBar(tree, goTo),
    makeFindings(report, findingEvents),
    toolbar,
    ...viewParts,
    details,
  ];
  root.replaceChildren(...parts.filter((part) => part !== null));

  const columns = [...columnsFor(report), ...(comparison?.columns ?? [])];
  grid.show(tree, columns, before?.collapsed ?? [], before?.active ?? null, before?.sorting ?? null);
  grid.element.scrollTop = before?.scrollTop ?? 0;
  const active = tree.find((entry) => entry.node.id === grid.activeId);
  if (active) fillDetails(details, active);
  setView(view);
  markCursor(underCursor);
}

/** Calls `run` once, with the last arguments, when there was no call for `ms` milliseconds. */
function debounce<Args extends readonly unknown[]>(ms: number, run: (...args: Args) => void): (...args: Args) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}
