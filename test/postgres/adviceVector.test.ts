// Advice on searches for the nearest, on a real Postgres with pgvector.
import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { indexStatement } from '../../server/src/explain/advice/advice.ts';
import { adviseOn } from '../../server/src/explain/advice/index.ts';
import { type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { readPlanFacts } from '../../server/src/explain/planFacts.ts';
import type { PlanFinding } from '../../server/src/protocol.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { testParser } from './harness/explaining.ts';
import { startVectorServer, type VectorServer } from './harness/vectorDatabase.ts';

describe('Advice on searches with pgvector', function () {
  this.timeout(120_000);
  let server: VectorServer;
  let client: Client;
  let parser: Parser;
  before(async () => {
    parser = await testParser();
    server = await startVectorServer();
    client = await server.client();
    await client.query(`CREATE EXTENSION vector;
      CREATE TABLE items (id int PRIMARY KEY, kind int NOT NULL, v vector(3) NOT NULL);
      INSERT INTO items SELECT i, i % 100, format('[%s,%s,%s]', i % 97, i % 89, i % 83)::vector FROM generate_series(1, 8000) i;
      CREATE TABLE indexed (LIKE items); INSERT INTO indexed SELECT * FROM items;
      CREATE TABLE lists (LIKE items); INSERT INTO lists SELECT * FROM items;
      CREATE TABLE few (LIKE items); INSERT INTO few SELECT * FROM items LIMIT 20;
      CREATE INDEX indexed_v ON indexed USING hnsw (v vector_l2_ops);
      CREATE INDEX lists_v ON lists USING ivfflat (v vector_l2_ops) WITH (lists = 90);
      CREATE INDEX few_v ON few USING hnsw (v vector_l2_ops);
      ANALYZE`);
  });
  after(() => server.stop());

  async function advice(sql: string, ...set: string[]): Promise<PlanFinding[]> {
    await client.query('BEGIN');
    try {
      for (const setting of set) await client.query(`SET LOCAL ${setting}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, SETTINGS, FORMAT JSON) ${sql}`);
      const [plan] = rows[0]['QUERY PLAN'] as [JsonPlan];
      const placed = placeNodes(plan.Plan);
      const query = async (text: string) => [
        Object.values((await client.query(text)).rows[0] ?? {}).map((value) => JSON.stringify(value)),
      ];
      const facts = await readPlanFacts({ query }, plan);
      assert.ok(facts);
      return adviseOn(plan, placed, readNodes(placed), parser, { facts, sql });
    } finally {
      await client.query('ROLLBACK');
    }
  }
  const codes = (findings: readonly PlanFinding[]): string[] => findings.map(({ code }) => code);
  const nearest = (table: string, limit: number, where = '') =>
    `SELECT id FROM ${table} ${where} ORDER BY v <-> '[1,2,3]' LIMIT ${limit}`;

  for (const [operator, operatorClass] of [
    ['<->', 'vector_l2_ops'],
    ['<=>', 'vector_cosine_ops'],
    ['<#>', 'vector_ip_ops'],
    ['<+>', 'vector_l1_ops'],
  ])
    it(`proposes an hnsw index for ORDER BY ${operator}, and Postgres uses it`, async () => {
      const sql = `SELECT id FROM items ORDER BY v ${operator} '[1,2,3]' LIMIT 5`;
      const found = (await advice(sql)).find(({ code }) => code === 'limit-sorts-whole-table');
      assert.ok(found?.index);
      assert.match(found.help, new RegExp(`USING hnsw \\(v ${operatorClass}\\)`));
      await client.query(indexStatement(found.index).replace('CONCURRENTLY', 'proposed'));
      try {
        assert.deepEqual(codes(await advice(sql)), []);
      } finally {
        await client.query('DROP INDEX proposed');
      }
    });

  it('tells a search that gave fewer rows than were asked for, and ef_search mends it', async () => {
    const sql = nearest('indexed', 100);
    const settings = ['enable_seqscan = off', 'enable_sort = off'];
    const [found] = await advice(sql, ...settings);
    assert.equal(found?.code, 'nearest-search-ends-early');
    assert.match(`${found.message} ${found.help}`, /100 rows were asked for.*gave \d\d rows.*hnsw\.ef_search/);
    assert.deepEqual(codes(await advice(sql, ...settings, 'hnsw.ef_search = 100')), []);
    const filtered = nearest('indexed', 10, 'WHERE kind = 7');
    assert.ok(codes(await advice(filtered, ...settings)).includes('nearest-search-ends-early'));
    assert.ok(
      !codes(await advice(filtered, ...settings, 'hnsw.iterative_scan = relaxed_order')).includes(
        'nearest-search-ends-early',
      ),
    );
  });

  it('tells of ivfflat, and probes mend it', async () => {
    const sql = nearest('lists', 400);
    const settings = ['enable_seqscan = off', 'enable_sort = off'];
    const [found] = await advice(sql, ...settings);
    assert.equal(found?.code, 'nearest-search-ends-early');
    assert.match(found.help, /ivfflat\.probes/);
    assert.ok(!codes(await advice(sql, ...settings, 'ivfflat.probes = 90')).includes('nearest-search-ends-early'));
  });

  it('is silent where all that were asked for came, or there are no more', async () => {
    const settings = ['enable_seqscan = off', 'enable_sort = off'];
    assert.deepEqual(codes(await advice(nearest('indexed', 10), ...settings)), []);
    assert.deepEqual(codes(await advice(nearest('few', 100), ...settings)), []);
    assert.deepEqual(codes(await advice('SELECT id FROM few ORDER BY v <-> $$[1,2,3]$$ LIMIT 5')), []);
  });
});
