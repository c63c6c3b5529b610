// What Postgres does, shown on the real thing: the proof of the instrument in harness/effects.ts on facts that are well
// known, and the place for every further fact that the product relies on.
import assert from 'node:assert/strict';
import { onEachVersion } from './harness/eachVersion.ts';
import { type Effects, type LockMode, observe, observeOutside } from './harness/effects.ts';
import type { Version } from './harness/servers.ts';

interface Fact {
  title: string;
  /** Runs after `tables`. */
  setup?: string;
  statement: string;
  /** From this version on, or to this one; all when absent. */
  from?: Version;
  to?: Version;
  /** For a statement that refuses to run in a transaction. */
  outside?: true;
  expect: {
    /** The strongest lock on each *table*; indexes are named in `indexLocks`, where they matter. */
    locks?: Record<string, LockMode>;
    indexLocks?: Record<string, LockMode>;
    /** Tables and indexes with new storage; none when absent. */
    rewrites?: string[];
    /** Tables read from end to end; none when absent. */
    scans?: string[];
    /** SQLSTATE of the refusal. */
    error?: string;
  };
}

const tables = `
  CREATE TABLE customer (id int PRIMARY KEY);
  INSERT INTO customer SELECT generate_series(1, 100);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int, code varchar(10), quantity int, made timestamp);
  INSERT INTO orders SELECT i, i, 'c', i, now() FROM generate_series(1, 100) i;
  CREATE INDEX orders_code ON orders (code);
  ANALYZE;`;

const orders = 'public.orders';
const customer = 'public.customer';
const allOfOrders = [orders, 'public.orders_code', 'public.orders_pkey'];
const rewriteOfOrders: Fact['expect'] = {
  locks: { [orders]: 'AccessExclusiveLock' },
  rewrites: allOfOrders,
  scans: [orders],
};
const catalogOnly: Fact['expect'] = { locks: { [orders]: 'AccessExclusiveLock' } };

