import assert from 'node:assert/strict';
import type pg from 'pg';
import anyOfIndexedArray from '../../../server/src/rules/indexes/anyOfIndexedArray.ts';
import nullsOrderNotIndexed from '../../../server/src/rules/indexes/nullsOrderNotIndexed.ts';
import type { Rule } from '../../../server/src/rules/rule.ts';
import { applyFix, reviewSql } from '../../harness/review.ts';
import { type ClaimProof, type Example, type Proofs, planOf, refused } from './proof.ts';

/** Postgres refuses the unsafe form with this SQLSTATE; the safe one runs. */
const fails = (code: string): ClaimProof => ({
  async claim({ unsafe, safe, freshDatabase }) {
    const client = await freshDatabase();
    await refused(client, unsafe, code);
    await dropInvalid(client);
    await runEach(client, safe);
    const { rows } = await client.query('SELECT 1 FROM pg_index WHERE NOT indisvalid');
    assert.deepEqual(rows, []);
  },
});

/** What a CREATE INDEX CONCURRENTLY that failed while it was building left behind. */
async function dropInvalid(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SELECT indexrelid::regclass AS name FROM pg_index WHERE NOT indisvalid');
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
}

/** One by one, as CONCURRENTLY wants it. */
async function runEach(client: pg.Client, sql: string): Promise<void> {
  for (const statement of sql.split(/;\s*/).filter(Boolean)) await client.query(statement);
}

/** Databases after either form, where sequential scans and sorts are chosen only when nothing else is possible. */
async function both(example: Example): Promise<{ unsafe: pg.Client; safe: pg.Client }> {
  const [unsafe, safe] = [await example.freshDatabase(), await example.freshDatabase()];
  await runEach(unsafe, example.unsafe);
  await runEach(safe, example.safe);
  for (const client of [unsafe, safe]) await client.query('SET enable_seqscan = off; SET enable_sort = off');
  return { unsafe, safe };
}

/** Not only read from end to end. */
const served = /Index Cond|^Limit\n\s+->\s+Index/;

/** After the unsafe form no index can serve these queries, after the safe one an index does. */
const serves = (...queries: string[]): ClaimProof => ({
  async claim(example) {
    const { unsafe, safe } = await both(example);
    for (const query of queries) {
      assert.doesNotMatch(await planOf(unsafe, query), served, query);
      assert.match(await planOf(safe, query), served, query);
    }
  },
});

const indexCount = async (client: pg.Client): Promise<number> =>
  Number((await client.query('SELECT count(*) FROM pg_index WHERE indrelid >= 16384')).rows[0].count);

/** The query is served by an index already before the unsafe form, which only adds one more. */
const servedBefore = (query: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase }) {
    const client = await freshDatabase();
    await client.query('SET enable_seqscan = off');
    assert.match(await planOf(client, query), /Index/);
    const before = await indexCount(client);
    await runEach(client, unsafe);
    assert.equal(await indexCount(client), before + 1);
  },
});

/** A search for the nearest reads every row after the unsafe form, and an index after the safe one. */
const nearest = (query: string, safeQuery = query): ClaimProof => ({
  async claim({ unsafe, safe, freshDatabase }) {
    for (const [sql, asked, served] of [
      [unsafe, query, false],
      [safe, safeQuery, true],
    ] as const) {
      const client = await freshDatabase();
      await runEach(client, sql);
      await client.query('SET enable_seqscan = off');
      assert.equal(/Index Scan/.test(await planOf(client, asked)), served, asked);
    }
  },
});

/**
 * The last statement of the safe form is served by an index, that of the unsafe form is not; both give the same rows, and
 * so does what the quick fix makes of the unsafe form.
 */
