import assert from 'node:assert/strict';
import type pg from 'pg';
import { type ClaimProof, exclusive, type Proofs, refused } from './proof.ts';

/** The unsafe form is refused, with rows in the tables and without. */
const fails = (code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase, emptyDatabase }) {
    await refused(await freshDatabase(), unsafe, code);
    await refused(await emptyDatabase(), unsafe, code);
  },
});

/** The unsafe form runs, and with one such row more it is refused. */
const failsWith = (row: string, code: string): ClaimProof => ({
  async claim({ unsafe, emptyDatabase }) {
    const client = await emptyDatabase();
    await client.query(`BEGIN; ${unsafe}; ROLLBACK`);
    await client.query(row);
    await refused(client, unsafe, code);
  },
});

const answerOf = async (client: pg.Client, query: string): Promise<unknown> =>
  Object.values((await client.query(query)).rows[0] ?? {})[0];

/** What `query` answers, before and after the unsafe form. */
const changes = (row: string, query: string, before: unknown, after: unknown): ClaimProof => ({
  async claim({ unsafe, emptyDatabase }) {
    const client = await emptyDatabase();
    await client.query(row);
    assert.deepEqual(await answerOf(client, query), before);
    await client.query(unsafe);
    assert.deepEqual(await answerOf(client, query), after);
  },
});

/** Rows that a query has lost when the unsafe form has run. */
const loses = (query: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase }) {
    const client = await freshDatabase();
    const count = async () => (await client.query(query)).rows.length;
    assert.ok((await count()) > 0);
    await client.query(unsafe);
    assert.equal(await count(), 0);
  },
});

const relationNamed = (name: string) => `SELECT FROM pg_class WHERE relname = '${name}'`;

const columnNamed = (name: string) =>
  `SELECT FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname = '${name}'`;

/** What a client does is refused when the unsafe form has run. */
const breaksClient = (statement: string, code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase }) {
    const client = await freshDatabase();
    await client.query(`BEGIN; ${statement}; ROLLBACK`);
    await client.query(unsafe);
    await refused(client, statement, code);
  },
});

