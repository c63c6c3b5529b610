import assert from 'node:assert/strict';
import type pg from 'pg';
import { inAnySchema } from '../../../server/src/rules/security/extensionInPublic.ts';
import { type ClaimProof, type Example, type Proofs, planOf, refused } from './proof.ts';

/** A role of every server that is no superuser, owns nothing and is under row-level security. */
const somebody = 'pg_monitor';

const failsAtOnce = (code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase }) {
    await refused(await freshDatabase(), unsafe, code);
  },
});

async function after(example: Example, form: 'unsafe' | 'safe'): Promise<pg.Client> {
  const client = await example.freshDatabase();
  const sql = example[form];
  // CONCURRENTLY must be sent by itself
  for (const statement of sql.includes('CONCURRENTLY') ? sql.split(/;\n/) : [sql]) await client.query(statement);
  return client;
}

/** What the work gives to a role that has every privilege on the tables. */
async function asSomebody(client: pg.Client, work: string): Promise<pg.QueryResult> {
  await client.query(
    `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${somebody}; GRANT USAGE ON SCHEMA public TO ${somebody}`,
  );
  return asSomebodyAsIs(client, work);
}

async function asSomebodyAsIs(client: pg.Client, work: string): Promise<pg.QueryResult> {
  await client.query(`SET ROLE ${somebody}`);
  try {
    return await client.query(work);
  } finally {
    await client.query('RESET ROLE');
  }
}

const rowsSeen = async (client: pg.Client, table: string): Promise<number> =>
  (await asSomebody(client, `SELECT * FROM ${table}`)).rowCount ?? 0;

async function value(client: pg.Client, query: string): Promise<unknown> {
  const { rows } = await client.query({ text: query, rowMode: 'array' });
  return rows[0]?.[0];
}

/** How many rows somebody sees of the table after each form. */
const seen = (table: string, unsafe: number, safe: number): ClaimProof => ({
  async claim(example) {
    assert.equal(await rowsSeen(await after(example, 'unsafe'), table), unsafe);
    assert.equal(await rowsSeen(await after(example, 'safe'), table), safe);
  },
});

