// A connected database as the third judge: files outside of histories begin with what it has, and it is asked about queries.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { serverDatabase } from '../../server/src/database/server/serverDatabase.ts';
import { liveSubjectOf, withVerdicts } from '../../server/src/features/judged.ts';
import { LiveDatabase } from '../../server/src/live/liveDatabase.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { catalogScripts } from './harness/catalogScripts.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import type { TestDatabase } from './harness/servers.ts';

const schema = `
  CREATE SCHEMA app;
  CREATE EXTENSION citext;
  CREATE EXTENSION pg_stat_statements;
  CREATE EXTENSION postgres_fdw;
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE span AS RANGE (subtype = float8);
  CREATE DOMAIN code AS text;
  CREATE TABLE users (id bigint PRIMARY KEY, name text, mood mood, mail citext, code code, during span);
  CREATE TABLE app.orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, total numeric);
  CREATE TABLE events (at date NOT NULL, n int) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (n);
  CREATE TABLE events_2024_1 PARTITION OF events_2024 FOR VALUES IN (1);
  CREATE VIEW names AS SELECT id, name AS called FROM users;
  CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM app.orders GROUP BY 1;
  CREATE SEQUENCE numbers;
  CREATE AGGREGATE adding (int) (SFUNC = int4pl, STYPE = int);
  CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
  CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
  CREATE FOREIGN TABLE far (id bigint, label text) SERVER elsewhere;
`;

async function run(client: pg.Client, sql: string): Promise<void> {
  for (const { body, parsed } of SqlText.of(sql, parser).statements)
    if (parsed.kind !== 'none') await client.query(body);
}

const opened: LiveDatabase[] = [];

function connect(database: Pick<TestDatabase, 'url'>): LiveDatabase {
  const live = new LiveDatabase(serverDatabase({ name: 'shop', url: database.url }), parser);
  opened.push(live);
  return live;
}

type Files = Readonly<Record<string, string>>;

/** A workspace with these files, connected; `q.sql` is the one that is asked about. */
async function workspaceOf(live: LiveDatabase, files: Files): Promise<Workspace> {
  const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
  await workspace.scan([rootUri]);
  workspace.setDatabase(await live.read());
  return workspace;
}

/** What is found in a file, by the rules and by the database: `rule: marked words`. */
async function found(live: LiveDatabase, files: Files, path = 'q.sql'): Promise<string[]> {
  const workspace = await workspaceOf(live, files);
  const uri = `${rootUri}/${path}`;
  const text = files[path] as string;
  workspace.open(uri, path.endsWith('.py') ? 'python' : 'sql', Text.of(text));
  const subject = liveSubjectOf(uri, workspace);
  const review = workspace.review(uri);
  const state = workspace.get(uri);
  assert.ok(review && state);
  return withVerdicts(review, state, subject ? await live.judge(subject) : new Map())
    .findings.filter(({ finding }) => finding.severity === 'error' || finding.rule.startsWith('unknown-'))
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ finding: { rule, severity }, range }) => {
      const told = `${rule}: ${text.slice(range.start, range.end)}`;
      return severity === 'error' ? told : `${severity} ${told}`;
    });
}

