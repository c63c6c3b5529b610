// Plans of a server that compiles expressions (JIT), which the servers of the other tests are built without.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { adviseOn } from '../../server/src/explain/advice/index.ts';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonNode, type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { reportOn } from '../../server/src/explain/report.ts';
import type { PlanFinding } from '../../server/src/protocol.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { addsUp } from './harness/addsUp.ts';
import { onDebianServer } from './harness/debianServer.ts';
import { testParser } from './harness/explaining.ts';
import { comparable, explain, readPlansOf, steady } from './harness/planFormats.ts';
import { type PlanShape, planSchema, readingShapes, shapesOf } from './harness/planShapes.ts';

interface Jit {
  readonly Functions: number;
  readonly Options: Readonly<Record<string, boolean>>;
  readonly Timing?: Readonly<Record<string, number>>;
}

const compiled = ['jit = on', 'jit_above_cost = 0'];
const isParallel = ({ set }: PlanShape): boolean => set?.includes('parallel_setup_cost = 0') ?? false;

onDebianServer('JIT in plans', (postgres) => {
  let client: Client;
  let shapes: readonly PlanShape[];
  before(async () => {
    const database = await postgres.freshDatabase();
    client = await database.client();
    await client.query(planSchema);
    // what runs in which worker is different each time
    await client.query('SET parallel_leader_participation = off');
    shapes = shapesOf(database.version).map((shape) => ({ ...shape, set: [...compiled, ...(shape.set ?? [])] }));
  });

  it('is the same in all formats where nothing ran', async () => {
    let found = 0;
    for (const shape of shapes) {
      const [json] = JSON.parse(await explain(client, shape, 'VERBOSE', 'JSON')) as [JsonPlan];
      if (json.JIT) found++;
      for (const format of ['YAML', 'XML'] as const) {
        const read = readPlans(await explain(client, shape, 'VERBOSE', format));
        assert.deepEqual(read, [json], `${format}: ${shape.sql}`);
      }
      const text = await explain(client, shape, 'VERBOSE', 'TEXT');
      assert.deepEqual(readPlansOf(text)[0]?.JIT, json.JIT, text);
    }
    assert.ok(found > 60, `${found} of ${shapes.length}`);
  });

  it('is told of each format, and of each worker, where it ran', async () => {
    let ofWorkers = 0;
    // what writes leaves dead rows behind, and another plan
    for (const shape of shapes.slice(0, readingShapes.length)) {
      const options = 'ANALYZE, VERBOSE, BUFFERS';
      const plans = new Map<string, JsonPlan>();
      for (const format of ['JSON', 'YAML', 'XML', 'TEXT'] as const) {
        const printed = await explain(client, shape, options, format);
        const [plan] = format === 'JSON' ? (JSON.parse(printed) as JsonPlan[]) : readPlansOf(printed);
        assert.ok(plan, printed);
        for (const { Timing } of [plan.JIT as Jit | undefined, ...workersJit(plan)].flatMap((jit) => jit ?? [])) {
          const { Total = Number.NaN, ...parts } = Timing ?? {};
          const sum = Object.values(parts).reduce((all, ms) => all + ms, 0);
          assert.ok(Object.keys(parts).length === 4 && Math.abs(sum - Total) < 0.005, `${format}: ${sum} of ${Total}`);
        }
        plans.set(format, plan);
      }
      const [json, ...others] = [...plans.values()] as [JsonPlan, ...JsonPlan[]];
      ofWorkers += workersJit(json).length;
      for (const [i, other] of others.entries()) {
        const what = `${['YAML', 'XML', 'TEXT'][i]}: ${shape.sql}`;
        assert.deepEqual(summaryOf(other, shape), summaryOf(json, shape), what);
        if (i < 2 && !isParallel(shape)) assert.deepEqual(steady(other), steady(json), what);
        assert.deepEqual(comparable(other, true), comparable(json, true), what);
      }
    }
    assert.ok(ofWorkers >= 15, `${ofWorkers}`);
  });

  it('is time of the nodes that were compiled for: their shares add up to the whole', async () => {
    for (const [i, shape] of shapes.entries()) {
      // to compile well takes long: for some
      const well = i % 6 === 0 ? ['jit_inline_above_cost = 0', 'jit_optimize_above_cost = 0'] : [];
      const set = [...(shape.set ?? []), ...well];
      const [plan] = JSON.parse(await explain(client, { ...shape, set }, 'ANALYZE, BUFFERS, WAL', 'JSON')) as [
        JsonPlan,
      ];
      addsUp({ nodes: readNodes(placeNodes(plan.Plan)), plan }, shape.sql);
    }
  });
});

