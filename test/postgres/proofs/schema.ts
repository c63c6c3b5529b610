import assert from 'node:assert/strict';
import type pg from 'pg';
import { serverOfItsOwn } from '../harness/servers.ts';
import { type Example, type Proof, type Proofs, planOf, refused } from './proof.ts';

type Look = (client: pg.Client) => Promise<void>;

/** Each form on an empty database of its own, statement by statement. */
const forms = (harm: Look, none: Look): Proof => ({
  async claim({ emptyDatabase, unsafe, safe }) {
    for (const [sql, look] of [
      [unsafe, harm],
      [safe, none],
    ] as const) {
      const client = await emptyDatabase();
      for (const statement of sql.split(/;\n/)) await client.query(statement);
      await look(client);
    }
  },
});

/** The same look gives one value after the unsafe form and another after the safe one. */
const differs = (look: (client: pg.Client) => Promise<unknown>, unsafe: unknown, safe: unknown): Proof =>
  forms(
    async (client) => assert.deepEqual(await look(client), unsafe),
    async (client) => assert.deepEqual(await look(client), safe),
  );

/** A statement that is refused after the unsafe form and runs after the safe one. */
const breaks = (sql: string, code: string): Proof =>
  forms(
    (client) => refused(client, sql, code),
    async (client) => {
      await client.query(sql);
    },
  );

async function cells(client: pg.Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows.flat();
}

/** Runs the statements, then reads. */
const after =
  (statements: string, sql: string) =>
  async (client: pg.Client): Promise<unknown[]> => {
    await client.query(statements);
    return cells(client, sql);
  };

