// Drift: what the files make against what a database has. Nothing on equal ones; everything that was changed by hand is found.
import assert from 'node:assert/strict';
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import { serverDatabase } from '../../server/src/database/server/serverDatabase.ts';
import { compareCatalogs } from '../../server/src/drift/compareCatalogs.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { readCatalog } from '../../server/src/live/readCatalog.ts';
import { drift } from '../../server/src/main/drift.ts';
import type { Piece } from '../../server/src/sources/piece.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { catalogScripts } from './harness/catalogScripts.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { catalogBehind, historiesIn, historyFolders, runHistory, shortName } from './harness/histories.ts';
import type { TestDatabase } from './harness/servers.ts';

const filesOf = (sql: string): Catalog =>
  catalogBehind(
    sqlSource.read('file:///file.sql', Text.of(sql), parser).map((piece): Piece => ({ ...piece, wrapping: 'none' })),
  );

async function driftOf(files: Catalog, database: TestDatabase): Promise<string[]> {
  const session = await serverDatabase({ name: 'test', url: database.url }).open();
  try {
    const found = compareCatalogs({ files, database: await readCatalog(session, 'made', parser) });
    return found.map((d) => `${d.kind} ${d.object}${d.kind === 'different' ? `: ${d.files} / ${d.database}` : ''}`);
  } finally {
    await session.close();
  }
}

async function run(database: TestDatabase, sql: string): Promise<void> {
  const client = await database.client();
  for (const { body, parsed } of SqlText.of(sql, parser).statements)
    if (parsed.kind !== 'none') await client.query(body);
}

const schema = `
  CREATE SCHEMA app;
  CREATE EXTENSION citext;
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  CREATE DOMAIN code AS varchar(10) CHECK (value <> '');
  CREATE TABLE users (
    id serial PRIMARY KEY, email varchar(200) NOT NULL, mood mood NOT NULL DEFAULT 'ok', active boolean DEFAULT true,
    score numeric(6,2) DEFAULT 0, points int DEFAULT -1, name citext, tags text[] DEFAULT '{}', data jsonb DEFAULT '{"a":1}',
    created timestamptz DEFAULT now() NOT NULL, changed timestamp(3) DEFAULT CURRENT_TIMESTAMP, short char(3) DEFAULT 'abc',
    lower_email text GENERATED ALWAYS AS (lower(email)) STORED, code code, wait interval DEFAULT '1 day', ratio float8 DEFAULT 1.5,
    token uuid DEFAULT gen_random_uuid(), until date DEFAULT '2030-01-01',
    CONSTRAINT points_ok CHECK (points > -10), UNIQUE (email)
  );
  CREATE TABLE app.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE, total int NOT NULL
  );
  CREATE INDEX orders_user ON app.orders (user_id DESC, lower(total::text)) WHERE total > 0;
  CREATE TABLE events (at date NOT NULL, n int) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE INDEX ON events (n);
  CREATE VIEW active_users AS SELECT id, email AS mail FROM users WHERE active;
  CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM app.orders GROUP BY 1;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
  CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a + b';
  CREATE FUNCTION pg_temp.once() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE TRIGGER touch BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON app.orders FOR SELECT USING (user_id = 1);
`;

