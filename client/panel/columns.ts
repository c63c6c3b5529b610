// The tree grid's columns: which there are for a plan, and what stands in each cell.

import {
  describeFactor,
  formatBytes,
  formatCost,
  formatExact,
  formatFactor,
  formatMs,
  formatShare,
} from '../../server/src/explain/shown/format.ts';
import { type Measure, measures, roundingError } from '../../server/src/explain/shown/measures.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { Exclusive, PlanReport } from '../../server/src/protocol.ts';
import { fillBar, fillCount, fillMuted } from './cells.ts';
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

/** Columns that belong together. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
}

const presets: readonly Preset[] = [
  { id: 'overview', title: 'Overview', columns: ['time', 'actual', 'planned', 'loops', 'cost', 'buffers'] },
  { id: 'times', title: 'Times', columns: ['time', 'within', 'perLoop', 'loops', 'actual'] },
  { id: 'estimates', title: 'Estimates', columns: ['actual', 'planned', 'cost', 'costWithin'] },
  { id: 'pages', title: 'Buffers', columns: ['buffers', 'hit', 'read', 'dirtied', 'written', 'temporary'] },
  { id: 'waits', title: 'I/O', columns: ['ioTime', 'ioRead', 'ioWrite', 'read', 'written', 'temporary'] },
  { id: 'log', title: 'WAL', columns: ['wal', 'walRecords', 'walImages', 'dirtied'] },
];

/** What a plan must count, some of it, for the preset to be of use. */
const needs: Readonly<Record<string, readonly string[]>> = {
  times: ['time'],
  pages: ['buffers'],
  waits: ['ioTime', 'read', 'temporary'],
  log: ['wal'],
};

export function presetsFor(report: PlanReport): readonly Preset[] {
  const has = (id: string): boolean => isCounted(report, id);
  return presets.filter(({ id }) => needs[id]?.some(has) ?? true);
}

/** The columns after the node's own; the one whose bars tell what the plan is coloured by comes first. */
export function columnsFor(report: PlanReport, preset: Preset, measure: Measure, whole: number): readonly Column[] {
  const others = preset.columns.filter((id) => id !== measure.id && isCounted(report, id));
  return [withBar(measure, whole), ...others.flatMap((id) => columns.get(id) ?? [])];
}

function isCounted({ nodes, analyzed }: PlanReport, id: string): boolean {
  if (id === 'planned' || id === 'cost' || id === 'costWithin') return true;
  if (!analyzed) return false;
  if (id === 'time' || id === 'within' || id === 'perLoop') return nodes.some((node) => node.exclusive.ms !== null);
  if (id === 'buffers') return nodes.some(({ exclusive: own }) => own.sharedHit !== null || own.sharedRead !== null);
  if (id === 'actual' || id === 'loops') return true;
  const column = columns.get(id);
  return nodes.some((node) => ((column && counts[id]?.of(node.exclusive)) ?? measureBy(id)?.of(node) ?? 0) > 0);
}

const measureBy = (id: string): Measure | undefined => measures.find((measure) => measure.id === id);

/** The column of the measure that the plan is coloured by. */
function withBar(measure: Measure, whole: number): Column {
  const plain = columns.get(measure.id);
  const of = ({ node }: TreeNode): number | null => measure.of(node);
  return {
    id: measure.id,
    title: plain?.title ?? measure.title,
    help: `${plain?.help ?? measure.help}; the bar is its part of the whole`,
    width: '10.5em',
    fill(cell, entry) {
      const value = of(entry);
      if (entry.node.loops === 0 && measure.id !== 'cost') fillMuted(cell, 'never ran');
      else if (value === null) fillMuted(cell, '–');
      else {
        fillBar(cell, measure.format(value), whole > 0 ? Math.min(1, value / whole) : 0);
        if (measure.id === 'time') appendError(cell, entry);
      }
    },
    order: plain?.order ?? of,
  };
}

