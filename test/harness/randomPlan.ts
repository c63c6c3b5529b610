/**
 * Plans of any shape whose figures are known: what each node took by itself is thrown, and written down as Postgres would write
 * it: averages of loops with three decimals, workers counted together, WITH queries and InitPlans away from where they ran.
 */
import fc from 'fast-check';
import type { JsonNode } from '../../server/src/explain/plan.ts';

/** What a node took by itself, in all of its loops. */
export interface Truth {
  readonly ms: number;
  readonly hit: number;
  readonly read: number;
  /** Of the nodes of one name only the sum can be known: a plan does not tell which of its scans ran a WITH query. */
  readonly group: string | null;
}

export interface RandomPlan {
  readonly json: JsonNode;
  /** Depth first, as the nodes stand in the plan. */
  readonly truth: readonly Truth[];
}

interface Shape {
  readonly kind: 'scan' | 'keep' | 'append' | 'loop' | 'hash' | 'gather';
  /** Microseconds. */
  readonly us: number;
  readonly hit: number;
  readonly read: number;
  readonly children: readonly Shape[];
  /** How often the inner side of a loop runs for one run of it; the workers of a Gather. */
  readonly times: number;
  readonly leader: boolean;
  /** The last member of an Append is never run. */
  readonly prunes: boolean;
  /** Which of the WITH queries a scan reads, if there are as many. */
  readonly reads: number;
  readonly subplan: Shape | null;
  readonly initPlan: Shape | null;
  /** Which of the nodes below it needs the InitPlan's value. */
  readonly neededBy: number;
}

const shape = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record({
    kind: fc.constantFrom('scan', 'keep', 'append', 'loop', 'hash', 'gather'),
    us: fc.oneof({ weight: 4, arbitrary: fc.nat(5_000_000) }, { weight: 2, arbitrary: fc.nat(40) }),
    hit: fc.nat(1_000),
    read: fc.nat(100),
    children: fc.oneof(
      { maxDepth: 4 },
      fc.constant<Shape[]>([]),
      fc.array(tie('shape'), { minLength: 1, maxLength: 4 }),
    ),
    times: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3_000 })),
    leader: fc.boolean(),
    prunes: fc.boolean(),
    reads: fc.nat(5),
    subplan: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: tie('shape') },
    ),
    initPlan: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: tie('shape') },
    ),
    neededBy: fc.nat(20),
  }),
})).shape;

export const randomPlan: fc.Arbitrary<RandomPlan> = fc
  .record({ main: shape, withQueries: fc.array(shape, { maxLength: 2 }), names: fc.boolean() })
  .map(({ main, withQueries, names }) => new Writer(names).write(main, withQueries));

/** A node that has its place, before its figures are known. */
interface Node {
  readonly json: { [key: string]: unknown };
  readonly relationship: string;
  readonly loops: number;
  readonly processes: number;
  readonly own: { us: number; hit: number; read: number };
  readonly children: Node[];
  readonly parent: Node | null;
  /** What ran inside it, though it is shown elsewhere, and the share of it that did, of whole pages. */
  readonly elsewhere: { readonly node: Node; readonly shareOf: (amount: number) => number }[];
  group: string | null;
}

interface Total {
  readonly us: number;
  readonly hit: number;
  readonly read: number;
}

class Writer {
  /** As from 17 on: `(InitPlan 1).col1`; before it, `$0`. */
  readonly #names: boolean;
  #subplans = 0;
  readonly #readers = new Map<number, Node[]>();
  #withQueries = 0;

  constructor(names: boolean) {
    this.#names = names;
  }

