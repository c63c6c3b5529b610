// The panel's entry: takes a plan from the host, builds the parts, and remembers what was folded and chosen.

import { foldAlike, isAlikeRow } from '../../server/src/explain/shown/alike.ts';
import { type Measure, measuresOf, wholeOf } from '../../server/src/explain/shown/measures.ts';
import { buildTree, type TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { CopyFormat, FromPanel, ShownPlan, ToPanel } from '../src/panelMessages.ts';
import { makeChoice } from './choices.ts';
import { columnsFor, type Preset, presetsFor } from './columns.ts';
import { compareWith } from './comparison.ts';
import { contentOf } from './contents.ts';
import { makeCopying } from './copying.ts';
import { fillDetails } from './details.ts';
import { button, element } from './dom.ts';
import { takeDropped } from './dropping.ts';
import { makeFindings } from './findings.ts';
import { makeHeader, makeShareBar } from './header.ts';
import { Icicle } from './icicle.ts';
import { Minimap } from './minimap.ts';
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
  readonly preset?: string;
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
const post = (message: FromPanel): void => vscode.postMessage(message);

window.addEventListener('message', (event: MessageEvent<ToPanel>) => {
  const message = event.data;
  if (message.type === 'show') show(message.plan);
  else if (message.type === 'mark') markCursor(message.nodes);
  else if (message.type === 'goTo') goToNode(message.node);
  else save(message.format, message.anonymised);
});
takeDropped(post);
post({ type: 'ready' });

let shownId: string | null = null;
/** Marks nodes of the plan that is shown. */
let markCursor: (nodes: readonly number[]) => void = () => {};
/** Goes to a node of the plan that is shown. */
let goToNode: (id: number) => void = () => {};
/** The nodes that are marked; kept when the same plan is drawn anew. */
let underCursor: readonly number[] = [];
/** Has the plan that is shown saved. */
let save: (format: CopyFormat, anonymised: boolean) => void = () => {};

function show(plan: ShownPlan): void {
  if (shownId !== plan.id) underCursor = [];
  shownId = plan.id;
  const { report } = plan;
  const saved = vscode.getState();
  const before = saved?.id === plan.id ? saved : undefined;
  const tree = buildTree(report);
  /** With rows for children that are alike. */
  const rows = foldAlike(tree);
  const measures = measuresOf(report);
  const presets = presetsFor(report);
  let measure: Measure = measures.find(({ id }) => id === before?.measure) ?? measures[0];
  let preset = presets.find(({ id }) => id === before?.preset) ?? (presets[0] as Preset);
  let view: ViewId = before?.view ?? 'tree';

  const details = element('section', { class: 'details', aria: { label: 'Details of the node' } });
  details.tabIndex = 0;
  const grid = new TreeGrid({
    onChoose: choose,
    onChange: () => saveSoon(),
    onView: () => mapView(),
  });
  const minimap = new Minimap(grid.element);
  let mapped: readonly TreeNode[] = [];
  function mapView(): void {
    if (mapped === grid.shownRows) minimap.scrolled();
    else drawMap();
  }
  function drawMap(): void {
    mapped = grid.shownRows;
    const whole = wholeOf(tree, measure);
    minimap.show({ rows: mapped, share: ({ node }) => (whole > 0 ? (measure.of(node) ?? 0) / whole : 0) });
  }
  const treeView = element('div', { class: 'tree-view' }, grid.element, minimap.element);
  const icicle = new Icicle({ onChoose: (entry, open) => choose(entry, open ? 'open' : 'click') });
  goToNode = (id) => goTo(id);
  markCursor = (nodes) => {
    underCursor = nodes;
    grid.markCursor(nodes);
    icicle.markCursor(nodes);
  };
  const statistics = element('div', { class: 'statistics-host' });
  const json = element('pre', { class: 'json', role: 'region', aria: { label: 'Plan as JSON' } });
  json.tabIndex = 0;

  const saveSoon = debounce(200, saveState);
  function saveState(): void {
    // A save that was put off must not bring back a plan that another has replaced.
    if (shownId !== plan.id) return;
    const { collapsedIds: collapsed, activeId: active, sortedBy: sorting } = grid;
    const { scrollTop } = grid.element;
    const chosen = { measure: measure.id, preset: preset.id };
    vscode.setState({ ...plan, view, collapsed, active, scrollTop, sorting, ...chosen });
  }

  // Holding an arrow key down must not open the editor once a row.
  const revealSoon = debounce(120, (entry: TreeNode) => revealInEditor(entry, true));
  function choose(entry: TreeNode, how: Choice): void {
    fillDetails(details, entry);
    if (how === 'key') revealSoon(entry);
    else revealInEditor(entry, how === 'click');
  }
  function revealInEditor(entry: TreeNode, preserveFocus: boolean): void {
    if (entry.node.range !== null) post({ type: 'reveal', range: entry.node.range, preserveFocus });
  }
  const goTo = (id: number): void => {
    setView('tree');
    grid.reveal(id, 'click');
    grid.element.focus({ preventScroll: true });
  };

  const views: readonly View[] = [
    { id: 'tree', title: 'Tree', help: 'The plan as a tree; a click on a column sorts it', element: treeView },
    {
      id: 'icicle',
      title: 'Icicle',
      help: 'Each node as wide as all that ran in it; a double click zooms in',
      element: icicle.element,
      show: () => icicle.show(tree, measure, grid.activeId),
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
        if (json.firstChild === null) json.append(JSON.stringify(report.plan, null, 2));
      },
    },
  ];
  const tabs = views.map(({ id, title, help }) => button(title, help, () => setView(id)));
  const fold = [
    button('Collapse', 'Fold every node', () => grid.collapseAll()),
    button('Expand', 'Unfold every node', () => grid.expandAll()),
  ];
  const search = makeSearch(rows, (found, current) => {
    grid.mark(found);
    if (current) grid.reveal(current.node.id, 'key');
  });
  const measureChoice = makeChoice(
    'Colour by',
    'What bars, widths and colours tell',
    measures,
    measure.id,
    (chosen) => {
      measure = measures.find(({ id }) => id === chosen) ?? measure;
      drawShares();
      grid.setColumns(columnsNow());
      drawMap();
      if (view === 'icicle') icicle.show(tree, measure, grid.activeId);
      saveSoon();
    },
  );
  const presetChoice = makeChoice('Columns', 'Which figures stand in the tree', presets, preset.id, (chosen) => {
    preset = presets.find(({ id }) => id === chosen) ?? preset;
    grid.setColumns(columnsNow());
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
    presetChoice.hidden = !isTree || presets.length < 2;
    measureChoice.hidden = details.hidden || measures.length < 2;
    looks.hidden = details.hidden;
    saveSoon();
  }
  const again = button('Explain', 'Plan the statement again, without running it', () =>
    post({ type: 'rerun', analyze: false }),
  );
  const analyze = button('Analyze', 'Run the statement and measure it', () => post({ type: 'rerun', analyze: true }));
  const compare = plan.earlier
    ? button('Stop Comparing', 'Show this plan alone', () => post({ type: 'compare', stop: true }))
    : button('Compare…', 'Compare with an earlier plan of this statement', () =>
        post({ type: 'compare', stop: false }),
      );
  const copying = makeCopying(
    (format, anonymised) =>
      contentOf(report, format, anonymised, {
        view: view === 'icicle' ? 'icicle' : 'tree',
        collapsed: grid.collapsedIds,
        measure,
      }),
    post,
  );
  save = copying.save;
  const toolbar = element(
    'div',
    { class: 'toolbar', role: 'group', aria: { label: 'Plan' } },
    element('span', { class: 'tabs', role: 'group', aria: { label: 'View' } }, ...tabs),
    element('span', { class: 'space' }),
    ...(report.source ? [again, analyze, compare] : []),
    copying.opener,
  );
  const looks = element(
    'div',
    { class: 'toolbar looks', role: 'group', aria: { label: 'How it is shown' } },
    measureChoice,
    presetChoice,
    ...fold,
    search,
  );

  const { source } = report;
  const header = makeHeader(report, () => {
    if (source) post({ type: 'reveal', range: source.range, preserveFocus: false });
  });
  const findingEvents = {
    onChoose: goTo,
    onTryIndex: (finding: number) => post({ type: 'tryIndex', finding }),
    onShowTrial: (finding: number) => post({ type: 'showTrial', finding }),
    onWriteIndex: (finding: number) => post({ type: 'writeIndex', finding }),
  };
  const viewParts = views.map((each) => each.element);
  const [time] = measures;
  const comparison = plan.earlier ? compareWith(plan.earlier, tree, time) : null;
  const columnsNow = () => [
    ...columnsFor(report, preset, measure, wholeOf(tree, measure)),
    ...(comparison?.columns ?? []),
  ];
  const shares = element('div');
  function drawShares(): void {
    const bar = makeShareBar(tree, measure, wholeOf(tree, measure), goTo);
    shares.replaceChildren(...(bar ? [bar] : []));
  }
  drawShares();
  const parts = [
    header,
    comparison?.note ?? null,
    shares,
    makeFindings(report, findingEvents),
    toolbar,
    copying.element,
    looks,
    ...viewParts,
    details,
  ];
  root.replaceChildren(...parts.filter((part) => part !== null));

  const folded = rows.filter(isAlikeRow).map(({ node }) => node.id);
  grid.show(rows, columnsNow(), before?.collapsed ?? folded, before?.active ?? null, before?.sorting ?? null);
  grid.element.scrollTop = before?.scrollTop ?? 0;
  const active = rows.find((entry) => entry.node.id === grid.activeId);
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