onEachVersion('A connected database as the third judge', ({ version, server, freshDatabase }) => {
  let database: TestDatabase;
  let client: pg.Client;
  let live: LiveDatabase;
  before(async () => {
    database = await server().freshDatabase();
    client = await database.client();
    await run(client, schema);
    live = connect(database);
  });
  after(async () => {
    for (const one of opened.splice(0)) one.dispose();
    await database.drop();
  });

  const said = (sql: string): Promise<string[]> => found(live, { 'q.sql': sql });

  it('is known with all that a query can name', async () => {
    const sql = `SELECT id, name, mood, mail, code, during FROM users;
      SELECT o.id, total FROM app.orders AS o JOIN users ON users.id = user_id;
      SELECT at, n FROM events; SELECT at, n FROM events_2024; SELECT n FROM events_2024_1;
      SELECT called FROM names; SELECT user_id, total FROM totals; SELECT last_value FROM numbers;
      SELECT queryid, calls FROM pg_stat_statements; SELECT id, label FROM far;
      SELECT 'a'::citext, 'ok'::mood, '[1,2]'::span, 'x'::code, twice(1);
      SELECT adding(id::int) FROM users; SELECT relname FROM pg_class; SELECT table_name FROM information_schema.tables;
      INSERT INTO users (id, mood) VALUES (1, 'ok') ON CONFLICT (id) DO UPDATE SET name = excluded.name;`;
    assert.deepEqual(await said(sql), []);
  });

  it('tells at once what it does not have, and what it has instead', async () => {
    const cases: readonly (readonly [sql: string, ...said: string[]])[] = [
      ['SELECT nme FROM users;', 'unknown-column: nme'],
      ['SELECT id FROM usrs;', 'unknown-table: usrs'],
      ['SELECT id FROM something_else;', 'warning unknown-table: something_else'],
      ['SELECT id FROM app.something_else;', 'unknown-table: something_else'],
      ['SELECT id FROM tmp_users;'],
      ['SELECT at FROM events_2025;', 'unknown-table: events_2025'],
      ['SELECT totl FROM app.orders;', 'unknown-column: totl'],
      ["SELECT id FROM users WHERE mood = 'okk';", "unknown-enum-value: 'okk'"],
      ['SELECT label, nix FROM far;', 'unknown-column: nix'],
      ["/* ü👍 */ SELECT '日本', upper(id) FROM users;", 'postgres-error: upper'],
      ['SELECT name, count(*) FROM users;', 'postgres-error: name'],
      ['SELECT nowhere(1);', 'postgres-error: nowhere'],
      ["SELECT 'x'::no_type;", 'postgres-error: no_type'],
      ['SELECT called + 1 FROM names;', 'postgres-error: +'],
      ['SELECT 1 FROM ap.orders;', 'postgres-error: ap'],
      ['UPDATE users SET id = name;', 'postgres-error: name'],
    ];
    for (const [sql, ...words] of cases) assert.deepEqual(await said(sql), words, sql);
  });

  it("says it in Postgres's words, with its name and version", async () => {
    const workspace = await workspaceOf(live, { 'q.sql': 'SELECT upper(id) FROM users;' });
    workspace.open(`${rootUri}/q.sql`, 'sql', Text.of('SELECT upper(id) FROM users;'));
    const subject = liveSubjectOf(`${rootUri}/q.sql`, workspace);
    const [finding] = [...(await live.judge(subject as NonNullable<typeof subject>)).values()];
    assert.equal(finding?.message, 'Postgres refuses this: function upper(bigint) does not exist.');
    assert.match(finding?.help ?? '', new RegExp(`\\nSaid by the connected database shop \\(Postgres ${version}\\.`));
  });

  it('is asked about SQL in Python as well', async () => {
    const python = `from alembic import op\nrevision = 'a1'\ndown_revision = None\n
def upgrade():\n    op.execute("SELECT upper(id) FROM users")\n\ndef downgrade():\n    pass\n`;
    assert.deepEqual(await found(live, { 'versions/a1.py': python }, 'versions/a1.py'), ['postgres-error: upper']);
  });

  describe('says nothing', () => {
    const cases: readonly (readonly [why: string, sql: string])[] = [
      ['of parameters, whose types the driver may know', 'SELECT * FROM users WHERE name = $1 + id;'],
      ['of functions that only a code generator knows', 'SELECT * FROM users WHERE id = sqlc.arg(user_id);'],
      ['of what the file makes itself', 'CREATE TEMP TABLE mine (x int); SELECT upper(x) FROM mine;'],
      ['in a file that others may have to run before', 'CREATE TABLE mine (x int); SELECT y FROM another, users;'],
      [
        'of what the file changes',
        'ALTER TABLE users ADD COLUMN extra int; SELECT upper(extra), nix FROM users; DROP TABLE users;',
      ],
      ['of temporary tables', 'CREATE TEMP TABLE users (other int); SELECT other FROM users;'],
      ['where the search path is another', 'SET search_path = app; SELECT upper(id) FROM orders;'],
      ['behind a change of role', 'SET ROLE postgres; SELECT upper(id) FROM users;'],
      ['of what DO makes', "DO $$ BEGIN EXECUTE 'CREATE TABLE made (x int)'; END $$; SELECT x FROM made;"],
      ['of data', "SELECT 1/0; SELECT 'x'::text::int; INSERT INTO users (id) VALUES (NULL);"],
      ['of statements that do not parse', 'SELEC 1;\nSELECT id FROM users;'],
    ];
    for (const [why, sql] of cases)
      it(why, async () => {
        const words = (await said(sql)).filter((one) => !one.startsWith('syntax-error'));
        assert.deepEqual(words, []);
      });

    it('of any name in it, whatever it is made of', async function () {
      this.timeout(240_000);
      for (const { title, sql, from = 14 } of catalogScripts) {
        if (version < from) continue;
        const own = await server().freshDatabase();
        const session = await own.client();
        await run(session, sql);
        const { rows } =
          await session.query(`SELECT format('SELECT %s FROM %I.%I;', string_agg(quote_ident(attname), ', '), nspname, relname) AS query
          FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
          WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
          GROUP BY nspname, relname`);
        const queries = rows.map(({ query }) => query as string).join('\n');
        const one = connect(own);
        assert.deepEqual(await found(one, { 'q.sql': queries }), [], `${title}\n${queries}`);
        one.dispose();
        await own.drop();
      }
    });
  });

  it('judges the queries of a migration only where the history and the database agree', async () => {
    const own = await freshDatabase();
    await run(
      await own.client(),
      "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE a (id bigint PRIMARY KEY, n text, m mood); CREATE TABLE b (id bigint)",
    );
    const one = connect(own);
    const history = (second: string, third: string): Files => ({
      'db/001_a.sql':
        "-- +goose Up\nCREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE a (id bigint PRIMARY KEY, n text, m mood);\nCREATE TABLE b (id bigint);\n",
      'db/002_b.sql': `-- +goose Up\n${second}\n`,
      'db/003_c.sql': `-- +goose Up\n${third}\n`,
    });
    const ask = (second: string, third: string) => found(one, history(second, third), 'db/003_c.sql');
    const wrong = 'UPDATE a SET n = upper(id);';
    assert.deepEqual(await ask('SELECT 1;', wrong), ['postgres-error: upper']);
    assert.deepEqual(await ask('SELECT 1;', 'SELECT x.id FROM a;'), ['missing-from-clause: x']);
    // not yet run in the database
    assert.deepEqual(await ask('ALTER TABLE a ADD COLUMN extra int;', wrong), []);
    assert.deepEqual(await ask("ALTER TYPE mood ADD VALUE 'sad';", "UPDATE a SET n = upper(id) WHERE m = 'sad';"), []);
    assert.deepEqual(
      await ask("CREATE FUNCTION upper(n bigint) RETURNS text LANGUAGE sql AS 'SELECT $1::text';", wrong),
      [],
    );
    assert.deepEqual(await ask('CREATE EXTENSION hstore;', wrong), []);
    assert.deepEqual(
      await ask('ALTER TABLE b ADD PRIMARY KEY (id);', 'INSERT INTO b VALUES (1) ON CONFLICT (id) DO NOTHING;'),
      [],
    );
    assert.deepEqual(
      await ask('ALTER TABLE b ADD UNIQUE (id);', 'INSERT INTO b VALUES (1) ON CONFLICT (id) DO NOTHING;'),
      [],
    );
    // changed by the file itself
    assert.deepEqual(await ask('SELECT 1;', `ALTER TABLE a ALTER COLUMN id TYPE text;\n${wrong}`), []);
  });

  it('changes nothing, runs nothing and leaves nothing behind', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(
      session,
      `CREATE TABLE t (id int); CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING id';
       CREATE FUNCTION constant() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'was run'; END $$;`,
    );
    // with it the server would read the end of the string, and other statements, where we read a string
    await session.query(`ALTER DATABASE ${own.name} SET standard_conforming_strings = off`);
    const one = connect(own);
    const sql = `INSERT INTO t VALUES (2); DELETE FROM t; SELECT writes(); SELECT constant(); CREATE TEMP TABLE other (id int);
      SELECT id INTO TEMP another FROM t; SELECT nix FROM t; SELECT 'a\\'' ; COMMIT; DROP TABLE t; --';`;
    assert.deepEqual(await found(one, { 'q.sql': sql }), ['unknown-column: nix']);
    const direct = await serverDatabase({ name: 'shop', url: own.url }).open();
    await assert.rejects(direct.query('SELECT 1; SELECT 2', { single: true }), { code: '42601' });
    await direct.close();
    const { rows } = await session.query("SELECT count(*)::int AS n, to_regclass('other') AS other FROM t");
    assert.deepEqual(rows, [{ n: 0, other: null }]);
    const left = await session.query(
      `SELECT state, (SELECT count(*)::int FROM pg_locks l WHERE l.pid = a.pid) AS locks FROM pg_stat_activity a
       WHERE application_name = 'pgreview' AND datname = current_database()`,
    );
    assert.deepEqual(left.rows, [{ state: 'idle', locks: 0 }]);
  });

  it('waits for no lock, and says nothing then', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(session, 'CREATE TABLE t (id int)');
    const one = connect(own);
    await one.read();
    await session.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const began = performance.now();
    assert.deepEqual(await found(one, { 'q.sql': 'SELECT upper(id) FROM t;' }), []);
    assert.ok(performance.now() - began < 3_000);
    await session.query('ROLLBACK');
    assert.deepEqual(await found(one, { 'q.sql': 'SELECT upper(id) FROM t;' }), ['postgres-error: upper']);
  });

  it('is read again when its schema has changed, and only then', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(session, "CREATE TABLE t (id int); CREATE TYPE e AS ENUM ('a')");
    const one = connect(own);
    let known = await one.read();
    const isAnother = async (sql: string): Promise<boolean> => {
      await session.query(sql);
      const before = known;
      known = await one.read();
      return known !== before;
    };
    for (const sql of [
      'SELECT 1',
      'INSERT INTO t SELECT generate_series(1, 1000)',
      'ANALYZE t',
      'VACUUM t',
      'CREATE TEMP TABLE mine (id serial PRIMARY KEY)',
    ])
      assert.equal(await isAnother(sql), false, sql);
    for (const sql of [
      'ALTER TABLE t ADD COLUMN b text',
      'ALTER TABLE t RENAME COLUMN b TO c',
      "ALTER TYPE e ADD VALUE 'b'",
      'CREATE VIEW v AS SELECT 1 AS x',
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$',
      'ALTER TABLE t ADD CHECK (id > 0)',
      'CREATE INDEX i ON t (id)',
      'DROP TABLE t',
    ])
      assert.equal(await isAnother(sql), true, sql);
  });

  it('follows the search path that new sessions have', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(session, 'CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE public.u (id int)');
    await session.query(`ALTER DATABASE ${own.name} SET search_path = app`);
    const sql = 'SELECT id FROM t; SELECT id FROM u; SELECT nix FROM t;';
    assert.deepEqual(await found(connect(own), { 'q.sql': sql }), ['unknown-table: u', 'unknown-column: nix']);
    await session.query(`ALTER DATABASE ${own.name} SET search_path = app, public`);
    assert.deepEqual(await found(connect(own), { 'q.sql': sql }), ['unknown-column: nix']);
  });

  it('connects again when the connection was closed, and tells when it is lost in the middle', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(session, 'CREATE TABLE t (id int)');
    const one = connect(own);
    await one.read();
    const end = () =>
      session.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgreview' AND datname = current_database()",
      );
    await end();
    assert.deepEqual(await found(one, { 'q.sql': 'SELECT upper(id) FROM t;' }), ['postgres-error: upper']);
    one.dispose();
    // held up by a lock on a catalog, and ended there
    const other = connect(own);
    await session.query('BEGIN; LOCK TABLE pg_catalog.pg_enum IN ACCESS EXCLUSIVE MODE');
    const asked = assert.rejects(other.read(), { reason: 'lost' });
    await sleep(500);
    await end();
    await asked;
    await session.query('ROLLBACK');
    await other.read();
  });

  it('is cancelled while it is read, and answers the next request', async () => {
    const own = await freshDatabase();
    const session = await own.client();
    await run(session, 'CREATE TABLE t (id int)');
    await session.query('BEGIN; LOCK TABLE pg_catalog.pg_enum IN ACCESS EXCLUSIVE MODE');
    const one = connect(own);
    const abort = new AbortController();
    const asked = assert.rejects(one.read({ signal: abort.signal }), { reason: 'cancelled' });
    await sleep(300);
    abort.abort();
    await asked;
    await session.query('ROLLBACK');
    assert.equal((await one.read()).catalog.relations.has('public.t'), true);
  });
});
