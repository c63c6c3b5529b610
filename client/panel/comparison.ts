// A plan beside an earlier one of the same statement.
import { isAlikeRow } from '../../server/src/explain/shown/alike.ts';
import { formatCost, formatMs } from '../../server/src/explain/shown/format.ts';
import { type Measure, measures } from '../../server/src/explain/shown/measures.ts';
import { nodeName, nodeType } from '../../server/src/explain/shown/nodeText.ts';
import { diffPlans } from '../../server/src/explain/shown/planDiff.ts';
import { buildTree, type TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import type { EarlierPlan } from '../src/panelMessages.ts';
import { fillMuted } from './cells.ts';
import type { Column } from './columns.ts';
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

/** What each node's work took in an earlier plan. */
function comparingColumns(before: ReadonlyMap<number, TreeNode>, measure: Measure): readonly Column[] {
  const value = (entry: TreeNode | undefined): number | null => (entry ? measure.of(entry.node) : null);
  const change = (entry: TreeNode): number | null => {
    const [now, then] = [value(entry), value(before.get(entry.node.id))];
    return now === null ? null : now - (then ?? 0);
  };
  return [
    {
      id: 'before',
      title: 'Before',
      help: `${measure.title} of what did this node's work in the earlier plan`,
      width: '11em',
      fill(cell, entry) {
        if (isAlikeRow(entry)) return;
        const old = before.get(entry.node.id);
        if (!old) {
          fillMuted(cell, 'new');
          return;
        }
        if (nodeName(old.node) !== nodeName(entry.node))
          cell.append(element('span', { class: 'was', title: nodeName(old.node) }, nodeType(old.node)));
        const then = value(old);
        if (then === null) fillMuted(cell, '–');
        else cell.append(measure.format(then));
      },
      order: (entry) => value(before.get(entry.node.id)),
    },
    {
      id: 'change',
      title: 'Change',
      help: `${measure.title}, compared with the earlier plan`,
      width: '6.5em',
      fill(cell, entry) {
        if (isAlikeRow(entry)) return;
        const by = change(entry);
        if (by === null) fillMuted(cell, '–');
        else if (by === 0) fillMuted(cell, '0');
        else {
          const text = `${by > 0 ? '+' : '−'}${measure.format(Math.abs(by))}`;
          cell.append(element('span', { class: by > 0 ? 'worse' : 'better' }, text));
        }
      },
      order: change,
    },
  ];
}
