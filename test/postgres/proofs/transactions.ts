import assert from 'node:assert/strict';
import type pg from 'pg';
import { type Example, type Proofs, scan } from './proof.ts';

/** Statement by statement, as psql sends a file. */
async function runAll(client: pg.Client, sql: string): Promise<void> {
  for (const statement of sql.split(/;\n?/)) if (statement.trim() !== '') await client.query(statement);
}

/** Runs it statement by statement. @returns the warnings that the server gave */
async function warningsOf(client: pg.Client, sql: string): Promise<string[]> {
  const warnings: string[] = [];
  const note = (notice: { severity?: string; message?: string }) => {
    if (notice.severity === 'WARNING') warnings.push(notice.message ?? '');
  };
  client.on('notice', note);
  await runAll(client, sql);
  client.off('notice', note);
  return warnings;
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query(
    'SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum',
    [table],
  );
  return rows.map((row) => row.attname);
}

/** Refused with this code, in a session that has sent what stands before it; the safe form runs. */
const failsAlone =
  (code: string) =>
  async ({ unsafe, safe, freshDatabase }: Example): Promise<void> => {
    const client = await freshDatabase();
    await assert.rejects(runAll(client, unsafe), { code });
    await client.query('ROLLBACK');
    await runAll(client, safe);
  };

