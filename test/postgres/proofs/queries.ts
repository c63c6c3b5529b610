import assert from 'node:assert/strict';
import { declaredTypeIsRefused } from './declaredParameters.ts';
import { type ClaimProof, type Proofs, planOf, refused, writes } from './proof.ts';
import { fixedForm, fixGivesSafeRows, fixGivesSameRows, outcome, rowCounts, rowsRead } from './queryRows.ts';

/** With nothing but an index to be had, the safe form looks up in it what the unsafe form compares row by row. */
const losesIndex = (rule: string, hasFix: boolean): ClaimProof => ({
  async claim(example) {
    const client = await example.freshDatabase();
    await client.query('SET enable_seqscan = off');
    assert.doesNotMatch(await planOf(client, example.unsafe), /Index Cond/);
    assert.match(await planOf(client, example.safe), /Index Cond/);
    if (!hasFix) return;
    const fixed = await fixGivesSameRows(client, rule, example);
    assert.match(await planOf(client, fixed), /Index Cond/);
  },
});

/** The same rows in another place, and the unsafe form gives something else; the safe one does not. */
const dependsOnPlace = (setup: string, move: string): ClaimProof => ({
  async claim(example) {
    const client = await example.emptyDatabase();
    await client.query(setup);
    const unsafe = await outcome(client, example.unsafe);
    const safe = await outcome(client, example.safe);
    await client.query(move);
    assert.notDeepEqual(await outcome(client, example.unsafe), unsafe);
    assert.deepEqual(await outcome(client, example.safe), safe);
  },
});

const fewUsers =
  'DELETE FROM users WHERE id > 15; DELETE FROM orders WHERE id > 10; INSERT INTO orders VALUES (100, NULL)';