export const breakingProofs: Proofs = {
  'not-null-column-without-default': [{ error: '23502' }],
  'drop-column': [exclusive('users')],
  'drop-table': [exclusive('legacy_sessions')],
  'rename-column': [exclusive('users')],
  'rename-table': [exclusive('users')],
  'column-already-exists': [fails('42701'), fails('42701'), fails('42701')],
  'column-does-not-exist': [fails('42703'), fails('42703'), fails('42703')],
  'relation-already-exists': [fails('42P07'), fails('42P07'), fails('42P07')],
  'constraint-already-exists': [fails('42710'), fails('42P07')],
  'primary-key-already-exists': [fails('42P16'), fails('42P16')],
  'type-already-exists': [fails('42710'), fails('42710')],
  'enum-value-already-exists': [fails('42710'), fails('42710')],
  'enum-value-does-not-exist': [fails('22023'), fails('22023')],
  'trigger-already-exists': [fails('42710')],
  'policy-already-exists': [fails('42710')],
  'schema-already-exists': [fails('42P06')],
  'extension-already-exists': [fails('42710')],
  'foreign-key-references-not-unique': [fails('42830'), fails('42830')],
  'foreign-key-types-incompatible': [fails('42804'), fails('42830')],
  'type-change-needs-using': [fails('42804'), fails('42804')],
  'type-change-keeps-default': [fails('42804'), fails('42804')],
  'column-type-narrowed': [
    failsWith("INSERT INTO users VALUES (1, repeat('x', 21))", '22001'),
    failsWith('INSERT INTO orders VALUES (1, 2147483648, 1)', '22003'),
    failsWith('INSERT INTO orders VALUES (1, 1, 1234567)', '22003'),
  ],
  'column-type-loses-data': [
    changes(
      "INSERT INTO events (id, at) VALUES (1, '2024-01-02 03:04:05')",
      'SELECT at::timestamp::text FROM events',
      '2024-01-02 03:04:05',
      '2024-01-02 00:00:00',
    ),
    changes('INSERT INTO events (id, price) VALUES (1, 1.2345)', 'SELECT price::text FROM events', '1.2345', '1.23'),
    changes("INSERT INTO events (id, note) VALUES (1, 'abcdefg')", 'SELECT note FROM events', 'abcdefg', 'abcde'),
    changes(
      `INSERT INTO events (id, payload) VALUES (1, '{"b":1, "a":2, "b":3}')`,
      'SELECT payload::text FROM events',
      '{"b":1, "a":2, "b":3}',
      '{"a": 2, "b": 3}',
    ),
  ],
  'drop-with-dependents': [fails('2BP01'), fails('2BP01'), fails('2BP01'), fails('2BP01')],
  'drop-cascade': [
    loses(relationNamed('emails')),
    loses("SELECT FROM pg_constraint WHERE conname = 'orders_user_id_fkey'"),
  ],
  'type-change-of-used-column': [fails('0A000'), fails('0A000')],
  'truncate-referenced-table': [fails('0A000')],
  'truncate-cascade': [loses('SELECT FROM orders')],
  'drop-type-cascade': [loses(columnNamed('mood')), loses(columnNamed('email'))],
  'drop-schema-cascade': [loses(relationNamed('invoices'))],
  'drop-database': [
    {
      async claim({ freshDatabase, unsafe }) {
        const client = await freshDatabase();
        await client.query('CREATE DATABASE nothing_of_value');
        await refused(client, `BEGIN; ${unsafe}`, '25001');
        await client.query('ROLLBACK');
        await client.query(unsafe);
        await refused(client, 'ALTER DATABASE nothing_of_value SET timezone TO utc', '3D000');
      },
    },
  ],
  'drop-unique-constraint': [
    breaksClient("INSERT INTO users VALUES (100, 'a') ON CONFLICT (email) DO NOTHING", '42P10'),
  ],
  'drop-default-of-required-column': [breaksClient('INSERT INTO users (id) VALUES (100)', '23502')],
  'drop-not-null': [
    {
      async claim({ freshDatabase, unsafe }) {
        const client = await freshDatabase();
        const insert = 'INSERT INTO users VALUES (100, NULL), (101, NULL)';
        await refused(client, insert, '23502');
        await client.query(unsafe);
        await client.query(insert);
        const absent = await client.query("SELECT 'nobody' NOT IN (SELECT email FROM users) AS absent");
        assert.equal(absent.rows[0].absent, null);
      },
    },
  ],
  'rename-enum-value': [breaksClient("INSERT INTO orders VALUES (100, 'open')", '22P02')],
  'rename-view': [breaksClient('SELECT id FROM emails', '42P01'), breaksClient('SELECT email FROM emails', '42703')],
  'set-schema': [
    breaksClient('SELECT id FROM orders', '42P01'),
    breaksClient('SELECT id FROM archive.orders', '42P01'),
  ],
  'replaced-view-changes-columns': [fails('42P16'), fails('42P16'), fails('42P16')],
  'identifier-truncated': [
    {
      async claim({ freshDatabase, unsafe }) {
        const client = await freshDatabase();
        await client.query(unsafe);
        const { rows } = await client.query(
          "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisprimary",
        );
        assert.deepEqual(rows, [{ name: 'index_orders_on_customer_id_for_the_list_of_open_orders_of_a_cu' }]);
      },
    },
  ],
  'enum-value-removed': [failsWith("INSERT INTO orders VALUES (1, 'late')", '22P02')],
  'truncate-table': [{ locks: { imports: 'AccessExclusiveLock' }, rewrites: ['imports'] }],
  'drop-not-null-of-primary-key': [fails('42P16')],
  'alter-constraint-not-foreign-key': [fails('42809')],
  'drop-type-in-use': [fails('2BP01'), fails('2BP01')],
  'drop-function-in-use': [fails('2BP01')],
};
