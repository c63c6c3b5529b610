/**
 * What each node of a plan took by itself. Postgres counts every node with all that ran inside it, so a node's own share is
 * its count less those of the nodes that ran inside it. Where a node ran is mostly, but not always, where it is shown: an
 * InitPlan is shown below the node that owns it and runs inside the one that first needs its value, and a CTE is shown
 * below the query's top node and runs inside the CTE Scans that read it.
 */
import type { JsonNode, PlacedNode } from './plan.ts';

export interface Share {
  /** Elapsed, all loops together; null where the plan has no timing. */
  readonly inclusive: number | null;
  readonly exclusive: number | null;
  /** How far off the exclusive time can be, because Postgres rounds what it prints for a loop; 0 where there is no timing. */
  readonly error: number;
}

/** Half of the last digit that Postgres prints: milliseconds with three decimals. */
const halfDigit = 0.0005;

/**
 * Milliseconds. The exclusive times add up to the root's inclusive time (plus that of data-modifying WITH queries that
 * nothing reads: Postgres runs those after the root has ended). The averages that Postgres prints are rounded, so the
 * children of a node can seem to have taken longer than the node: then they are scaled to fit.
 */
export function exclusiveTimes(placed: readonly PlacedNode[]): Share[] {
  const inclusive = placed.map(() => null as number | null);
  const processes = placed.map(() => 1);
  for (const { id, parent, json } of placed) {
    if (parent !== null) processes[id] = processesOf(placed[parent] as PlacedNode, json, processes[parent] ?? 1);
    const time = json['Actual Total Time'];
    if (time !== undefined) inclusive[id] = (time * (json['Actual Loops'] ?? 1)) / (processes[id] ?? 1);
  }
  if (inclusive[0] === null) return placed.map(() => ({ inclusive: null, exclusive: null, error: 0 }));
  const amounts = inclusive.map((ms) => ms ?? 0);
  const ran = whereNodesRan(placed, amounts);
  const exclusive = subtractScaled(placed, amounts, ran);
  const errors = placed.map(({ id, json }) => (halfDigit * (json['Actual Loops'] ?? 1)) / (processes[id] ?? 1));
  const error = [...errors];
  // what is taken off brings its own error along
  ran.forEach((parts, node) => {
    for (const { inside } of parts) error[inside] = (error[inside] ?? 0) + (errors[node] ?? 0);
  });
  return placed.map(({ id }) => ({
    inclusive: inclusive[id] ?? 0,
    exclusive: exclusive[id] ?? 0,
    error: Math.min(error[id] ?? 0, inclusive[id] ?? 0),
  }));
}

/**
 * Blocks, bytes, records and the milliseconds of I/O: those of parallel workers are added to the leader's, and whole numbers
 * are exact. Null where the plan does not count them.
 */
export function exclusiveCounts(placed: readonly PlacedNode[], key: string): (number | null)[] {
  const countOf = (json: JsonNode): number => (typeof json[key] === 'number' ? (json[key] as number) : 0);
  const root = placed[0]?.json[key];
  if (root === undefined) return placed.map(() => null);
  const amounts = placed.map(({ json }) => countOf(json));
  if (amounts.every((amount) => amount === 0)) return amounts;
  const ran = whereNodesRan(placed, amounts);
  const own = [...amounts];
  for (const { inside, amount } of ran.flat()) own[inside] = (own[inside] ?? 0) - amount;
  return own.map((blocks) => Math.max(0, blocks));
}

/** The planner's units. The exclusive costs add up to the root's total cost; children are scaled to fit below a Limit. */
export function exclusiveCosts(placed: readonly PlacedNode[]): number[] {
  const amounts = placed.map(({ json }) => json['Total Cost'] ?? 0);
  for (const { children, json } of placed) {
    // the inner side's cost is that of one scan of it
    if (json['Node Type'] !== 'Nested Loop') continue;
    const sides = children.map((id) => placed[id] as PlacedNode);
    const outer = sides.find((side) => side.json['Parent Relationship'] === 'Outer');
    const inner = sides.find((side) => side.json['Parent Relationship'] === 'Inner');
    if (!outer || !inner || ['Materialize', 'Memoize'].includes(inner.json['Node Type'])) continue;
    amounts[inner.id] = (amounts[inner.id] ?? 0) * Math.max(1, outer.json['Plan Rows'] ?? 1);
  }
  // the planner charges a CTE or InitPlan to the node that it is shown below
  const ran = placed.map(({ id, parent }) => (parent === null ? [] : [{ inside: parent, amount: amounts[id] ?? 0 }]));
  return subtractScaled(placed, amounts, ran);
}

/** How many processes ran a node side by side: its loops are counted, and its times averaged, over all of them. */
function processesOf(parent: PlacedNode, json: JsonNode, parentProcesses: number): number {
  // the leader runs an InitPlan or CTE alone, unless workers each own one
  if (json['Parent Relationship'] === 'InitPlan') return (json['Actual Loops'] ?? 1) > 1 ? parentProcesses : 1;
  const gathers = parent.json['Node Type'] === 'Gather' || parent.json['Node Type'] === 'Gather Merge';
  if (!gathers || json['Parent Relationship'] === 'SubPlan') return parentProcesses;
  const times = parent.json['Actual Loops'] ?? 1;
  return Math.max(1, times > 0 ? (json['Actual Loops'] ?? 1) / times : 1);
}

