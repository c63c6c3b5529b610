// Foreign scans of postgres_fdw, on a server that asks itself: in the formats of EXPLAIN, and with what each node took.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { planSchema } from './harness/planShapes.ts';

const queries = [
  'SELECT * FROM far_orders WHERE total > 95',
  'SELECT count(*) FROM far_orders',
  'SELECT * FROM far_orders o JOIN far_customers c ON c.id = o.customer_id WHERE o.total = 3',
  "SELECT * FROM far_orders o JOIN customers c ON c.name = 'c' || o.customer_id WHERE c.id < 5",
  'SELECT * FROM far_orders ORDER BY total LIMIT 3',
  'UPDATE far_orders SET total = total + 1 WHERE id < 100',
  'UPDATE far_orders SET total = length(random()::text) WHERE id < 10 RETURNING id',
  'DELETE FROM far_orders WHERE id < 100',
  'INSERT INTO far_log SELECT id, name FROM customers WHERE id < 50',
  'WITH f AS MATERIALIZED (SELECT * FROM far_orders) SELECT (SELECT count(*) FROM f), max(total) FROM f',
  'SELECT * FROM far_events',
];

onEachVersion('Plans of foreign tables', (postgres) => {
  let client: Client;
  before(async () => {
    const database = await postgres.freshDatabase();
    client = await database.client();
    const { port } = new URL(database.url);
    await client.query(planSchema);
    await client.query(`
      DROP TRIGGER orders_logged ON orders;
      CREATE EXTENSION postgres_fdw;
      CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '127.0.0.1', port '${port}', dbname '${database.name}');
      CREATE USER MAPPING FOR postgres SERVER itself OPTIONS (user 'postgres');
      CREATE FOREIGN TABLE far_orders (id int, customer_id int, total numeric, placed date)
        SERVER itself OPTIONS (table_name 'orders');
      CREATE FOREIGN TABLE far_customers (id int, name text, country text) SERVER itself OPTIONS (table_name 'customers');
      CREATE FOREIGN TABLE far_log (id bigint, what text) SERVER itself OPTIONS (table_name 'log', batch_size '10');
      CREATE TABLE far_events (at date, n int) PARTITION BY RANGE (at);
      CREATE FOREIGN TABLE far_events_2023 PARTITION OF far_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')
        SERVER itself OPTIONS (table_name 'events_2023', async_capable 'true');
      CREATE FOREIGN TABLE far_events_2024 PARTITION OF far_events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
        SERVER itself OPTIONS (table_name 'events_2024', async_capable 'true');`);
  });

  async function explain(sql: string, options: string): Promise<string> {
    await client.query('BEGIN');
    try {
      const { rows } = await client.query({
        text: `EXPLAIN (${options}) ${sql}`,
        rowMode: 'array',
        types: { getTypeParser: () => (value: string) => value },
      });
      return (rows as string[][]).map(([line]) => line).join('\n');
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it('say the same in text as in JSON', async () => {
    for (const sql of queries) {
      const text = await explain(sql, 'VERBOSE');
      const shown = (plans: readonly JsonPlan[]): unknown =>
        plans.flatMap(({ Plan }) =>
          placeNodes(Plan).map(({ parent, json }) => [
            parent,
            json['Node Type'],
            json.Operation,
            json['Relation Name'],
            json.Alias,
            json['Remote SQL'],
            json.Relations,
            json['Batch Size'],
            json['Async Capable'] || undefined,
          ]),
        );
      const json = JSON.parse(await explain(sql, 'VERBOSE, FORMAT JSON')) as JsonPlan[];
      // an operation that is sent as a whole: JSON says Select where text says nothing
      const told = (shape: unknown): string => JSON.stringify(shape).replaceAll('"Select"', 'null');
      assert.equal(told(shown(readPlans(text))), told(shown(json)), `${sql}\n${text}`);
      assert.match(JSON.stringify(json), /"Remote SQL"/);
      for (const format of ['XML', 'YAML'])
        assert.deepEqual(readPlans(await explain(sql, `VERBOSE, FORMAT ${format}`)), json, `${format}: ${sql}`);
    }
  });

  it('add up', async () => {
    for (const sql of queries) {
      const [plan] = JSON.parse(await explain(sql, 'ANALYZE, BUFFERS, FORMAT JSON')) as [JsonPlan];
      const nodes = readNodes(placeNodes(plan.Plan));
      const root = nodes[0]?.inclusive.ms ?? Number.NaN;
      const sum = nodes.reduce((total, { exclusive }) => total + (exclusive.ms ?? Number.NaN), 0);
      assert.ok(Math.abs(sum - root) <= root * 0.01 + 0.005, `${sql}: ${sum} of ${root} ms`);
      const pages = nodes.reduce((total, { exclusive }) => total + (exclusive.sharedHit ?? Number.NaN), 0);
      assert.equal(pages, plan.Plan['Shared Hit Blocks'], sql);
    }
  });
});
