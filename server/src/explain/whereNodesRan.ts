/**
 * Inside of which nodes of a plan the others ran. Mostly that is where they are shown, but not always: an InitPlan is shown below
 * the node that owns it and runs inside the one that first needs its value, and a CTE is shown below the query's top node and runs
 * inside the CTE Scans that read it.
 */
import type { JsonNode, PlacedNode } from './plan.ts';

/** A part of a node's amount, and the node inside of which it came up. */
export interface Part {
  readonly inside: number;
  readonly amount: number;
}

/**
 * For each node, inside which others it ran; empty for what ran inside none: the root.
 * @param amounts of each node with all that ran inside it: time, pages
 * @param range between what each amount lies; where they are exact, it is they
 */
export function whereNodesRan(
  placed: readonly PlacedNode[],
  amounts: readonly number[],
  range: { readonly least: readonly number[]; readonly most: readonly number[] } = { least: amounts, most: amounts },
): Part[][] {
  const ran: Part[][] = placed.map(({ id, parent, json }) =>
    parent === null || json['Parent Relationship'] === 'InitPlan' ? [] : [{ inside: parent, amount: amounts[id] ?? 0 }],
  );
  // what is left in each node for InitPlans and CTEs to have run in
  const own = [...amounts];
  const room = [...range.most];
  ran.forEach((parts, node) => {
    for (const { inside, amount } of parts) {
      own[inside] = (own[inside] ?? 0) - amount;
      room[inside] = (room[inside] ?? 0) - (range.least[node] ?? 0);
    }
  });
  const byOwn = (a: number, b: number): number => (own[b] ?? 0) - (own[a] ?? 0);

  // Inner ones first: what ran inside of them has left them before they are placed themselves.
  for (const { node, owner, readers, others } of elsewhereIn(placed).toReversed()) {
    let left = amounts[node.id] ?? 0;
    const into = (inside: number, most: number): void => {
      const amount = Math.min(left, most);
      if (amount <= 0) return;
      ran[node.id]?.push({ inside, amount });
      own[inside] = (own[inside] ?? 0) - amount;
      room[inside] = (room[inside] ?? 0) - amount;
      left -= amount;
    };
    const inOrder = readers.toSorted(byOwn);
    for (const reader of inOrder) into(reader, own[reader] ?? 0);
    for (const reader of inOrder) into(reader, room[reader] ?? 0);
    // A select list is not shown: the value may be needed in any node, most likely the one with the most time of its own.
    if (left > 0 && others.length > 0) {
      if ((room[owner] ?? 0) >= left) into(owner, left);
      if (left > 0) for (const other of others.toSorted(byOwn)) into(other, own[other] ?? 0);
    }
    // rounding
    if (!runsAfterTheRoot(node.json)) into(owner, left);
  }
  return ran;
}

/** A node that need not have run where it is shown. */
interface Elsewhere {
  readonly node: PlacedNode;
  readonly owner: number;
  /** The nodes that surely read it. */
  readonly readers: readonly number[];
  /** Those that may have. */
  readonly others: readonly number[];
}

const known = new WeakMap<readonly PlacedNode[], readonly Elsewhere[]>();

/** The InitPlans and CTEs, as they stand in the plan; the same for times and all counters. */
function elsewhereIn(placed: readonly PlacedNode[]): readonly Elsewhere[] {
  let found = known.get(placed);
  if (!found) {
    const ends = endsOf(placed);
    found = placed.flatMap((node) =>
      node.parent === null || node.json['Parent Relationship'] !== 'InitPlan'
        ? []
        : [elsewhere(node, node.parent, placed, ends)],
    );
    known.set(placed, found);
  }
  return found;
}

/** Behind the last node below each node: those below it stand right behind it. */
function endsOf(placed: readonly PlacedNode[]): number[] {
  const ends = placed.map(({ id }) => id + 1);
  for (const { id, parent } of placed.toReversed())
    if (parent !== null) ends[parent] = Math.max(ends[parent] ?? 0, ends[id] ?? 0);
  return ends;
}

function elsewhere(node: PlacedNode, owner: number, placed: readonly PlacedNode[], ends: readonly number[]): Elsewhere {
  const name = node.json['Subplan Name'] ?? '';
  const isWithinIt = (id: number): boolean => id >= node.id && id < (ends[node.id] ?? 0);
  const cte = /^CTE (.*)$/s.exec(name)?.[1];
  if (cte !== undefined) {
    const readers = placed.filter(
      ({ id, json }) => json['Node Type'] === 'CTE Scan' && json['CTE Name'] === cte && !isWithinIt(id),
    );
    return { node, owner, readers: readers.map(({ id }) => id), others: [] };
  }
  const below = placed.slice(owner, ends[owner]).filter(({ id }) => !isWithinIt(id));
  const references = referencesTo(name);
  const readers = below
    .filter(({ json }) => mentions(json, references))
    .map(({ id }) => highestGather(placed, id, owner) ?? id);
  const others = below.map(({ id }) => id).filter((id) => !crossesInitPlan(placed, id, owner));
  return { node, owner, readers: [...new Set(readers)], others };
}

/** `InitPlan 1 (returns $0,$1)` is written as `$0` in expressions; `InitPlan 1` (from 17 on) as `(InitPlan 1).col1`. */
function referencesTo(subplan: string): RegExp | null {
  const returns = /\(returns ([^)]*)\)/.exec(subplan)?.[1];
  const escaped = (text: string): string => text.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&');
  if (returns)
    return new RegExp(
      returns
        .split(',')
        .map((name) => `${escaped(name.trim())}(?!\\d)`)
        .join('|'),
    );
  return subplan ? new RegExp(`\\(${escaped(subplan)}\\)`) : null;
}

function mentions(json: JsonNode, references: RegExp | null): boolean {
  if (!references) return false;
  return Object.entries(json).some(([key, value]) => {
    if (key === 'Plans' || key === 'Subplan Name') return false;
    if (typeof value === 'string') return references.test(value);
    return Array.isArray(value) && value.some((item) => typeof item === 'string' && references.test(item));
  });
}

/** Workers are sent the values of InitPlans: the Gather above them has those computed before it starts them. */
function highestGather(placed: readonly PlacedNode[], id: number, owner: number): number | null {
  let highest: number | null = null;
  for (let at = placed[id]; at; at = at.id === owner || at.parent === null ? undefined : placed[at.parent])
    if (/^Gather/.test(at.json['Node Type'])) highest = at.id;
  return highest;
}

/** Whether the way up to `ancestor` leads through another InitPlan or CTE, which this one may itself depend on. */
function crossesInitPlan(placed: readonly PlacedNode[], id: number, ancestor: number): boolean {
  for (let at = placed[id]; at && at.id !== ancestor; at = placed[at.parent ?? ancestor])
    if (at.json['Parent Relationship'] === 'InitPlan') return true;
  return false;
}

/** A data-modifying WITH query is run to its end when the main query has ended, however much of it was read. */
function runsAfterTheRoot(json: JsonNode): boolean {
  return json['Node Type'] === 'ModifyTable';
}
