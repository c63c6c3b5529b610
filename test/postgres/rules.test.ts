// What the rules say that Postgres does, on real servers with rows in the tables: for every example of every rule, what the
// unsafe form locks, rewrites and scans or how it fails, and that the safe form makes nobody wait for a whole table.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { rules } from '../../server/src/rules/index.ts';
import { reviewSql } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type Effects, type LockMode, observeIn, observeOutside } from './harness/effects.ts';
import { FilledDatabases, filled } from './harness/filledDatabases.ts';
import { blockedWork, runFile } from './harness/runFile.ts';
import { needsVector } from './harness/vectorDatabase.ts';
import { breakingProofs } from './proofs/breaking.ts';
import { functionsProofs } from './proofs/functions.ts';
import { indexesProofs } from './proofs/indexes.ts';
import { locksProofs } from './proofs/locks.ts';
import { namesProofs } from './proofs/names.ts';
import { partitionsProofs } from './proofs/partitions.ts';
import { type EffectsProof, isClaim, type Proofs } from './proofs/proof.ts';
import { queriesProofs } from './proofs/queries.ts';
import { schemaProofs } from './proofs/schema.ts';
import { securityProofs } from './proofs/security.ts';
import { transactionsProofs } from './proofs/transactions.ts';

/** For each example of a rule. */
const proofs: Proofs = {
  ...locksProofs,
  ...transactionsProofs,
  ...breakingProofs,
  ...schemaProofs,
  ...indexesProofs,
  ...partitionsProofs,
  ...queriesProofs,
  ...securityProofs,
  ...functionsProofs,
  ...namesProofs,
};

const lockNames: Record<string, LockMode> = {
  'ACCESS EXCLUSIVE': 'AccessExclusiveLock',
  'SHARE ROW EXCLUSIVE': 'ShareRowExclusiveLock',
  SHARE: 'ShareLock',
};

/** It runs with values only: its claim does that. */
const takesValues = ({ safe }: { readonly safe: string }): boolean => /^-- @param/m.test(safe);