/** As another role, which may insert into the table and nothing else. */
async function insertsAs(client: pg.Client, insert: string): Promise<string> {
  const role = `inserter_${process.pid}`;
  await client.query(`CREATE ROLE ${role}; GRANT INSERT ON orders TO ${role}; SET ROLE ${role}`);
  try {
    await client.query(insert);
    return 'inserted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.query(`RESET ROLE; DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
}

/** The look-up that a DELETE of a referenced row makes (RI_FKey_noaction in src/backend/utils/adt/ri_triggers.c). */
const lookUp = 'SELECT 1 FROM ONLY orders x WHERE 7 = customer_id FOR KEY SHARE OF x';

const reads = (plan: RegExp) => async (client: pg.Client) => {
  await client.query(
    'INSERT INTO customers SELECT generate_series(1, 2000); INSERT INTO orders SELECT i, i FROM generate_series(1, 2000) i; ANALYZE',
  );
  assert.match(await planOf(client, lookUp), plan);
};
const unindexed = forms(
  reads(/Seq Scan on orders/),
  reads(/(?:Index|Bitmap Index) Scan (?:using|on) orders_customer_id_idx/),
);

const mixedSpelling =
  "INSERT INTO devices VALUES (1, '9a4b58c4-5d29-4d3c-bf3e-6c0f9b0b3f11'), (2, '9A4B58C4-5D29-4D3C-BF3E-6C0F9B0B3F11')";

const twoTeams = 'INSERT INTO teams VALUES (1, 1); INSERT INTO users VALUES (1, 1)';

/** Rows of either form's table after the server has crashed, which a killed process of it makes it do. */
async function rowsAfterCrash({ version, unsafe, safe }: Example): Promise<unknown[]> {
  const server = await serverOfItsOwn(version);
  const [client, other] = await Promise.all([server.connect(), server.connect()]);
  client.on('error', () => {});
  other.on('error', () => {});
  // the server ends all sessions when it finds one of them killed
  const crashed = new Promise((resolve) => other.once('end', resolve));
  const insert = "INSERT INTO sessions VALUES (1, '{}')";
  await client.query(`${unsafe} ${insert}; CREATE SCHEMA other; SET search_path = other; ${safe} ${insert}`);
  // nothing that is already committed may be lost for another reason
  await client.query('CHECKPOINT');
  const [pid] = await cells(client, 'SELECT pg_backend_pid()');
  process.kill(pid as number, 'SIGKILL');
  await crashed;
  const count = 'SELECT (SELECT count(*)::int FROM public.sessions), (SELECT count(*)::int FROM other.sessions)';
  for (;;) {
    const again = await server.connect().catch(() => null);
    const found = again && (await cells(again, count).catch(() => null));
    await again?.end().catch(() => {});
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const fails = (code: string): Proof => ({ error: code });

export const schemaProofs: Proofs = {
  'table-without-primary-key': [
    forms(
      async (client) => {
        await client.query("CREATE PUBLICATION p FOR TABLE events; INSERT INTO events (name) VALUES ('a')");
        await refused(client, "UPDATE events SET name = 'b'", '55000');
        await refused(client, 'DELETE FROM events', '55000');
      },
      async (client) => {
        await client.query("CREATE PUBLICATION p FOR TABLE events; INSERT INTO events (name) VALUES ('a')");
        await client.query("UPDATE events SET name = 'b'");
        await client.query('DELETE FROM events');
      },
    ),
  ],
  'integer-primary-key': Array.from({ length: 2 }, () =>
    forms(
      async (client) => {
        await client.query("SELECT setval(pg_get_serial_sequence('events', 'id'), 2147483647)");
        await refused(client, "INSERT INTO events (name) VALUES ('a')", '2200H');
      },
      async (client) => {
        await client.query("SELECT setval(pg_get_serial_sequence('events', 'id'), 2147483647)");
        await client.query("INSERT INTO events (name) VALUES ('a')");
      },
    ),
  ),
  'serial-instead-of-identity': [
    differs(
      (client) => insertsAs(client, "INSERT INTO orders (note) VALUES ('a')"),
      'permission denied for sequence orders_id_seq',
      'inserted',
    ),
  ],
  'serial-foreign-key': [
    forms(
      async (client) => {
        await client.query('INSERT INTO users VALUES (1); INSERT INTO orders (id) VALUES (5)');
        assert.deepEqual(await cells(client, 'SELECT user_id FROM orders'), ['1']);
      },
      async (client) => {
        await client.query('INSERT INTO users VALUES (1)');
        await refused(client, 'INSERT INTO orders (id) VALUES (5)', '23502');
      },
    ),
  ],
  'foreign-key-without-index': [unindexed, unindexed],
  'foreign-key-narrower-than-key': [
    breaks('INSERT INTO users VALUES (3000000000); INSERT INTO orders VALUES (1, 3000000000)', '22003'),
  ],
  'set-null-on-not-null': [
    breaks('INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1); DELETE FROM users', '23502'),
    breaks('INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1); DELETE FROM users', '23502'),
  ],
  'circular-foreign-keys': [
    forms(
      async (client) => {
        await refused(client, 'INSERT INTO teams VALUES (1, 1)', '23503');
        await refused(client, 'INSERT INTO users VALUES (1, 1)', '23503');
        await refused(client, `BEGIN; ${twoTeams}; COMMIT`, '23503');
        await client.query('ROLLBACK');
        await client.query('WITH t AS (INSERT INTO teams VALUES (1, 1)) INSERT INTO users VALUES (1, 1)');
      },
      async (client) => {
        await client.query(`BEGIN; ${twoTeams}; COMMIT`);
      },
    ),
  ],
  'deferrable-key-not-usable': [fails('55000'), fails('55000')],
  'unique-ignores-soft-delete': Array.from({ length: 2 }, () =>
    breaks("INSERT INTO users VALUES (1, 'a', now()); INSERT INTO users VALUES (2, 'a', NULL)", '23505'),
  ),
  'unique-with-null-deletion-time': [
    forms(
      async (client) => {
        await client.query("INSERT INTO users VALUES (1, 'a', NULL), (2, 'a', NULL)");
      },
      (client) => refused(client, "INSERT INTO users VALUES (1, 'a', NULL), (2, 'a', NULL)", '23505'),
    ),
  ],
  'timestamp-without-time-zone': [
    differs(
      after(
        "BEGIN; SET LOCAL TimeZone = 'UTC'; INSERT INTO orders VALUES (1); SET LOCAL TimeZone = 'Asia/Tokyo'; INSERT INTO orders VALUES (2); COMMIT",
        'SELECT (max(placed_at) - min(placed_at))::text FROM orders',
      ),
      ['09:00:00'],
      ['00:00:00'],
    ),
    differs(
      after(
        "BEGIN; SET LOCAL TimeZone = 'UTC'; INSERT INTO orders VALUES (1, now()); SET LOCAL TimeZone = 'Asia/Tokyo'; INSERT INTO orders VALUES (2, now()); COMMIT",
        'SELECT (max(paid_at) - min(paid_at))::text FROM orders',
      ),
      ['09:00:00'],
      ['00:00:00'],
    ),
  ],
  'timetz-type': [
    forms(
      async (client) => {
        await client.query("INSERT INTO shops VALUES (1, '12:00+01'), (2, '11:00+00')");
        assert.deepEqual(await cells(client, 'SELECT count(DISTINCT opens_at)::int FROM shops'), [2]);
        await client.query(
          "TRUNCATE shops; SET TimeZone = 'Europe/Berlin'; INSERT INTO shops VALUES (1, '2024-01-15 09:00'::timestamptz::timetz), (2, '2024-07-15 09:00'::timestamptz::timetz)",
        );
        assert.deepEqual(await cells(client, 'SELECT count(DISTINCT opens_at)::int FROM shops'), [2]);
      },
      async (client) => {
        await client.query("INSERT INTO shops VALUES (1, '09:00', 'Europe/Berlin'), (2, '09:00', 'Europe/Berlin')");
        assert.deepEqual(await cells(client, 'SELECT count(DISTINCT opens_at)::int FROM shops'), [1]);
      },
    ),
  ],
  'timestamp-rounds-to-second': [
    differs(
      after(
        "SET TimeZone = 'UTC'; INSERT INTO logins VALUES (1, '2024-12-31 23:59:59.6')",
        'SELECT at::date::text, pg_column_size(at) FROM logins',
      ),
      ['2025-01-01', 8],
      ['2024-12-31', 8],
    ),
  ],
  'frozen-time-default': [
    forms(
      async (client) => {
        await client.query('INSERT INTO orders VALUES (1)');
        await new Promise((resolve) => setTimeout(resolve, 10));
        await client.query('INSERT INTO orders VALUES (2)');
        assert.deepEqual(await cells(client, 'SELECT count(DISTINCT created_at)::int FROM orders'), [1]);
      },
      async (client) => {
        await client.query('INSERT INTO orders VALUES (1)');
        await new Promise((resolve) => setTimeout(resolve, 10));
        await client.query('INSERT INTO orders VALUES (2)');
        assert.deepEqual(await cells(client, 'SELECT count(DISTINCT created_at)::int FROM orders'), [2]);
      },
    ),
    differs(
      async (client) => {
        const [expression] = await cells(
          client,
          "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'orders'::regclass",
        );
        return /\d{4}-\d\d-\d\d/.test(expression as string) ? 'a date' : expression;
      },
      'a date',
      'CURRENT_DATE',
    ),
  ],
  'check-against-clock': [
    forms(
      async (client) => {
        await client.query("INSERT INTO invitations VALUES (1, 'a', now() + interval '50 ms')");
        await client.query('SELECT pg_sleep(0.1)');
        await refused(client, "UPDATE invitations SET email = 'b'", '23514');
        // what a restore does
        await refused(
          client,
          'CREATE TABLE copy (LIKE invitations INCLUDING CONSTRAINTS); INSERT INTO copy TABLE invitations',
          '23514',
        );
      },
      async (client) => {
        await client.query("INSERT INTO invitations VALUES (1, 'a', now(), now() + interval '50 ms')");
        await client.query("SELECT pg_sleep(0.1); UPDATE invitations SET email = 'b'");
      },
    ),
  ],
  'float-for-money': [
    differs(
      after(
        'INSERT INTO products VALUES (1, 0.1), (2, 0.2)',
        'SELECT sum(price) = 0.3, sum(price)::text FROM products',
      ),
      [false, '0.30000000000000004'],
      [true, '0.3'],
    ),
    differs(
      after('INSERT INTO invoices VALUES (1, 1234567.89)', 'SELECT "paidAmount"::text FROM invoices'),
      ['1.2345679e+06'],
      ['1234567.89'],
    ),
  ],
  'money-type': [
    differs(
      after('INSERT INTO invoices VALUES (1, 1234.5)', 'SELECT total::text FROM invoices'),
      ['$1,234.50'],
      ['1234.50'],
    ),
  ],
  'json-instead-of-jsonb': [
    forms(
      async (client) => {
        await refused(client, 'SELECT DISTINCT * FROM events', '42883');
        await refused(client, 'SELECT payload FROM events GROUP BY payload', '42883');
        await refused(client, 'SELECT payload FROM events UNION SELECT payload FROM events', '42883');
        await refused(client, "SELECT FROM events WHERE payload @> '{}'", '42883');
        await refused(client, 'CREATE INDEX ON events USING gin (payload)', '42704');
      },
      async (client) => {
        await client.query('SELECT DISTINCT * FROM events; SELECT payload FROM events GROUP BY payload');
        await client.query("SELECT FROM events WHERE payload @> '{}'; CREATE INDEX ON events USING gin (payload)");
      },
    ),
  ],
  'uuid-as-text': [
    differs(after("INSERT INTO orders (note) VALUES ('a')", 'SELECT pg_column_size(id) FROM orders'), [37], [16]),
    differs(
      after(mixedSpelling, 'SELECT count(DISTINCT uuid)::int, min(pg_column_size(uuid)) FROM devices'),
      [2, 37],
      [1, 16],
    ),
  ],
  'char-type': [
    differs(
      after(
        "INSERT INTO products VALUES (1, 'ab')",
        "SELECT code LIKE 'ab', code ~ '^ab$', code = 'ab', pg_column_size(code) FROM products",
      ),
      [false, false, true, 6],
      [true, true, true, 3],
    ),
  ],
  'internal-type': [
    differs(
      after("INSERT INTO users VALUES (1, repeat('x', 100))", 'SELECT length(full_name::text) FROM users'),
      [63],
      [100],
    ),
    differs(after("INSERT INTO users VALUES (1, 'abc')", 'SELECT status::text FROM users'), ['a'], ['abc']),
  ],
  'default-of-wrong-type': [fails('42804'), fails('22P02'), fails('22P02')],
  'null-default-on-not-null': [
    forms(
      async (client) => {
        assert.deepEqual(await cells(client, 'SELECT count(*)::int FROM pg_attrdef'), [0]);
        await refused(client, 'INSERT INTO users (id) VALUES (1)', '23502');
      },
      (client) => refused(client, 'INSERT INTO users (id) VALUES (1)', '23502'),
    ),
  ],
  'generated-column-written': [fails('428C9'), fails('428C9')],
  'nullable-flag': [
    forms(
      async (client) => {
        await client.query('INSERT INTO users VALUES (1, NULL)');
        assert.deepEqual(
          await cells(
            client,
            'SELECT count(*)::int FROM users WHERE active UNION ALL SELECT count(*)::int FROM users WHERE NOT active',
          ),
          [0, 0],
        );
      },
      (client) => refused(client, 'INSERT INTO users VALUES (1, NULL)', '23502'),
    ),
    forms(
      async (client) => {
        await client.query('INSERT INTO users VALUES (1, NULL)');
        assert.deepEqual(await cells(client, 'SELECT count(*)::int FROM users WHERE NOT "isAdmin"'), [0]);
      },
      (client) => refused(client, 'INSERT INTO users VALUES (1, NULL)', '23502'),
    ),
  ],
  'missing-updated-at': [breaks("SELECT id FROM invoices WHERE updated_at > now() - interval '1 hour'", '42703')],
  'unlogged-table': [{ claim: async (example) => assert.deepEqual(await rowsAfterCrash(example), [0, 1]) }],
  'reserved-word-as-name': [
    forms(
      async (client) => {
        await client.query(`INSERT INTO orders VALUES (1, 'bob')`);
        assert.deepEqual(await cells(client, 'SELECT user FROM orders'), ['postgres']);
      },
      async (client) => {
        await client.query(`INSERT INTO orders VALUES (1, 'bob')`);
        assert.deepEqual(await cells(client, 'SELECT user_name FROM orders'), ['bob']);
      },
    ),
    forms(
      async (client) => {
        await refused(client, 'SELECT id FROM order', '42601');
        await client.query('ALTER TABLE "order" ADD COLUMN "limit" int');
        await client.query('SELECT o.limit FROM public.order o');
      },
      async (client) => {
        await client.query('SELECT id FROM orders');
      },
    ),
  ],
};
