// The tree grid's columns: which there are for a plan, and what stands in each cell.

import {
  describeFactor,
  formatCost,
  formatCount,
  formatExact,
  formatFactor,
  formatMs,
  formatShare,
} from '../../server/src/explain/shown/format.ts';
import { type Measure, roundingError } from '../../server/src/explain/shown/measures.ts';
import { nodeName, nodeType } from '../../server/src/explain/shown/nodeText.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { element } from './dom.ts';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** What the numbers are, for the header's tooltip. */
  readonly help: string;
  /** A CSS grid track. */
  readonly width: string;
  readonly fill: (cell: HTMLElement, entry: TreeNode) => void;
  /** What rows are sorted by; null where there is no value. */
  readonly order: (entry: TreeNode) => number | null;
}

/** The columns after the node's own. A plan that was not analysed has nothing to show for time, rows and buffers. */
export function columnsFor(report: PlanReport): readonly Column[] {
  if (!report.analyzed) return [{ ...costColumn, width: '10em' }, plannedColumn];
  const buffers = report.nodes.some((node) => node.exclusive.sharedHit !== null || node.exclusive.sharedRead !== null);
  return [timeColumn, actualColumn, plannedColumn, loopsColumn, costColumn, ...(buffers ? [buffersColumn] : [])];
}

/** What each node's work took in an earlier plan. */
export function comparingColumns(before: ReadonlyMap<number, TreeNode>, measure: Measure): readonly Column[] {
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
        const by = change(entry);
        if (by === null) fillMuted(cell, '–');
        else if (by === 0) fillMuted(cell, '0');
        else
          cell.append(
            element(
              'span',
              { class: by > 0 ? 'worse' : 'better' },
              `${by > 0 ? '+' : '−'}${measure.format(Math.abs(by))}`,
            ),
          );
      },
      order: change,
    },
  ];
}

const timeColumn: Column = {
  id: 'time',
  title: 'Time',
  help: 'Time spent in this node itself, without its children, summed over its loops; the bar is its part of the whole',
  width: '10em',
  fill(cell, entry) {
    const { ms } = entry.node.exclusive;
    if (entry.node.loops === 0) fillMuted(cell, 'never ran');
    else if (ms === null) fillMuted(cell, '–');
    else {
      fillBar(cell, formatMs(ms), entry.timeShare ?? 0);
      const error = roundingError(entry.node.exclusive);
      if (error !== null) {
        cell.append(element('span', { class: 'error-range', title: rounding }, `±${formatMs(error)}`));
      }
    }
  },
  order: ({ node }) => node.exclusive.ms,
};

export const rounding = 'Postgres prints the time of one loop, rounded: over many loops it can be this far off';

const costColumn: Column = {
  id: 'cost',
  title: 'Cost',
  help: "The planner's estimate for this node itself, without its children, in its own unit; 1 is about reading a page",
  width: '5.5em',
  fill(cell, entry) {
    const text = formatCost(entry.node.exclusive.cost);
    if (entry.timeShare === null) fillBar(cell, text, entry.costShare);
    else cell.append(text);
  },
  order: ({ node }) => node.exclusive.cost,
};

const actualColumn: Column = {
  id: 'actual',
  title: 'Rows',
  help: 'Rows that came out, a loop; × and ÷ tell how many times more or fewer than planned',
  width: '9em',
  fill(cell, entry) {
    const { actual } = entry.node.rows;
    if (actual === null || entry.node.loops === 0) {
      fillMuted(cell, '–');
      return;
    }
    const factor = formatFactor(entry.factor);
    if (factor !== null && entry.factor !== null) {
      const off = Math.max(entry.factor, 1 / entry.factor);
      // Only where the misjudgement begins is worth the eye; what is above passes it on.
      const level = entry.factorFromBelow ? '' : off >= 100 ? ' bad' : off >= 10 ? ' poor' : '';
      const from = entry.factorFromBelow ? ', as a node below' : '';
      const description = `${describeFactor(entry.factor)}${from}`;
      cell.append(
        element('span', { class: `factor${level}`, title: description, aria: { label: description } }, factor),
      );
    }
    fillCount(cell, actual);
  },
  order: ({ node }) => (node.loops === 0 ? null : node.rows.actual),
};

const plannedColumn: Column = {
  id: 'planned',
  title: 'Planned',
  help: 'Rows that the planner expected, a loop',
  width: '5.5em',
  fill: (cell, entry) => fillCount(cell, entry.node.rows.planned),
  order: ({ node }) => node.rows.planned,
};

const loopsColumn: Column = {
  id: 'loops',
  title: 'Loops',
  help: 'How often the node was started',
  width: '5em',
  fill(cell, entry) {
    if (entry.node.loops === null) fillMuted(cell, '–');
    else fillCount(cell, entry.node.loops);
  },
  order: ({ node }) => node.loops,
};

const buffersColumn: Column = {
  id: 'buffers',
  title: 'Buffers',
  help: 'Pages this node itself used, and how many of them were not in shared buffers and had to be read',
  width: '10.5em',
  fill(cell, entry) {
    const { sharedHit, sharedRead } = entry.node.exclusive;
    if (sharedHit === null && sharedRead === null) {
      fillMuted(cell, '–');
      return;
    }
    const hit = sharedHit ?? 0;
    const read = sharedRead ?? 0;
    cell.title = `${formatExact(hit)} pages from shared buffers, ${formatExact(read)} read from outside`;
    if (read > 0) cell.append(element('span', { class: 'read' }, `${formatShare(read / (hit + read))} read`));
    fillCount(cell, hit + read);
  },
  order: ({ node: { exclusive } }) =>
    exclusive.sharedHit === null && exclusive.sharedRead === null
      ? null
      : (exclusive.sharedHit ?? 0) + (exclusive.sharedRead ?? 0),
};

/** From a glance: what takes most of the time is red. */
export function heat(share: number): string {
  return share >= 0.4 ? 'hot' : share >= 0.15 ? 'warm' : 'cool';
}

function fillBar(cell: HTMLElement, text: string, share: number): void {
  const fill = element('span', { class: `fill ${heat(share)}` });
  // What took any time at all shows as a pixel at least.
  fill.style.width = share > 0 ? `max(1px, ${share * 100}%)` : '0';
  cell.title = `${text}, ${formatShare(share)} of the plan`;
  cell.append(element('span', { class: 'bar', aria: { hidden: true } }, fill), element('span', {}, text));
}

/** A count, all its digits in the tooltip when the cell shows fewer. */
function fillCount(cell: HTMLElement, value: number): void {
  if (value === 0) {
    fillMuted(cell, '0');
    return;
  }
  const text = formatCount(value);
  const exact = formatExact(value);
  if (text !== exact && cell.title === '') cell.title = exact;
  cell.append(text);
}

function fillMuted(cell: HTMLElement, text: string): void {
  cell.append(element('span', { class: 'muted' }, text));
}
