import assert from 'node:assert/strict';
import type pg from 'pg';
import {
  type Example,
  exclusive,
  foreignKey,
  index,
  type Proofs,
  refused,
  rewrite,
  scan,
  vacuumFull,
} from './proof.ts';

/** Runs it in a transaction: the table's storage must change while it is held in ACCESS EXCLUSIVE. */
async function writesAnew(client: pg.Client, table: string, sql: string): Promise<void> {
  const storage = async () => (await client.query('SELECT pg_relation_filepath($1) AS path', [table])).rows[0].path;
  const before = await storage();
  await client.query('BEGIN');
  await client.query(sql);
  const { rows } = await client.query(
    'SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = $1::regclass',
    [table],
  );
  assert.ok(rows.some(({ mode }) => mode === 'AccessExclusiveLock'));
  assert.notEqual(await storage(), before, sql);
  await client.query('COMMIT');
}

/** The plain form makes a reader wait, CONCURRENTLY does not. */
async function refreshBlocksReads({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  for (const [sql, blocked] of [
    [unsafe, true],
    [safe, false],
  ] as const) {
    await client.query('BEGIN');
    await client.query(sql);
    const { rows } = await client.query(
      "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'totals'::regclass",
    );
    assert.equal(
      rows.some(({ mode }) => mode === 'AccessExclusiveLock'),
      blocked,
    );
    await client.query('ROLLBACK');
  }
  await client.query('DROP INDEX totals_customer_id_idx');
  await refused(client, safe, '55000');
}

async function otherTablespace({ unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const { rows } = await client.query("SELECT FROM pg_tablespace WHERE spcname = 'fast_disks'");
  // a tablespace for tests, inside the server's own directory
  if (rows.length === 0) await client.query('SET allow_in_place_tablespaces = on');
  if (rows.length === 0) await client.query("CREATE TABLESPACE fast_disks LOCATION ''");
  await writesAnew(client, 'events', unsafe);
  // there already, it is left alone
  await assert.rejects(writesAnew(client, 'events', unsafe), { name: 'AssertionError' });
  await client.query('ROLLBACK');
  await client.query('CREATE INDEX events_at_there ON events (at)');
  const file = async () => (await client.query("SELECT pg_relation_filepath('events_at_there') AS path")).rows[0].path;
  const before = await file();
  await client.query('BEGIN; ALTER INDEX events_at_there SET TABLESPACE fast_disks');
  const locks = await client.query(
    "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'events_at_there'::regclass",
  );
  assert.deepEqual(locks.rows, [{ mode: 'AccessExclusiveLock' }]);
  await client.query('COMMIT');
  assert.notEqual(await file(), before);
}

async function otherAccessMethod({ version, unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  // Postgres has only heap of its own: the same under another name
  await client.query('CREATE ACCESS METHOD columnar TYPE TABLE HANDLER heap_tableam_handler');
  if (version < 15) return refused(client, unsafe, '42601');
  await writesAnew(client, 'events', unsafe);
  await assert.rejects(writesAnew(client, 'events', unsafe), { name: 'AssertionError' });
}

async function otherExpression({ version, unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  if (version < 17) return refused(client, unsafe, '42601');
  await writesAnew(client, 'orders', unsafe);
}

/** The plain form reads the table, NOT VALID does not. */
async function notNullIsScannedFor({ version, unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  if (version < 18) return refused(client, unsafe, '42601');
  const scans = async (): Promise<number> =>
    (await client.query("SELECT pg_stat_get_xact_numscans('users'::regclass)::int AS scans")).rows[0].scans;
  for (const [sql, expected] of [
    [unsafe, 1],
    [unsafe.replace(';', ' NOT VALID'), 0],
  ] as const) {
    await client.query('BEGIN');
    const before = await scans();
    await client.query(sql);
    assert.equal((await scans()) - before, expected, sql);
    const { rows } = await client.query(
      "SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'users'::regclass AND mode = 'AccessExclusiveLock'",
    );
    assert.equal(rows.length, 1);
    await client.query('ROLLBACK');
  }
}

export const locksProofs: Proofs = {
  'index-without-concurrently': [index('orders'), index('users')],
  'foreign-key-without-not-valid': [
    foreignKey,
    foreignKey,
    { ...foreignKey, locks: { customers: 'ShareRowExclusiveLock', orders: 'AccessExclusiveLock' } },
  ],
  'check-without-not-valid': [scan('products'), scan('products')],
  'set-not-null-scans-table': [scan('users')],
  'unique-constraint-builds-index': [scan('users'), scan('users')],
  'column-type-rewrites-table': [rewrite('orders'), rewrite('orders'), rewrite('orders'), rewrite('orders')],
  'add-column-rewrites-table': [rewrite('orders'), rewrite('orders'), rewrite('orders'), rewrite('orders')],
  'exclusion-constraint-builds-index': [scan('bookings')],
  'collation-change-rebuilds-index': [scan('users'), scan('users')],
  'domain-constraint-scans-tables': [index('orders'), index('orders')],
  'drop-locks-referenced-table': [
    { locks: { customers: 'AccessExclusiveLock', orders: 'AccessExclusiveLock' } },
    { locks: { customers: 'AccessExclusiveLock', orders: 'AccessExclusiveLock' } },
  ],
  'not-null-without-not-valid': [{ claim: notNullIsScannedFor }],
  'set-expression-rewrites-table': [{ claim: otherExpression }],
  'set-logged-rewrites-table': [
    rewrite('events'),
    { claim: async ({ unsafe, freshDatabase }) => writesAnew(await freshDatabase(), 'imports', unsafe) },
  ],
  'set-tablespace-copies-table': [{ claim: otherTablespace }],
  'set-access-method-rewrites-table': [{ claim: otherAccessMethod }],
  'attach-partition-scans-table': [
    { locks: { events: 'ShareUpdateExclusiveLock', events_1: 'AccessExclusiveLock' }, scans: ['events_1'] },
    {
      locks: {
        events: 'ShareUpdateExclusiveLock',
        events_1: 'AccessExclusiveLock',
        events_rest: 'AccessExclusiveLock',
      },
      scans: ['events_rest'],
    },
  ],
  'new-partition-scans-default': [
    { locks: { events: 'AccessExclusiveLock', events_rest: 'AccessExclusiveLock' }, scans: ['events_rest'] },
  ],
  'detach-partition-without-concurrently': [
    { locks: { events: 'AccessExclusiveLock', events_1: 'AccessExclusiveLock' } },
  ],
  'drop-index-without-concurrently': [exclusive('orders')],
  'reindex-without-concurrently': [index('orders'), index('orders')],
  'refresh-without-concurrently': [{ claim: refreshBlocksReads }],
  'lock-table': [exclusive('orders')],
  'vacuum-full': [vacuumFull, vacuumFull],
  cluster: [rewrite('events')],
  'lock-timeout-missing': [exclusive('users')],
};
