import assert from 'node:assert/strict';
import { ancestors, buildTree, rowsFactor, visibleRows } from '../../server/src/explain/shown/planTree.ts';
import type { PlanNode, PlanReport } from '../../server/src/protocol.ts';
import { own } from '../harness/exclusive.ts';

function node(id: number, parent: number | null, type: string, extra: Partial<PlanNode> = {}): PlanNode {
  return {
    id,
    parent,
    type,
    relation: null,
    alias: null,
    index: null,
    subplan: null,
    details: [],
    rows: { planned: 100, actual: 100 },
    loops: 1,
    inclusive: { ms: 1, cost: 1 },
    exclusive: own({ ms: 1, sharedHit: 0, sharedRead: 0, cost: 1 }),
    range: null,
    ...extra,
  };
}

function report(nodes: readonly PlanNode[], findings: PlanReport['findings'] = []): PlanReport {
  const start = { line: 0, character: 0 };
  return {
    source: { uri: 'file:///q.sql', range: { start, end: start } },
    sql: 'SELECT 1',
    target: { name: 'Embedded Postgres', version: '18.6' },
    analyzed: true,
    generic: false,
    planningMs: 1,
    executionMs: 4,
    plan: {},
    nodes,
    findings,
    notes: [],
  };
}

const few = { planned: 1000, actual: 10 };
const ids = (rows: readonly { node: PlanNode }[]) => rows.map((row) => row.node.id);

describe('planTree', () => {
  const nodes = [
    node(0, null, 'Hash Join'),
    node(1, 0, 'Seq Scan', { exclusive: own({ ms: 6, sharedHit: 0, sharedRead: 0, cost: 2 }) }),
    node(2, 0, 'Hash'),
    node(3, 2, 'Index Scan', { exclusive: own({ ms: 2, sharedHit: 0, sharedRead: 0, cost: 4 }) }),
  ];

  it('links parents and children with ARIA levels and places', () => {
    const tree = buildTree(report(nodes));
    assert.deepEqual(
      tree.map(({ level, place, siblings }) => [level, place, siblings]),
      [
        [1, 1, 1],
        [2, 1, 2],
        [2, 2, 2],
        [3, 1, 1],
      ],
    );
    assert.deepEqual(ids(tree[0]!.children), [1, 2]);
    assert.deepEqual(ancestors(tree[3]!), [2, 0]);
  });

  it('gives each node its share of all exclusive time and cost', () => {
    const tree = buildTree(report(nodes));
    assert.deepEqual(
      tree.map(({ timeShare }) => timeShare),
      [0.1, 0.6, 0.1, 0.2],
    );
    assert.deepEqual(
      tree.map(({ costShare }) => costShare),
      [0.125, 0.25, 0.125, 0.5],
    );
  });

  it('has no time share without ANALYZE, and no NaN when all costs are zero', () => {
    const zero = own({ cost: 0 });
    const [root] = buildTree(report([node(0, null, 'Result', { exclusive: zero })]));
    assert.equal(root!.timeShare, null);
    assert.equal(root!.costShare, 0);
  });

  it('hides what is below a folded node, and only that', () => {
    const tree = buildTree(report(nodes));
    assert.deepEqual(ids(visibleRows(tree, new Set())), [0, 1, 2, 3]);
    assert.deepEqual(ids(visibleRows(tree, new Set([2]))), [0, 1, 2]);
    assert.deepEqual(ids(visibleRows(tree, new Set([0]))), [0]);
    assert.deepEqual(ids(visibleRows(tree, new Set([0, 2]))), [0]);
  });

  it('puts findings to their node', () => {
    const finding = {
      code: 'seq-scan',
      node: 1,
      message: 'reads all',
      help: 'Do something.',
      severity: 'warning',
      proof: 'estimated',
    } as const;
    const tree = buildTree(report(nodes, [finding]));
    assert.deepEqual(tree[1]!.findings, [finding]);
    assert.deepEqual(tree[0]!.findings, []);
  });

  it('takes a plan of 10,000 levels', () => {
    const deep = Array.from({ length: 10_000 }, (_, id) => node(id, id === 0 ? null : id - 1, 'Append'));
    const tree = buildTree(report(deep));
    assert.equal(tree.at(-1)!.level, 10_000);
    assert.equal(visibleRows(tree, new Set([5000])).length, 5001);
  });
});

