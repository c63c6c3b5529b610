// Children of a node that are alike, as partitions are: one row for all of them, that can be unfolded.
import type { PlanNode } from '../../protocol.ts';
import { formatMs } from './format.ts';
import { nodeType } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';

/** Fewer are not worth a row of their own. */
const fewest = 4;
/** What takes more of the plan is to be seen by itself. */
const small = 0.15;

/** A row that stands for several. Its node is no node of the plan: figures are sums, the id is negative. */
export interface AlikeRow extends TreeNode {
  readonly members: readonly TreeNode[];
}

export const isAlikeRow = (entry: TreeNode): entry is AlikeRow => 'members' in entry;

/**
 * The same tree with rows for children that are alike, and those below them. What has a finding, and what took much, stands by
 * itself.
 * @returns all rows in the tree's order; the ids of the rows that stand for others are negative
 */
export function foldAlike(tree: readonly TreeNode[]): readonly TreeNode[] {
  const groups = groupsOf(tree);
  if (groups.size === 0) return tree;
  const grouped = new Set([...groups.keys()].map(({ parent }) => parent));
  const rows: TreeNode[] = [];
  type Open = TreeNode & { children: TreeNode[] };
  const open: { entry: TreeNode; parent: Open | null; place: number; siblings: number }[] = [];
  // the first child is taken first
  const push = (entries: readonly TreeNode[], parent: Open | null): void => {
    for (let i = entries.length - 1; i >= 0; i--)
      open.push({ entry: entries[i] as TreeNode, parent, place: i + 1, siblings: entries.length });
  };
  push(
    tree.filter(({ parent }) => parent === null),
    null,
  );
  for (let next = open.pop(); next; next = open.pop()) {
    const { entry, parent, place, siblings } = next;
    const made: Open = { ...entry, parent, level: parent ? parent.level + 1 : 1, place, siblings, children: [] };
    parent?.children.push(made);
    rows.push(made);
    push(grouped.has(entry) ? withGroups(entry, groups) : entry.children, made);
  }
  return rows;
}

/** By its first member. */
type Groups = ReadonlyMap<TreeNode, readonly TreeNode[]>;

function groupsOf(tree: readonly TreeNode[]): Groups {
  const shapes = shapesOf(tree);
  const groups = new Map<TreeNode, TreeNode[]>();
  for (const { children } of tree) {
    if (children.length < fewest) continue;
    const byShape = new Map<number, TreeNode[]>();
    for (const child of children) {
      if (child.findings.length > 0 || (child.timeShare ?? child.costShare) >= small) continue;
      const shape = shapes.get(child) ?? 0;
      const known = byShape.get(shape);
      if (known) known.push(child);
      else byShape.set(shape, [child]);
    }
    for (const members of byShape.values()) if (members.length >= fewest && members[0]) groups.set(members[0], members);
  }
  return groups;
}

/** What tells kinds of nodes apart besides their type. */
const kinds = new Set([
  'Strategy',
  'Partial Mode',
  'Parallel Aware',
  'Scan Direction',
  'Operation',
  'Command',
  'Join Type',
]);

/** A number for each node, the same for those with the same kinds of nodes below them; names and figures do not count. */
function shapesOf(tree: readonly TreeNode[]): ReadonlyMap<TreeNode, number> {
  const numbers = new Map<string, number>();
  const shapes = new Map<TreeNode, number>();
  // children come behind their parents
  for (let i = tree.length - 1; i >= 0; i--) {
    const entry = tree[i] as TreeNode;
    const { node } = entry;
    const flags = (node.loops === 0 ? 1 : 0) + (node.relation === null ? 2 : 0) + (node.index === null ? 4 : 0);
    let text = `${node.type}\n${node.subplan ?? ''}\n${flags}`;
    for (const [label, value] of node.details) if (kinds.has(label)) text += `\n${value}`;
    // what has a finding is like no other
    for (const child of entry.children)
      text += ` ${child.findings.length > 0 ? -1 - child.node.id : shapes.get(child)}`;
    let number = numbers.get(text);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(text, number);
    }
    shapes.set(entry, number);
  }
  return shapes;
}

/** The children, with one row for those that are alike. */
function withGroups(parent: TreeNode, groups: Groups): readonly TreeNode[] {
  const inGroup = new Set<TreeNode>();
  for (const child of parent.children) for (const member of groups.get(child) ?? []) inGroup.add(member);
  return parent.children.flatMap((child) => {
    const members = groups.get(child);
    return members ? [rowFor(members, parent)] : inGroup.has(child) ? [] : [child];
  });
}

function rowFor(members: readonly TreeNode[], parent: TreeNode): AlikeRow {
  const [first] = members as readonly [TreeNode, ...TreeNode[]];
  const node: PlanNode = {
    id: -1 - first.node.id,
    parent: parent.node.id,
    type: `${members.length} alike: ${nodeType(first.node)}`,
    relation: null,
    alias: first.node.relation === null ? null : `${first.node.relation} … ${members.at(-1)?.node.relation}`,
    index: null,
    subplan: null,
    details: rangesOf(members),
    rows: rowsOf(members),
    loops: first.node.loops === null ? null : first.node.loops === 0 ? 0 : 1,
    inclusive: { ms: null, cost: 0 },
    exclusive: first.node.exclusive,
    range: null,
  };
  const exclusive: Record<string, number | null> = { ...first.node.exclusive };
  const keys = Object.keys(exclusive) as (keyof PlanNode['exclusive'])[];
  for (const key of keys) exclusive[key] = null;
  let timeShare = 0;
  let costShare = 0;
  for (const root of members)
    for (const entry of below(root)) {
      timeShare += entry.timeShare ?? 0;
      costShare += entry.costShare;
      for (const key of keys) {
        const value = entry.node.exclusive[key] ?? null;
        if (value !== null) exclusive[key] = (exclusive[key] ?? 0) + value;
      }
    }
  const own = exclusive as unknown as PlanNode['exclusive'];
  return {
    ...first,
    node: { ...node, exclusive: own, inclusive: { ms: own.ms, cost: own.cost } },
    parent,
    children: members,
    members,
    factor: null,
    factorFromBelow: false,
    findings: [],
    timeShare: first.timeShare === null ? null : timeShare,
    costShare,
  };
}

/** Of all loops. */
function rowsOf(members: readonly TreeNode[]): PlanNode['rows'] {
  let planned = 0;
  let actual: number | null = null;
  for (const { node } of members) {
    planned += node.rows.planned * (node.loops ?? 1);
    if (node.rows.actual !== null) actual = (actual ?? 0) + node.rows.actual * (node.loops ?? 1);
  }
  return { planned, actual };
}

/** From the least to the most of them. */
function rangesOf(members: readonly TreeNode[]): [label: string, text: string][] {
  const details: [string, string][] = [];
  const times = members.flatMap(({ node }) => (node.inclusive.ms === null ? [] : [node.inclusive.ms]));
  if (times.length > 0) details.push(['Time of one', spread(times, formatMs)]);
  const rows = members.flatMap(({ node }) => (node.rows.actual === null || node.loops === 0 ? [] : [node.rows.actual]));
  if (rows.length > 0) details.push(['Rows of one', spread(rows, (value) => value.toLocaleString('en-US'))]);
  return details;
}

function spread(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  return least === most ? format(least) : `${format(least)} to ${format(most)}`;
}

/** With all below it. */
function below(root: TreeNode): readonly TreeNode[] {
  const all: TreeNode[] = [];
  const stack = [root];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    all.push(entry);
    stack.push(...entry.children);
  }
  return all;
}