onDebianServer('Advice on JIT', (postgres) => {
  let client: Client;
  let parser: Parser;
  before(async () => {
    parser = await testParser();
    client = await (await postgres.freshDatabase()).client();
    const columns = Array.from({ length: 30 }, (_, k) => `(i + ${k}) % ${k + 7} AS c${k}`);
    await client.query(`
      CREATE TABLE wide AS SELECT i, ${columns} FROM generate_series(1, 200000) i;
      CREATE TABLE split (i int, v int) PARTITION BY RANGE (i);
      DO $$ BEGIN FOR k IN 0..59 LOOP
        EXECUTE format('CREATE TABLE split_%s PARTITION OF split FOR VALUES FROM (%s) TO (%s)', k, k * 100, k * 100 + 100);
      END LOOP; END $$;
      INSERT INTO split SELECT i, i FROM generate_series(1, 5999) i;
      CREATE FUNCTION said_to_be_many() RETURNS SETOF int LANGUAGE sql ROWS 90000000 AS 'SELECT generate_series(1, 10)';
      ALTER FUNCTION said_to_be_many() VOLATILE;`);
    await client.query('VACUUM ANALYZE');
  });

  interface Run {
    readonly ms: number;
    readonly plan: JsonPlan;
    readonly findings: readonly PlanFinding[];
  }

  /** The fastest of some. */
  async function fastest(sql: string, set: readonly string[]): Promise<Run> {
    let best: Run | undefined;
    for (let i = 0; i < 4; i++) {
      const printed = await explain(client, { sql, set }, 'ANALYZE, BUFFERS', 'JSON');
      const [plan] = JSON.parse(printed) as [JsonPlan];
      const ms = plan['Execution Time'] ?? Number.NaN;
      const placed = placeNodes(plan.Plan);
      if (!best || ms < best.ms) best = { ms, plan, findings: adviseOn(plan, placed, readNodes(placed), parser) };
    }
    return best as Run;
  }

  const serial = 'max_parallel_workers_per_gather = 0';
  const well = [...compiled, 'jit_inline_above_cost = 0', 'jit_optimize_above_cost = 0'];
  const ofJit = ({ findings }: Run): PlanFinding[] => findings.filter(({ code }) => code === 'jit-takes-long');
  const conditions = Array.from({ length: 30 }, (_, k) => `c${k} + c${(k + 1) % 30} >= 0`).join(' AND ');
  const sums = Array.from({ length: 10 }, (_, k) => `sum(c${k * 3} * 2)`);

  for (const [sql, set, says] of [
    [`SELECT count(*) FROM wide WHERE i < 5000 AND ${conditions}`, [...well, serial], /SET jit = off for this/],
    [
      `SELECT ${sums} FROM wide WHERE i < 5000`,
      [...well, serial],
      /raise jit_inline_above_cost and jit_optimize_above/,
    ],
    // as any server is set: the planner takes it for dear
    ['SELECT count(*), sum(m * 2), max(m + 1) FROM said_to_be_many() AS m WHERE m > 3', [], /SET jit = off for this/],
    ['SELECT v, count(*) FROM split GROUP BY v HAVING count(*) > 1', [...well, serial], /JIT, [1-9]\d\d functions/],
    [
      `SELECT count(*), max(c3) FROM wide WHERE i < 5000 AND ${conditions}`,
      [...well, 'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0'],
      /in each of [2-9] processes/,
    ],
  ] as const)
    it(`is right: ${sql.slice(0, 60)}`, async () => {
      const run = await fastest(sql, set);
      const [found] = ofJit(run);
      const text = `${found?.severity} ${found?.message} ${found?.help}`;
      assert.ok(found, JSON.stringify(run.plan.JIT));
      assert.match(text, says);
      const without = await fastest(sql, [...set, 'jit = off']);
      assert.deepEqual(ofJit(without), []);
      assert.ok(without.ms < run.ms, `${text}: ${run.ms} ms, ${without.ms} ms without`);
    });

  for (const [sql, set] of [
    ['SELECT count(*) FROM wide', [serial, 'jit = on']],
    ['SELECT count(*) FROM wide WHERE i < 5000', [serial, 'jit = off', 'jit_above_cost = 0']],
    ['SELECT count(*) FROM split WHERE i = 7', [...compiled, serial]],
    [
      'SELECT count(*) FROM wide a JOIN wide b ON a.i = b.i JOIN wide c ON c.i = a.i WHERE a.c3 >= 0 AND b.c29 + a.c2 >= 0',
      [...compiled, serial, "work_mem = '64MB'"],
    ],
  ] as const)
    it(`has nothing to say: ${sql}`, async () => {
      const run = await fastest(sql, set);
      assert.deepEqual(ofJit(run), []);
    });

  it('warns only where the statement is faster without it', async function () {
    this.timeout(240_000);
    const told: string[] = [];
    for (const rows of [2_000, 20_000, 60_000, 200_000])
      for (const sql of [
        `SELECT count(*) FROM wide WHERE i <= ${rows} AND ${conditions}`,
        `SELECT ${sums} FROM wide WHERE i <= ${rows}`,
      ]) {
        const run = await fastest(sql, [...well, serial]);
        const without = await fastest(sql, [...well, serial, 'jit = off']);
        const [found] = ofJit(run);
        told.push(`${found?.severity}: ${Math.round(run.ms)} ms, ${Math.round(without.ms)} ms without`);
        // as the clocks of a busy machine go
        if (found?.severity === 'warning') assert.ok(without.ms < run.ms * 1.25, `${sql}\n${told.join('\n')}`);
        if (found?.severity === 'information') assert.match(found.help, /as well, and compare/);
      }
    assert.ok(
      told.some((line) => line.startsWith('warning')),
      told.join('\n'),
    );
  });

  it('is in the time of nodes, and told in a note', async () => {
    const sql = `SELECT ${sums} FROM wide WHERE i < 5000`;
    const { plan } = await fastest(sql, [...well, serial]);
    const { Timing = {} } = plan.JIT as Jit;
    const within = (Timing.Total as number) - (Timing.Generation as number);
    assert.ok((plan.Plan['Actual Total Time'] ?? 0) > within, JSON.stringify(plan, null, 1));
    const notesOf = (json: JsonPlan) =>
      reportOn(json, {
        source: null,
        sql,
        target: null,
        generic: false,
        schema: null,
        parser,
        rangesOf: () => [],
        toRange: () => ({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }),
      }).notes;
    assert.deepEqual(notesOf(plan), [
      `JIT: ${(plan.JIT as Jit).Functions} functions compiled in ${Timing.Total} ms (all processes), part of the time of nodes.`,
    ]);
  });
});

/** What the workers of each node compiled. */
function workersJit(plan: JsonPlan): Jit[] {
  const workersOf = ({ json }: { json: JsonNode }) => (json.Workers ?? []) as readonly { JIT?: Jit }[];
  return placeNodes(plan.Plan).flatMap((node) => workersOf(node).flatMap(({ JIT }) => JIT ?? []));
}

/** What is the same whenever it runs; how many of its workers get to run a node is not. */
function summaryOf(plan: JsonPlan, shape: PlanShape): unknown {
  const jit = plan.JIT as Jit | undefined;
  if (!jit) return null;
  const told = { options: jit.Options, timed: Object.keys(jit.Timing ?? {}).sort() };
  return isParallel(shape) ? told : { ...told, functions: jit.Functions, workers: workersJit(plan).length };
}
