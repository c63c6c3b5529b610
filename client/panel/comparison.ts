// A plan beside an earlier one of the same statement.
import { formatCost, formatMs } from '../../server/src/explain/shown/format.ts';
import { type Measure, measures } from '../../server/src/explain/shown/measures.ts';
import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import { diffPlans } from '../../server/src/explain/shown/planDiff.ts';
import { buildTree, type TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { EarlierPlan } from '../src/panelMessages.ts';
import { type Column, comparingColumns } from './columns.ts';
import { element } from './dom.ts';

/** Columns with what each node's work took before, and in words how the whole has changed and which nodes are gone. */
export function compareWith(
  { label, report }: EarlierPlan,
  tree: readonly TreeNode[],
  measure: Measure,
): { readonly columns: readonly Column[]; readonly note: HTMLElement } {
  const { before, gone } = diffPlans(buildTree(report), tree);
  // times can only be compared with times
  const shared =
    report.analyzed || measure.id !== 'time' ? measure : (measures.find(({ id }) => id === 'cost') ?? measure);
  return { columns: comparingColumns(before, shared), note: noteOf(label, report, gone) };
}

function noteOf(label: string, report: PlanReport, gone: readonly TreeNode[]): HTMLElement {
  const list = element('ul', { class: 'notes', aria: { label: 'Compared with an earlier plan' } });
  list.append(element('li', {}, `Compared with the plan of ${label}: ${wholeOf(report)} then.`));
  if (gone.length > 0) {
    const names = gone.slice(0, 5).map(({ node }) => nodeName(node));
    const more = gone.length > names.length ? ` and ${gone.length - names.length} more` : '';
    list.append(element('li', {}, `No longer part of it: ${names.join(', ')}${more}.`));
  }
  return element('div', { class: 'compared' }, list);
}

const wholeOf = ({ executionMs, nodes }: PlanReport): string =>
  executionMs === null ? `cost ${formatCost(nodes[0]?.inclusive.cost ?? 0)}` : formatMs(executionMs);