  write(main: Shape, withQueries: readonly Shape[]): RandomPlan {
    this.#withQueries = withQueries.length;
    const root = this.#place(main, {
      relationship: '',
      loops: 1,
      processes: 1,
      parent: null,
      before: withQueries.length,
    });
    // a WITH query can read those before it
    for (let i = withQueries.length - 1; i >= 0; i--) {
      const readers = this.#readers.get(i) ?? [];
      const node = this.#place(withQueries[i] as Shape, {
        relationship: 'InitPlan',
        loops: readers.length > 0 ? 1 : 0,
        processes: 1,
        parent: root,
        before: i,
      });
      node.json['Subplan Name'] = `CTE w${i}`;
      root.children.unshift(node);
      readers.forEach((reader, k) => {
        reader.elsewhere.push({ node, shareOf: shareOf(k, readers.length) });
        if (readers.length > 1) reader.group = `w${i}`;
      });
    }
    const truth: Truth[] = [];
    const json = this.#print(root, truth);
    return { json, truth };
  }

  #place(
    shape: Shape,
    at: { relationship: string; loops: number; processes: number; parent: Node | null; before: number },
  ): Node {
    const { loops, processes, relationship, parent } = at;
    const runs = loops > 0;
    const children = [...shape.children];
    const kind =
      children.length === 0 ? 'scan' : children.length === 1 && shape.kind !== 'gather' ? 'keep' : shape.kind;
    const node: Node = {
      json: {},
      relationship,
      loops,
      processes,
      own: runs ? { us: shape.us, hit: shape.hit, read: shape.read } : { us: 0, hit: 0, read: 0 },
      children: [],
      parent,
      elsewhere: [],
      group: null,
    };
    const below = (child: Shape | undefined, more: Partial<typeof at>): void => {
      if (child) node.children.push(this.#place(child, { ...at, relationship: 'Outer', parent: node, ...more }));
    };
    const [first, second] = children;
    switch (kind) {
      case 'scan':
        // workers cannot read a WITH query
        if (runs && processes === 1 && shape.reads < Math.min(at.before, this.#withQueries)) {
          node.json['Node Type'] = 'CTE Scan';
          node.json['CTE Name'] = `w${shape.reads}`;
          this.#readers.set(shape.reads, [...(this.#readers.get(shape.reads) ?? []), node]);
        } else node.json['Node Type'] = 'Seq Scan';
        break;
      case 'keep':
        node.json['Node Type'] = 'Materialize';
        below(first, {});
        break;
      case 'append':
        node.json['Node Type'] = 'Append';
        for (const [i, child] of children.entries()) {
          const isPruned = shape.prunes && i === children.length - 1;
          below(child, { relationship: 'Member', loops: isPruned ? 0 : loops });
        }
        break;
      case 'loop':
        node.json['Node Type'] = 'Nested Loop';
        below(first, {});
        below(second, { relationship: 'Inner', loops: loops * shape.times });
        break;
      case 'hash':
        node.json['Node Type'] = 'Hash Join';
        below(first, {});
        below(second, { relationship: 'Inner' });
        break;
      case 'gather': {
        node.json['Node Type'] = 'Gather';
        // no Gather runs below another
        const workers = processes === 1 ? 1 + (shape.times % 4) : 0;
        const side = Math.max(1, workers + (shape.leader || workers === 0 ? 1 : 0));
        below(first, processes === 1 ? { loops: loops * side, processes: side } : {});
        if (processes > 1) node.json['Node Type'] = 'Materialize';
        break;
      }
    }
    if (shape.subplan) {
      const times = shape.times % 50;
      node.children.push(
        this.#place(shape.subplan, { ...at, relationship: 'SubPlan', parent: node, loops: loops * times, before: 0 }),
      );
      (node.children.at(-1) as Node).json['Subplan Name'] = `SubPlan ${++this.#subplans}`;
    }
    // one that workers own is another matter
    if (shape.initPlan && processes === 1 && runs) this.#addInitPlan(node, shape.initPlan, shape.neededBy);
    return node;
  }

  #addInitPlan(owner: Node, shape: Shape, neededBy: number): void {
    const candidates: Node[] = [];
    const collect = (node: Node): void => {
      if (node.loops > 0) candidates.push(node);
      for (const child of node.children) if (child.relationship !== 'InitPlan') collect(child);
    };
    collect(owner);
    const needing = candidates[neededBy % candidates.length] as Node;
    const node = this.#place(shape, { relationship: 'InitPlan', loops: 1, processes: 1, parent: owner, before: 0 });
    const number = ++this.#subplans;
    node.json['Subplan Name'] = this.#names ? `InitPlan ${number}` : `InitPlan ${number} (returns $${number})`;
    const condition = this.#names ? `(x > (InitPlan ${number}).col1)` : `(x > $${number})`;
    needing.json.Filter = needing.json.Filter ? `(${needing.json.Filter} AND ${condition})` : condition;
    owner.children.unshift(node);
    // workers are sent its value: the Gather above them has it computed before it starts them
    let inside = needing;
    for (let up: Node | null = needing; up; up = up === owner ? null : up.parent)
      if (up.json['Node Type'] === 'Gather') inside = up;
    inside.elsewhere.push({ node, shareOf: (amount) => amount });
  }

  /** A node with all that ran inside it. */
  #total(node: Node): Total {
    const parts = node.children
      .filter(({ relationship }) => relationship !== 'InitPlan')
      .map((child) => this.#total(child));
    for (const { node: other, shareOf } of node.elsewhere) {
      const { us, hit, read } = this.#total(other);
      parts.push({ us: shareOf(us), hit: shareOf(hit), read: shareOf(read) });
    }
    return parts.reduce(
      (sum, { us, hit, read }) => ({ us: sum.us + us, hit: sum.hit + hit, read: sum.read + read }),
      node.own,
    );
  }

  #print(node: Node, truth: Truth[]): JsonNode {
    const { loops, processes, relationship, own } = node;
    truth.push({ ms: own.us / 1_000, hit: own.hit, read: own.read, group: node.group });
    const total = this.#total(node);
    const perLoop = loops === 0 ? 0 : ((total.us / 1_000) * processes) / loops;
    return {
      'Node Type': String(node.json['Node Type']),
      ...(relationship === '' ? {} : { 'Parent Relationship': relationship }),
      ...node.json,
      'Total Cost': 1,
      'Plan Rows': 1,
      'Actual Startup Time': 0,
      'Actual Total Time': Number(perLoop.toFixed(3)),
      'Actual Rows': 1,
      'Actual Loops': loops,
      'Shared Hit Blocks': total.hit,
      'Shared Read Blocks': total.read,
      ...(node.children.length > 0 ? { Plans: node.children.map((child) => this.#print(child, truth)) } : {}),
    };
  }
}

/** The first reader runs most of a WITH query, the others go on where it stopped. */
const shareOf =
  (reader: number, readers: number) =>
  (amount: number): number => {
    const rest = Math.floor(amount / 4 / readers);
    return reader === 0 ? amount - rest * (readers - 1) : rest;
  };
