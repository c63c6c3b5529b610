import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import type { JsonPlan } from '../../server/src/explain/plan.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { comparable, explain, readPlansOf, steady } from './harness/planFormats.ts';
import { planSchema, shapesOf } from './harness/planShapes.ts';

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
        const read = readPlansOf(text);
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
