import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { adviseOn as adviseOnPlan } from '../../server/src/explain/advice/index.ts';
import { type JsonNode, type JsonPlan, parsePlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { parser } from '../harness/parser.ts';

const node = (type: string, more: Partial<JsonNode> = {}): JsonNode => ({
  'Node Type': type,
  'Total Cost': 1,
  'Plan Rows': 10,
  'Actual Total Time': 1,
  'Actual Rows': 10,
  'Actual Loops': 1,
  'Parent Relationship': 'Outer',
  ...(type === 'Seq Scan' ? { Filter: '(a > b)' } : {}),
  ...more,
});
function adviseOn(plan: JsonPlan) {
  const placed = placeNodes(plan.Plan);
  return adviseOnPlan(plan, placed, readNodes(placed), parser);
}
const advise = (root: JsonNode) => adviseOn({ Plan: root });
const codes = (root: JsonNode): string[] => advise(root).map(({ code, node: id }) => `${code} ${id}`);

describe('Findings in a plan', () => {
  for (const version of [14, 18]) {
    it(`tells a sort that went to disk, in all of its processes (Postgres ${version})`, () => {
      const text = readFileSync(new URL(`../fixtures/plans/sort-on-disk-${version}.json`, import.meta.url), 'utf8');
      const findings = adviseOn(parsePlan(text));
      assert.equal(findings.length, 1);
      assert.match(findings[0]?.message ?? '', /wrote \d{4} kB to disk \(external merge, in 3 parallel processes\)/);
    });
  }

  it('tells a hash join in batches and an aggregate on disk, and not those that fit', () => {
    assert.deepEqual(codes(node('Hash', { 'Hash Batches': 8, 'Peak Memory Usage': 4096 })), ['spilled-to-disk 0']);
    assert.deepEqual(codes(node('Hash', { 'Hash Batches': 1, 'Peak Memory Usage': 4096 })), []);
    assert.deepEqual(codes(node('Aggregate', { 'Disk Usage': 900 })), ['spilled-to-disk 0']);
    assert.deepEqual(codes(node('Aggregate', { 'Disk Usage': 0 })), []);
    const sort = { 'Sort Method': 'quicksort', 'Sort Space Type': 'Memory', 'Sort Space Used': 5_000 };
    assert.deepEqual(codes(node('Sort', sort)), []);
  });

  it('tells an estimate that is off a hundredfold, once, where it begins', () => {
    const scan = node('Seq Scan', { 'Plan Rows': 5, 'Actual Rows': 50_000 });
    assert.deepEqual(codes(node('Sort', { 'Plan Rows': 5, 'Actual Rows': 50_000, Plans: [scan] })), [
      'row-estimate-off 1',
    ]);
    assert.match(advise(scan)[0]?.message ?? '', /expected 5 rows here and got 50,000 rows:/);
    const fewer = node('Seq Scan', { 'Plan Rows': 50_000, 'Actual Rows': 5 });
    assert.deepEqual(codes(node('Sort', { Plans: [fewer] })), ['row-estimate-off 1']);
    assert.deepEqual(codes(fewer), [], 'nothing was planned on it');
  });

  it('is silent on estimates that are near, small, never tested, or not analysed', () => {
    assert.deepEqual(codes(node('Seq Scan', { 'Plan Rows': 1_000, 'Actual Rows': 99_000 })), []);
    assert.deepEqual(codes(node('Seq Scan', { 'Plan Rows': 1, 'Actual Rows': 900 })), []);
    assert.deepEqual(codes(node('Seq Scan', { 'Plan Rows': 50_000, 'Actual Rows': 0, 'Actual Loops': 0 })), []);
    assert.deepEqual(
      codes(node('Seq Scan', { 'Plan Rows': 9, 'Actual Rows': undefined, 'Actual Loops': undefined })),
      [],
    );
  });

  it('is silent where fewer rows came because nobody asked for more', () => {
    const scan = node('Seq Scan', { 'Plan Rows': 100_000, 'Actual Rows': 5 });
    const inner = { ...scan, 'Parent Relationship': 'Inner' };
    const outer = node('Seq Scan');
    const stopped: JsonNode[] = [
      node('Limit', { Plans: [node('Subquery Scan', { Plans: [scan] })] }),
      node('Nested Loop', { 'Join Type': 'Semi', Plans: [outer, inner] }),
      node('Nested Loop', { 'Join Type': 'Inner', 'Inner Unique': true, Plans: [outer, inner] }),
      node('Merge Join', { 'Join Type': 'Inner', Plans: [scan, outer] }),
      node('Hash Join', { Plans: [scan, node('Hash', { 'Actual Rows': 0, 'Parent Relationship': 'Inner' })] }),
      node('WindowAgg', { 'Run Condition': '(row_number() OVER (?) <= 5)', Plans: [scan] }),
      node('Result', { Plans: [{ ...scan, 'Parent Relationship': 'SubPlan' }] }),
    ];
    for (const plan of stopped) assert.deepEqual(codes(plan), [], plan['Node Type']);
    // more rows than expected are more rows under a LIMIT too
    const more = node('Seq Scan', { 'Plan Rows': 5, 'Actual Rows': 50_000 });
    assert.deepEqual(codes(node('Limit', { Plans: [node('Sort', { Plans: [more] })] })), ['row-estimate-off 2']);
    assert.deepEqual(codes(node('Sort', { Plans: [scan] })), ['row-estimate-off 1']);
  });

  it('is silent on the inner side of a merge join, whose equal rows are counted again and again', () => {
    const inner = node('Materialize', { 'Plan Rows': 100, 'Actual Rows': 90_000, 'Parent Relationship': 'Inner' });
    assert.deepEqual(codes(node('Merge Join', { Plans: [node('Sort'), inner] })), []);
  });

  it('tells a scan that throws nearly everything away', () => {
    const scan = (removed: number, kept: number, loops = 1) =>
      node('Seq Scan', {
        'Relation Name': 'orders',
        Filter: '(total > 3)',
        'Plan Rows': kept,
        'Actual Rows': kept,
        'Actual Loops': loops,
        'Rows Removed by Filter': removed,
      });
    assert.deepEqual(
      advise(scan(99_990, 10)).map(({ message }) => message),
      ['This scan read 100,000 rows of orders and kept 10 rows: (total > 3).'],
    );
    assert.deepEqual(codes(scan(4_000, 1, 3)), ['scan-discards-most-rows 0']);
    assert.deepEqual(codes(scan(9_999, 0)), []);
    assert.deepEqual(codes(scan(97_000, 3_000)), []);
    assert.deepEqual(codes({ ...scan(99_990, 10), 'Node Type': 'Index Scan' }), ['index-finds-too-much 0']);
  });

  it('names memory that a session can be given, and what else to do where it is more', () => {
    const helpOf = (kb: number): string | undefined =>
      advise(node('Sort', { 'Sort Space Type': 'Disk', 'Sort Space Used': kb, 'Sort Method': 'external merge' }))[0]
        ?.help;
    assert.match(helpOf(25_752) ?? '', /^About work_mem = '64MB' would do; set it for this query alone/);
    assert.equal(
      helpOf(24_919_312),
      'It would take some 64GB of work_mem, more than a session should have: sort fewer rows or columns, or let an index give them in order.',
    );
  });

  it('tells JIT that took a good part of the time, in figures as Postgres prints them', () => {
    const plan = (jitMs: number, ms: number): JsonPlan => ({
      Plan: node('Aggregate', { Strategy: 'Plain' }),
      'Execution Time': ms,
      JIT: { Functions: 12, Timing: { Generation: 2, Inlining: 9, Optimization: 60, Emission: 50, Total: jitMs } },
    });
    const told = (jitMs: number, ms: number): string[] =>
      adviseOn(plan(jitMs, ms)).map(({ message, help, severity }) => `${severity}: ${message} ${help}`);
    const remedy = 'or raise jit_inline_above_cost and jit_optimize_above_cost (inlining and optimizing took 69 ms).';
    assert.deepEqual(told(121.4, 200), [
      `warning: Compiling the query (JIT, 12 functions) took 121 ms: 61 % of its time. That pays only if it made the rest at least 2.5 times as fast. SET jit = off for this query; ${remedy}`,
    ]);
    assert.deepEqual(told(121.4, 300), [
      `information: Compiling the query (JIT, 12 functions) took 121 ms: 40 % of its time. That pays only if it made the rest at least 1.7 times as fast. Run it with SET jit = off as well, and compare; ${remedy}`,
    ]);
    assert.deepEqual(adviseOn(plan(121.4, 2_000)), []);
    assert.deepEqual(adviseOn(plan(9, 12)), []);
  });

  it('is silent on estimates where no table was ever analysed', () => {
    const plan = { Plan: node('Seq Scan', { 'Plan Rows': 5, 'Actual Rows': 50_000 }) };
    const placed = placeNodes(plan.Plan);
    assert.equal(adviseOnPlan(plan, placed, readNodes(placed), parser).length, 1);
    assert.deepEqual(adviseOnPlan(plan, placed, readNodes(placed), parser, { hasStatistics: false }), []);
  });

  it('names what of the schema stands in its sentences, which the plan need not have', () => {
    const plan: JsonPlan = {
      Plan: node('ModifyTable', { Operation: 'Delete', 'Relation Name': 'accounts' }),
      'Execution Time': 100,
      Triggers: [{ 'Constraint Name': 'secret_fkey', Relation: 'accounts', Time: 90, Calls: 500 }],
    };
    const placed = placeNodes(plan.Plan);
    const key = { name: 'secret_fkey', table: 'secret_table', columns: ['secret_id'], referenced: 'accounts' };
    const facts = { tables: [], foreignKeys: [{ ...key, isIndexed: false }], functions: [], extensions: [] };
    const [found] = adviseOnPlan(plan, placed, readNodes(placed), parser, { facts });
    assert.match(found?.help ?? '', /CREATE INDEX CONCURRENTLY ON secret_table \(secret_id\)/);
    assert.deepEqual([...(found?.names ?? [])].sort(), ['accounts', 'secret_fkey', 'secret_id', 'secret_table']);
  });
});
