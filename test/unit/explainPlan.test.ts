import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type JsonNode, parsePlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import type { PlanNode } from '../../server/src/protocol.ts';
import { own } from '../harness/exclusive.ts';

/** A plan that a real server made; the file name ends in its major version. */
function nodesOf(fixture: string): PlanNode[] {
  const text = readFileSync(new URL(`../fixtures/plans/${fixture}.json`, import.meta.url), 'utf8');
  return readNodes(placeNodes(parsePlan(text).Plan));
}

const about = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 0.01, `${actual} is not about ${expected}`);
const sum = (numbers: (number | null)[]): number => numbers.reduce<number>((total, n) => total + (n ?? 0), 0);

describe('A plan read', () => {
  it('takes the time of an InitPlan from the node whose select list needs it', () => {
    const [sort, initPlan, orders, customers] = nodesOf('init-plan-in-select-list-18');
    about(sort?.exclusive.ms ?? null, 23.269 - 14.531);
    about(initPlan?.exclusive.ms ?? null, 14.286 - 12.732);
    about(orders?.exclusive.ms ?? null, 12.732);
    about(customers?.exclusive.ms ?? null, 14.531 - 14.286);
  });

  it('takes the time of an InitPlan from the node whose condition names it', () => {
    const nodes = nodesOf('init-plan-in-filter-14');
    const [limit, initPlan, , scan] = nodes;
    assert.equal(initPlan?.subplan, 'InitPlan 1 (returns $0)');
    about(scan?.exclusive.ms ?? null, (scan?.inclusive.ms ?? 0) - (initPlan?.inclusive.ms ?? 0));
    about(sum(nodes.map(({ exclusive }) => exclusive.ms)), limit?.inclusive.ms ?? 0);
  });

  it('takes the time of a CTE from the scan that reads it first, though it is shown below the top node', () => {
    const nodes = nodesOf('cte-read-by-cte-14');
    const [result, a, b] = nodes;
    assert.deepEqual([a?.subplan, b?.subplan], ['CTE a', 'CTE b']);
    about(b?.exclusive.ms ?? null, (b?.inclusive.ms ?? 0) - (a?.inclusive.ms ?? 0));
    about(sum(nodes.map(({ exclusive }) => exclusive.ms)), result?.inclusive.ms ?? 0);
  });

  for (const version of [14, 18]) {
    it(`counts what parallel workers did side by side once (Postgres ${version})`, () => {
      const nodes = nodesOf(`parallel-join-${version}`);
      const gather = nodes.findIndex(({ type }) => type === 'Gather Merge');
      const initPlan = nodes.find(({ subplan }) => subplan?.startsWith('InitPlan'));
      const sort = nodes[gather + 1];
      assert.equal(sort?.loops, 3);
      // the leader computes the InitPlan for the workers before it starts them
      about(
        nodes[gather]?.exclusive.ms ?? null,
        (nodes[gather]?.inclusive.ms ?? 0) - (sort?.inclusive.ms ?? 0) - (initPlan?.inclusive.ms ?? 0),
      );
      about(sum(nodes.map(({ exclusive }) => exclusive.ms)), nodes[0]?.inclusive.ms ?? 0);
    });
  }

  it('keeps what Postgres printed about a node', () => {
    const [top] = nodesOf('init-plan-in-select-list-18');
    assert.equal(top?.type, 'Sort');
    assert.deepEqual(
      top?.details.filter(([label]) => label.startsWith('Sort')),
      [
        ['Sort Key', 'c.name'],
        ['Sort Method', 'quicksort'],
        ['Sort Space Used', '127'],
        ['Sort Space Type', 'Memory'],
      ],
    );
    assert.ok(!top?.details.some(([label]) => /Shared|Node Type|Actual/.test(label)), JSON.stringify(top?.details));
  });

  it('leaves times and buffers out where the plan was not analysed', () => {
    const plan = parsePlan('[{"Plan": {"Node Type": "Seq Scan", "Total Cost": 5, "Plan Rows": 1}}]');
    const [node] = readNodes(placeNodes(plan.Plan));
    assert.deepEqual(node?.exclusive, own({ cost: 5 }));
    assert.equal(node?.loops, null);
    assert.equal(node?.rows.actual, null);
  });

  it('refuses what is no plan', () => {
    assert.throws(() => parsePlan('nonsense'), /no plan in JSON/);
    for (const text of ['[]', 'null', '{"Plan": 3}', '[{"Plan": {}}]', '"x"'])
      assert.throws(() => parsePlan(text), /no "Plan" with a "Node Type"/, text);
  });

  it('recovers what each node took in any tree, as far as rounding lets it', () => {
    fc.assert(
      fc.property(planTree(), ({ json, truth }) => {
        const nodes = readNodes(placeNodes(json));
        assert.equal(nodes.length, truth.length);
        const rounding = nodes.reduce((total, node) => total + 0.0005 * (node.loops ?? 0), 0.001);
        nodes.forEach((node, id) => {
          const ms = node.exclusive.ms ?? Number.NaN;
          assert.ok(Math.abs(ms - (truth[id]?.ms ?? 0)) <= rounding, `node ${id}: ${ms}, not ${truth[id]?.ms}`);
          assert.equal(node.exclusive.sharedHit, truth[id]?.hit);
        });
        about(sum(nodes.map(({ exclusive }) => exclusive.ms)), nodes[0]?.inclusive.ms ?? 0);
      }),
    );
  });

  it('reads 20,000 nodes in a second, and 5,000 nested ones', () => {
    const child = (): JsonNode => ({
      'Node Type': 'Seq Scan',
      'Total Cost': 1,
      'Plan Rows': 1,
      'Actual Total Time': 1,
      'Actual Loops': 1,
    });
    const wide: JsonNode = {
      ...child(),
      'Node Type': 'Append',
      'Actual Total Time': 20_000,
      Plans: Array.from({ length: 20_000 }, child),
    };
    // the time of this process: others may be busy
    const started = process.cpuUsage();
    assert.equal(readNodes(placeNodes(wide)).length, 20_001);
    const { user, system } = process.cpuUsage(started);
    assert.ok(user + system < 1_000_000, `${user + system} µs`);
    let deep = child();
    for (let i = 0; i < 5_000; i++) deep = { ...child(), 'Node Type': 'Materialize', Plans: [deep] };
    assert.equal(readNodes(placeNodes(deep)).length, 5_001);
  });
});

