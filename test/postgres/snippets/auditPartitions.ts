import assert from 'node:assert/strict';
import type pg from 'pg';
import type { TestDatabase } from '../harness/servers.ts';
import { snippetSql } from '../harness/snippets.ts';
import { type Behaviour, rowsOf } from './behaviour.ts';

async function partitionedLog(database: TestDatabase): Promise<pg.Client> {
  const client = await database.client();
  // Far from UTC, so that months of the session's zone would show.
  await client.query("SET timezone = 'Pacific/Kiritimati'");
  await client.query(snippetSql('pgr-audit-log-partitioned'));
  return client;
}

/** Logs an entry at a time, given as SQL. */
async function log(client: pg.Client, at: string): Promise<void> {
  await client.query(
    `INSERT INTO audit.log (table_name, operation, db_user, logged_at) VALUES ('t', 'INSERT', 'me', ${at})`,
  );
}

const monthStart = (offset: number) => `(date_trunc('month', now(), 'UTC') + make_interval(months => ${offset}))`;

/** The name of the partition of the month that begins `offset` months after this one, in UTC. */
async function partitionName(client: pg.Client, offset: number): Promise<string> {
  const [row] = await rowsOf(
    client,
    `SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => $1), 'YYYY_MM') AS month`,
    [offset],
  );
  return `audit.log_${row!.month}`;
}

const entries = (client: pg.Client) =>
  rowsOf(client, 'SELECT tableoid::regclass::text AS partition, count(*)::int FROM audit.log GROUP BY 1 ORDER BY 1');

async function partitions(client: pg.Client): Promise<string[]> {
  const rows = await rowsOf(
    client,
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit.log'::regclass ORDER BY 1",
  );
  return rows.map(({ name }) => String(name));
}

/** Two old months, with an entry each. */
const oldMonths = `
  CREATE TABLE audit.log_2020_01 PARTITION OF audit.log FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z');
  CREATE TABLE audit.log_2020_02 PARTITION OF audit.log FOR VALUES FROM ('2020-02-01Z') TO ('2020-03-01Z');
  INSERT INTO audit.log (table_name, operation, db_user, logged_at)
  VALUES ('t', 'INSERT', 'me', '2020-01-15Z'), ('t', 'INSERT', 'me', '2020-02-15Z')`;

export const auditPartitions: Behaviour[] = [
  {
    prefix: 'pgr-audit-log-partitioned',
    title: 'has the partitions of this month, the next three, and the default',
    async check(database) {
      const client = await partitionedLog(database);
      const months: string[] = [];
      for (const offset of [0, 1, 2, 3]) months.push(await partitionName(client, offset));
      assert.deepEqual(await partitions(client), [...months, 'audit.log_default'].sort());
    },
  },
  {
    prefix: 'pgr-audit-log-partitioned',
    title: 'puts what the trigger logs, and the last and first moment of months (UTC), into the right partition',
    async check(database) {
      const client = await partitionedLog(database);
      await client.query('CREATE TABLE orders (id int)');
      await client.query(snippetSql('pgr-audit-trigger-function'));
      await client.query(snippetSql('pgr-audit-attach'));
      await client.query('INSERT INTO orders VALUES (1)');
      const current = await partitionName(client, 0);
      const next = await partitionName(client, 1);
      assert.deepEqual(await entries(client), [{ partition: current, count: 1 }]);

      await client.query("SET timezone = 'UTC'");
      await log(client, `${monthStart(1)} - interval '1 microsecond'`);
      await log(client, monthStart(1));
      await log(client, "'1999-12-31'");
      await log(client, "'2999-01-01'");
      assert.deepEqual(await entries(client), [
        { partition: current, count: 2 },
        { partition: next, count: 1 },
        { partition: 'audit.log_default', count: 2 },
      ]);
    },
  },
  {
    prefix: 'pgr-audit-log-partitioned',
    title: 'adds months later, moves their rows out of the default partition, and keeps what is there',
    async check(database) {
      const client = await partitionedLog(database);
      await client.query("SET timezone = 'UTC'");
      await log(client, `${monthStart(5)} + interval '1 day'`);
      await log(client, `${monthStart(9)} + interval '1 day'`);
      assert.deepEqual(await entries(client), [{ partition: 'audit.log_default', count: 2 }]);
      await client.query('SELECT audit.log_add_partitions(6)');
      await client.query('SELECT audit.log_add_partitions(6)');
      assert.deepEqual(await entries(client), [
        { partition: await partitionName(client, 5), count: 1 },
        { partition: 'audit.log_default', count: 1 },
      ]);
      assert.equal((await partitions(client)).length, 8);
    },
  },
  {
    prefix: 'pgr-audit-retention',
    title: 'drops the months that ended before the retention time, and no other',
    async check(database) {
      const client = await partitionedLog(database);
      await client.query(oldMonths);
      await log(client, 'now()');
      await log(client, "'1999-12-31'");
      await client.query(snippetSql('pgr-audit-retention'));
      const before = await partitions(client);

      // February 2020 ended on the first of March: kept for one second more than until then, it stays.
      const untilMarch = "now() - '2020-03-01Z'::timestamptz";
      const first = await rowsOf(client, `SELECT audit.log_drop_old(${untilMarch} + interval '1 s') AS name`);
      assert.deepEqual(first, [{ name: 'audit.log_2020_01' }]);
      const second = await rowsOf(client, 'SELECT audit.log_drop_old() AS name');
      assert.deepEqual(second, [{ name: 'audit.log_2020_02' }]);

      assert.deepEqual(
        await partitions(client),
        before.filter((name) => !name.includes('2020')),
      );
      assert.deepEqual(await rowsOf(client, "SELECT to_regclass('audit.log_2020_01') AS gone"), [{ gone: null }]);
      assert.deepEqual(await entries(client), [
        { partition: await partitionName(client, 0), count: 1 },
        { partition: 'audit.log_default', count: 1 },
      ]);
    },
  },
  {
    prefix: 'pgr-audit-retention',
    title: 'only detaches them when the line that drops is left out',
    async check(database) {
      const client = await partitionedLog(database);
      await client.query(oldMonths);
      await client.query(snippetSql('pgr-audit-retention', { 5: '' }));
      await client.query('SELECT audit.log_drop_old()');
      assert.deepEqual(await entries(client), []);
      assert.deepEqual(await rowsOf(client, 'SELECT count(*)::int FROM audit.log_2020_01'), [{ count: 1 }]);
    },
  },
];
