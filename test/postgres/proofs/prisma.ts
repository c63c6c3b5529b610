/**
 * What an example of a rule on models has to show on a real server: that the SQL which Prisma's engine writes for the unsafe form
 * does the harm, and that for the safe form does not.
 */
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Version } from '../harness/servers.ts';
import { planOf, refused } from './proof.ts';

export interface ModelForms {
  readonly version: Version;
  /** A new database in which the SQL of that form has run; null where it was refused. */
  unsafe(): Promise<pg.Client>;
  safe(): Promise<pg.Client>;
  /** What the migrations have left, with the SQL that makes each form of it. */
  before(): Promise<pg.Client>;
  readonly unsafeSchema: string;
  readonly safeSchema: string;
  /** What Prisma's engine would change in that database to make it that schema. */
  wanted(client: pg.Client, schema: string): Promise<string>;
  readonly unsafeSql: string;
  readonly safeSql: string;
}

export type ModelProof = (forms: ModelForms) => Promise<void>;

const one = async (client: pg.Client, sql: string): Promise<unknown> => {
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  return rows[0]?.[0];
};

/** The SQL fails in one form and runs in the other. */
const fails =
  (code: string, prepare = ''): ModelProof =>
  async ({ before, unsafeSql, safeSql }) => {
    const client = await before();
    if (prepare) await client.query(prepare);
    await refused(client, unsafeSql, code);
    await client.query(safeSql);
  };

/** Whether an index serves the query at all. */
const plans =
  (fill: string, query: string, unsafe: RegExp, safe: RegExp): ModelProof =>
  async (forms) => {
    for (const [client, pattern] of [
      [await forms.unsafe(), unsafe],
      [await forms.safe(), safe],
    ] as const) {
      await client.query(`${fill}; ANALYZE; SET enable_seqscan = off`);
      assert.match(await planOf(client, query), pattern);
    }
  };

const countIndexes = (client: pg.Client, table: string): Promise<unknown> =>
  one(client, `SELECT count(*)::int FROM pg_indexes WHERE tablename = '${table}'`);