interface Truth {
  readonly ms: number;
  readonly hit: number;
}

/** A plan without InitPlans, and what its nodes took: what Postgres would print, rounded as it rounds. */
function planTree(): fc.Arbitrary<{ json: JsonNode; truth: Truth[] }> {
  interface Tree {
    ms: number;
    hit: number;
    loops: number;
    children: Tree[];
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.record({
      ms: fc.integer({ min: 0, max: 5_000 }).map((n) => n / 10),
      hit: fc.nat(1_000),
      loops: fc.integer({ min: 1, max: 50 }),
      children: fc.oneof({ maxDepth: 5 }, fc.constant<Tree[]>([]), fc.array(tie('tree'), { maxLength: 3 })),
    }),
  }));
  return tree.map((root) => {
    const truth: Truth[] = [];
    const write = ({ ms, hit, loops, children }: Tree): { json: JsonNode; ms: number; hit: number } => {
      truth.push({ ms, hit });
      const written = children.map(write);
      const whole = written.reduce((total, child) => total + child.ms, ms);
      const hits = written.reduce((total, child) => total + child.hit, hit);
      const json: JsonNode = {
        'Node Type': children.length > 1 ? 'Append' : 'Materialize',
        'Parent Relationship': 'Member',
        'Total Cost': 0,
        'Plan Rows': 1,
        'Actual Total Time': Math.round((whole / loops) * 1_000) / 1_000,
        'Actual Loops': loops,
        'Shared Hit Blocks': hits,
        'Shared Read Blocks': 0,
        Plans: written.map((child) => child.json),
      };
      return { json, ms: whole, hit: hits };
    };
    return { json: write(root).json, truth };
  });
}
