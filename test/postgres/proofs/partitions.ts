import assert from 'node:assert/strict';
import type pg from 'pg';
import { type Proof, type Proofs, refused } from './proof.ts';

/** Each form on an empty database of its own, statement by statement; then rows that only the safe form takes. */
const takesOnlySafe = (insert: string, code = '23514'): Proof => ({
  async claim({ emptyDatabase, unsafe, safe }) {
    const harmed = await emptyDatabase();
    await run(harmed, unsafe);
    await refused(harmed, insert, code);
    const fine = await emptyDatabase();
    await run(fine, safe);
    await fine.query(insert);
  },
});

async function run(client: pg.Client, sql: string): Promise<void> {
  for (const statement of sql.split(/;\n/)) await client.query(statement);
}

const fails = (code: string): Proof => ({ error: code });

const indexesOf = async (client: pg.Client, table: string): Promise<number> =>
  (await client.query('SELECT FROM pg_index WHERE indrelid = $1::regclass AND indisvalid', [table])).rowCount ?? 0;

export const partitionsProofs: Proofs = {
  'unique-without-partition-key': [fails('0A000'), fails('0A000')],
  'partition-bounds-overlap': [fails('42P17'), fails('42P17'), fails('42P17')],
  'partition-range-empty': [fails('42P17'), fails('42P17')],
  'gap-between-partitions': [takesOnlySafe("INSERT INTO events VALUES (1, '2024-01-31')")],
  'list-partitions-without-default': [takesOnlySafe("INSERT INTO orders VALUES (1, 'fr'), (2, NULL)")],
  'hash-partitions-incomplete': [takesOnlySafe('INSERT INTO jobs SELECT generate_series(1, 100)')],
  'concurrently-on-partitioned-table': [
    {
      async claim({ emptyDatabase, unsafe, safe }) {
        const client = await emptyDatabase();
        await refused(client, unsafe, '0A000');
        await client.query('CREATE INDEX i ON events (id)');
        await refused(client, 'DROP INDEX CONCURRENTLY i', '0A000');
        await client.query('DROP INDEX i');
        await run(client, safe);
        for (const table of ['events', 'events_1', 'events_2']) assert.equal(await indexesOf(client, table), 1, table);
      },
    },
  ],
  'index-on-one-partition': [
    {
      async claim({ emptyDatabase, unsafe, safe }) {
        for (const [sql, indexes] of [
          [unsafe, 0],
          [safe, 1],
        ] as const) {
          const client = await emptyDatabase();
          await run(client, sql);
          await client.query('CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200)');
          assert.equal(await indexesOf(client, 'events_2'), indexes);
        }
      },
    },
  ],
};