/** A counter of the node itself. */
interface Count {
  readonly title: string;
  readonly help: string;
  of(own: Exclusive): number | null;
  readonly format?: (value: number) => string;
}

const plus = (...values: readonly (number | null)[]): number | null =>
  values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

const counts: Readonly<Record<string, Count>> = {
  hit: { title: 'Found', help: 'Pages that were in shared buffers', of: (own) => own.sharedHit },
  read: { title: 'Read', help: 'Pages that were not, and had to be read', of: (own) => own.sharedRead },
  dirtied: { title: 'Dirtied', help: 'Pages that were changed for the first time', of: (own) => own.sharedDirtied },
  written: { title: 'Written', help: 'Pages that had to be written out to make room', of: (own) => own.sharedWritten },
  temporary: {
    title: 'Temporary',
    help: 'Pages of temporary files, written and read',
    of: (own) => plus(own.tempRead, own.tempWritten),
  },
  ioTime: {
    title: 'I/O time',
    help: 'Time that the node itself waited for reads and writes',
    of: (own) => plus(own.ioReadMs, own.ioWriteMs),
    format: formatMs,
  },
  ioRead: {
    title: 'Reading',
    help: 'Time that the node itself waited for reads',
    of: (own) => own.ioReadMs,
    format: formatMs,
  },
  ioWrite: {
    title: 'Writing',
    help: 'Time that the node itself waited for writes',
    of: (own) => own.ioWriteMs,
    format: formatMs,
  },
  wal: {
    title: 'WAL',
    help: 'Bytes that the node itself wrote to the write-ahead log',
    of: (own) => own.walBytes,
    format: formatBytes,
  },
  walRecords: { title: 'Records', help: 'Records in the write-ahead log', of: (own) => own.walRecords },
  walImages: {
    title: 'Whole pages',
    help: 'Whole pages in the write-ahead log, as after each checkpoint',
    of: (own) => own.walImages,
  },
};

const countColumn = (id: string, { title, help, of, format }: Count): Column => ({
  id,
  title,
  help,
  width: '6.5em',
  fill(cell, { node }) {
    const value = of(node.exclusive);
    if (value === null || node.loops === 0) fillMuted(cell, '–');
    else if (value > 0 && format) cell.append(format(value));
    else fillCount(cell, value);
  },
  order: ({ node }) => of(node.exclusive),
});

function appendError(cell: HTMLElement, { node }: TreeNode): void {
  const error = roundingError(node.exclusive);
  if (error !== null) cell.append(element('span', { class: 'error-range', title: rounding }, `±${formatMs(error)}`));
}

const rounding = 'Postgres prints the time of one loop, rounded: over many loops it can be this far off';

