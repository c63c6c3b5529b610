// The plan as a tree that can be folded: which rows are visible, how much of the whole each took, and how far the
// planner's row estimates were off. Pure functions over the report; knows nothing of the browser.
import type { PlanFinding, PlanNode, PlanReport } from '../../protocol.ts';
import { detail } from './nodeText.ts';

export interface TreeNode {
  readonly node: PlanNode;
  /** 1 for the root, as `aria-level` counts. */
  readonly level: number;
  readonly parent: TreeNode | null;
  readonly children: readonly TreeNode[];
  /** 1-based place among its siblings, and how many there are. */
  readonly place: number;
  readonly siblings: number;
  /** Exclusive time as a part of the plan's, 0 to 1; null when not analysed. */
  readonly timeShare: number | null;
  /** Exclusive cost as a part of the plan's, 0 to 1. */
  readonly costShare: number;
  /** Whether it may have been stopped before its last row, by a LIMIT above for example. */
  readonly stoppable: boolean;
  /** See {@link rowsFactor}. */
  readonly factor: number | null;
  /** A node below is off the same way and nearly as far: that is where to look, this one only passes it on. */
  readonly factorFromBelow: boolean;
  readonly findings: readonly PlanFinding[];
}

/** Every node of the report in its order (depth first), linked up. Walks without recursion: plans can be deep. */
export function buildTree(report: PlanReport): readonly TreeNode[] {
  const totalMs = sum(report.nodes.map((node) => node.exclusive.ms ?? 0));
  const totalCost = sum(report.nodes.map((node) => node.exclusive.cost));
  const findings = new Map<number, PlanFinding[]>();
  for (const finding of report.findings) {
    const known = findings.get(finding.node);
    if (known) known.push(finding);
    else findings.set(finding.node, [finding]);
  }
  const childCount = new Map<number, number>();
  for (const { parent } of report.nodes) if (parent !== null) childCount.set(parent, (childCount.get(parent) ?? 0) + 1);

  const byIndex: (TreeNode & { children: TreeNode[]; factorFromBelow: boolean })[] = [];
  for (const node of report.nodes) {
    // A parent comes before its children; anything else would be a broken report and becomes a root of its own.
    const parent = node.parent === null ? null : (byIndex[node.parent] ?? null);
    const stoppable = mayStopEarly(node, parent);
    const entry = {
      node,
      level: parent === null ? 1 : parent.level + 1,
      parent,
      children: [] as TreeNode[],
      place: parent === null ? 1 : parent.children.length + 1,
      siblings: node.parent === null ? 1 : (childCount.get(node.parent) ?? 1),
      timeShare: node.exclusive.ms === null ? null : share(node.exclusive.ms, totalMs),
      costShare: share(node.exclusive.cost, totalCost),
      stoppable,
      factor: rowsFactor(node, stoppable),
      factorFromBelow: false,
      findings: findings.get(node.id) ?? [],
    };
    parent?.children.push(entry);
    byIndex.push(entry);
  }
  for (const entry of byIndex)
    entry.factorFromBelow = entry.children.some((child) => explains(child.factor, entry.factor));
  return byIndex;
}

/** Whether `below` is off in the same direction as `above`, and by half as much at least. */
function explains(below: number | null, above: number | null): boolean {
  if (below === null || above === null) return false;
  return above >= 1 ? below >= 2 && below >= above / 2 : below <= 0.5 && below <= above * 2;
}

/** The rows that show when the nodes in `collapsed` (by id) hide what is below them. */
export function visibleRows(tree: readonly TreeNode[], collapsed: ReadonlySet<number>): readonly TreeNode[] {
  const hidden = new Set<TreeNode>();
  const rows: TreeNode[] = [];
  for (const entry of tree) {
    if (entry.parent !== null && (hidden.has(entry.parent) || collapsed.has(entry.parent.node.id))) hidden.add(entry);
    else rows.push(entry);
  }
  return rows;
}

/** The ids that must be unfolded for `entry` to show: all above it. */
export function ancestors(entry: TreeNode): readonly number[] {
  const ids: number[] = [];
  for (let above = entry.parent; above !== null; above = above.parent) ids.push(above.node.id);
  return ids;
}

/**
 * How many times more (> 1) or fewer (< 1) rows came than were planned, a loop. Null where that says nothing: not
 * analysed, never run, or fewer rows than planned from a node that may have been stopped before its end.
 * Counts below one row are taken as one, as Postgres never plans for fewer.
 */
export function rowsFactor(node: PlanNode, stoppedEarly: boolean): number | null {
  const { planned, actual } = node.rows;
  if (actual === null || node.loops === null || node.loops === 0) return null;
  const factor = Math.max(actual, 1) / Math.max(planned, 1);
  return stoppedEarly && factor < 1 ? null : factor;
}

/** These read all of their input before they give their first row, so a LIMIT above cannot cut their input short. */
const readsAllFirst = new Set(['Sort', 'Hash', 'Bitmap Heap Scan', 'ModifyTable']);

function readsAllInput(node: PlanNode): boolean {
  if (node.type !== 'Aggregate') return readsAllFirst.has(node.type);
  const strategy = detail(node, 'Strategy');
  return strategy === 'Plain' || strategy === 'Hashed';
}

/** Whether whoever reads this node may stop before its last row. Doubt counts as yes. */
function mayStopEarly(node: PlanNode, parent: TreeNode | null): boolean {
  if (parent === null) return false;
  // EXISTS stops at the first row, and a CTE runs only as far as it is read.
  if (node.subplan !== null) return true;
  const { type } = parent.node;
  // A merge join stops when either side ends; semi and anti joins stop at the first match.
  if (type === 'Limit' || type === 'Merge Join') return true;
  if (/Semi|Anti/.test(detail(parent.node, 'Join Type') ?? '')) return true;
  return readsAllInput(parent.node) ? false : parent.stoppable;
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + Math.max(0, number), 0);
}
