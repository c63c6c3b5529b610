/**
 * What each node of a plan took by itself. Postgres counts every node with all that ran inside it, so a node's own share is
 * its count less those of the nodes that ran inside it.
 */
import type { JsonNode, PlacedNode } from './plan.ts';
import { type Part, whereNodesRan } from './whereNodesRan.ts';

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
  const errors = placed.map(({ id, json }) => (halfDigit * (json['Actual Loops'] ?? 1)) / (processes[id] ?? 1));
  // of a task of Citus nothing is told: it took what its plan took
  for (const { id, children } of placed.toReversed()) {
    if (inclusive[id] !== null) continue;
    inclusive[id] = children.reduce((sum, child) => sum + (inclusive[child] ?? 0), 0);
    errors[id] = children.reduce((sum, child) => sum + (errors[child] ?? 0), 0);
  }
  const amounts = raised(
    placed,
    inclusive.map((ms) => ms ?? 0),
    errors,
  );
  const least = inclusive.map((ms, id) => Math.max(0, (ms ?? 0) - (errors[id] ?? 0)));
  const most = inclusive.map((ms, id) => (ms ?? 0) + (errors[id] ?? 0));
  const ran = whereNodesRan(placed, amounts, { least, most });
  const doubts = amounts.map((ms, id) => ms - (least[id] ?? 0));
  const { order, exclusive, partsInside } = subtractScaled(placed, amounts, ran, doubts);
  const bounds = boundsOf(order, { least, most }, partsInside);
  return placed.map(({ id }) => {
    const own = exclusive[id] ?? 0;
    const { least, most } = bounds[id] as Bounds;
    return { inclusive: amounts[id] ?? 0, exclusive: own, error: Math.max(own - least, most - own) };
  });
}

/**
 * A node that runs often and is quick is printed as 0.000 ms, and can still have taken 20 ms in 40,000 loops: it took as long as
 * what ran inside it, as far as rounding allows.
 */
function raised(placed: readonly PlacedNode[], inclusive: readonly number[], errors: readonly number[]): number[] {
  const amounts = [...inclusive];
  for (const { id, children } of [...placed].reverse()) {
    const inside = children
      .filter((child) => placed[child]?.json['Parent Relationship'] !== 'InitPlan')
      .reduce((sum, child) => sum + (amounts[child] ?? 0), 0);
    const own = amounts[id] ?? 0;
    if (inside > own) amounts[id] = Math.min(inside, own + (errors[id] ?? 0));
  }
  return amounts;
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
  return subtractScaled(placed, amounts, ran).exclusive;
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

/**
 * Each amount less what ran inside it. From the root down, parts are made smaller where they exceed what holds them: first by
 * what rounding can have made them larger, then in proportion.
 */
function subtractScaled(
  placed: readonly PlacedNode[],
  amounts: readonly number[],
  ran: readonly Part[][],
  doubts: readonly number[] = [],
): { readonly exclusive: number[]; readonly order: number[]; readonly partsInside: HeldPart[][] } {
  const partsInside = partsByHolder(ran);
  const granted = placed.map(() => 0);
  const awaited = ran.map((parts) => parts.length);
  const exclusive = placed.map(() => 0);
  const order: number[] = [];
  const ready = placed.filter(({ id }) => awaited[id] === 0).map(({ id }) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id);
    // what ran inside nothing keeps its whole amount; a part that ran after the root is its remainder
    const placedParts = ran[id]?.reduce((sum, { amount }) => sum + amount, 0) ?? 0;
    const total = (granted[id] ?? 0) + Math.max(0, (amounts[id] ?? 0) - placedParts);
    const parts = partsInside[id] ?? [];
    const inside = parts.reduce((sum, { amount }) => sum + amount, 0);
    const excess = Math.max(0, inside - total);
    const doubt = parts.reduce((sum, { node, amount }) => sum + Math.min(doubts[node] ?? 0, amount), 0);
    const ofDoubt = doubt > 0 ? Math.min(1, excess / doubt) : 0;
    const certain = inside - doubt * ofDoubt;
    const scale = certain > total ? total / certain : 1;
    exclusive[id] = Math.max(0, total - certain * scale);
    for (const { node, amount } of parts) {
      const less = Math.min(doubts[node] ?? 0, amount) * ofDoubt;
      granted[node] = (granted[node] ?? 0) + (amount - less) * scale;
      awaited[node] = (awaited[node] ?? 1) - 1;
      if (awaited[node] === 0) ready.push(node);
    }
  }
  return { exclusive, order, partsInside };
}

/** What ran inside a node: another one, or a part of it. */
interface HeldPart {
  readonly node: number;
  readonly amount: number;
  readonly isWhole: boolean;
}

function partsByHolder(ran: readonly Part[][]): HeldPart[][] {
  const inside: HeldPart[][] = ran.map(() => []);
  ran.forEach((parts, node) => {
    for (const part of parts) inside[part.inside]?.push({ node, amount: part.amount, isWhole: parts.length === 1 });
  });
  return inside;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Between what each node's own time lies: what is printed is rounded, but no node took less than what ran inside it, and none
 * more than what it ran inside of leaves.
 * @param order those that others ran inside of first
 */
function boundsOf(
  order: readonly number[],
  printed: { readonly least: readonly number[]; readonly most: readonly number[] },
  inside: readonly (readonly HeldPart[])[],
): Bounds[] {
  const least = [...printed.least];
  const most = [...printed.most];
  const error = (node: number): number => ((printed.most[node] ?? 0) - (printed.least[node] ?? 0)) / 2;
  const leastOf = ({ node, amount, isWhole }: HeldPart): number =>
    isWhole ? (least[node] ?? 0) : Math.max(0, amount - error(node));
  const mostOf = ({ node, amount, isWhole }: HeldPart): number => (isWhole ? (most[node] ?? 0) : amount + error(node));
  const sumOfLeast = (id: number): number => (inside[id] ?? []).reduce((sum, part) => sum + leastOf(part), 0);
  for (const id of [...order].reverse()) least[id] = Math.max(least[id] ?? 0, sumOfLeast(id));
  const bounds: Bounds[] = inside.map(() => ({ least: 0, most: 0 }));
  for (const id of order) {
    const parts = inside[id] ?? [];
    const sure = sumOfLeast(id);
    for (const part of parts)
      if (part.isWhole) most[part.node] = Math.min(mostOf(part), (most[id] ?? 0) - sure + leastOf(part));
    bounds[id] = {
      least: Math.max(0, (least[id] ?? 0) - parts.reduce((sum, part) => sum + mostOf(part), 0)),
      most: Math.max(0, (most[id] ?? 0) - sure),
    };
  }
  return bounds;
}
