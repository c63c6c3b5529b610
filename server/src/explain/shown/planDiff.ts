// Two plans of one statement, node by node: which node of the one does the work of which of the other.
import type { PlanNode } from '../../protocol.ts';
import type { TreeNode } from './planTree.ts';

export interface PlanDiff {
  /** By id of the later plan: the node of the earlier one that did its work. */
  readonly before: ReadonlyMap<number, TreeNode>;
  /** Nodes of the earlier plan that no node of the later one stands for. */
  readonly gone: readonly TreeNode[];
}

export function diffPlans(earlier: readonly TreeNode[], later: readonly TreeNode[]): PlanDiff {
  const before = new Map<number, TreeNode>();
  const [a, b] = [earlier[0], later[0]];
  if (!a || !b) return { before, gone: earlier };
  const reads = new Map([...readBelow(earlier), ...readBelow(later)]);
  const stack: [TreeNode, TreeNode][] = [[a, b]];
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    let [old, now] = pair;
    // a step that one of them has around what both do: Gather, Sort, Materialize, Memoize …
    for (;;) {
      const inNow = onlyChild(now);
      const inOld = onlyChild(old);
      if (sameKind(old, now)) break;
      if (inNow && sameKind(old, inNow)) now = inNow;
      else if (inOld && sameKind(inOld, now)) old = inOld;
      else if (
        inNow &&
        inOld === null &&
        reads.get(inNow) === reads.get(old) &&
        old.children.length !== now.children.length
      )
        now = inNow;
      else if (
        inOld &&
        inNow === null &&
        reads.get(inOld) === reads.get(now) &&
        old.children.length !== now.children.length
      )
        old = inOld;
      else break;
    }
    before.set(now.node.id, old);
    stack.push(...pairs(old.children, now.children, reads));
  }
  const matched = new Set(before.values());
  return { before, gone: earlier.filter((entry) => !matched.has(entry)) };
}

const onlyChild = ({ children }: TreeNode): TreeNode | null => (children.length === 1 ? (children[0] ?? null) : null);

const sameKind = (a: TreeNode, b: TreeNode): boolean =>
  a.node.type === b.node.type && (a.node.alias ?? a.node.relation) === (b.node.alias ?? b.node.relation);

/** The children that fit one another best, each once. */
function pairs(
  old: readonly TreeNode[],
  now: readonly TreeNode[],
  reads: ReadonlyMap<TreeNode, string>,
): [TreeNode, TreeNode][] {
  if (old.length === 1 && now.length === 1) return [[old[0] as TreeNode, now[0] as TreeNode]];
  // an Append of thousands: by name
  if (old.length * now.length > 10_000) return byName(old, now);
  const fits = old
    .flatMap((a, i) => now.map((b, k) => ({ a, b, fit: fitOf(a, b, reads) - Math.abs(i - k) / 100 })))
    .filter(({ fit }) => fit > 0.5)
    .sort((x, y) => y.fit - x.fit);
  const taken = new Set<TreeNode>();
  return fits.flatMap(({ a, b }): [TreeNode, TreeNode][] => {
    if (taken.has(a) || taken.has(b)) return [];
    taken.add(a).add(b);
    return [[a, b]];
  });
}

function byName(old: readonly TreeNode[], now: readonly TreeNode[]): [TreeNode, TreeNode][] {
  const key = ({ node }: TreeNode): string => `${node.relation} ${node.alias} ${node.index}`;
  const known = new Map(old.map((entry) => [key(entry), entry]));
  return now.flatMap((entry): [TreeNode, TreeNode][] => {
    const found = known.get(key(entry));
    return found ? [[found, entry]] : [];
  });
}

function fitOf(a: TreeNode, b: TreeNode, reads: ReadonlyMap<TreeNode, string>): number {
  const same = <T>(x: T, y: T): boolean => x === y && x !== null;
  return (
    (same(a.node.subplan, b.node.subplan) ? 4 : 0) +
    (reads.get(a) === reads.get(b) ? 3 : 0) +
    (same(a.node.alias, b.node.alias) ? 2 : 0) +
    (same(a.node.relation, b.node.relation) ? 1 : 0) +
    (a.node.type === b.node.type ? 1 : 0)
  );
}

/** What is read at a node and below, whatever the order of joins: a sum over the names. */
function readBelow(tree: readonly TreeNode[]): Map<TreeNode, string> {
  const sums = new Map<TreeNode, [sum: number, count: number]>();
  for (const entry of [...tree].reverse()) {
    const own = nameHash(entry.node);
    const [sum, count] = sums.get(entry) ?? [0, 0];
    const all: [number, number] = [(sum + own) >>> 0, count + (own === 0 ? 0 : 1)];
    sums.set(entry, all);
    if (entry.parent) {
      const [above, many] = sums.get(entry.parent) ?? [0, 0];
      sums.set(entry.parent, [(above + all[0]) >>> 0, many + all[1]]);
    }
  }
  return new Map([...sums].map(([entry, [sum, count]]) => [entry, `${count} ${sum}`]));
}

function nameHash({ relation, alias }: PlanNode): number {
  const name = alias ?? relation;
  if (name === null) return 0;
  let hash = 2_166_136_261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619) >>> 0;
  return hash;
}