export const prismaProofs: Record<string, ModelProof[]> = {
  'relation-without-index': [
    async ({ unsafe, safe }) => {
      const scans = async (client: pg.Client): Promise<number> => {
        await client.query(
          'INSERT INTO "Customer" SELECT generate_series(1, 300); INSERT INTO "Order" SELECT i, 1 + i % 300 FROM generate_series(1, 20000) i; ANALYZE',
        );
        const count = `SELECT seq_scan::int FROM pg_stat_xact_user_tables WHERE relname = 'Order'`;
        await client.query('BEGIN');
        const before = (await one(client, count)) as number;
        await client.query('DELETE FROM "Customer" WHERE id <= 3');
        const after = (await one(client, count)) as number;
        await client.query('ROLLBACK');
        return after - before;
      };
      // once for each row that is deleted
      assert.equal(await scans(await unsafe()), 3);
      assert.equal(await scans(await safe()), 0);
    },
  ],
  'relation-types-differ': [fails('42804')],
  'set-null-on-required-field': [
    async ({ unsafe, safe }) => {
      const rows = 'INSERT INTO "Customer" VALUES (1); INSERT INTO "Order" VALUES (1, 1)';
      const client = await unsafe();
      await client.query(rows);
      await refused(client, 'DELETE FROM "Customer"', '23502');
      const other = await safe();
      await other.query(`${rows}; DELETE FROM "Customer"`);
      assert.equal(await one(other, 'SELECT "customerId" FROM "Order"'), null);
    },
  ],
  'on-delete-missing': [
    async ({ unsafe, unsafeSql, safeSql }) => {
      // the default is what the fix writes down
      assert.equal(unsafeSql, safeSql);
      const client = await unsafe();
      await client.query(
        'INSERT INTO "Customer" VALUES (1); INSERT INTO "Order" VALUES (1, 1); DELETE FROM "Customer"',
      );
      assert.equal(await one(client, 'SELECT "customerId" FROM "Order"'), null);
    },
  ],
  'counted-id-ends': [
    async ({ unsafe, safe }) => {
      const end = `SELECT setval('"Event_id_seq"', 2147483647); INSERT INTO "Event" (name) VALUES ('one more')`;
      await refused(await unsafe(), end, '2200H');
      await (await safe()).query(end);
    },
  ],
  'uuid-field-as-text': [
    async ({ unsafe, safe }) => {
      const id = '0b9ee4e4-91c5-4a39-a3c9-1d2a6bd0f1ee';
      const rows = `INSERT INTO "Device" VALUES ('${id}', ''); INSERT INTO "Device" VALUES ('${id.toUpperCase()}', '')`;
      const text = await unsafe();
      await text.query(`${rows}; INSERT INTO "Device" VALUES ('no uuid', '')`);
      assert.equal(await one(text, 'SELECT pg_column_size(id) FROM "Device"'), 37);
      const uuid = await safe();
      await refused(uuid, rows, '23505');
      await uuid.query(`INSERT INTO "Device" VALUES ('${id}', '')`);
      assert.equal(await one(uuid, 'SELECT pg_column_size(id) FROM "Device"'), 16);
    },
  ],
  'date-time-without-time-zone': [
    async ({ unsafe, safe }) => {
      // two rows of one moment, written by sessions in two zones
      const apart = async (client: pg.Client): Promise<unknown> => {
        await client.query(`BEGIN; SET LOCAL TimeZone = 'UTC'; INSERT INTO "Order" VALUES (1);
          SET LOCAL TimeZone = 'Asia/Tokyo'; INSERT INTO "Order" VALUES (2); COMMIT`);
        return one(client, 'SELECT extract(epoch FROM max("placedAt") - min("placedAt"))::int FROM "Order"');
      };
      assert.equal(await apart(await unsafe()), 9 * 3600);
      assert.equal(await apart(await safe()), 0);
    },
  ],
  'float-field-for-money': [
    async ({ unsafe, safe }) => {
      const sum = `INSERT INTO "Product" VALUES (1, 0.1), (2, 0.2); SELECT sum(price) = 0.3 FROM "Product"`;
      const equal = async (client: pg.Client): Promise<unknown> => {
        const results = (await client.query(sum)) as unknown as { rows: Record<string, unknown>[] }[];
        return Object.values(results[1]!.rows[0]!)[0];
      };
      assert.equal(await equal(await unsafe()), false);
      assert.equal(await equal(await safe()), true);
    },
  ],
  'varchar-of-habit': [
    async ({ unsafe, safe }) => {
      const [limited, free] = [await unsafe(), await safe()];
      await refused(limited, `INSERT INTO "Product" VALUES (1, repeat('x', 256))`, '22001');
      await free.query(`INSERT INTO "Product" VALUES (1, repeat('x', 256))`);
      const size = `INSERT INTO "Product" VALUES (2, 'a name'); SELECT pg_column_size(name) FROM "Product" WHERE id = 2`;
      const sizes = await Promise.all(
        [limited, free].map(async (client) => {
          const results = (await client.query(size)) as unknown as { rows: { pg_column_size: number }[] }[];
          return results[1]!.rows[0]!.pg_column_size;
        }),
      );
      assert.equal(sizes[0], sizes[1]);
    },
  ],
  'lossy-native-type': [
    async ({ unsafe, safe }) => {
      const back = async (client: pg.Client): Promise<unknown> => {
        await client.query('INSERT INTO "Point" VALUES (1, 16777217)');
        return one(client, 'SELECT value::float8 FROM "Point"');
      };
      assert.equal(await back(await unsafe()), 16777216);
      assert.equal(await back(await safe()), 16777217);
      // the fourth type of the rule
      const client = await safe();
      await client.query('CREATE TABLE c (v char(10)); INSERT INTO c VALUES ($$abc$$)');
      assert.equal(await one(client, 'SELECT v FROM c'), 'abc       ');
    },
    async ({ unsafe, safe }) => {
      const back = async (client: pg.Client): Promise<unknown> => {
        await client.query('INSERT INTO "Invoice" VALUES (1, 1.2345)');
        return one(client, 'SELECT paid::numeric::text FROM "Invoice"');
      };
      assert.equal(await back(await unsafe()), '1.23');
      assert.equal(await back(await safe()), '1.2345');
    },
    async ({ unsafe, safe }) => {
      const year = async (client: pg.Client): Promise<unknown> => {
        await client.query(`SET TimeZone = 'UTC'; INSERT INTO "Login" VALUES (1, '2026-12-31 23:59:59.6Z')`);
        return one(client, 'SELECT extract(year FROM at)::int FROM "Login"');
      };
      assert.equal(await year(await unsafe()), 2027);
      assert.equal(await year(await safe()), 2026);
    },
  ],
  'json-field-not-jsonb': [
    async ({ unsafe, safe }) => {
      const [json, jsonb] = [await unsafe(), await safe()];
      await refused(json, 'SELECT DISTINCT data FROM "Event"', '42883');
      await refused(json, 'CREATE INDEX ON "Event" (data)', '42704');
      await refused(json, `SELECT 1 FROM "Event" WHERE data @> '{}'`, '42883');
      await jsonb.query(`SELECT DISTINCT data FROM "Event" WHERE data @> '{}'; CREATE INDEX ON "Event" (data)`);
    },
  ],
  'default-not-sql': [fails('42601')],
  'duplicate-model-index': [
    async ({ unsafe, safe }) => {
      const query = `SELECT 1 FROM "User" WHERE email = 'x'`;
      const [twice, once] = [await unsafe(), await safe()];
      for (const client of [twice, once]) await client.query('SET enable_seqscan = off');
      assert.equal(await countIndexes(twice, 'User'), 3);
      assert.equal(await countIndexes(once, 'User'), 2);
      assert.match(await planOf(once, query), /Index (?:Only )?Scan.*"User_email_key"/);
    },
  ],
  'redundant-model-index': [
    async ({ unsafe, safe }) => {
      const [twice, once] = [await unsafe(), await safe()];
      assert.equal(await countIndexes(twice, 'Order'), 3);
      assert.equal(await countIndexes(once, 'Order'), 2);
      await once.query('INSERT INTO "Order" SELECT i, i % 1000, now() FROM generate_series(1, 20000) i; ANALYZE');
      assert.match(await planOf(once, 'SELECT * FROM "Order" WHERE "customerId" = 5'), /Order_customerId_placedAt_idx/);
    },
  ],
  'index-of-whole-json': [
    async (forms) => {
      await plans(
        `INSERT INTO "Event" SELECT i, jsonb_build_object('kind', i) FROM generate_series(1, 20000) i`,
        `SELECT id FROM "Event" WHERE data @> '{"kind": 7}'`,
        /Seq Scan/,
        /Event_data_idx/,
      )(forms);
      const client = await forms.safe();
      await client.query('CREATE TABLE j (v json)');
      await refused(client, 'CREATE INDEX ON j (v)', '42704');
      // what Prisma asks of a path, no gin index serves
      assert.match(await planOf(client, `SELECT 1 FROM "Event" WHERE data #> ARRAY['kind'] = '7'`), /Seq Scan/);
    },
    async (forms) => {
      await plans(
        `INSERT INTO "Post" SELECT i, ARRAY['t' || i] FROM generate_series(1, 20000) i`,
        `SELECT id FROM "Post" WHERE tags && ARRAY['t7']`,
        /Seq Scan/,
        /Post_tags_idx/,
      )(forms);
      const client = await forms.safe();
      assert.match(await planOf(client, `SELECT id FROM "Post" WHERE tags @> ARRAY['t7']`), /Post_tags_idx/);
    },
  ],
  'boolean-model-index': [
    async ({ unsafe }) => {
      const client = await unsafe();
      await client.query('INSERT INTO "Job" SELECT i, i % 2 = 0 FROM generate_series(1, 20000) i; ANALYZE');
      for (const value of ['done', 'NOT done'])
        assert.match(await planOf(client, `SELECT * FROM "Job" WHERE ${value}`), /^Seq Scan/);
      await client.query('UPDATE "Job" SET done = id <= 20');
      await client.query('ANALYZE "Job"');
      assert.match(await planOf(client, 'SELECT * FROM "Job" WHERE done'), /Job_done_idx/);
    },
  ],
  'vector-field-without-index': [
    async ({ unsafe, safe }) => {
      const query = `SELECT id FROM "Item" ORDER BY embedding <=> '[1,2,3]' LIMIT 5`;
      const fill = `INSERT INTO "Item" SELECT i, ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 2000) i; ANALYZE; SET enable_seqscan = off`;
      const client = await unsafe();
      await client.query(fill);
      assert.match(await planOf(client, query), /Sort/);
      const other = await safe();
      await other.query(fill);
      assert.match(await planOf(other, query), /Item_embedding_idx/);
    },
  ],
  'index-not-in-schema': [0, 1, 2].map(() => async ({ before, wanted, unsafeSchema, safeSchema }: ModelForms) => {
    const client = await before();
    assert.match(await wanted(client, unsafeSchema), /DROP INDEX "(?:notes|by_words|Item_embedding_idx)"/);
    assert.match(await wanted(client, safeSchema), /^-- This is an empty migration\.\s*$/);
  }),
  'unique-with-optional-field': [
    async ({ unsafe, safe }) => {
      const client = await unsafe();
      await client.query('INSERT INTO "Price" VALUES (1, 1, NULL), (2, 1, NULL)');
      await refused(await safe(), 'INSERT INTO "Price" VALUES (1, 1), (2, 1)', '23505');
    },
  ],
  'unique-field-ignores-soft-delete': [
    async ({ unsafe, safe }) => {
      const again = `INSERT INTO "User" VALUES (1, 'a@example.org', now()); INSERT INTO "User" VALUES (2, 'a@example.org', NULL)`;
      await refused(await unsafe(), again, '23505');
      const client = await safe();
      await client.query('CREATE UNIQUE INDEX ON "User" (email) WHERE "deletedAt" IS NULL');
      await client.query(again);
      await refused(client, `INSERT INTO "User" VALUES (3, 'a@example.org', NULL)`, '23505');
    },
  ],
  'updated-at-field-missing': [
    async ({ unsafe, safe }) => {
      await refused(await unsafe(), 'SELECT "updatedAt" FROM "Invoice"', '42703');
      await (await safe()).query('SELECT "updatedAt" FROM "Invoice"');
    },
  ],
  'updated-at-not-kept': [
    async ({ unsafe }) => {
      const client = await unsafe();
      await client.query(`INSERT INTO "Order" VALUES (1, '2020-01-01'); UPDATE "Order" SET id = 2`);
      assert.equal(await one(client, `SELECT "updatedAt" = '2020-01-01' FROM "Order"`), true);
    },
  ],
  'name-over-63-bytes': [
    async ({ unsafe, safe }) => {
      const longest = `SELECT max(length(column_name))::int FROM information_schema.columns WHERE table_name = 'Order'`;
      assert.equal(await one(await unsafe(), longest), 63);
      const client = await safe();
      assert.equal(await one(client, longest), 'a_shorter_name'.length);
      const name = 'the_number_of_items_that_were_ordered_and_have_not_been_delivered_';
      await refused(client, `CREATE TABLE t ("${name}x" int, "${name}y" int)`, '42701');
    },
  ],
  'field-rename-drops-column': [
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "User" VALUES (1, 'Ada')`);
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT "fullName" FROM "User"'), null);
      await refused(client, 'SELECT name FROM "User"', '42703');
    },
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "User" VALUES (1, 'Ada')`);
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT first_name FROM "User"'), null);
      await refused(client, 'SELECT name FROM "User"', '42703');
    },
  ],
  'model-rename-drops-table': [
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "User" VALUES (1, 'Ada', 'a@example.org')`);
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT count(*)::int FROM "Account"'), 0);
      await refused(client, 'SELECT 1 FROM "User"', '42P01');
    },
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "User" VALUES (1, 'Ada', 'a@example.org')`);
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT count(*)::int FROM accounts'), 0);
      await refused(client, 'SELECT 1 FROM "User"', '42P01');
    },
  ],
  'enum-rename-drops-columns': [
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "User" VALUES (1, 'ADMIN')`);
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT role FROM "User"'), null);
    },
  ],
  'type-change-drops-column': [
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "Order" VALUES (1, '42')`);
      await client.query(safeSql);
      assert.equal(await one(client, 'SELECT amount FROM "Order"'), '42');
      const other = await before();
      await other.query(`INSERT INTO "Order" VALUES (1, '42')`);
      await other.query(unsafeSql);
      assert.equal(await one(other, 'SELECT amount FROM "Order"'), null);
    },
    async ({ before, unsafeSql }) => {
      const client = await before();
      await client.query(`INSERT INTO "Order" VALUES (1, 'PAID')`);
      await client.query(unsafeSql);
      assert.equal(await one(client, 'SELECT status FROM "Order"'), null);
    },
  ],
  'field-made-required': [
    async ({ before, unsafeSql, safeSql }) => {
      const client = await before();
      await client.query('INSERT INTO "User" VALUES (1)');
      await refused(client, unsafeSql, '23502');
      await client.query(safeSql);
    },
  ],
  'required-field-without-default': [fails('23502', 'INSERT INTO "User" VALUES (1)')],
  'enum-value-left-out': [
    async ({ before, unsafeSql, safeSql }) => {
      assert.equal(safeSql.replace(/--.*/g, '').trim(), '');
      const node = 'SELECT pg_relation_filenode(\'"Order"\')::int';
      const client = await before();
      await client.query(`INSERT INTO "Order" SELECT i, 'PAID' FROM generate_series(1, 100) i`);
      const old = await one(client, node);
      await client.query(`BEGIN; ${unsafeSql.replace(/\b(?:BEGIN|COMMIT);/g, '')}`);
      const lock = `SELECT mode FROM pg_locks WHERE relation = '"Order"'::regclass AND pid = pg_backend_pid() AND mode = 'AccessExclusiveLock'`;
      assert.equal(await one(client, lock), 'AccessExclusiveLock');
      assert.notEqual(await one(client, node), old);
      await client.query('ROLLBACK');
      await client.query(`INSERT INTO "Order" VALUES (101, 'CANCELED')`);
      await refused(client, unsafeSql, '22P02');
    },
  ],
  'model-without-row-security': [
    async ({ unsafe, safe }) => {
      const seen = async (client: pg.Client): Promise<unknown> => {
        await client.query(`INSERT INTO "Invoice" VALUES (1, 'somebody');
          CREATE ROLE reader; GRANT SELECT ON "Invoice" TO reader; SET ROLE reader`);
        const count = await one(client, 'SELECT count(*)::int FROM "Invoice"');
        await client.query('RESET ROLE; DROP OWNED BY reader; DROP ROLE reader');
        return count;
      };
      assert.equal(await seen(await unsafe()), 1);
      assert.equal(await seen(await safe()), 0);
    },
  ],
};
