// Plans of the embedded Postgres with another server's statistics: what that server would plan, without its rows.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import type { Session } from '../../server/src/database/database.ts';
import { EmbeddedPostgres } from '../../server/src/database/embedded/embeddedPostgres.ts';
import { type Statistics, statisticsIn } from '../../server/src/database/embedded/statistics.ts';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import { type JsonNode, type JsonPlan, parsePlan, placeNodes } from '../../server/src/explain/plan.ts';
import type { ExplainParams } from '../../server/src/protocol.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { embeddedFiles } from './harness/embedded.ts';
import { errorOf, explainService, paramsFor, planOf, subjectOf, testParser } from './harness/explaining.ts';
import { statisticsDump } from './harness/statisticsDump.ts';

const definitions = [
  'CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country text)',
  'CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, placed date NOT NULL, tags text[], note text)',
  'CREATE INDEX orders_customer ON orders (customer_id)',
  'CREATE INDEX orders_placed ON orders (placed)',
  `CREATE INDEX orders_pending ON orders (placed) WHERE status = 'pending'`,
  'CREATE INDEX customers_lower ON customers (lower(name))',
  'CREATE TABLE events (at date NOT NULL, n int NOT NULL) PARTITION BY RANGE (at)',
  `CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')`,
  `CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`,
  'CREATE INDEX events_n ON events (n)',
];

const rows = `
  INSERT INTO customers SELECT i, 'it''s \\' || i, CASE WHEN i % 50 = 0 THEN NULL WHEN i % 3 = 0 THEN 'NZ' ELSE 'DE' END FROM generate_series(1, 20000) i;
  INSERT INTO orders SELECT i, i % 20000 + 1, CASE WHEN i % 100 = 0 THEN 'pending' ELSE 'done' END, date '2024-01-01' + i / 1000, ARRAY['t' || i % 7, 'all'], repeat('x', i % 60)
    FROM generate_series(1, 300000) i;
  INSERT INTO events SELECT date '2023-01-01' + i % 700, i FROM generate_series(1, 60000) i;`;

/** None of them about the ends of what is indexed. */
const queries = [
  'SELECT * FROM orders',
  'SELECT * FROM orders WHERE customer_id = 5',
  `SELECT * FROM orders WHERE status = 'pending'`,
  `SELECT * FROM orders WHERE status = 'done'`,
  `SELECT count(*) FROM orders WHERE placed BETWEEN '2024-03-01' AND '2024-03-05'`,
  `SELECT * FROM orders WHERE status = 'pending' AND placed > '2024-09-01'`,
  `SELECT * FROM orders WHERE tags @> ARRAY['t3']`,
  'SELECT id FROM orders WHERE id < 20000',
  'SELECT * FROM orders ORDER BY id LIMIT 10',
  'SELECT * FROM orders ORDER BY note LIMIT 10',
  'SELECT customer_id, count(*) FROM orders GROUP BY customer_id',
  'SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1',
  'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id BETWEEN 9000 AND 9020',
  `SELECT * FROM customers WHERE lower(name) = 'x'`,
  `SELECT * FROM customers WHERE name LIKE 'it%'`,
  'SELECT * FROM customers WHERE country IS NULL',
  'SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)',
  `SELECT * FROM events WHERE at = '2024-02-02'`,
  'SELECT * FROM events WHERE n = 7',
  `SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id AND o.placed > '2024-10-01' ORDER BY o.id DESC LIMIT 5`,
  'UPDATE orders SET note = NULL WHERE customer_id BETWEEN 9000 AND 9008',
];

/** A server looks into the index for the first and the last value that there is. */
const ofEnds = ['SELECT * FROM orders WHERE id > 299980', 'SELECT * FROM orders WHERE id BETWEEN 299000 AND 400000'];

