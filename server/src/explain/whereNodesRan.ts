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
    if (left > 0 && others !== null) {
      if ((room[owner] ?? 0) >= left) into(owner, left);
      if (left > 0) for (const other of others().toSorted(byOwn)) into(other, own[other] ?? 0);
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
  /** Those that may have; null: none. */
  readonly others: (() => number[]) | null;
}

const known = new WeakMap<readonly PlacedNode[], readonly Elsewhere[]>();

/** The InitPlans and CTEs, as they stand in the plan; the same for times and all counters. */
function elsewhereIn(placed: readonly PlacedNode[]): readonly Elsewhere[] {
  let found = known.get(placed);
  if (!found) {
    const places = placesOf(placed);
    found = placed.flatMap((node) =>
      node.parent === null || node.json['Parent Relationship'] !== 'InitPlan'
        ? []
        : [elsewhere(node, node.parent, placed, places)],
    );
    known.set(placed, found);
  }
  return found;
}

interface Places {
  /** Behind the last node below each node: those below it stand right behind it. */
  readonly ends: readonly number[];
  /** The nearest InitPlan or CTE that each node is in, itself among them; -1 for none. */
  readonly initPlans: readonly number[];
  /** The nodes that name a parameter (`$0`) or an InitPlan in a condition, and the scans of a CTE. */
  readonly mentions: ReadonlyMap<string, readonly number[]>;
}

function placesOf(placed: readonly PlacedNode[]): Places {
  const ends = placed.map(({ id }) => id + 1);
  for (const { id, parent } of placed.toReversed())
    if (parent !== null) ends[parent] = Math.max(ends[parent] ?? 0, ends[id] ?? 0);
  const initPlans: number[] = [];
  const mentions = new Map<string, number[]>();
  for (const { id, parent, json } of placed) {
    initPlans.push(json['Parent Relationship'] === 'InitPlan' ? id : parent === null ? -1 : (initPlans[parent] ?? -1));
    for (const name of mentionedIn(json)) {
      const nodes = mentions.get(name);
      if (nodes) nodes.push(id);
      else mentions.set(name, [id]);
    }
  }
  return { ends, initPlans, mentions };
}

/** `$0` before 17, `InitPlan 1` from then on, written as `(InitPlan 1).col1`; `CTE name`. */
function mentionedIn(json: JsonNode): Set<string> {
  const names = new Set<string>();
  if (json['Node Type'] === 'CTE Scan') names.add(`CTE ${json['CTE Name']}`);
  const read = (text: string): void => {
    for (const [whole, initPlan] of text.matchAll(/\$\d+|\((InitPlan [^()]+)\)/g)) names.add(initPlan ?? whole);
  };
  for (const [key, value] of Object.entries(json)) {
    if (key === 'Plans' || key === 'Subplan Name') continue;
    if (typeof value === 'string') read(value);
    else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') read(item);
  }
  return names;
}

function elsewhere(
  node: PlacedNode,
  owner: number,
  placed: readonly PlacedNode[],
  { ends, initPlans, mentions }: Places,
): Elsewhere {
  const name = node.json['Subplan Name'] ?? '';
  const isWithinIt = (id: number): boolean => id >= node.id && id < (ends[node.id] ?? 0);
  const isBelow = (id: number): boolean => id >= owner && id < (ends[owner] ?? 0);
  const naming = (names: readonly string[]): number[] =>
    names.flatMap((each) => mentions.get(each) ?? []).filter((id) => !isWithinIt(id));
  if (name.startsWith('CTE ')) return { node, owner, readers: naming([name]), others: null };
  const readers = naming(referencesTo(name))
    .filter(isBelow)
    .map((id) => highestGather(placed, id, owner) ?? id);
  const others = (): number[] =>
    placed
      .slice(owner, ends[owner])
      // one that is in another InitPlan may itself depend on this one
      .flatMap(({ id }) => (isWithinIt(id) || (initPlans[id] ?? -1) > owner ? [] : [id]));
  return { node, owner, readers: [...new Set(readers)], others };
}

/** `InitPlan 1 (returns $0,$1)` is written as `$0` in expressions; `InitPlan 1` (from 17 on) as `(InitPlan 1).col1`. */
function referencesTo(subplan: string): string[] {
  const returns = /\(returns ([^)]*)\)/.exec(subplan)?.[1];
  return returns === undefined ? [subplan] : returns.split(',').map((parameter) => parameter.trim());
}

/** Workers are sent the values of InitPlans: the Gather above them has those computed before it starts them. */
function highestGather(placed: readonly PlacedNode[], id: number, owner: number): number | null {
  let highest: number | null = null;
  for (let at = placed[id]; at; at = at.id === owner || at.parent === null ? undefined : placed[at.parent])
    if (/^Gather/.test(at.json['Node Type'])) highest = at.id;
  return highest;
}

/** A data-modifying WITH query is run to its end when the main query has ended, however much of it was read. */
function runsAfterTheRoot(json: JsonNode): boolean {
  return json['Node Type'] === 'ModifyTable';
}
