// What the plan took by table, by index and by kind of node.
import type { PlanNode } from '../../protocol.ts';
import { nodeType } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';

export interface StatisticsRow {
  readonly name: string;
  readonly nodes: number;
  /** Of the nodes themselves; null where the plan was not analysed. */
  readonly ms: number | null;
  /** Of the plan, 0 to 1: of its time, or of its cost where it was not analysed. */
  readonly share: number;
  readonly cost: number;
  /** Over all loops; null where the plan was not analysed. */
  readonly rows: number | null;
  /** Pages, found in memory or read; null where they were not counted. */
  readonly buffers: number | null;
}

export interface Statistics {
  readonly title: string;
  /** What is counted as one. */
  readonly column: string;
  /** Those that took most first. */
  readonly rows: readonly StatisticsRow[];
}

export function statisticsOf(tree: readonly TreeNode[]): readonly Statistics[] {
  const groups: readonly [title: string, column: string, nameOf: (node: PlanNode) => string | null][] = [
    ['By table', 'Table', ({ relation }) => relation],
    ['By index', 'Index', ({ index }) => index],
    ['By kind of node', 'Node', nodeType],
  ];
  return groups
    .map(([title, column, nameOf]) => ({ title, column, rows: rowsBy(tree, nameOf) }))
    .filter(({ rows }) => rows.length > 0);
}

function rowsBy(tree: readonly TreeNode[], nameOf: (node: PlanNode) => string | null): StatisticsRow[] {
  const groups = new Map<string, TreeNode[]>();
  for (const entry of tree) {
    const name = nameOf(entry.node);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return [...groups]
    .map(([name, entries]) => ({
      name,
      nodes: entries.length,
      ms: sum(entries, ({ node }) => node.exclusive.ms),
      share: sum(entries, ({ timeShare, costShare }) => timeShare ?? costShare) ?? 0,
      cost: sum(entries, ({ node }) => node.exclusive.cost) ?? 0,
      rows: sum(entries, ({ node }) => (node.rows.actual === null ? null : node.rows.actual * (node.loops ?? 0))),
      buffers: sum(entries, ({ node: { exclusive } }) =>
        exclusive.sharedHit === null ? null : exclusive.sharedHit + (exclusive.sharedRead ?? 0),
      ),
    }))
    .sort((a, b) => b.share - a.share);
}

/** Null when none of them has a value. */
function sum(entries: readonly TreeNode[], of: (entry: TreeNode) => number | null): number | null {
  const values = entries.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}