async function localHasNoEffect({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const timeout = async () => (await client.query('SHOW lock_timeout')).rows[0].lock_timeout;
  assert.deepEqual(await warningsOf(client, unsafe), ['SET LOCAL can only be used in transaction blocks']);
  assert.equal(await timeout(), '0');
  await client.query('ALTER TABLE orders DROP COLUMN note');
  assert.deepEqual(await warningsOf(client, safe), []);
  assert.equal(await timeout(), '2s');
  for (const sql of ['SET TRANSACTION READ ONLY', 'SET CONSTRAINTS ALL DEFERRED'])
    assert.match((await warningsOf(client, sql))[0] ?? '', /can only be used in transaction blocks/);
}

/** What came behind the COMMIT of the inner BEGIN is not undone. */
async function innerBeginIsNone({ unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  assert.deepEqual(await warningsOf(client, unsafe), [
    'there is already a transaction in progress',
    'there is no transaction in progress',
  ]);
  assert.deepEqual(await columnsOf(client, 'orders'), ['id', 'note', 'code', 'kind']);
}

async function nothingIsUndone({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  await runAll(client, safe);
  assert.deepEqual(await columnsOf(client, 'orders'), ['id']);
  assert.deepEqual(await warningsOf(client, unsafe), ['there is no transaction in progress']);
  assert.deepEqual(await columnsOf(client, 'orders'), ['id', 'note']);
}

async function nothingStays({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const { database, port, host, user, password } = client;
  const Client = client.constructor as typeof pg.Client;
  const session = async (sql: string) => {
    const other = new Client({ database, port, host, user, password: password ?? undefined });
    await other.connect();
    await runAll(other, sql);
    await other.end();
  };
  await session(unsafe);
  assert.deepEqual(await columnsOf(client, 'orders'), ['id']);
  await session(safe);
  assert.deepEqual(await columnsOf(client, 'orders'), ['id', 'note']);
}

/** The locks that the transaction holds when the last statement before COMMIT has run. */
async function heldAtTheEnd({ unsafe, freshDatabase }: Example): Promise<Record<string, string[]>> {
  const client = await freshDatabase();
  await runAll(client, unsafe.replace(/COMMIT;$/, ''));
  const { rows } = await client.query(
    'SELECT relation::regclass::text AS table, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation > 16383 ORDER BY 1, 2',
  );
  await client.query('ROLLBACK');
  const held: Record<string, string[]> = {};
  for (const { table, mode } of rows) held[table] = [...(held[table] ?? []), mode];
  return held;
}

async function updateUnderLock(example: Example): Promise<void> {
  const held = await heldAtTheEnd(example);
  assert.ok(held.orders?.includes('AccessExclusiveLock'));
  assert.ok(held.orders?.includes('RowExclusiveLock'));
}

async function indexBuildUnderLock(example: Example): Promise<void> {
  const held = await heldAtTheEnd(example);
  assert.ok(held.orders?.includes('AccessExclusiveLock'));
  assert.ok(held.orders?.includes('ShareLock'));
}

/** Another transaction uses both in the other order: one of the two is ended. */
async function deadlock({ unsafe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const { database, port, host, user, password } = client;
  const Client = client.constructor as typeof pg.Client;
  const site = new Client({ database, port, host, user, password: password ?? undefined });
  await site.connect();
  const [, first, second] = unsafe.split(';\n');
  await site.query("BEGIN; SET LOCAL deadlock_timeout = '50ms'; SELECT FROM orders");
  await client.query("BEGIN; SET LOCAL deadlock_timeout = '10s'");
  await client.query(first!);
  const migrating = client.query(second!);
  await assert.rejects(site.query('SELECT FROM customers'), { code: '40P01' });
  await site.end();
  await migrating;
  await client.query('ROLLBACK');
}

async function orphansAreStored({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const insert = 'INSERT INTO orders VALUES ($1, 1000)';
  await client.query(safe);
  await assert.rejects(client.query(insert, [100]), { code: '23503' });
  await client.query(unsafe);
  await client.query(insert, [101]);
  await client.query('ALTER TABLE orders ENABLE TRIGGER ALL; SET session_replication_role = origin');
  const { rows } = await client.query(
    "SELECT convalidated FROM pg_constraint WHERE conname = 'orders_customer_id_fkey'",
  );
  assert.deepEqual(rows, [{ convalidated: true }]);
}

async function invalidIndexStays({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  const valid = async () =>
    (await client.query("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('users_email_idx')")).rows;
  await client.query("UPDATE users SET email = 'same'");
  await assert.rejects(client.query(unsafe), { code: '23505' });
  await client.query('UPDATE users SET email = id');
  await client.query(unsafe);
  assert.deepEqual(await valid(), [{ indisvalid: false }]);
  await runAll(client, safe);
  assert.deepEqual(await valid(), [{ indisvalid: true }]);
}

async function timeoutHolds({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  for (const [sql, time] of [
    [unsafe, 600_000],
    [safe, 5000],
  ] as const) {
    await client.query(sql);
    const { rows } = await client.query("SELECT setting::int, unit FROM pg_settings WHERE name = 'lock_timeout'");
    assert.deepEqual(rows, [{ setting: time, unit: 'ms' }]);
  }
}

/** The old rows break it and nobody notices, until it is validated. */
async function oldRowsMayBreakIt({ unsafe, safe, freshDatabase }: Example): Promise<void> {
  const client = await freshDatabase();
  await client.query('UPDATE products SET price = -1');
  await client.query(unsafe);
  await assert.rejects(client.query('INSERT INTO products VALUES (1000, -1)'), { code: '23514' });
  await assert.rejects(client.query(safe.slice(unsafe.length)), { code: '23514' });
}

export const transactionsProofs: Proofs = {
  'concurrently-in-transaction': [{ error: '25001' }, { error: '25001' }],
  'outside-transaction-only': [{ error: '25001' }, { error: '25001' }],
  'needs-transaction': [{ claim: failsAlone('25P01') }, { claim: failsAlone('25P01') }],
  'enum-value-used-in-same-transaction': [{ error: '55P04' }],
  'begin-inside-transaction': [{ claim: innerBeginIsNone }],
  'commit-without-begin': [{ claim: nothingIsUndone }],
  'transaction-not-ended': [{ claim: nothingStays }],
  'set-local-outside-transaction': [{ claim: localHasNoEffect }],
  'validate-in-same-transaction': [scan('products')],
  'scan-while-locked': [{ claim: indexBuildUnderLock }],
  'data-change-while-locked': [{ claim: updateUnderLock }],
  'several-tables-locked': [{ claim: deadlock }],
  'lock-timeout-too-long': [{ claim: timeoutHolds }],
  'foreign-keys-not-checked': [{ claim: orphansAreStored }, { claim: orphansAreStored }],
  'invalid-index-taken-as-existing': [{ claim: invalidIndexStays }],
  'constraint-never-validated': [{ claim: oldRowsMayBreakIt }],
};