const facts: Fact[] = [
  // Columns
  {
    title: 'ADD COLUMN without a default only touches the catalog',
    statement: 'ALTER TABLE orders ADD COLUMN note text',
    expect: catalogOnly,
  },
  {
    title: 'ADD COLUMN with a stable default does not rewrite',
    statement: 'ALTER TABLE orders ADD COLUMN at timestamptz NOT NULL DEFAULT now()',
    expect: catalogOnly,
  },
  {
    title: 'ADD COLUMN with a volatile default rewrites: random()',
    statement: 'ALTER TABLE orders ADD COLUMN r float DEFAULT random()',
    expect: rewriteOfOrders,
  },
  {
    title: 'ADD COLUMN with a volatile default rewrites: clock_timestamp()',
    statement: 'ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT clock_timestamp()',
    expect: rewriteOfOrders,
  },
  {
    title: 'ADD COLUMN as identity rewrites',
    statement: 'ALTER TABLE orders ADD COLUMN n int GENERATED ALWAYS AS IDENTITY',
    expect: rewriteOfOrders,
  },
  {
    title: 'ADD COLUMN as stored generated rewrites',
    statement: 'ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (quantity * 2) STORED',
    expect: rewriteOfOrders,
  },
  {
    title: 'ADD COLUMN as virtual generated does not rewrite',
    statement: 'ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (quantity * 2) VIRTUAL',
    from: 18,
    expect: catalogOnly,
  },
  {
    title: 'ADD COLUMN NOT NULL without a default scans, and fails on a table with rows',
    statement: 'ALTER TABLE orders ADD COLUMN note text NOT NULL',
    expect: { error: '23502' },
  },
  {
    title: 'DROP COLUMN only touches the catalog',
    statement: 'ALTER TABLE orders DROP COLUMN quantity',
    expect: catalogOnly,
  },
  // Types
  {
    title: 'a longer varchar does not rewrite',
    statement: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(20)',
    expect: { ...catalogOnly, indexLocks: { 'public.orders_code': 'AccessExclusiveLock' } },
  },
  {
    title: 'a shorter varchar rewrites',
    statement: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(5)',
    expect: rewriteOfOrders,
  },
  {
    title: 'varchar to text does not rewrite',
    statement: 'ALTER TABLE orders ALTER COLUMN code TYPE text',
    expect: catalogOnly,
  },
  {
    title: 'another collation builds the indexes of the column anew, not the table',
    statement: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(10) COLLATE "C"',
    expect: { ...catalogOnly, rewrites: ['public.orders_code'], scans: [orders] },
  },
  {
    title: 'int to bigint rewrites',
    statement: 'ALTER TABLE orders ALTER COLUMN quantity TYPE bigint',
    expect: rewriteOfOrders,
  },
  {
    title: 'timestamp to timestamptz does not rewrite in the zone UTC',
    statement: "SET LOCAL timezone = 'UTC'; ALTER TABLE orders ALTER COLUMN made TYPE timestamptz",
    expect: catalogOnly,
  },
  {
    title: 'timestamp to timestamptz rewrites in another zone',
    statement: "SET LOCAL timezone = 'Europe/Berlin'; ALTER TABLE orders ALTER COLUMN made TYPE timestamptz",
    expect: rewriteOfOrders,
  },
  // Not null and checks
  {
    title: 'SET NOT NULL scans',
    statement: 'ALTER TABLE orders ALTER COLUMN quantity SET NOT NULL',
    expect: { ...catalogOnly, scans: [orders] },
  },
  {
    title: 'SET NOT NULL does not scan when a valid CHECK proves it',
    setup: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity IS NOT NULL)',
    statement: 'ALTER TABLE orders ALTER COLUMN quantity SET NOT NULL',
    expect: catalogOnly,
  },
  {
    title: 'SET NOT NULL scans when the CHECK is not valid yet',
    setup: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity IS NOT NULL) NOT VALID',
    statement: 'ALTER TABLE orders ALTER COLUMN quantity SET NOT NULL',
    expect: { ...catalogOnly, scans: [orders] },
  },
  {
    title: 'ADD CHECK scans',
    statement: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity > 0)',
    expect: { ...catalogOnly, scans: [orders] },
  },
  {
    title: 'ADD CHECK NOT VALID does not scan',
    statement: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity > 0) NOT VALID',
    expect: catalogOnly,
  },
  {
    title: 'VALIDATE CONSTRAINT of a check scans under a lock that lets writers work',
    setup: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (quantity > 0) NOT VALID',
    statement: 'ALTER TABLE orders VALIDATE CONSTRAINT c',
    expect: { locks: { [orders]: 'ShareUpdateExclusiveLock' }, scans: [orders] },
  },
  // Keys
  {
    title: 'ADD FOREIGN KEY blocks writes to both tables and scans',
    statement: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customer',
    expect: {
      locks: { [customer]: 'ShareRowExclusiveLock', [orders]: 'ShareRowExclusiveLock' },
      scans: [customer, orders],
    },
  },
  {
    title: 'ADD FOREIGN KEY NOT VALID takes the same locks and does not scan',
    statement: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customer NOT VALID',
    expect: { locks: { [customer]: 'ShareRowExclusiveLock', [orders]: 'ShareRowExclusiveLock' } },
  },
  {
    title: 'VALIDATE CONSTRAINT of a foreign key scans under locks that let writers work',
    setup: 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customer NOT VALID',
    statement: 'ALTER TABLE orders VALIDATE CONSTRAINT f',
    expect: {
      locks: { [customer]: 'RowShareLock', [orders]: 'ShareUpdateExclusiveLock' },
      scans: [customer, orders],
    },
  },
  {
    title: 'dropping a foreign key takes the strongest lock on both tables',
    setup: 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customer',
    statement: 'ALTER TABLE orders DROP CONSTRAINT f',
    expect: { locks: { [customer]: 'AccessExclusiveLock', [orders]: 'AccessExclusiveLock' } },
  },
  {
    title: 'ADD UNIQUE builds its index under the strongest lock',
    statement: 'ALTER TABLE orders ADD CONSTRAINT u UNIQUE (quantity)',
    expect: { ...catalogOnly, scans: [orders] },
  },
  {
    title: 'ADD UNIQUE USING INDEX does not scan',
    setup: 'CREATE UNIQUE INDEX u ON orders (quantity)',
    statement: 'ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX u',
    expect: catalogOnly,
  },
  // Indexes
  {
    title: 'CREATE INDEX blocks writes and scans',
    statement: 'CREATE INDEX i ON orders (quantity)',
    expect: { locks: { [orders]: 'ShareLock' }, scans: [orders] },
  },
  {
    title: 'CREATE INDEX CONCURRENTLY refuses a transaction',
    statement: 'CREATE INDEX CONCURRENTLY i ON orders (quantity)',
    expect: { error: '25001' },
  },
  {
    title: 'CREATE INDEX CONCURRENTLY lets writers work',
    statement: 'CREATE INDEX CONCURRENTLY i ON orders (quantity)',
    outside: true,
    expect: { locks: { [orders]: 'ShareUpdateExclusiveLock' }, scans: [orders] },
  },
  {
    title: 'DROP INDEX takes the strongest lock on the table',
    statement: 'DROP INDEX orders_code',
    expect: { ...catalogOnly, indexLocks: { 'public.orders_code': 'AccessExclusiveLock' } },
  },
  {
    title: 'DROP INDEX CONCURRENTLY lets writers work',
    statement: 'DROP INDEX CONCURRENTLY orders_code',
    outside: true,
    expect: { locks: { [orders]: 'ShareUpdateExclusiveLock' } },
  },
  {
    title: 'REINDEX INDEX blocks writes to the table',
    statement: 'REINDEX INDEX orders_code',
    expect: {
      locks: { [orders]: 'ShareLock' },
      indexLocks: { 'public.orders_code': 'AccessExclusiveLock' },
      rewrites: ['public.orders_code'],
      scans: [orders],
    },
  },
  // Whole tables
  {
    title: 'VACUUM lets writers work',
    statement: 'VACUUM orders',
    outside: true,
    expect: { locks: { [orders]: 'ShareUpdateExclusiveLock' } },
  },
  {
    title: 'VACUUM FULL rewrites under the strongest lock',
    statement: 'VACUUM FULL orders',
    outside: true,
    expect: rewriteOfOrders,
  },
  {
    title: 'RENAME takes the strongest lock; its relations keep the names they had before',
    statement: 'ALTER TABLE orders RENAME TO purchase',
    expect: catalogOnly,
  },
  {
    title: 'DROP TABLE takes the strongest lock and reads nothing',
    statement: 'DROP TABLE orders',
    expect: catalogOnly,
  },
  // Policies and triggers
  {
    title: 'CREATE POLICY takes the strongest lock',
    statement: 'CREATE POLICY p ON orders USING (true)',
    expect: catalogOnly,
  },
  {
    title: 'CREATE TRIGGER blocks writes only',
    setup: "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    statement: 'CREATE TRIGGER t AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()',
    expect: { locks: { [orders]: 'ShareRowExclusiveLock' } },
  },
  // What the instrument leaves out
  {
    title: 'a table that the statement creates is left out',
    statement: 'CREATE TABLE fresh (id int PRIMARY KEY); INSERT INTO fresh VALUES (1); TABLE fresh',
    expect: {},
  },
  {
    title: 'a query scans, and locks nothing that a writer minds',
    statement: 'SELECT count(*) FROM orders WHERE quantity > 1',
    expect: { locks: { [orders]: 'AccessShareLock' }, scans: [orders] },
  },
];