export const queriesProofs: Proofs = {
  'update-without-where': [writes('users')],
  'delete-without-where': [writes('sessions')],
  'write-where-always-true': [writes('sessions'), writes('sessions')],
  'write-not-tied-to-from': [
    rowCounts(20, 1, 'DELETE FROM imports WHERE id > 1'),
    rowCounts(20, 1, 'DELETE FROM imports WHERE id > 1'),
    rowCounts(20, 1, 'DELETE FROM imports WHERE id > 1'),
  ],
  'locking-cte-not-run': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        // a row that a transaction has locked holds its id in xmax; the rows 3 and 4 are written in any case
        const locked = async (sql: string) => {
          await client.query(`BEGIN; ${sql}`);
          const { rows } = await client.query("SELECT id::int FROM jobs WHERE xmax::text <> '0' AND id NOT IN (3, 4)");
          await client.query('ROLLBACK');
          return rows.map((row) => row.id).sort();
        };
        assert.deepEqual(await locked(example.unsafe), []);
        assert.deepEqual(await locked(example.safe), [1, 2]);
      },
    },
  ],
  'subquery-selects-outer-column': [rowCounts(20, 2)],
  'subquery-captures-outer-name': [rowCounts(20, 2)],
  'not-in-nullable-subquery': [
    rowCounts(0, 5, fewUsers),
    { claim: (example) => fixGivesSafeRows('not-in-nullable-subquery', fewUsers).claim(example) },
  ],
  'not-in-list-with-null': [fixGivesSafeRows('not-in-list-with-null')],
  'comparison-with-null': [fixGivesSafeRows('comparison-with-null'), fixGivesSafeRows('comparison-with-null')],
  'not-equal-any': [
    {
      claim: (example) =>
        rowCounts(20, 18)
          .claim(example)
          .then(() => fixGivesSafeRows('not-equal-any').claim(example)),
    },
  ],
  'or-of-not-equal': [
    {
      claim: (example) =>
        rowCounts(20, 18)
          .claim(example)
          .then(() => fixGivesSafeRows('or-of-not-equal').claim(example)),
    },
  ],
  'declared-parameter-type-differs': [
    declaredTypeIsRefused('Int', ['uuid'], '0193b3f2-0000-7000-8000-000000000000'),
    declaredTypeIsRefused('Boolean', ['timestamp with time zone'], 'true'),
  ],
  'ambiguous-column': [{ error: '42702' }],
  'column-count-mismatch': [{ error: '42601' }, { error: '42601' }],
  'on-conflict-without-unique-index': [{ error: '42P10' }],
  'jsonb-compared-with-text': [{ error: '22P02' }],
  'missing-join-condition': [rowCounts(400, 20, 'UPDATE orders SET total = 1000')],
  'left-join-undone-by-where': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        assert.equal((await outcome(client, example.safe)).count, 20);
        assert.equal((await outcome(client, example.unsafe)).count, 1);
        await fixGivesSameRows(client, 'left-join-undone-by-where', example, false);
      },
    },
  ],
  'column-compared-with-itself': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        await client.query('INSERT INTO orders VALUES (100, NULL)');
        assert.equal((await outcome(client, example.unsafe)).count, 400);
        assert.equal((await outcome(client, example.safe)).count, 20);
        await fixGivesSameRows(client, 'column-compared-with-itself', example, false);
      },
    },
  ],
  'between-ends-at-midnight': [
    fixGivesSafeRows(
      'between-ends-at-midnight',
      "INSERT INTO events VALUES (100, '2024-01-31 00:00'), (101, '2024-01-31 15:00'), (102, '2024-02-01 00:00')",
    ),
  ],
  'integer-division-of-counts': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        assert.deepEqual((await outcome(client, example.unsafe)).rows, ['["0"]']);
        assert.match((await outcome(client, example.safe)).rows.join(), /^\["0\.250*"\]$/);
      },
    },
    fixGivesSafeRows('integer-division-of-counts', "UPDATE orders SET note = '1' WHERE id < 6"),
  ],
  'last-value-of-default-frame': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        const latest = async (sql: string) => new Set((await client.query(sql)).rows.map((row) => row.latest)).size;
        assert.equal(await latest(example.unsafe), 20);
        assert.equal(await latest(example.safe), 1);
        await fixGivesSafeRows('last-value-of-default-frame').claim(example);
      },
    },
  ],
  'distinct-on-arbitrary-row': [
    dependsOnPlace('INSERT INTO readings VALUES (1, 1, 10), (2, 1, 20)', 'UPDATE readings SET at = now() WHERE id = 1'),
  ],
  'limit-without-order-by': [
    dependsOnPlace(
      "INSERT INTO events SELECT i, 'a' FROM generate_series(1, 20) i",
      "UPDATE events SET name = 'b' WHERE id = 7",
    ),
  ],
  'string-agg-without-order': [
    dependsOnPlace(
      "INSERT INTO tags SELECT i, 1, 'v' || i FROM generate_series(1, 5) i",
      'UPDATE tags SET post_id = 2 WHERE id = 1',
    ),
  ],
  'offset-pagination': [
    {
      async claim(example) {
        const client = await example.emptyDatabase();
        await client.query("INSERT INTO events SELECT i, 'a' FROM generate_series(1, 20000) i; ANALYZE events");
        assert.deepEqual(await outcome(client, example.safe), await outcome(client, example.unsafe));
        assert.ok((await rowsRead(client, example.unsafe)) >= 10_020);
        assert.equal(await rowsRead(client, example.safe), 20);
      },
    },
  ],
  'order-by-random': [
    {
      async claim(example) {
        const client = await example.emptyDatabase();
        await client.query("INSERT INTO quotes SELECT i, 'a' FROM generate_series(1, 5000) i; ANALYZE quotes");
        assert.equal(await rowsRead(client, example.unsafe), 5000);
        assert.match(await planOf(client, example.unsafe), /Sort/);
        assert.ok((await rowsRead(client, example.safe)) < 10);
      },
    },
  ],
  'indexed-column-cast-in-condition': [
    losesIndex('indexed-column-cast-in-condition', true),
    losesIndex('indexed-column-cast-in-condition', false),
  ],
  'integer-column-compared-with-numeric': [
    losesIndex('integer-column-compared-with-numeric', true),
    losesIndex('integer-column-compared-with-numeric', false),
  ],
  'indexed-column-compared-with-volatile': [losesIndex('indexed-column-compared-with-volatile', false)],
  'like-with-leading-wildcard': [losesIndex('like-with-leading-wildcard', false)],
  'count-instead-of-exists': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        await client.query('INSERT INTO orders SELECT i, 1 FROM generate_series(100, 5000) i; ANALYZE');
        const fixed = await fixGivesSameRows(client, 'count-instead-of-exists', example);
        assert.ok((await rowsRead(client, fixed)) < (await rowsRead(client, example.unsafe)));
      },
    },
    {
      claim: async (example) =>
        void (await fixGivesSameRows(await example.freshDatabase(), 'count-instead-of-exists', example)),
    },
  ],
  'union-of-distinct-rows': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        await fixGivesSameRows(client, 'union-of-distinct-rows', example);
        assert.match(await planOf(client, example.unsafe), /HashAggregate|Unique/);
        assert.doesNotMatch(await planOf(client, example.safe), /HashAggregate|Unique/);
      },
    },
  ],
  'order-by-in-subquery': [
    {
      claim: async (example) =>
        void (await fixGivesSameRows(await example.freshDatabase(), 'order-by-in-subquery', example)),
    },
  ],
  'select-star-in-view': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        await client.query(`${example.unsafe} ALTER TABLE users ADD COLUMN later text`);
        const { fields } = await client.query('SELECT * FROM people');
        assert.deepEqual(
          fields.map((f) => f.name),
          ['id', 'email'],
        );
        await refused(client, 'ALTER TABLE users DROP COLUMN email', '2BP01');
      },
    },
  ],
  'insert-select-star': [
    {
      async claim(example) {
        const client = await example.emptyDatabase();
        await client.query("INSERT INTO orders VALUES (1, 'a'); ALTER TABLE orders ADD COLUMN later text");
        await refused(client, example.unsafe, '42601');
        await client.query(fixedForm('insert-select-star', example));
        await client.query('DELETE FROM orders_archive');
        await client.query(example.safe);
      },
    },
  ],
  'insert-without-column-list': [
    {
      async claim(example) {
        const client = await example.emptyDatabase();
        await client.query('ALTER TABLE plans DROP COLUMN name, ADD COLUMN name text');
        await refused(client, example.unsafe, '22P02');
        await client.query(fixedForm('insert-without-column-list', example));
      },
    },
  ],
  'unused-cte': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        // it would divide by zero if it ran
        await fixGivesSameRows(client, 'unused-cte', example);
        await refused(client, example.unsafe.replace('SELECT name FROM users;', 'SELECT * FROM old'), '22012');
      },
    },
  ],
  'insert-series': [
    {
      async claim({ unsafe, safe, freshDatabase }) {
        // outside a transaction, statement by statement
        const written = async (sql: string): Promise<{ transactions: number; bytes: number }> => {
          const client = await freshDatabase();
          const now = async () =>
            (await client.query('SELECT txid_current()::bigint AS t, pg_current_wal_insert_lsn() AS lsn')).rows[0];
          const before = await now();
          for (const statement of sql.split(';').filter((s) => s.trim() !== '')) await client.query(statement);
          const after = await now();
          const { rows } = await client.query('SELECT pg_wal_lsn_diff($1, $2)::int AS bytes', [after.lsn, before.lsn]);
          return { transactions: after.t - before.t - 1, bytes: rows[0].bytes };
        };
        const [many, one] = [await written(unsafe), await written(safe)];
        assert.ok(many.transactions >= 10 && many.bytes > one.bytes, JSON.stringify([many, one]));
        assert.equal(one.transactions, 1);
      },
    },
  ],
};