const queriesServed = (rule: Rule, fill: string): ClaimProof => ({
  async claim(example) {
    const { unsafe, safe } = await both(example);
    const last = (sql: string) => sql.split(/;\s*/).filter(Boolean).at(-1)!;
    const { schema } = rule.examples.find((e) => e.unsafe === example.unsafe)!;
    const finding = reviewSql(example.unsafe, { schema }).find((f) => f.rule === rule.id)!;
    const fixed = finding.fixes.length > 0 ? applyFix(example.unsafe, finding) : null;
    const rows: string[][] = [];
    for (const [client, sql, isServed] of [
      [unsafe, last(example.unsafe), false],
      [safe, last(example.safe), true],
      ...(fixed ? [[unsafe, last(fixed), true] as const] : []),
    ] as const) {
      if (rows.length < 2) await client.query(fill);
      assert.equal(served.test(await planOf(client, sql)), isServed, sql);
      rows.push((await client.query(sql)).rows.map((row) => JSON.stringify(row)).sort());
    }
    assert.ok(rows[0]!.length > 0);
    for (const others of rows) assert.deepEqual(others, rows[0]);
  },
});

const sizeOf = async (client: pg.Client, relation: string): Promise<number> =>
  Number((await client.query('SELECT pg_relation_size($1::regclass) AS size', [relation])).rows[0].size);

/** The same index is larger in the unsafe form. */
const larger = (index: string, fill: string): ClaimProof => ({
  async claim(example) {
    const { unsafe, safe } = await both(example);
    for (const client of [unsafe, safe]) await client.query(fill);
    assert.ok((await sizeOf(unsafe, index)) > (await sizeOf(safe, index)));
  },
});