describe('rowsFactor', () => {
  it('compares rows a loop, counting less than one row as one', () => {
    assert.equal(rowsFactor(node(0, null, 'Seq Scan', { rows: { planned: 10, actual: 1000 } }), false), 100);
    assert.equal(rowsFactor(node(0, null, 'Seq Scan', { rows: { planned: 1, actual: 0 } }), false), 1);
  });

  it('says nothing of a node that never ran or was not analysed', () => {
    assert.equal(rowsFactor(node(0, null, 'Seq Scan', { rows: few, loops: 0 }), false), null);
    const planned = node(0, null, 'Seq Scan', { rows: { planned: 5, actual: null }, loops: null });
    assert.equal(rowsFactor(planned, false), null);
  });

  const factorOf = (nodes: readonly PlanNode[]) => buildTree(report(nodes)).at(-1)!.factor;

  it('does not blame the planner for rows that a LIMIT did not ask for', () => {
    assert.equal(factorOf([node(0, null, 'Limit'), node(1, 0, 'Seq Scan', { rows: few })]), null);
    const nested = [node(0, null, 'Limit'), node(1, 0, 'Nested Loop'), node(2, 1, 'Seq Scan', { rows: few })];
    assert.equal(factorOf(nested), null);
  });

  it('still tells that more rows came than planned under a LIMIT', () => {
    const many = { planned: 10, actual: 1000 };
    assert.equal(factorOf([node(0, null, 'Limit'), node(1, 0, 'Seq Scan', { rows: many })]), 100);
  });

  it('compares below a Sort under a LIMIT, as the Sort reads all of its input', () => {
    const sorted = [node(0, null, 'Limit'), node(1, 0, 'Sort'), node(2, 1, 'Seq Scan', { rows: few })];
    assert.equal(factorOf(sorted), 0.01);
  });

  it('compares below an aggregate only when it reads all of its input first', () => {
    const below = (strategy: string) => {
      const aggregate = node(1, 0, 'Aggregate', { details: [['Strategy', strategy]] });
      return factorOf([node(0, null, 'Limit'), aggregate, node(2, 1, 'Seq Scan', { rows: few })]);
    };
    assert.equal(below('Hashed'), 0.01);
    assert.equal(below('Plain'), 0.01);
    assert.equal(below('Sorted'), null);
  });

  it('says nothing of fewer rows below an EXISTS, a semi or a merge join, which may stop early', () => {
    const exists = [node(0, null, 'Seq Scan'), node(1, 0, 'Seq Scan', { rows: few, subplan: 'SubPlan 1' })];
    assert.equal(factorOf(exists), null);
    const semi = node(0, null, 'Nested Loop', { details: [['Join Type', 'Semi']] });
    assert.equal(factorOf([semi, node(1, 0, 'Index Scan', { rows: few })]), null);
    assert.equal(factorOf([node(0, null, 'Merge Join'), node(1, 0, 'Index Scan', { rows: few })]), null);
  });

  it('compares where nothing stops early', () => {
    assert.equal(factorOf([node(0, null, 'Hash Join'), node(1, 0, 'Seq Scan', { rows: few })]), 0.01);
  });
});

describe('factorFromBelow', () => {
  const rows = (planned: number, actual: number) => ({ rows: { planned, actual } });
  const fromBelow = (above: Partial<PlanNode>, below: Partial<PlanNode>) =>
    buildTree(report([node(0, null, 'Hash Join', above), node(1, 0, 'Seq Scan', below)]))[0]!.factorFromBelow;

  it('is true where a child is off the same way and nearly as far', () => {
    assert.equal(fromBelow(rows(10, 1000), rows(10, 900)), true);
    assert.equal(fromBelow(rows(1000, 10), rows(1000, 15)), true);
  });

  it('is false where the misjudgement is the node’s own', () => {
    assert.equal(fromBelow(rows(10, 1000), rows(10, 12)), false);
    assert.equal(fromBelow(rows(10, 1000), rows(1000, 10)), false, 'off the other way');
    assert.equal(fromBelow(rows(10, 1000), { ...rows(10, 1000), loops: 0 }), false, 'never ran');
    assert.equal(fromBelow(rows(10, 10), rows(10, 10)), false, 'nothing is off');
  });
});
