// Plans of a server that compiles expressions (JIT), which the servers of the other tests are built without.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonNode, type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { addsUp } from './harness/addsUp.ts';
import { onDebianServer } from './harness/debianServer.ts';
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