export const indexesProofs: Proofs = {
  'index-expression-not-immutable': [fails('42P17'), fails('42P17'), fails('42P17')],
  'index-predicate-not-immutable': [fails('42P17')],
  'no-default-operator-class': [fails('42704'), fails('42704'), fails('42704')],
  'scalar-column-in-gin-or-gist': [fails('42704')],
  'operator-class-mismatch': [fails('42704'), fails('42804')],
  'unique-index-not-btree': [fails('0A000')],
  'multicolumn-index-not-supported': [fails('0A000')],
  'include-not-supported': [fails('0A000')],
  'index-order-not-supported': [fails('0A000')],
  'index-storage-parameter': [fails('22023'), fails('22023')],
  'index-on-view': [fails('42809')],
  'drop-index-of-constraint': [fails('2BP01')],

  'btree-index-on-jsonb': [
    serves(`SELECT FROM events WHERE payload @> '{"a": 1}'`, `SELECT FROM events WHERE payload ? 'a'`),
  ],
  'btree-index-on-array': [serves(`SELECT FROM posts WHERE tags @> '{a}'`, `SELECT FROM posts WHERE tags && '{a}'`)],
  'btree-index-on-tsvector': [serves(`SELECT FROM posts WHERE search @@ to_tsquery('english', 'word')`)],
  'hash-index-serves-equality-only': [
    serves('SELECT FROM orders WHERE number > 5', 'SELECT FROM orders ORDER BY number LIMIT 1'),
  ],
  'descending-single-column-index': [
    {
      async claim(example) {
        const clients = await both(example);
        for (const client of [clients.unsafe, clients.safe])
          for (const direction of ['ASC', 'DESC']) {
            const plan = await planOf(client, `SELECT FROM events ORDER BY created_at ${direction} LIMIT 1`);
            assert.match(plan, /Index Only Scan (?:Backward )?using/);
            assert.doesNotMatch(plan, /Sort/);
          }
      },
    },
  ],
  'brin-on-random-values': [
    {
      async claim(example) {
        const { unsafe, safe } = await both(example);
        const read = async (client: pg.Client): Promise<number> => {
          await client.query('INSERT INTO events (at) SELECT now() FROM generate_series(1, 100000)');
          // summarizes the new pages
          await client.query('VACUUM ANALYZE events');
          const { rows } = await client.query(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT FROM events WHERE id = '6f9619ff-8b86-4011-b42d-00cf4fc964ff'",
          );
          const { Plan } = rows[0]['QUERY PLAN'][0];
          return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
        };
        const seen = await read(unsafe);
        const pages = (await sizeOf(unsafe, 'events')) / 8192;
        assert.ok(seen > pages * 0.8, `${seen} of ${pages} pages`);
        assert.ok((await read(safe)) < 10);
      },
    },
  ],
  'btree-index-on-long-text': [
    {
      async claim(example) {
        const { unsafe, safe } = await both(example);
        // compressed it is still too long
        const insert =
          "INSERT INTO posts (id, body) SELECT 1000, string_agg(md5(i::text), '') FROM generate_series(1, 300) i";
        await refused(unsafe, insert, '54000');
        await safe.query(insert);
        await refused(safe, 'CREATE INDEX ON posts (body)', '54000');
      },
    },
  ],
  'index-on-boolean-alone': [
    {
      async claim(example) {
        const { unsafe, safe } = await both(example);
        for (const client of [unsafe, safe]) {
          await client.query('TRUNCATE jobs; INSERT INTO jobs SELECT i, i % 2 = 0 FROM generate_series(1, 20000) i');
          await client.query('ANALYZE jobs; RESET ALL');
        }
        for (const condition of ['done', 'NOT done'])
          assert.match(await planOf(unsafe, `SELECT * FROM jobs WHERE ${condition}`), /^Seq Scan/);
        for (const client of [unsafe, safe]) {
          await client.query('TRUNCATE jobs; INSERT INTO jobs SELECT i, i % 100 > 0 FROM generate_series(1, 20000) i');
          await client.query('ANALYZE jobs');
          assert.match(await planOf(client, 'SELECT * FROM jobs WHERE NOT done'), /Index/);
        }
        const sizes = [await sizeOf(unsafe, 'jobs_done_idx'), await sizeOf(safe, 'jobs_done_idx')] as const;
        assert.ok(sizes[0] > sizes[1] * 5, sizes.join());
      },
    },
  ],
  'unique-index-with-nullable-column': [
    {
      async claim(example) {
        const { unsafe, safe } = await both(example);
        const twice = 'INSERT INTO prices (id, product_id) VALUES (1000, 1000), (1001, 1000)';
        await unsafe.query(twice);
        await refused(safe, twice, '23505');
        if (example.version < 15) return;
        await unsafe.query('DELETE FROM prices; DROP INDEX prices_key');
        await unsafe.query('CREATE UNIQUE INDEX ON prices (product_id, region) NULLS NOT DISTINCT');
        await refused(unsafe, twice, '23505');
      },
    },
  ],
  'index-column-twice': [
    larger('orders_customer_idx', 'INSERT INTO orders SELECT i, i, i FROM generate_series(1001, 20000) i'),
    larger('orders_customer_idx', 'INSERT INTO orders SELECT i, i, i FROM generate_series(1001, 20000) i'),
  ],
  'duplicate-index': [
    servedBefore('SELECT FROM orders WHERE customer_id = 5'),
    servedBefore("SELECT FROM users WHERE email = 'a'"),
  ],
  'redundant-index-prefix': [
    servedBefore('SELECT FROM orders WHERE customer_id = 5'),
    {
      async claim(example) {
        const { safe } = await both(example);
        for (const query of ['WHERE customer_id = 5', 'WHERE customer_id > 5', 'ORDER BY customer_id LIMIT 1'])
          assert.match(await planOf(safe, `SELECT FROM orders ${query}`), /orders_customer_created_idx/);
      },
    },
  ],
  'index-if-not-exists-skipped': [
    {
      async claim({ unsafe, safe, freshDatabase }) {
        const client = await freshDatabase();
        const before = await indexCount(client);
        await client.query(unsafe);
        assert.equal(await indexCount(client), before);
        await client.query(safe);
        assert.equal(await indexCount(client), before + 1);
      },
    },
  ],

  'function-on-indexed-column': [serves("SELECT id FROM users WHERE lower(email) = 'a@example.com'")],
  'like-prefix-not-indexed': [serves("SELECT id FROM files WHERE path LIKE '/home/%'")],
  'nulls-order-not-indexed': [
    queriesServed(nullsOrderNotIndexed, 'UPDATE posts SET score = id'),
    queriesServed(
      nullsOrderNotIndexed,
      "UPDATE posts SET published_at = CASE WHEN id > 5 THEN now() + id * interval '1 day' END",
    ),
  ],
  'any-of-indexed-array': [
    queriesServed(
      anyOfIndexedArray,
      `UPDATE posts SET tags = CASE id % 4 WHEN 0 THEN '{news,old}' WHEN 1 THEN NULL WHEN 2 THEN ARRAY[NULL, 'news']
       ELSE ARRAY[NULL]::text[] END`,
    ),
  ],
  // pgvector: run by vector.test.ts, where there is one database that each `freshDatabase()` empties
  'vector-index-without-operator-class': [fails('42704')],
  'vector-index-dimensions': [
    fails('54000'),
    {
      async claim({ unsafe, safe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '22023');
        await dropInvalid(client);
        await client.query(safe);
        await client.query(unsafe);
      },
    },
  ],
  'vector-index-parameter': [fails('22023'), fails('22023')],
  'vector-too-many-dimensions': [fails('22023')],
  'ivfflat-index-on-new-table': [
    {
      // what a search with few probes finds of the ten nearest
      async claim({ unsafe, safe, freshDatabase }) {
        const found = async (sql: string): Promise<number> => {
          const client = await freshDatabase();
          await client.query(sql);
          await client.query(
            `SELECT setseed(0.5); INSERT INTO items
             SELECT i, ARRAY[random(), random(), random()]::vector FROM generate_series(1, 3000) i; ANALYZE items`,
          );
          const nearest = `SELECT id FROM items ORDER BY embedding <-> '[0.5,0.5,0.5]' LIMIT 10`;
          await client.query('SET enable_indexscan = off');
          const exact = (await client.query(nearest)).rows.map((row) => row.id);
          await client.query('RESET enable_indexscan; SET enable_seqscan = off');
          assert.match(await planOf(client, nearest), /Index Scan/);
          const got = (await client.query(nearest)).rows.map((row) => row.id);
          return exact.filter((id) => got.includes(id)).length;
        };
        const [ivfflat, hnsw] = [await found(unsafe), await found(safe)];
        assert.ok(hnsw >= 9 && ivfflat < hnsw, `${ivfflat} with ivfflat, ${hnsw} with hnsw`);
      },
    },
  ],
  'btree-index-on-vector': [nearest("SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5")],
  'vector-search-without-index': [
    nearest("SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5"),
    nearest(
      "SELECT id FROM items ORDER BY embedding <-> '[1,2,3]' LIMIT 5",
      "SELECT id FROM items ORDER BY embedding <=> '[1,2,3]' LIMIT 5",
    ),
  ],
  'vector-order-not-by-distance': [
    {
      async claim({ unsafe, safe, freshDatabase }) {
        const client = await freshDatabase();
        await client.query(
          `INSERT INTO items SELECT i, ARRAY[i, i * i, 5]::vector FROM generate_series(1, 30) i; SET enable_seqscan = off`,
        );
        assert.doesNotMatch(await planOf(client, unsafe), /Index Scan/);
        assert.match(await planOf(client, safe), /Index Scan/);
        const rows = async (sql: string) => (await client.query(sql)).rows;
        assert.deepEqual(await rows(unsafe), await rows(safe));
      },
    },
  ],
  'vector-filtered-search': [
    {
      async claim({ unsafe, safe, freshDatabase }) {
        const client = await freshDatabase();
        await client.query(
          `SELECT setseed(0.5); INSERT INTO items
           SELECT i, i % 100, ARRAY[random(), random(), random()]::vector FROM generate_series(1, 2000) i; SET enable_seqscan = off`,
        );
        const count = async (sql: string) => (await client.query(sql)).rows.length;
        assert.match(await planOf(client, unsafe), /Index Scan/);
        assert.ok((await count(unsafe)) < 10);
        assert.equal(await count(safe), 10);
        await client.query('SET hnsw.iterative_scan = relaxed_order');
        assert.equal(await count(unsafe), 10);
      },
    },
  ],
};