onEachVersion('Statistics of another server', (postgres) => {
  let client: Client;
  let parser: Parser;
  let statistics: readonly Statistics[];
  let embedded: EmbeddedPostgres;
  let session: Session;
  before(async function () {
    this.timeout(120_000);
    parser = await testParser();
    client = await (await postgres.freshDatabase()).client();
    await client.query(`${definitions.join(';')}; ${rows}`);
    await client.query('VACUUM ANALYZE');
    await client.query('SET max_parallel_workers_per_gather = 0; SET jit = off');
    statistics = statisticsIn(await statisticsDump(client), parser);
    embedded = new EmbeddedPostgres({ ...(await embeddedFiles()), parser });
    const steps = [...definitions, 'CREATE EXTENSION amcheck'].map((sql, i) => ({ sql, origin: `m.sql:${i}` }));
    session = await embedded.at(steps, 'm.sql', statistics).open();
  });
  after(async () => {
    await session?.close();
    embedded?.dispose();
  });

  const theirPlan = async (sql: string): Promise<JsonNode[]> => {
    const { rows: answer } = await client.query(`EXPLAIN (FORMAT JSON) ${sql}`);
    return placeNodes((answer[0]['QUERY PLAN'] as [JsonPlan])[0].Plan).map(({ json }) => json);
  };
  const ourPlan = async (sql: string): Promise<JsonNode[]> => {
    const lines = await session.query(`EXPLAIN (FORMAT JSON) ${sql}`);
    return placeNodes(parsePlan(lines.map(([line]) => line).join('\n')).Plan).map(({ json }) => json);
  };

  it('are all taken', () => {
    assert.deepEqual(session.schema?.statistics, { tables: 5, leftOut: [] });
  });

  it('lead to its plans, with its rows and costs', async function () {
    this.timeout(60_000);
    for (const sql of queries) {
      const [theirs, ours] = [await theirPlan(sql), await ourPlan(sql)];
      const both = [sql, ...theirs.map(brief), '', ...ours.map(brief)].join('\n');
      const isNear = (key: 'Plan Rows' | 'Total Cost', part: number): boolean => {
        const [our = 0, their = 0] = [ours[0]?.[key], theirs[0]?.[key]];
        return Math.abs(our - their) <= their * part + 1;
      };
      assert.ok(isNear('Plan Rows', 0.01), both);
      // the planners before are others
      if (postgres.version < 18) continue;
      assert.deepEqual(
        ours.map((json) => json['Node Type']),
        theirs.map((json) => json['Node Type']),
        both,
      );
      assert.ok(isNear('Total Cost', 0.01), both);
    }
  });

  it('lead nearly to its plans at the ends of what is indexed', async () => {
    for (const sql of ofEnds) {
      const [[theirs], [ours]] = [await theirPlan(sql), await ourPlan(sql)];
      const both = `${sql}: ${theirs && brief(theirs)}, ${ours && brief(ours)}`;
      assert.equal(ours?.['Index Name'], theirs?.['Index Name'], both);
      const factor = (ours?.['Plan Rows'] ?? 0) / (theirs?.['Plan Rows'] ?? 0);
      assert.ok(factor > 0.4 && factor < 2.5, both);
    }
  });

  it('leave indexes that are whole, and as tall', async () => {
    const { rows: known } = await client.query(
      "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_index ON indexrelid = c.oid WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'",
    );
    for (const { name } of known) {
      const [first] = await session.query(`SELECT bt_index_parent_check('${name}')`);
      assert.deepEqual(first, [''], name);
    }
    assert.equal(known.length, 8);
  });
});