onEachVersion('facts', ({ version, server, freshDatabase }) => {
  for (const fact of facts) {
    if (version < (fact.from ?? 14) || version > (fact.to ?? 18)) continue;
    it(fact.title, async () => {
      const setup = `${tables} ${fact.setup ?? ''}`;
      const effects = fact.outside
        ? await observeOutside(server(), setup, fact.statement)
        : await observe(await freshDatabase(), setup, fact.statement);
      const { locks, indexLocks, rewrites, scans, error } = fact.expect;
      assert.equal(effects.error?.code, error, effects.error?.message);
      if (error) return;
      assert.deepEqual(lockTable(effects, false), locks ?? {});
      if (indexLocks) assert.deepEqual({ ...lockTable(effects, true), ...indexLocks }, lockTable(effects, true));
      assert.deepEqual(effects.rewrites, rewrites ?? []);
      assert.deepEqual(effects.scans, scans ?? []);
    });
  }
});

// A further index in a setup has to be named here; without, it fails as a table that was not expected.
const indexNames = new Set(['public.orders_pkey', 'public.orders_code', 'public.customer_pkey', 'public.u']);

function lockTable(effects: Effects, ofIndexes: boolean): Record<string, string> {
  const wanted = effects.locks.filter(({ relation }) => indexNames.has(relation) === ofIndexes);
  return Object.fromEntries(wanted.map(({ relation, mode }) => [relation, mode]));
}
