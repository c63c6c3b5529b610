// The panel's head: what was explained, where, how long it took, and what to know before believing it.

import { formatCost, formatMs, formatShare, heat } from '../../server/src/explain/shown/format.ts';
import type { Measure } from '../../server/src/explain/shown/measures.ts';
import { nodeName, shortName } from '../../server/src/explain/shown/nodeText.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { button, element } from './dom.ts';

export function makeHeader(report: PlanReport, onShowStatement: () => void): HTMLElement {
  // On one line, as far as there is room: the first line alone is often just WITH or SELECT.
  const oneLine = report.sql.trim().replace(/\s+/g, ' ').slice(0, 500);
  const statement = report.source
    ? button(oneLine, `${report.sql.trim()}\n\nSelect in the editor`, onShowStatement)
    : element('span', { title: report.sql.trim() }, oneLine || 'A plan');
  statement.classList.add('statement');
  const facts = element('ul', { class: 'facts' });
  const add = (label: string, value: string) =>
    facts.append(element('li', {}, element('span', { class: 'muted' }, `${label} `), value));
  if (report.target) add('on', `${report.target.name} · PostgreSQL ${report.target.version}`);
  if (report.executionMs !== null) add('execution', formatMs(report.executionMs));
  if (report.planningMs !== null) add('planning', formatMs(report.planningMs));
  if (!report.analyzed) add('cost', formatCost(report.nodes[0]?.inclusive.cost ?? 0));
  return element('header', {}, element('h1', {}, statement), facts, ...noteList(report));
}

function noteList(report: PlanReport): readonly HTMLElement[] {
  const notes: string[] = [];
  if (!report.analyzed) notes.push('Not analyzed: the statement did not run; rows and costs are estimates.');
  if (report.generic) notes.push('Generic plan: planned for unknown parameter values.');
  notes.push(...report.notes);
  if (notes.length === 0) return [];
  return [element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)))];
}

/** How many nodes the legend names. */
const named = 3;
/** Segments below this part of the whole would be thinner than a pixel or two. */
const smallest = 0.005;

/** One bar for the whole plan, cut by the nodes that took most; null where nothing was measured or estimated. */
export function makeShareBar(
  tree: readonly TreeNode[],
  measure: Measure,
  whole: number,
  onChoose: (id: number) => void,
): HTMLElement | null {
  const shares = tree.map((entry) => ({ entry, share: Math.max(0, measure.of(entry.node) ?? 0) / whole }));
  const largest = shares.filter(({ share }) => share >= smallest).sort((a, b) => b.share - a.share);
  if (whole <= 0 || largest.length === 0) return null;
  const strip = element('div', { class: 'strip', aria: { hidden: true } });
  for (const { entry, share } of largest) {
    const segment = element('span', { class: heat(share), title: `${nodeName(entry.node)}: ${formatShare(share)}` });
    segment.style.width = `${share * 100}%`;
    segment.addEventListener('click', () => onChoose(entry.node.id));
    strip.append(segment);
  }
  const legend = element('div', { class: 'legend' });
  for (const { entry, share } of largest.slice(0, named)) {
    const item = button('', `Go to ${nodeName(entry.node)}`, () => onChoose(entry.node.id));
    item.append(
      element('span', { class: `swatch ${heat(share)}`, aria: { hidden: true } }),
      `${shortName(entry.node)} `,
      element('b', {}, formatShare(share)),
    );
    legend.append(item);
  }
  const label = `${measure.title}: which nodes it comes from`;
  return element('section', { class: 'shares', role: 'group', aria: { label } }, strip, legend);
}