/** What was done by hand, and what is told of it. */
const changes: readonly (readonly [sql: string, ...told: string[]])[] = [
  ['ALTER TABLE users ADD note text', 'extra column users.note'],
  ['ALTER TABLE users DROP tags', 'missing column users.tags'],
  ['ALTER TABLE users ALTER name TYPE text', 'different column users.name: citext / text'],
  ['ALTER TABLE users ALTER score TYPE numeric(8,2)', 'different column users.score: numeric(6, 2) / numeric(8, 2)'],
  ['ALTER TABLE users ALTER mood DROP NOT NULL', 'different column users.mood: NOT NULL / no NOT NULL'],
  ["ALTER TABLE users ALTER mood SET DEFAULT 'sad'", "different column users.mood: DEFAULT 'ok' / DEFAULT 'sad'"],
  ['ALTER TABLE users ALTER active SET DEFAULT false', 'different column users.active: DEFAULT true / DEFAULT false'],
  ['ALTER TABLE users ALTER points SET DEFAULT 5', 'different column users.points: DEFAULT -1 / DEFAULT 5'],
  ['ALTER TABLE users ALTER created DROP DEFAULT', 'different column users.created: default / no default'],
  ['ALTER TABLE users ALTER id DROP DEFAULT', 'different column users.id: default / no default'],
  ['ALTER TABLE users DROP CONSTRAINT points_ok', 'missing constraint points_ok on users'],
  ['ALTER TABLE users ADD CONSTRAINT more CHECK (points < 100)', 'extra constraint more on users'],
  [
    'ALTER TABLE app.orders DROP CONSTRAINT orders_user_id_fkey, ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID',
    'different constraint orders_user_id_fkey on app.orders: ON UPDATE NO ACTION, ON DELETE CASCADE / ON UPDATE NO ACTION, ON DELETE NO ACTION',
    'different constraint orders_user_id_fkey on app.orders: validated / no validated',
  ],
  ['DROP INDEX app.orders_user', 'missing index orders_user'],
  [
    'DROP INDEX app.orders_user; CREATE INDEX orders_user ON app.orders (user_id)',
    'different index orders_user: btree (user_id DESC, (…)) WHERE … / btree (user_id)',
  ],
  ['CREATE INDEX by_hand ON users (name)', 'extra index by_hand'],
  ['CREATE TABLE extra (id int)', 'extra table extra'],
  ['CREATE TABLE schema_migrations (version text)'],
  ["CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"],
  ['DROP TABLE events_2024'],
  ['DROP VIEW active_users', 'missing view active_users'],
  [
    'ALTER VIEW active_users RENAME COLUMN mail TO email',
    'different view active_users: columns id, mail / columns id, email',
  ],
  ['DROP MATERIALIZED VIEW totals', 'missing materialized view totals'],
  ["ALTER TYPE mood ADD VALUE 'great'", 'different type mood: values sad, ok, happy / values sad, ok, happy, great'],
  ['CREATE TYPE colour AS ENUM ()', 'extra type colour'],
  [
    'ALTER FUNCTION add(int, int) VOLATILE',
    'different function add(integer, integer): sql, immutable, strict / sql, volatile, strict',
  ],
  [
    "CREATE OR REPLACE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a - b'",
    'different function add(integer, integer): this body / another body',
  ],
  ['CREATE FUNCTION add(a text) RETURNS text LANGUAGE sql AS $$ SELECT a $$', 'extra function add(text)'],
  ['DROP TRIGGER touch ON users', 'missing trigger touch on users'],
  [
    'ALTER TABLE users DISABLE TRIGGER touch',
    'different trigger touch on users: before, update, for each row, of (email), no WHEN, touch(), enabled / before, update, for each row, of (email), no WHEN, touch(), disabled',
  ],
  [
    'ALTER TABLE app.orders DISABLE ROW LEVEL SECURITY',
    'different table app.orders: row level security / no row level security',
  ],
  ['DROP POLICY own ON app.orders', 'missing policy own on app.orders'],
  [
    'DROP TABLE app.orders CASCADE; DROP SCHEMA app',
    'missing schema app',
    'missing table app.orders',
    'missing materialized view totals',
  ],
];

onEachVersion('drift: histories', ({ freshDatabase }) => {
  for (const folder of historyFolders)
    for (const { history, texts } of historiesIn(folder))
      it(shortName(history), async function () {
        this.timeout(600_000);
        const database = await freshDatabase();
        const catalog = await runHistory(history, texts, await database.client());
        assert.deepEqual(await driftOf(catalog, database), []);
      });
});

onEachVersion('drift', ({ version, freshDatabase }) => {
  const files = filesOf(schema);

  for (const [sql, ...told] of changes)
    it(sql.slice(0, 90), async () => {
      const database = await freshDatabase();
      await run(database, schema);
      assert.deepEqual(await driftOf(files, database), []);
      await run(database, sql);
      assert.deepEqual(await driftOf(files, database), told);
    });

  it('as the editor asks for it: against the last migration, or against one before it', async () => {
    const texts = {
      'db/001_a.sql':
        "-- +goose Up\nCREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 1);\nCREATE TYPE mood AS ENUM ('ok');\n",
      'db/002_b.sql': '-- +goose Up\nALTER TABLE a ADD m text;\n',
    };
    const service = new LanguageService(parser, filesInMemory(texts));
    await service.scan([rootUri]);
    const database = await freshDatabase();
    await run(
      database,
      "CREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 2); CREATE TYPE mood AS ENUM ('ok', 'sad')",
    );
    const [history] = service.histories();
    const target = { kind: 'connection', name: 'test', url: database.url } as const;
    const ask = (upTo?: string) =>
      drift(
        service,
        parser,
        { history: history?.key ?? '', target, ...(upTo ? { upTo } : {}) },
        new AbortController().signal,
      );
    const whole = await ask();
    assert.deepEqual(
      whole.differences.map((d) => [d.kind, d.object]),
      [
        ['different', 'type mood'],
        ['different', 'column a.n'],
        ['missing', 'column a.m'],
      ],
    );
    const text = (n: number, more: string): string =>
      `CREATE TABLE a (\n  id serial,\n  n integer DEFAULT ${n},\n${more}  CONSTRAINT a_pkey PRIMARY KEY (id)\n);\n`;
    assert.equal(whole.files, `-- type mood: values ok\n\n${text(1, '  m text,\n')}`);
    assert.equal(whole.database, `-- type mood: values ok, sad\n\n${text(2, '')}`);
    const first = await ask(history?.migrations[0]?.uri);
    assert.deepEqual(
      first.differences.map((d) => d.object),
      ['type mood', 'column a.n'],
    );
    await assert.rejects(ask('file:///nowhere.sql'), /not there any more/);
  });

  for (const { title, sql, from = 14 } of catalogScripts) {
    if (version < from) continue;
    it(`none: ${title}`, async () => {
      const database = await freshDatabase();
      await run(database, sql);
      assert.deepEqual(await driftOf(filesOf(sql), database), []);
    });
  }
});