onEachVersion('rules', ({ version, server, freshDatabase }) => {
  const databases = new FilledDatabases();
  after(() => databases.drop());
  const ofItsOwn = async (schema: string) => filled(await freshDatabase(), schema);

  async function effectsOf(schema: string, sql: string, outsideWith?: string): Promise<Effects> {
    if (outsideWith) return observeOutside(server(), `${schema}; ${outsideWith}`, sql);
    const database = await databases.get(server(), schema);
    const [subject, watcher] = await Promise.all([database.client(), database.client()]);
    try {
      return await observeIn(subject, watcher, sql);
    } finally {
      await Promise.all([subject.end(), watcher.end()]);
    }
  }

  describe('the unsafe form of the examples', () => {
    after(() => {
      const count = rules.reduce((n, rule) => n + rule.examples.length, 0);
      console.log(`      ${count} examples of ${rules.length} rules on Postgres ${version}`);
    });

    for (const { id, examples } of rules)
      examples.forEach(({ schema = '', unsafe, safe }, i) => {
        // those are run by vector.test.ts
        if (needsVector(schema)) return;
        it(`${id}: ${unsafe.replaceAll('\n', ' ')}`, async () => {
          const proof = proofs[id]?.[i];
          assert.ok(proof, 'what it does has to be written down in `proofs`');
          if (isClaim(proof)) {
            const example = {
              version,
              unsafe,
              safe,
              freshDatabase: async () => (await ofItsOwn(schema)).client(),
              emptyDatabase: async () => {
                const client = await (await freshDatabase()).client();
                await client.query(schema);
                return client;
              },
            };
            await proof.claim(example);
            return;
          }
          // it runs in a transaction anyway
          const statements = unsafe.replace(/^BEGIN;|COMMIT;$/g, '');
          const effects = await effectsOf(schema, statements, proof.outsideWith);
          assert.equal(effects.error?.code, proof.error, effects.error?.message);
          if (!proof.error) {
            const { locks = {}, rewrites = [], scans = [] } = proof;
            assert.deepEqual(ofTables(effects, schema), { locks, rewrites, scans });
          }

          const message = reviewSql(unsafe, { schema, targetVersion: version }).find((f) => f.rule === id)!.message;
          const claimed = /\b(?:ACCESS EXCLUSIVE|SHARE ROW EXCLUSIVE|SHARE)\b/.exec(message)?.[0];
          if (claimed) assert.ok(Object.values(proof.locks ?? {}).includes(lockNames[claimed]!), message);
          if (/\brewrites\b/.test(message)) assert.ok(effects.rewrites.length > 0, message);
          if (/scan|is checked|is built|every row of/.test(message)) assert.ok(effects.scans.length > 0, message);
          assert.equal(/\bfails\b/.test(message), proof.error !== undefined, message);
        });
      });
  });

  describe('the safe form runs, and makes nobody wait for a whole table', () => {
    for (const { id, examples } of rules)
      for (const { schema = '', safe, from = 14 } of examples.filter((e) => !needsVector(e.schema) && !takesValues(e)))
        (version < from ? it.skip : it)(`${id}: ${safe.replaceAll('\n', ' ')}`, async () => {
          assert.deepEqual(blockedWork(await runFile(await ofItsOwn(schema), safe, 'none')), []);
        });
  });

  describe('what the rules know besides', () => {
    const schema = `
      CREATE TABLE customers (id bigint PRIMARY KEY);
      CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(20));
      CREATE INDEX orders_note ON orders (note);
      CREATE TABLE events (id bigint NOT NULL, customer_id bigint) PARTITION BY LIST (id);
      CREATE TABLE events_rest PARTITION OF events DEFAULT;
      CREATE MATERIALIZED VIEW totals AS SELECT id AS customer_id FROM customers;`;
    const effects = (sql: string) => effectsOf(schema, sql);

    it('ON ONLY a partitioned table builds no index; of another table it says nothing', async () => {
      assert.deepEqual((await effects('CREATE INDEX ON ONLY events (id)')).scans, []);
      assert.deepEqual((await effects('CREATE INDEX ON events (id)')).scans, ['public.events_rest']);
      assert.deepEqual((await effects('CREATE INDEX ON ONLY orders (note)')).scans, ['public.orders']);
    });

    it('partitioned tables take no index CONCURRENTLY and no USING INDEX', async () => {
      const database = await ofItsOwn(schema);
      const client = await database.client();
      await assert.rejects(client.query('CREATE INDEX CONCURRENTLY ON events (id)'), /partitioned table/);
      await client.query('CREATE UNIQUE INDEX u ON events (id)');
      await assert.rejects(client.query('ALTER TABLE events ADD UNIQUE USING INDEX u'), /partitioned table/);
    });

    it(`partitioned tables take ${version < 18 ? 'no' : ''} NOT VALID foreign keys`, async () => {
      const sql = 'ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID';
      assert.equal((await effects(sql)).error?.code, version < 18 ? '42809' : undefined);
    });

    it('a new column with a foreign key is checked only if it has a default', async () => {
      const add = 'ALTER TABLE orders ADD COLUMN c bigint';
      assert.deepEqual((await effects(`${add} REFERENCES customers`)).scans, []);
      const { scans, locks } = await effects(`${add} DEFAULT 1 REFERENCES customers`);
      assert.ok(scans.includes('public.orders'));
      assert.equal(locks.find((l) => l.relation === 'public.orders')?.mode, 'AccessExclusiveLock');
    });

    it('a new column with a check is scanned, with NOT NULL and a default it is not', async () => {
      assert.deepEqual((await effects('ALTER TABLE orders ADD COLUMN c int CHECK (c > 0)')).scans, ['public.orders']);
      assert.deepEqual((await effects('ALTER TABLE orders ADD COLUMN c int NOT NULL DEFAULT 1')).scans, []);
    });

    it('SET NOT NULL of a column that the same statement adds', async () => {
      const sql = 'ALTER TABLE orders ADD COLUMN c int DEFAULT 1, ALTER COLUMN c SET NOT NULL';
      assert.deepEqual((await effects(sql)).scans, ['public.orders']);
    });

    it('SET NOT NULL is proven by AND, not by OR', async () => {
      const prove = (check: string) => `ALTER TABLE orders ADD CHECK (${check}); SELECT 1`;
      for (const [check, scans] of [
        ['customer_id IS NOT NULL AND id > 0', []],
        ['customer_id IS NOT NULL OR id > 0', ['public.orders']],
      ] as const) {
        const proven = `${schema} ${prove(check)}`;
        const seen = await effectsOf(proven, 'ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL');
        assert.deepEqual(seen.scans, scans, check);
      }
    });

    if (version >= 18)
      it('SET NOT NULL scans for a NOT NULL constraint that is not valid, and for a valid one it does not', async () => {
        const add = `${schema} ALTER TABLE orders ADD CONSTRAINT there NOT NULL customer_id NOT VALID;`;
        const set = 'ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL';
        assert.deepEqual((await effectsOf(add, set)).scans, ['public.orders']);
        const validated = `${add} ALTER TABLE orders VALIDATE CONSTRAINT there;`;
        assert.deepEqual((await effectsOf(validated, set)).scans, []);
      });

    it('ADD PRIMARY KEY USING INDEX scans for nulls unless the columns are NOT NULL', async () => {
      const unkeyed = (columns: string) => `CREATE TABLE t (${columns}); CREATE UNIQUE INDEX u ON t (a)`;
      const add = 'ALTER TABLE t ADD PRIMARY KEY USING INDEX u';
      assert.deepEqual((await effectsOf(unkeyed('a int'), add)).scans, ['public.t']);
      assert.deepEqual((await effectsOf(unkeyed('a int NOT NULL'), add)).scans, []);
    });

    it('a type change that rewrites the table rewrites all its indexes', async () => {
      assert.deepEqual((await effects('ALTER TABLE orders ALTER COLUMN customer_id TYPE int')).rewrites, [
        'public.orders',
        'public.orders_note',
        'public.orders_pkey',
      ]);
    });

    for (const [statement, reads] of [
      ['ALTER TABLE orders ADD COLUMN c int', 'wait'],
      ['CREATE INDEX ON orders (note)', 'go on'],
    ] as const)
      it(`behind a statement that waits for its lock, writes wait and reads ${reads}: ${statement}`, async () => {
        const database = await ofItsOwn(schema);
        const [holder, waiting, other] = await Promise.all([database.client(), database.client(), database.client()]);
        await holder.query("BEGIN; UPDATE orders SET note = 'a' WHERE id = 1");
        const cancelled = assert.rejects(waiting.query(statement), { code: '57014' });
        await other.query("SET lock_timeout = '100ms'");
        await untilSomebodyWaits(other);
        const write = other.query("UPDATE orders SET note = 'b' WHERE id = 2");
        await assert.rejects(write, { code: '55P03' });
        const read = other.query('SELECT FROM orders');
        await (reads === 'wait' ? assert.rejects(read, { code: '55P03' }) : read);
        // once it gives up, as it does by itself with lock_timeout, everybody goes on
        await other.query('SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted');
        await cancelled;
        await other.query("UPDATE orders SET note = 'b' WHERE id = 2");
      });

    it('UPDATE locks every row until the transaction ends', async () => {
      const database = await ofItsOwn(schema);
      const [writer, other] = await Promise.all([database.client(), database.client()]);
      await writer.query('BEGIN; UPDATE orders SET customer_id = 1');
      const { rows } = await other.query('SELECT id FROM orders FOR UPDATE SKIP LOCKED');
      assert.deepEqual(rows, []);
    });

    it('an index that fails CONCURRENTLY is left behind invalid; dropped, it can be built again', async () => {
      const client = await (await ofItsOwn(schema)).client();
      await client.query("UPDATE orders SET note = 'same'");
      const create = 'CREATE UNIQUE INDEX CONCURRENTLY orders_unique ON orders (note)';
      await assert.rejects(client.query(create), { code: '23505' });
      const { rows } = await client.query(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_unique'::regclass",
      );
      assert.deepEqual(rows, [{ indisvalid: false }]);
      await client.query('UPDATE orders SET note = id');
      await assert.rejects(client.query(create), { code: '42P07' });
      await client.query('DROP INDEX CONCURRENTLY orders_unique');
      await client.query(create);
    });

    it('a NOT NULL column without a default fails for tables with rows only, and breaks old inserts', async () => {
      const client = await (await ofItsOwn(schema)).client();
      const add = 'ALTER TABLE customers ADD COLUMN plan text NOT NULL';
      await assert.rejects(client.query(`${add} DEFAULT NULL`), { code: '23502' });
      await client.query('DELETE FROM customers');
      await client.query(add);
      await assert.rejects(client.query('INSERT INTO customers (id) VALUES (1)'), { code: '23502' });
    });

    it('DROP TABLE … CASCADE drops the foreign keys and views that refer to it', async () => {
      const client = await (await ofItsOwn(schema)).client();
      await client.query('ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers');
      await client.query('CREATE VIEW people AS TABLE customers');
      await assert.rejects(client.query('DROP TABLE customers'), { code: '2BP01' });
      await client.query('DROP TABLE customers CASCADE');
      const { rows } = await client.query("SELECT 1 FROM pg_constraint WHERE conname = 'f'");
      assert.deepEqual(rows, []);
      await assert.rejects(client.query('SELECT FROM people'), { code: '42P01' });
    });

    it('UPDATE of every row doubles the table until it is vacuumed; VACUUM FULL gives the space back', async () => {
      const client = await (await ofItsOwn('CREATE TABLE t (id int, a text)')).client();
      await client.query("INSERT INTO t SELECT i, repeat('a', 100) FROM generate_series(1, 5000) i");
      const size = async () => Number((await client.query("SELECT pg_relation_size('t') AS size")).rows[0].size);
      const before = await size();
      await client.query('UPDATE t SET id = id + 1');
      const doubled = await size();
      assert.ok(doubled > before * 1.9, `${before}, then ${doubled}`);
      await client.query('VACUUM t');
      await client.query('UPDATE t SET id = id + 1');
      assert.ok((await size()) < doubled * 1.1, 'VACUUM makes the space of dead rows reusable');
      await client.query('VACUUM FULL t');
      assert.ok((await size()) < before * 1.1);
    });

    it('CLUSTER orders the rows once; later writes do not keep the order', async () => {
      const client = await (await ofItsOwn('CREATE TABLE t (id int); CREATE INDEX i ON t (id)')).client();
      await client.query('TRUNCATE t; INSERT INTO t SELECT 100 - i FROM generate_series(1, 50) i');
      const stored = async () => (await client.query('SELECT id FROM t ORDER BY ctid')).rows.map((row) => row.id);
      const isSorted = (ids: number[]) => ids.every((id, k) => k === 0 || ids[k - 1]! <= id);
      assert.ok(!isSorted(await stored()));
      await client.query('CLUSTER t USING i');
      assert.ok(isSorted(await stored()));
      await client.query('INSERT INTO t VALUES (1)');
      assert.ok(!isSorted(await stored()));
    });

    it('a view of the old name of a table can be written to', async () => {
      const client = await (await ofItsOwn(schema)).client();
      await client.query(
        'BEGIN; ALTER TABLE customers RENAME TO people; CREATE VIEW customers AS TABLE people; COMMIT',
      );
      await client.query('INSERT INTO customers VALUES (21); UPDATE customers SET id = 22 WHERE id = 21');
      const { rowCount } = await client.query('DELETE FROM customers WHERE id = 22');
      assert.equal(rowCount, 1);
    });
  });
});

async function untilSomebodyWaits(client: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query('SELECT FROM pg_locks WHERE NOT granted');
    if (rowCount) return;
  }
}

/** Of the tables of `schema`, without the schema `public` in their names; indexes are left out. */
function ofTables(effects: Effects, schema: string): Pick<EffectsProof, 'locks' | 'rewrites' | 'scans'> {
  const tables = [...schema.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1]!);
  const bare = (name: string) => name.replace(/^public\./, '');
  const isTable = (name: string) => tables.includes(bare(name));
  return {
    locks: Object.fromEntries(
      effects.locks.filter((l) => isTable(l.relation)).map(({ relation, mode }) => [bare(relation), mode]),
    ),
    rewrites: effects.rewrites.filter(isTable).map(bare),
    scans: effects.scans.filter(isTable).map(bare),
  };
}