export const securityProofs: Proofs = {
  'row-security-missing': [
    {
      async claim(example) {
        for (const [form, rows] of [
          ['unsafe', 1],
          ['safe', 0],
        ] as const) {
          const client = await after(example, form);
          await client.query("INSERT INTO invoices VALUES (1, 'somebody else')");
          assert.equal(await rowsSeen(client, 'invoices'), rows);
        }
      },
    },
  ],
  'row-security-without-policy': [
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        assert.equal(await rowsSeen(unsafe, 'notes'), 0);
        await assert.rejects(asSomebody(unsafe, 'INSERT INTO notes VALUES (99)'), { code: '42501' });
        assert.equal(await value(unsafe, 'SELECT count(*)::int FROM notes'), 20, 'the owner sees all');
        const safe = await after(example, 'safe');
        await asSomebody(safe, 'INSERT INTO notes VALUES (99, current_user)');
        assert.equal(await rowsSeen(safe, 'notes'), 1);
      },
    },
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        await unsafe.query(`UPDATE notes SET owner = '${somebody}'`);
        assert.equal(await rowsSeen(unsafe, 'notes'), 0);
        await assert.rejects(asSomebody(unsafe, 'INSERT INTO notes VALUES (99, current_user)'), { code: '42501' });
        const safe = await after(example, 'safe');
        await safe.query(`UPDATE notes SET owner = '${somebody}'`);
        assert.equal(await rowsSeen(safe, 'notes'), 20);
      },
    },
  ],
  'policy-without-row-security': [seen('notes', 20, 0)],
  'policy-clause-not-possible': [
    failsAtOnce('42601'),
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        await refused(client, unsafe, '42601');
        await refused(client, unsafe.replace('SELECT', 'DELETE'), '42601');
        // where WITH CHECK is left out, USING stands for it: no hole
        await client.query(
          'ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes USING (owner = current_user)',
        );
        await assert.rejects(asSomebody(client, "INSERT INTO notes VALUES (99, 'another')"), { code: '42501' });
        await asSomebody(client, 'INSERT INTO notes VALUES (99, current_user)');
        await assert.rejects(asSomebody(client, "UPDATE notes SET owner = 'another'"), { code: '42501' });
      },
    },
  ],
  'policy-lets-everybody-write': [
    {
      async claim(example) {
        const left = async (form: 'unsafe' | 'safe') => {
          const client = await after(example, form);
          // a row has to be seen to be named in WHERE; without WHERE it does not
          await asSomebody(client, 'DELETE FROM notes');
          return value(client, 'SELECT count(*)::int FROM notes');
        };
        assert.equal(await left('unsafe'), 0);
        assert.equal(await left('safe'), 20);
        // a restrictive policy still holds rows back
        const client = await after(example, 'unsafe');
        await client.query('CREATE POLICY r ON notes AS RESTRICTIVE FOR DELETE USING (id < 5)');
        await asSomebody(client, 'DELETE FROM notes');
        assert.equal(await value(client, 'SELECT count(*)::int FROM notes'), 16);
      },
    },
  ],
  'policy-reads-its-own-table': [
    {
      async claim(example) {
        await assert.rejects(asSomebody(await after(example, 'unsafe'), 'SELECT FROM members'), { code: '42P17' });
        await asSomebody(await after(example, 'safe'), 'SELECT FROM members');
        // a policy for other commands may look: the policies FOR SELECT are applied there, not itself
        const client = await after(example, 'safe');
        await client.query(
          'CREATE POLICY i ON members FOR INSERT WITH CHECK (EXISTS (SELECT FROM members m WHERE m.team = members.team OR true))',
        );
        await asSomebody(client, 'INSERT INTO members VALUES (99)').catch((error) => assert.equal(error.code, '42501'));
      },
    },
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        await assert.rejects(asSomebody(unsafe, 'SELECT FROM teams'), { code: '42P17' });
        await assert.rejects(asSomebody(unsafe, 'SELECT FROM members'), { code: '42P17' });
        await asSomebody(await after(example, 'safe'), 'SELECT FROM teams, members');
      },
    },
  ],
  'write-policy-without-select-policy': [
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        const changed = async (client: pg.Client, sql: string) => (await asSomebody(client, sql)).rowCount;
        assert.equal(await changed(unsafe, "UPDATE notes SET note = 'new' WHERE id = 1"), 0);
        assert.equal(await changed(unsafe, "UPDATE notes SET note = 'new' RETURNING id"), 0);
        assert.equal(await changed(unsafe, "UPDATE notes SET note = 'new'"), 20);
        await unsafe.query('CREATE POLICY remove ON notes FOR DELETE USING (true)');
        assert.equal(await changed(unsafe, 'DELETE FROM notes WHERE id = 1'), 0);
        const safe = await after(example, 'safe');
        assert.equal(await changed(safe, "UPDATE notes SET note = 'new' WHERE id = 1"), 1);
      },
    },
  ],
  'policy-calls-function-per-row': [
    {
      async claim(example) {
        const plan = async (form: 'unsafe' | 'safe') => {
          const client = await after(example, form);
          await client.query(`GRANT ALL ON notes TO ${somebody}; SET ROLE ${somebody}`);
          return planOf(client, 'SELECT * FROM notes');
        };
        assert.match(await plan('unsafe'), /Filter: .*current_setting/);
        const once = await plan('safe');
        assert.match(once, /InitPlan/);
        assert.doesNotMatch(once, /current_setting/, 'the filter only compares');
        // what the fix leaves is the same rows
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          await client.query("SELECT set_config('app.user', 'v7', false)");
          assert.equal(await rowsSeen(client, 'notes'), 1);
        }
      },
    },
    {
      async claim(example) {
        const calls = async (form: 'unsafe' | 'safe', writes = false) => {
          const client = await after(example, form);
          await client.query(
            `CREATE SEQUENCE calls; GRANT ALL ON calls TO ${somebody}; GRANT USAGE ON SCHEMA auth TO ${somebody};
             CREATE OR REPLACE FUNCTION auth.uid() RETURNS text STABLE LANGUAGE plpgsql AS $$BEGIN PERFORM nextval('calls'); RETURN 'v7'; END$$`,
          );
          if (writes)
            await client.query(
              `GRANT ALL ON notes TO ${somebody}; SET ROLE ${somebody};
               INSERT INTO notes SELECT 1000 + n, 'v7' FROM generate_series(1, 20) n; RESET ROLE`,
            );
          else assert.equal(await rowsSeen(client, 'notes'), 1);
          return Number(await value(client, 'SELECT last_value FROM calls'));
        };
        for (const writes of [false, true]) {
          assert.ok((await calls('unsafe', writes)) >= 20);
          assert.ok((await calls('safe', writes)) <= 2, 'once for the plan, once for the query');
        }
      },
    },
  ],
  'policy-column-without-index': [
    {
      async claim(example) {
        const plan = async (form: 'unsafe' | 'safe') => {
          const client = await after(example, form);
          await client.query(
            `INSERT INTO notes SELECT i, 'o' || i FROM generate_series(100, 5000) i; ANALYZE notes; GRANT ALL ON notes TO ${somebody}; SET ROLE ${somebody}`,
          );
          return planOf(client, 'SELECT * FROM notes');
        };
        assert.match(await plan('unsafe'), /Seq Scan/);
        assert.doesNotMatch(await plan('safe'), /Seq Scan/);
        // the name of a role is of the type name, and keeps that type's collation when it is cast
        const client = await after(example, 'safe');
        await client.query(
          "INSERT INTO notes SELECT i, 'o' || i FROM generate_series(100, 5000) i; ANALYZE notes; SET enable_seqscan = off",
        );
        assert.match(await planOf(client, 'SELECT * FROM notes WHERE owner = current_user'), /Seq Scan/);
        assert.match(await planOf(client, 'SELECT * FROM notes WHERE owner = current_user::text'), /Seq Scan/);
      },
    },
  ],
  'several-permissive-policies': [
    {
      async claim(example) {
        for (const [form, rows] of [
          ['unsafe', 3],
          ['safe', 1],
        ] as const) {
          const client = await after(example, form);
          await client.query(
            `TRUNCATE notes; INSERT INTO notes VALUES (1, '${somebody}', true), (2, '${somebody}', false), (3, 'another', true), (4, 'another', false)`,
          );
          assert.equal(await rowsSeen(client, 'notes'), rows);
        }
      },
    },
  ],
  'view-bypasses-row-security': [
    {
      async claim(example) {
        const policed = 'a policy lets somebody see one row, which is not among the recent ones';
        assert.equal(await rowsSeen(await after(example, 'unsafe'), 'recent_notes'), 10, policed);
        if (example.version < 15) await refused(await example.freshDatabase(), example.safe, '22023');
        else assert.equal(await rowsSeen(await after(example, 'safe'), 'recent_notes'), 0, policed);
      },
    },
    {
      async claim(example) {
        assert.equal(await rowsSeen(await after(example, 'unsafe'), 'recent_notes'), 10);
        if (example.version >= 15) assert.equal(await rowsSeen(await after(example, 'safe'), 'recent_notes'), 0);
      },
    },
  ],
  'truncate-bypasses-row-security': [
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        assert.equal((await asSomebodyAsIs(unsafe, 'DELETE FROM notes')).rowCount, 0);
        await asSomebodyAsIs(unsafe, 'TRUNCATE notes');
        assert.equal(await value(unsafe, 'SELECT count(*)::int FROM notes'), 0);
        await assert.rejects(asSomebodyAsIs(await after(example, 'safe'), 'TRUNCATE notes'), { code: '42501' });
      },
    },
  ],
  'security-definer-without-search-path': [
    {
      async claim(example) {
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          const { rows } = await asSomebodyAsIs(
            client,
            "CREATE TEMP TABLE admins AS SELECT 'mallory' AS name; GRANT SELECT ON admins TO PUBLIC; SELECT is_admin('mallory')",
          ).then((results) => (results as unknown as pg.QueryResult[])[2]!);
          assert.equal(rows[0].is_admin, form === 'unsafe');
        }
        // public alone is not enough: temporary tables come first where the path does not name them
        const client = await example.freshDatabase();
        await client.query(example.safe.replace(', pg_temp', ''));
        await client.query("CREATE TEMP TABLE admins AS SELECT 'mallory' AS name");
        assert.equal(await value(client, "SELECT is_admin('mallory')"), true);
        // names in BEGIN ATOMIC are looked up when the function is created
        await client.query(
          "DROP TABLE pg_temp.admins; CREATE OR REPLACE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT EXISTS (SELECT FROM admins WHERE name = who); END; CREATE TEMP TABLE admins AS SELECT 'mallory' AS name",
        );
        assert.equal(await value(client, "SELECT is_admin('mallory')"), false);
      },
    },
  ],
  'dynamic-sql-by-concatenation': [
    injected("forget('notes WHERE id > 5; DROP TABLE notes')", "forget('notes')", 0),
    {
      async claim(example) {
        const unsafe = await after(example, 'unsafe');
        await unsafe.query("SELECT forget_notes(''' OR true --')");
        assert.equal(await value(unsafe, 'SELECT count(*)::int FROM notes'), 0);
        await refused(unsafe, "SELECT forget_notes('O''Neill')", '42601');
        const safe = await after(example, 'safe');
        await safe.query("SELECT forget_notes(''' OR true --'), forget_notes('O''Neill'), forget_notes('v1')");
        assert.equal(await value(safe, 'SELECT count(*)::int FROM notes'), 19);
      },
    },
    injected("forget('notes WHERE id > 5; DROP TABLE notes')", "forget('notes')", 0),
  ],
  'grant-to-public': [
    {
      async claim(example) {
        const work = "UPDATE notes SET owner = 'mine'";
        await asSomebodyAsIs(await after(example, 'unsafe'), work);
        await assert.rejects(asSomebodyAsIs(await after(example, 'safe'), work), { code: '42501' });
      },
    },
    {
      async claim(example) {
        const work = 'CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS $$SELECT 1$$';
        await asSomebodyAsIs(await after(example, 'unsafe'), work);
        const safe = await after(example, 'safe');
        // before 15 everybody could from the beginning
        if (example.version >= 15) await assert.rejects(asSomebodyAsIs(safe, work), { code: '42501' });
      },
    },
    {
      async claim(example) {
        for (const form of ['unsafe', 'safe'] as const) {
          const client = await after(example, form);
          await client.query('CREATE TABLE later (id int)');
          const work = asSomebodyAsIs(client, 'INSERT INTO later VALUES (1)');
          if (form === 'unsafe') await work;
          else await assert.rejects(work, { code: '42501' });
        }
      },
    },
  ],
  'password-in-sql': [
    {
      async claim({ unsafe, freshDatabase }) {
        const client = await freshDatabase();
        try {
          // the server can be asked to log statements as they come
          await client.query("SET log_statement = 'ddl'");
          await client.query(unsafe);
          const stored = await value(client, "SELECT rolpassword FROM pg_authid WHERE rolname = 'pw_reporting'");
          assert.match(String(stored), /^SCRAM-SHA-256/, 'of a role only a hash is stored');
        } finally {
          await client.query('DROP ROLE IF EXISTS pw_reporting');
        }
      },
    },
    {
      async claim(example) {
        const options = 'SELECT umoptions::text FROM pg_user_mappings';
        assert.match(String(await value(await after(example, 'unsafe'), options)), /hunter2/);
        const client = await after(example, 'safe');
        assert.doesNotMatch(String(await value(client, options)), /hunter2/);
        await client.query(
          "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere password=hunter2' PUBLICATION p WITH (connect = false)",
        );
        assert.match(String(await value(client, 'SELECT subconninfo FROM pg_subscription')), /hunter2/);
        await client.query('ALTER SUBSCRIPTION s SET (slot_name = NONE)');
        await client.query('DROP SUBSCRIPTION s');
      },
    },
  ],
  'role-bypasses-checks': [bypasses('rb_reader'), bypasses('rb_worker')],
  'copy-runs-program': [
    {
      async claim(example) {
        const client = await example.freshDatabase();
        await assert.rejects(asSomebody(client, example.unsafe), { code: '42501' });
        await asSomebody(client, example.safe);
        await client.query('DELETE FROM notes WHERE id = 99');
        await client.query(example.unsafe);
        assert.equal(await value(client, 'SELECT count(*)::int FROM notes WHERE id = 99'), 1);
      },
    },
  ],
  'extension-in-public': [
    {
      async claim(example) {
        const schemaOf = "SELECT pronamespace::regnamespace::text FROM pg_proc WHERE proname = 'similarity'";
        assert.equal(await value(await after(example, 'unsafe'), schemaOf), 'public');
        assert.equal(await value(await after(example, 'safe'), schemaOf), 'extensions');
        const client = await example.freshDatabase();
        const { rows } = await client.query(
          'SELECT name FROM pg_available_extensions WHERE name = ANY($1) ORDER BY name',
          [inAnySchema],
        );
        for (const { name } of rows) {
          await client.query(`CREATE EXTENSION "${name}" WITH SCHEMA extensions CASCADE`);
        }
        assert.equal(
          await value(client, "SELECT count(*)::int FROM pg_extension WHERE extnamespace = 'extensions'::regnamespace"),
          rows.length,
        );
        assert.ok(rows.length > 10);
      },
    },
  ],
};