describe('Statistics in a file', function () {
  this.timeout(120_000);
  let service: ExplainService;
  let parser: Parser;
  before(async () => {
    parser = await testParser();
    service = await explainService();
  });
  after(() => service.dispose());
  const ofOrders = (pages: number, more = '') =>
    `SELECT * FROM pg_catalog.pg_restore_relation_stats('schemaname', 'public', 'relname', 'orders', 'relpages', '${pages}'::integer, 'reltuples', '${pages * 80}'::real);${more}`;
  const planned = (sql: string, text: string, more: Partial<ExplainParams> = {}, schema = definitions) =>
    service.explain(subjectOf(sql, schema), paramsFor({ kind: 'embedded' }, more), {
      statistics: statisticsIn(text, parser),
    });

  it('are told of in notes, with what was left out', async () => {
    const column = `SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', 'gone', 'attname', 'a', 'inherited', false)`;
    const { notes } = planOf(await planned('SELECT * FROM orders', ofOrders(10, column)));
    assert.deepEqual(notes, [
      'Planned in the embedded Postgres on the schema of 10 statements before it, with the statistics of 1 table: rows and costs are what they lead to, with the settings that Postgres has by default and no parallel workers.',
      'Statistics of public.gone were left out: relation "public.gone" does not exist.',
    ]);
  });

  it('make a table of 400 GB in no memory', async () => {
    const { plan } = planOf(await planned('SELECT * FROM orders', ofOrders(50_000_000)));
    assert.equal((plan as unknown as JsonPlan).Plan['Plan Rows'], 4_000_000_000);
    const ofIndex = ofOrders(50_000_000).replace("'orders'", "'orders_pkey'");
    const one = planOf(await planned('SELECT * FROM orders WHERE id = 7', ofOrders(50_000_000, ofIndex)));
    assert.equal((one.plan as unknown as JsonPlan).Plan['Node Type'], 'Index Scan');
  });

  it('are believed beside rows that migrations insert', async () => {
    const seeds = `INSERT INTO orders SELECT i, i, 's', '2024-01-01' FROM generate_series(1, 3000) i`;
    const ofIndex = ofOrders(9_000).replace("'orders'", "'orders_pkey'");
    const statements = [...definitions, seeds];
    for (const sql of ['SELECT * FROM orders WHERE id = 7', 'SELECT * FROM orders WHERE id > 2990 AND id < 2995']) {
      const { plan } = planOf(await planned(sql, ofOrders(50_000, ofIndex), {}, statements));
      assert.match(JSON.stringify(plan), /orders_pkey/);
    }
  });

  it('let nothing run', async () => {
    for (const [sql, analyze] of [
      ['SELECT * FROM orders', true],
      ['EXPLAIN ANALYZE SELECT * FROM orders', false],
    ] as const)
      assert.match(errorOf(await planned(sql, ofOrders(10), { analyze })).message, /there are no rows/);
  });

  it('are forgotten by the next who asks', async () => {
    await planned('SELECT * FROM orders', ofOrders(1_000));
    const report = planOf(
      await service.explain(
        subjectOf('SELECT * FROM orders', definitions),
        paramsFor({ kind: 'embedded' }, { analyze: true }),
      ),
    );
    assert.equal((report.plan as unknown as JsonPlan).Plan['Actual Rows'], 0);
    assert.match(report.notes.join(), /with only the rows that those insert/);
  });

  it('are calls with constants, and nothing else of it is run', async () => {
    const text = `DROP TABLE orders; SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', pg_sleep(9)::text);
      SELECT set_config('a.b', 'c', false), pg_restore_relation_stats('schemaname', 'public', 'relname', 'orders');
      SELECT * FROM pg_restore_relation_stats('schemaname', 'it''s', 'relname', E'a\\\\b', 'reltuples', -1::real, 'relpages', 3);`;
    assert.deepEqual(
      statisticsIn(text, parser).map(({ values }) => [...values]),
      [
        [
          ['schemaname', "it's"],
          ['relname', 'a\\b'],
          ['reltuples', '-1'],
          ['relpages', '3'],
        ],
      ],
    );
  });
});

const brief = (json: JsonNode): string =>
  [json['Node Type'], json['Index Name'], json['Plan Rows'], json['Startup Cost'], json['Total Cost']].join(' ');