/** A part of a node's amount, and the node inside of which it came up. */
interface Part {
  readonly inside: number;
  readonly amount: number;
}

/** For each node, inside which others it ran; empty for what ran inside none: the root. */
function whereNodesRan(placed: readonly PlacedNode[], amounts: readonly number[]): Part[][] {
  const ran: Part[][] = placed.map(({ id, parent, json }) =>
    parent === null || json['Parent Relationship'] === 'InitPlan' ? [] : [{ inside: parent, amount: amounts[id] ?? 0 }],
  );
  // what is left in each node for InitPlans and CTEs to have run in
  const own = [...amounts];
  for (const { inside, amount } of ran.flat()) own[inside] = (own[inside] ?? 0) - amount;

  // Inner ones first: what ran inside of them has left them before they are placed themselves.
  for (const node of [...placed].reverse()) {
    if (node.parent === null || node.json['Parent Relationship'] !== 'InitPlan') continue;
    let left = amounts[node.id] ?? 0;
    for (const reader of readersOf(node, left, placed, own)) {
      const amount = Math.min(left, Math.max(0, own[reader] ?? 0));
      if (amount <= 0) continue;
      ran[node.id]?.push({ inside: reader, amount });
      own[reader] = (own[reader] ?? 0) - amount;
      left -= amount;
    }
    if (left <= 0 || runsAfterTheRoot(node.json)) continue;
    // rounding: it goes to the owner
    ran[node.id]?.push({ inside: node.parent, amount: left });
    own[node.parent] = (own[node.parent] ?? 0) - left;
  }
  return ran;
}

/** The nodes in which an InitPlan or CTE can have run, the likeliest first. */
function readersOf(node: PlacedNode, amount: number, placed: readonly PlacedNode[], own: readonly number[]): number[] {
  const name = node.json['Subplan Name'] ?? '';
  const byShare = (a: number, b: number): number => (own[b] ?? 0) - (own[a] ?? 0);
  const cte = /^CTE (.*)$/s.exec(name)?.[1];
  const others = placed.filter(({ id }) => !isWithin(placed, id, node.id));
  if (cte !== undefined) {
    return others
      .filter(({ json }) => json['Node Type'] === 'CTE Scan' && json['CTE Name'] === cte)
      .map(({ id }) => id)
      .sort(byShare);
  }
  const owner = node.parent as number;
  const below = others.filter(({ id }) => isWithin(placed, id, owner));
  const references = referencesTo(name);
  const mentioned = below
    .filter(({ json }) => mentions(json, references))
    .map(({ id }) => highestGather(placed, id, owner) ?? id);
  // a select list is not shown: the value may be needed in any node, most likely the one with the most time of its own
  const rest = below
    .map(({ id }) => id)
    .filter((id) => !crossesInitPlan(placed, id, owner))
    .sort(byShare);
  const ownerFirst = (own[owner] ?? 0) >= amount ? [owner] : [];
  return [...new Set([...mentioned.sort(byShare), ...ownerFirst, ...rest])];
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

function isWithin(placed: readonly PlacedNode[], id: number, ancestor: number): boolean {
  for (let at: number | null = id; at !== null; at = placed[at]?.parent ?? null) if (at === ancestor) return true;
  return false;
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

/** Each amount less what ran inside it; from the root down, parts are scaled where they exceed what holds them. */
function subtractScaled(placed: readonly PlacedNode[], amounts: readonly number[], ran: readonly Part[][]): number[] {
  const partsInside: { node: number; amount: number }[][] = placed.map(() => []);
  ran.forEach((parts, node) => {
    for (const { inside, amount } of parts) partsInside[inside]?.push({ node, amount });
  });
  const granted = placed.map(() => 0);
  const awaited = ran.map((parts) => parts.length);
  const exclusive = placed.map(() => 0);
  const ready = placed.filter(({ id }) => awaited[id] === 0).map(({ id }) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    // what ran inside nothing keeps its whole amount; a part that ran after the root is its remainder
    const placedParts = ran[id]?.reduce((sum, { amount }) => sum + amount, 0) ?? 0;
    const total = (granted[id] ?? 0) + Math.max(0, (amounts[id] ?? 0) - placedParts);
    const parts = partsInside[id] ?? [];
    const inside = parts.reduce((sum, { amount }) => sum + amount, 0);
    const scale = inside > total ? total / inside : 1;
    exclusive[id] = Math.max(0, total - inside * scale);
    for (const { node, amount } of parts) {
      granted[node] = (granted[node] ?? 0) + amount * scale;
      awaited[node] = (awaited[node] ?? 1) - 1;
      if (awaited[node] === 0) ready.push(node);
    }
  }
  return exclusive;
}
