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
  const rows: TreeNode[] = [];
  type Open = TreeNode & { children: TreeNode[] };
  const add = (entry: TreeNode, parent: Open | null, place: number, siblings: number): Open => {
    const made: Open = { ...entry, parent, place, siblings, level: parent ? parent.level + 1 : 1, children: [] };
    parent?.children.push(made);
    rows.push(made);
    return made;
  };
  const stack: { entry: TreeNode; parent: Open | null; place: number; siblings: number }[] = [];
  for (const root of tree.filter(({ parent }) => parent === null).reverse())
    stack.push({ entry: root, parent: null, place: 1, siblings: 1 });
  for (let next = stack.pop(); next; next = stack.pop()) {
    const made = add(next.entry, next.parent, next.place, next.siblings);
    const children = isAlikeRow(next.entry) ? next.entry.members : withGroups(next.entry, groups);
    for (const [i, child] of [...children.entries()].reverse())
      stack.push({ entry: child, parent: made, place: i + 1, siblings: children.length });
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

/** A number for each node, the same for those with the same kinds of nodes below them; names and figures do not count. */
function shapesOf(tree: readonly TreeNode[]): ReadonlyMap<TreeNode, number> {
  const numbers = new Map<string, number>();
  const shapes = new Map<TreeNode, number>();
  // children come behind their parents
  for (const entry of [...tree].reverse()) {
    const { node } = entry;
    const below = entry.children.map((child) => (child.findings.length > 0 ? -1 - child.node.id : shapes.get(child)));
    const own = [nodeType(node), node.subplan, node.loops === 0, node.relation === null, node.index === null];
    const text = JSON.stringify([...own, ...below]);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    shapes.set(entry, known);
  }
  return shapes;
}

function withGroups(parent: TreeNode, groups: Groups): readonly TreeNode[] {
  const inGroup = new Set(parent.children.flatMap((child) => groups.get(child)?.slice(1) ?? []));
  return parent.children.flatMap((child) => {
    const members = groups.get(child);
    return members ? [rowFor(members, parent)] : inGroup.has(child) ? [] : [child];
  });
}

function rowFor(members: readonly TreeNode[], parent: TreeNode): AlikeRow {
  const [first] = members as readonly [TreeNode, ...TreeNode[]];
  const all = members.flatMap(below);
  const sum = (of: (node: PlanNode) => number | null, over: readonly TreeNode[]): number | null => {
    const values = over.map(({ node }) => of(node)).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
  };
  const exclusive = Object.fromEntries(
    Object.keys(first.node.exclusive).map((key) => [
      key,
      sum(({ exclusive: own }) => own[key as keyof typeof own] ?? null, all),
    ]),
  ) as unknown as PlanNode['exclusive'];
  const inclusive = { ms: exclusive.ms, cost: exclusive.cost };
  const actual = sum(({ rows, loops }) => (rows.actual === null ? null : rows.actual * (loops ?? 1)), members);
  const planned = sum(({ rows, loops }) => rows.planned * (loops ?? 1), members) ?? 0;
  const node: PlanNode = {
    id: -1 - first.node.id,
    parent: parent.node.id,
    type: `${members.length} alike: ${nodeType(first.node)}`,
    relation: null,
    alias: first.node.relation === null ? null : `${first.node.relation} … ${members.at(-1)?.node.relation}`,
    index: null,
    subplan: null,
    details: rangesOf(members),
    rows: { planned, actual },
    loops: first.node.loops === null ? null : first.node.loops === 0 ? 0 : 1,
    inclusive,
    exclusive,
    range: null,
  };
  return {
    ...first,
    node,
    children: members,
    members,
    factor: null,
    factorFromBelow: false,
    findings: [],
    timeShare: first.timeShare === null ? null : all.reduce((total, { timeShare }) => total + (timeShare ?? 0), 0),
    costShare: all.reduce((total, { costShare }) => total + costShare, 0),
  };
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