/** The unsafe form runs SQL from the argument; the safe one refuses that and still does its work. */
function injected(attack: string, honest: string, left: number): ClaimProof {
  return {
    async claim(example) {
      const unsafe = await after(example, 'unsafe');
      await unsafe.query(`SELECT ${attack}`);
      await refused(unsafe, 'SELECT FROM notes', '42P01');
      const safe = await after(example, 'safe');
      await refused(safe, `SELECT ${attack}`, '42P01');
      await safe.query(`SELECT ${honest}`);
      assert.equal(await value(safe, 'SELECT count(*)::int FROM notes'), left);
    },
  };
}

/** The role sees the rows that no policy gives it; without the attribute it does not. */
function bypasses(role: string): ClaimProof {
  return {
    async claim({ unsafe, safe, freshDatabase }) {
      const client = await freshDatabase();
      await client.query('CREATE TABLE notes AS SELECT 1 AS id; ALTER TABLE notes ENABLE ROW LEVEL SECURITY');
      for (const [sql, rows] of [
        [unsafe, 1],
        [safe, 0],
      ] as const) {
        try {
          await client.query(`BEGIN; ${sql} GRANT SELECT ON notes TO ${role}; SET LOCAL ROLE ${role}`);
          assert.equal(await value(client, 'SELECT count(*)::int FROM notes'), rows);
        } finally {
          await client.query('ROLLBACK');
        }
      }
    },
  };
}
