// How statements share a transaction, by the way they are sent: what the rules take for granted about each wrapping.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { onEachVersion } from './harness/eachVersion.ts';

const setup = `
  CREATE TABLE orders (id int PRIMARY KEY, quantity int, code text);
  INSERT INTO orders SELECT i, i, 'c' FROM generate_series(1, 10) i;`;
const createIndex = 'CREATE INDEX CONCURRENTLY orders_quantity ON orders (quantity)';
const refusal = { code: '25001', message: 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block' };

onEachVersion('wrapping', ({ freshDatabase }) => {
  let client: pg.Client;
  let watcher: pg.Client;
  let notices: string[];
  beforeEach(async () => {
    const database = await freshDatabase();
    client = await database.client();
    watcher = await database.client();
    notices = [];
    client.on('notice', (notice) => notices.push(`${notice.severity}: ${notice.message}`));
    await client.query(setup);
  });

  /** The strongest lock on orders that the client holds now. */
  const lockOnOrders = async () => {
    const pid = (client as unknown as { processID: number }).processID;
    const { rows } = await watcher.query<{ mode: string }>(
      "SELECT mode FROM pg_locks WHERE relation = 'orders'::regclass AND pid = $1",
      [pid],
    );
    const order = ['ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock'];
    return order.findLast((mode) => rows.some((row) => row.mode === mode)) ?? null;
  };
  const columns = async () => {
    const { rows } = await watcher.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped",
    );
    return rows.map((row) => row.name);
  };
  const lockTimeout = async () =>
    (await client.query<{ lock_timeout: string }>('SHOW lock_timeout')).rows[0]!.lock_timeout;

  describe('each statement sent alone', () => {
    it('is a transaction of its own: CONCURRENTLY runs', async () => {
      await client.query(createIndex);
      assert.equal(await lockOnOrders(), null);
    });

    it('inside BEGIN … COMMIT it is not: CONCURRENTLY is refused', async () => {
      await client.query('BEGIN');
      await assert.rejects(client.query(createIndex), refusal);
    });

    for (const [statement, command] of [
      ['DROP INDEX CONCURRENTLY orders_code', 'DROP INDEX CONCURRENTLY'],
      ['DROP INDEX CONCURRENTLY IF EXISTS missing', 'DROP INDEX CONCURRENTLY'],
      ['REINDEX INDEX CONCURRENTLY orders_code', 'REINDEX CONCURRENTLY'],
      ['REINDEX (CONCURRENTLY) TABLE orders', 'REINDEX CONCURRENTLY'],
      ['CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_code ON orders (code)', 'CREATE INDEX CONCURRENTLY'],
      ['ALTER TABLE event DETACH PARTITION event_1 CONCURRENTLY', 'ALTER TABLE ... DETACH CONCURRENTLY'],
    ] as const)
      it(`${statement} is refused there too`, async () => {
        await client.query('CREATE INDEX orders_code ON orders (code)');
        await client.query('CREATE TABLE event (id int) PARTITION BY LIST (id)');
        await client.query('CREATE TABLE event_1 PARTITION OF event FOR VALUES IN (1)');
        await client.query('BEGIN');
        await assert.rejects(client.query(statement), {
          code: '25001',
          message: `${command} cannot run inside a transaction block`,
        });
      });

    it('CONCURRENTLY is refused for a table that the same transaction made, and after ROLLBACK TO as well', async () => {
      await client.query('BEGIN');
      await client.query('CREATE TABLE fresh (id int)');
      await client.query('SAVEPOINT s');
      await assert.rejects(client.query('CREATE INDEX CONCURRENTLY ON fresh (id)'), refusal);
      await client.query('ROLLBACK TO s');
      await assert.rejects(client.query('CREATE INDEX CONCURRENTLY ON fresh (id)'), refusal);
    });

    it('REFRESH MATERIALIZED VIEW CONCURRENTLY and REINDEX CONCURRENTLY (false) may run in a transaction', async () => {
      await client.query('CREATE MATERIALIZED VIEW m AS SELECT id FROM orders');
      await client.query('CREATE UNIQUE INDEX ON m (id)');
      await client.query('BEGIN');
      await client.query('REFRESH MATERIALIZED VIEW CONCURRENTLY m');
      await client.query('REINDEX (CONCURRENTLY false) TABLE orders');
    });
  });

  describe('a string of several statements', () => {
    it('is one transaction: CONCURRENTLY in it is refused, first or last', async () => {
      await assert.rejects(client.query(`${createIndex}; SELECT 1`), refusal);
      await assert.rejects(client.query(`SELECT 1; ${createIndex}`), refusal);
      await assert.rejects(client.query(`SET lock_timeout = '5s'; ${createIndex}`), refusal);
    });

    it('of one statement with comments and an empty one is that statement alone: CONCURRENTLY runs', async () => {
      await client.query(`-- an index\n${createIndex}; -- done\n;`);
    });

    it('is undone as a whole when one statement fails', async () => {
      const failing = 'ALTER TABLE orders ADD COLUMN a int; SELECT 1 / 0';
      await assert.rejects(client.query(failing), { code: '22012' });
      assert.deepEqual(await columns(), ['id', 'quantity', 'code']);
    });

    it('keeps its locks to its end', async () => {
      const running = client.query('ALTER TABLE orders ADD COLUMN a int; SELECT pg_sleep(0.5)');
      let held: string | null = null;
      for (let i = 0; i < 40 && held === null; i++) held = await lockOnOrders();
      await running;
      assert.equal(held, 'AccessExclusiveLock');
      assert.equal(await lockOnOrders(), null);
    });

    it('obeys SET LOCAL for its later statements, with no warning, and forgets it at its end', async () => {
      const results = (await client.query(
        "SET LOCAL lock_timeout = '5s'; SELECT current_setting('lock_timeout') AS value",
      )) as unknown as pg.QueryResult[];
      assert.equal(results[1]!.rows[0].value, '5s');
      assert.deepEqual(notices, []);
      assert.equal(await lockTimeout(), '0');
    });

    it('gives up waiting after that lock_timeout', async () => {
      await watcher.query('BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE');
      await assert.rejects(client.query("SET LOCAL lock_timeout = '50ms'; ALTER TABLE orders ADD COLUMN a int"), {
        code: '55P03',
      });
      await watcher.query('ROLLBACK');
    });

    it('SET LOCAL sent alone, outside a transaction, does nothing but warn', async () => {
      await client.query("SET LOCAL lock_timeout = '5s'");
      assert.deepEqual(notices, ['WARNING: SET LOCAL can only be used in transaction blocks']);
      assert.equal(await lockTimeout(), '0');
    });

    it('SET in it lasts for the session, unless the string fails', async () => {
      await client.query("SET lock_timeout = '5s'; SELECT 1");
      assert.equal(await lockTimeout(), '5s');
      await assert.rejects(client.query("SET lock_timeout = '7s'; SELECT 1 / 0"));
      assert.equal(await lockTimeout(), '5s');
    });

    it('COMMIT in it ends what came before; what follows is one transaction again', async () => {
      const failing = 'ALTER TABLE orders ADD COLUMN a int; COMMIT; ALTER TABLE orders ADD COLUMN b int; SELECT 1 / 0';
      await assert.rejects(client.query(failing), { code: '22012' });
      assert.deepEqual(await columns(), ['id', 'quantity', 'code', 'a']);
      await assert.rejects(client.query(`SELECT 1; COMMIT; ${createIndex}`), refusal);
      await assert.rejects(client.query(`BEGIN; SELECT 1; COMMIT; ${createIndex}`), refusal);
    });

    it('BEGIN … COMMIT in it takes what came before into its transaction', async () => {
      await assert.rejects(client.query('ALTER TABLE orders ADD COLUMN a int; BEGIN; SELECT 1 / 0'), { code: '22012' });
      await client.query('ROLLBACK');
      assert.deepEqual(await columns(), ['id', 'quantity', 'code']);
    });
  });

  describe('statements sent as one pipeline, as Supabase sends a file and the note that it ran', () => {
    /** @throws the first error */
    const pipeline = (...statements: readonly string[]): Promise<void> =>
      new Promise((resolve, reject) => {
        client.query({
          submit(connection: pg.Connection) {
            for (const text of statements) {
              connection.parse({ text, name: '', types: [] }, true);
              connection.bind({}, true);
              connection.execute({}, true);
            }
            connection.sync();
          },
          handleError: reject,
          handleReadyForQuery: () => resolve(),
          handleCommandComplete() {},
          handleEmptyQuery() {},
          handleRowDescription() {},
          handleDataRow() {},
        } as pg.Submittable);
      });
    const note = 'CREATE TABLE ran ()';

    it('are one transaction, undone as a whole', async () => {
      await assert.rejects(pipeline('ALTER TABLE orders ADD COLUMN a int', 'SELECT 1 / 0'), { code: '22012' });
      assert.deepEqual(await columns(), ['id', 'quantity', 'code']);
      await pipeline('ALTER TABLE orders ADD COLUMN a int', note);
      assert.deepEqual(await columns(), ['id', 'quantity', 'code', 'a']);
    });

    it('obey SET LOCAL lock_timeout', async () => {
      await watcher.query('BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE');
      const altering = pipeline("SET LOCAL lock_timeout = '50ms'", 'ALTER TABLE orders ADD COLUMN a int', note);
      await assert.rejects(altering, { code: '55P03' });
      await watcher.query('ROLLBACK');
    });

    it('CONCURRENTLY is refused behind another one, and runs as the first', async () => {
      await assert.rejects(pipeline('SELECT 1', createIndex, note), { code: '25001' });
      await pipeline(createIndex, note);
      assert.equal(await lockOnOrders(), null);
    });
  });

  describe('a transaction that a tool opens around a file', () => {
    it('ends at a COMMIT in the file, and CONCURRENTLY runs behind that', async () => {
      await client.query('BEGIN');
      await client.query('COMMIT');
      await client.query(createIndex);
      await client.query('COMMIT');
      assert.deepEqual(notices, ['WARNING: there is no transaction in progress']);
    });

    it('is not nested: BEGIN in the file only warns, and the COMMIT that belongs to it ends everything', async () => {
      await client.query('BEGIN');
      await client.query('ALTER TABLE orders ADD COLUMN a int');
      await client.query('BEGIN');
      await client.query('COMMIT');
      assert.deepEqual(notices, ['WARNING: there is already a transaction in progress']);
      assert.deepEqual(await columns(), ['id', 'quantity', 'code', 'a']);
    });
  });

  describe('VALIDATE CONSTRAINT', () => {
    const add = 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (quantity > 0) NOT VALID';
    const validate = 'ALTER TABLE orders VALIDATE CONSTRAINT positive';

    it('in the transaction that added the constraint, still holds the lock of ADD CONSTRAINT', async () => {
      await client.query(`BEGIN; ${add}`);
      await client.query(validate);
      assert.equal(await lockOnOrders(), 'AccessExclusiveLock');
    });

    it('after a COMMIT between the two, holds its own', async () => {
      await client.query(`BEGIN; ${add}; COMMIT; BEGIN; ${validate}`);
      assert.equal(await lockOnOrders(), 'ShareUpdateExclusiveLock');
    });

    it('after ROLLBACK TO a savepoint before ADD CONSTRAINT, there is no lock and no constraint', async () => {
      await client.query(`BEGIN; SAVEPOINT s; ${add}; ROLLBACK TO s`);
      assert.equal(await lockOnOrders(), null);
      await assert.rejects(client.query(validate), { code: '42704' });
    });
  });
});