const figureColumns: readonly Column[] = [
  {
    id: 'time',
    title: 'Time',
    help: 'Time spent in this node itself, without its children, summed over its loops',
    width: '6.5em',
    fill(cell, entry) {
      const { ms } = entry.node.exclusive;
      if (entry.node.loops === 0) fillMuted(cell, 'never ran');
      else if (ms === null) fillMuted(cell, '–');
      else cell.append(formatMs(ms));
      if (ms !== null) appendError(cell, entry);
    },
    order: ({ node }) => node.exclusive.ms,
  },
  {
    id: 'within',
    title: 'With children',
    help: 'Time spent in this node and all below it, summed over its loops',
    width: '7.5em',
    fill(cell, { node }) {
      if (node.inclusive.ms === null || node.loops === 0) fillMuted(cell, '–');
      else cell.append(formatMs(node.inclusive.ms));
    },
    order: ({ node }) => node.inclusive.ms,
  },
  {
    id: 'perLoop',
    title: 'A loop',
    help: 'Time of this node and all below it, for one loop',
    width: '6.5em',
    fill(cell, { node }) {
      if (node.inclusive.ms === null || !node.loops) fillMuted(cell, '–');
      else cell.append(formatMs(node.inclusive.ms / node.loops));
    },
    order: ({ node }) => (node.inclusive.ms === null || !node.loops ? null : node.inclusive.ms / node.loops),
  },
  {
    id: 'cost',
    title: 'Cost',
    help: "The planner's estimate for this node itself, without its children, in its own unit; 1 is about reading a page",
    width: '5.5em',
    fill: (cell, { node }) => cell.append(formatCost(node.exclusive.cost)),
    order: ({ node }) => node.exclusive.cost,
  },
  {
    id: 'costWithin',
    title: 'Cost with children',
    help: "The planner's estimate for this node and all below it",
    width: '9em',
    fill: (cell, { node }) => cell.append(formatCost(node.inclusive.cost)),
    order: ({ node }) => node.inclusive.cost,
  },
  {
    id: 'actual',
    title: 'Rows',
    help: 'Rows that came out, a loop; × and ÷ tell how many times more or fewer than planned',
    width: '9em',
    fill: fillRows,
    order: ({ node }) => (node.loops === 0 ? null : node.rows.actual),
  },
  {
    id: 'planned',
    title: 'Planned',
    help: 'Rows that the planner expected, a loop',
    width: '5.5em',
    fill: (cell, { node }) => fillCount(cell, node.rows.planned),
    order: ({ node }) => node.rows.planned,
  },
  {
    id: 'loops',
    title: 'Loops',
    help: 'How often the node was started',
    width: '5em',
    fill(cell, { node }) {
      if (node.loops === null) fillMuted(cell, '–');
      else fillCount(cell, node.loops);
    },
    order: ({ node }) => node.loops,
  },
  {
    id: 'buffers',
    title: 'Buffers',
    help: 'Pages this node itself used, and how many of them were not in shared buffers and had to be read',
    width: '10.5em',
    fill: fillBuffers,
    order: ({ node: { exclusive } }) => plus(exclusive.sharedHit, exclusive.sharedRead),
  },
];

const columns: ReadonlyMap<string, Column> = new Map([
  ...figureColumns.map((column): [string, Column] => [column.id, column]),
  ...Object.entries(counts).map(([id, count]): [string, Column] => [id, countColumn(id, count)]),
]);

function fillRows(cell: HTMLElement, entry: TreeNode): void {
  const { actual, planned } = entry.node.rows;
  if (actual === null || entry.node.loops === 0) {
    fillMuted(cell, '–');
    return;
  }
  if (entry.stoppable && actual < planned)
    cell.append(element('span', { class: 'stopped', title: stopped, role: 'img', aria: { label: stopped } }, '⊣'));
  const factor = formatFactor(entry.factor);
  if (factor !== null && entry.factor !== null) {
    const off = Math.max(entry.factor, 1 / entry.factor);
    // Only where the misjudgement begins is worth the eye; what is above passes it on.
    const level = entry.factorFromBelow ? '' : off >= 100 ? ' bad' : off >= 10 ? ' poor' : '';
    const from = entry.factorFromBelow ? ', as a node below' : '';
    const description = `${describeFactor(entry.factor)}${from}`;
    const label = { label: description };
    cell.append(element('span', { class: `factor${level}`, title: description, role: 'img', aria: label }, factor));
  }
  fillCount(cell, actual);
}

const stopped = 'May have been stopped before its last row: what was planned and what came cannot be compared';

function fillBuffers(cell: HTMLElement, { node: { exclusive } }: TreeNode): void {
  const { sharedHit, sharedRead } = exclusive;
  if (sharedHit === null && sharedRead === null) {
    fillMuted(cell, '–');
    return;
  }
  const hit = sharedHit ?? 0;
  const read = sharedRead ?? 0;
  cell.title = `${formatExact(hit)} pages from shared buffers, ${formatExact(read)} read from outside`;
  if (read > 0) cell.append(element('span', { class: 'read' }, `${formatShare(read / (hit + read))} read`));
  fillCount(cell, hit + read);
}
