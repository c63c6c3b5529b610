// What a plan tells of each parallel worker, against what each really did.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { type JsonNode, type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import type { PlanNode } from '../../server/src/protocol.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { explain, readPlansOf } from './harness/planFormats.ts';
import { type PlanShape, planSchema, readingShapes } from './harness/planShapes.ts';

const parallel = ['min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0'];

onEachVersion('Processes of a plan', (postgres) => {
  let client: Client;
  before(async () => {
    client = await (await postgres.freshDatabase()).client();
    await client.query(planSchema);
    await client.query(`CREATE FUNCTION process() RETURNS int LANGUAGE internal PARALLEL SAFE AS 'pg_backend_pid'`);
  });
  const nodesOf = (plan: JsonPlan): PlanNode[] => readNodes(placeNodes(plan.Plan));
  const shapes = readingShapes.filter(({ set }) => set?.includes('parallel_setup_cost = 0'));

  for (const leader of ['on', 'off'])
    it(`read as many rows as they say, with the leader's part ${leader}`, async () => {
      const { rows: own } = await client.query('SELECT pg_backend_pid() AS pid');
      await client.query('BEGIN');
      try {
        for (const setting of [...parallel, `parallel_leader_participation = ${leader}`, 'max_parallel_workers = 4'])
          await client.query(`SET LOCAL ${setting}`);
        const { rows } = await client.query(
          'EXPLAIN (ANALYZE, VERBOSE, BUFFERS, FORMAT JSON) CREATE TABLE counted AS SELECT process() AS pid, count(*) AS n FROM orders GROUP BY 1',
        );
        const counted = await client.query<{ pid: number; n: string }>('SELECT pid, n FROM counted ORDER BY n');
        const scan = nodesOf(rows[0]['QUERY PLAN'][0]).find(({ relation }) => relation === 'public.orders');
        const told = (scan?.processes ?? []).map(({ worker, rows: n }) => [worker === null, n]);
        const leaders = counted.rows.find(({ pid }) => pid === own[0].pid);
        assert.ok(scan?.processes && scan.processes.length > 1, JSON.stringify(rows));
        assert.equal(leaders !== undefined, leader === 'on' && told.some(([is, n]) => is && n !== 0));
        const workers = counted.rows.filter(({ pid }) => pid !== own[0].pid).map(({ n }) => Number(n));
        assert.deepEqual(
          told.flatMap(([isLeader, n]) => (isLeader || n === 0 ? [] : [n])).sort((a, b) => Number(a) - Number(b)),
          workers,
        );
        // the node's rows are printed as an average
        const ofLeader = told.find(([isLeader]) => isLeader)?.[1] ?? 0;
        assert.ok(Math.abs(Number(ofLeader) - Number(leaders?.n ?? 0)) <= (scan.loops ?? 0), JSON.stringify(scan));
      } finally {
        await client.query('ROLLBACK');
      }
    });

  it('leave nothing below zero and nothing over: loops and pages', async () => {
    let found = 0;
    for (const shape of shapes)
      for (const { json, node } of await ran(shape)) {
        const { processes } = node;
        if (!processes) continue;
        found++;
        const sum = (key: 'loops' | 'sharedHit' | 'sharedRead') =>
          processes.reduce((all, process) => all + (process[key] ?? Number.NaN), 0);
        const what = `${shape.sql}: ${JSON.stringify(json, (key, value) => (key === 'Plans' ? undefined : value))}`;
        assert.deepEqual(
          [sum('loops'), sum('sharedHit'), sum('sharedRead')],
          [json['Actual Loops'], json['Shared Hit Blocks'], json['Shared Read Blocks']],
          what,
        );
      }
    assert.ok(found > 20, `${found}`);
  });

  it('are the same in text', async () => {
    for (const shape of shapes) {
      const text = await explain(client, shape, 'ANALYZE, VERBOSE, BUFFERS', 'TEXT');
      const [plan] = readPlansOf(text);
      const told = nodesOf(plan as JsonPlan).flatMap(({ processes = [] }) =>
        processes.filter((p) => p.worker !== null),
      );
      assert.equal(told.length, text.match(/^ *Worker \d+: +actual/gm)?.length ?? 0, text);
      assert.ok(
        told.every(({ rows, loops, sharedHit }) => rows !== null && (loops ?? 0) > 0 && sharedHit !== undefined),
      );
    }
  });

  async function ran(shape: PlanShape): Promise<{ json: JsonNode; node: PlanNode }[]> {
    const printed = await explain(client, shape, 'ANALYZE, VERBOSE, BUFFERS', 'JSON');
    const [plan] = JSON.parse(printed) as [JsonPlan];
    const placed = placeNodes(plan.Plan);
    return readNodes(placed).map((node) => ({ node, json: placed[node.id]?.json as JsonNode }));
  }
});
