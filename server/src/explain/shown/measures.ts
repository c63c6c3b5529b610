// What a plan can be coloured, cut and sorted by. Each is what nodes took by themselves, so that the parts add up.
import type { Exclusive, PlanNode, PlanReport } from '../../protocol.ts';
import { formatBytes, formatCost, formatCount, formatMs } from './format.ts';
import type { TreeNode } from './planTree.ts';

export type MeasureId = 'time' | 'cost' | 'rows' | 'buffers' | 'io' | 'ioTime' | 'wal';

export interface Measure {
  readonly id: MeasureId;
  readonly title: string;
  /** What is measured, for a tooltip. */
  readonly help: string;
  /** Null where the plan does not count it. */
  of(node: PlanNode): number | null;
  format(value: number): string;
}

const pages = (value: number): string => `${formatCount(value)} ${value === 1 ? 'page' : 'pages'}`;

/** All loops together; what came out, where it was counted, and what was planned elsewhere. */
const rowsOut = ({ rows, loops }: PlanNode): number => (rows.actual ?? rows.planned) * (loops ?? 1);

const cost: Measure = {
  id: 'cost',
  title: 'Cost',
  help: "The planner's estimate for the nodes themselves",
  of: ({ exclusive }) => exclusive.cost,
  format: formatCost,
};

export const measures: readonly Measure[] = [
  {
    id: 'time',
    title: 'Time',
    help: 'Time spent in the nodes themselves',
    of: ({ exclusive }) => exclusive.ms,
    format: formatMs,
  },
  cost,
  {
    id: 'rows',
    title: 'All rows',
    help: 'Rows that the nodes gave, over all loops',
    of: rowsOut,
    format: (value) => `${formatCount(value)} ${value === 1 ? 'row' : 'rows'}`,
  },
  {
    id: 'buffers',
    title: 'Buffers',
    help: 'Pages that the nodes themselves used, found in memory or read',
    of: ({ exclusive: { sharedHit, sharedRead, localHit, localRead } }) =>
      sharedHit === null && sharedRead === null
        ? null
        : (sharedHit ?? 0) + (sharedRead ?? 0) + (localHit ?? 0) + (localRead ?? 0),
    format: pages,
  },
  {
    id: 'io',
    title: 'Read and spilled',
    help: 'Pages that the nodes themselves read from outside of shared buffers, or wrote to temporary files and read again',
    of: ({ exclusive: { sharedRead, localRead, tempRead, tempWritten } }) =>
      sharedRead === null ? null : sharedRead + (localRead ?? 0) + (tempRead ?? 0) + (tempWritten ?? 0),
    format: pages,
  },
  {
    id: 'ioTime',
    title: 'I/O time',
    help: 'Time that the nodes themselves waited for reads and writes',
    of: ({ exclusive: { ioReadMs, ioWriteMs } }) =>
      ioReadMs === null && ioWriteMs === null ? null : (ioReadMs ?? 0) + (ioWriteMs ?? 0),
    format: formatMs,
  },
  {
    id: 'wal',
    title: 'WAL',
    help: 'What the nodes themselves wrote to the write-ahead log',
    of: ({ exclusive: { walBytes } }) => walBytes,
    format: formatBytes,
  },
];

/** Those of which the plan counts anything, the one to begin with first; that of the cost where there is nothing to count. */
export function measuresOf(report: PlanReport): readonly [Measure, ...Measure[]] {
  const [first, ...others] = measures.filter((measure) => report.nodes.some((node) => (measure.of(node) ?? 0) > 0));
  return first ? [first, ...others] : [cost];
}

/** Of all nodes together. */
export function wholeOf(tree: readonly TreeNode[], measure: Measure): number {
  return tree.reduce((sum, { node }) => sum + Math.max(0, measure.of(node) ?? 0), 0);
}

/** By id: the measure of each node with all below it. */
export function totals(tree: readonly TreeNode[], measure: Measure): Map<number, number> {
  const found = new Map<number, number>();
  // children come behind their parents
  for (const { node, parent } of [...tree].reverse()) {
    const own = Math.max(0, measure.of(node) ?? 0) + (found.get(node.id) ?? 0);
    found.set(node.id, own);
    if (parent) found.set(parent.node.id, (found.get(parent.node.id) ?? 0) + own);
  }
  return found;
}

/** How far off the time can be by rounding, in milliseconds; worth telling where it could change what one thinks of the node, else null. */
export function roundingError({ ms, msError }: Pick<Exclusive, 'ms' | 'msError'>): number | null {
  return ms !== null && msError >= 0.05 && msError > ms * 0.1 ? msError : null;
}
