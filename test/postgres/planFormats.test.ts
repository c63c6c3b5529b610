import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonNode, type JsonPlan, placeNodes } from '../../server/src/explain/plan.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type PlanShape, planSchema, shapesOf } from './harness/planShapes.ts';

type Format = 'JSON' | 'TEXT' | 'YAML' | 'XML';

async function explain(client: Client, { sql, set = [] }: PlanShape, options: string, format: Format): Promise<string> {
  await client.query('BEGIN');
  try {
    for (const setting of set) await client.query(`SET LOCAL ${setting}`);
    const { rows } = await client.query({
      text: `EXPLAIN (${options}, FORMAT ${format}) ${sql}`,
      rowMode: 'array',
      // JSON as it was sent
      types: { getTypeParser: () => (value: string) => value },
    });
    return (rows as string[][]).map(([line]) => line).join('\n');
  } finally {
    await client.query('ROLLBACK');
  }
}

onEachVersion('Plans in the formats of EXPLAIN', (postgres) => {
  let client: Client;
  const shapes = shapesOf(postgres.version);
  before(async () => {
    const database = await postgres.freshDatabase();
    client = await database.client();
    await client.query(planSchema);
    // what runs in which worker is different each time
    await client.query('SET parallel_leader_participation = off');
  });

  it('YAML and XML say the same as JSON', async () => {
    for (const shape of shapes) {
      const json = await explain(client, shape, 'VERBOSE, SETTINGS', 'JSON');
      for (const format of ['YAML', 'XML'] as const) {
        const read = readPlans(await explain(client, shape, 'VERBOSE, SETTINGS', format));
        assert.deepEqual(read, JSON.parse(json), `${format}: ${shape.sql}`);
      }
    }
  });

  it('YAML and XML say the same as JSON of what ran', async () => {
    for (const shape of shapes) {
      const options = 'ANALYZE, BUFFERS, WAL, TIMING OFF';
      // how often its workers run a node is different each time
      if (shape.set?.includes('parallel_setup_cost = 0')) continue;
      const json = steady(JSON.parse(await explain(client, shape, options, 'JSON')));
      for (const format of ['YAML', 'XML'] as const)
        assert.deepEqual(
          steady(readPlans(await explain(client, shape, options, format))),
          json,
          `${format}: ${shape.sql}`,
        );
    }
  });

  for (const options of [
    'COSTS',
    'VERBOSE',
    'COSTS OFF',
    'ANALYZE, BUFFERS, TIMING OFF',
    'ANALYZE, BUFFERS, WAL, SETTINGS',
  ])
    it(`text has the same nodes, in the same places: ${options}`, async () => {
      for (const shape of shapes) {
        const json = JSON.parse(await explain(client, shape, options, 'JSON')) as JsonPlan[];
        const text = await explain(client, shape, options, 'TEXT');
        const read = tried(text);
        const ran = /ANALYZE/.test(options);
        assert.deepEqual(
          read.map((plan) => comparable(plan, ran)),
          json.map((plan) => comparable(plan, ran)),
          `${shape.sql}\n${text}`,
        );
        if (ran) assert.ok((read[0]?.['Execution Time'] ?? 0) > 0, text);
      }
    });
});

/** Different each time, or from worker to worker. */
const volatile =
  /Time$|Blocks$|Cost$|^Plan Rows$|^WAL|Memory|Disk|Sort Space|^Sort Method|Workers?$|^Actual Rows$|Timing|^Planning$|^Query Identifier$|^Heap Fetches$|^Triggers$|^JIT$|^Index Searches$/;

/** Without what is different from run to run. */
function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (volatile.test(key) ? [] : [[key, steady(inner)]])),
  );
}

/** Fields that the text tells as plainly as JSON does. */
const told = [
  'Node Type',
  'Parent Relationship',
  'Subplan Name',
  'Strategy',
  'Partial Mode',
  'Join Type',
  'Operation',
  'Command',
  'Relation Name',
  'Schema',
  'Alias',
  'Index Name',
  'CTE Name',
  'Function Name',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Actual Loops',
  'Sort Key',
  'Presorted Key',
  'Filter',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'TID Cond',
  'One-Time Filter',
  'Run Condition',
  'Output',
  'Workers Planned',
  'Hash Buckets',
  'HashAgg Batches',
  'Conflict Resolution',
  'Storage',
  'Disabled',
  'Window',
] as const;

/** What writes leaves dead rows behind, also when it is rolled back: estimates go by them. */
const estimated = /Cost$|^Plan Rows$/;

function comparable(plan: JsonPlan, ran: boolean): Record<string, unknown>[] {
  const placed = placeNodes(plan.Plan);
  // how often its workers run a node is different each time
  const isParallel = placed.some(({ json }) => /^Gather/.test(json['Node Type']));
  const varies = (key: string): boolean => (ran && estimated.test(key)) || (isParallel && key === 'Actual Loops');
  return placed.map(({ parent, json }) => ({
    parent,
    ...Object.fromEntries(told.flatMap((key) => (isTold(json, key) && !varies(key) ? [[key, json[key]]] : []))),
  }));
}

function isTold(json: JsonNode, key: (typeof told)[number]): boolean {
  const value = json[key];
  if (value === undefined || value === false) return false;
  // `Function Scan on f` is a function f, or several under the alias f
  if (key === 'Function Name' && value === json.Alias) return false;
  // a member of what appends has no relationship of its own in text
  if (key === 'Parent Relationship') return value === 'InitPlan' || value === 'SubPlan' || value === 'Inner';
  return true;
}

function tried(text: string): JsonPlan[] {
  try {
    return readPlans(text);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${text}`);
  }
}
