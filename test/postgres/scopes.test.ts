// What the names in a query mean (server/src/query), against real servers: the columns that Postgres describes for it, and
// the names that Postgres refuses.
import assert from 'node:assert/strict';
import type { Node } from '@pgsql/types';
import type pg from 'pg';
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import { Replay } from '../../server/src/catalog/replay.ts';
import { newSession } from '../../server/src/catalog/session.ts';
import type { QueryLevel, Scopes } from '../../server/src/query/scope.ts';
import { scopesOf } from '../../server/src/query/scopes.ts';
import { parser } from '../harness/parser.ts';
import { schemaAfter } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const schema = `
  CREATE SCHEMA app;
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE TABLE users (id bigint PRIMARY KEY, email varchar(80) NOT NULL, name text, mood mood, tags text[], profile jsonb, created_at timestamptz);
  CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, total numeric(10, 2), note text, "Odd Name" int, created_at timestamp);
  CREATE TABLE items (order_id bigint NOT NULL, product_id int NOT NULL, price real, PRIMARY KEY (order_id, product_id));
  CREATE TABLE app.users (id int PRIMARY KEY, label char(3));`;

/** Understood in full: all output columns and their names. */
const complete: readonly string[] = [
  'SELECT * FROM users',
  'SELECT u.* FROM users u',
  'SELECT users.* FROM users, orders',
  'SELECT * FROM users, orders',
  'SELECT * FROM users u JOIN orders o ON o.user_id = u.id',
  'SELECT * FROM orders JOIN users USING (id)',
  'SELECT * FROM orders RIGHT JOIN users USING (id, created_at)',
  'SELECT * FROM orders NATURAL JOIN users',
  'SELECT * FROM users FULL JOIN orders USING (id)',
  'SELECT id, email FROM users FULL JOIN orders USING (id)',
  'SELECT j.id, j.email FROM (users JOIN orders USING (id)) AS j',
  'SELECT j.* FROM (users u JOIN items i ON i.order_id = u.id) AS j (a, b)',
  'SELECT id, users.id, orders.id FROM users JOIN orders USING (id)',
  'SELECT m.id FROM users JOIN (SELECT 1::bigint AS id) s USING (id) CROSS JOIN LATERAL (SELECT users.id) m',
  'SELECT u.id, o.total, i.price FROM users u LEFT JOIN (orders o JOIN items i ON i.order_id = o.id) ON o.user_id = u.id',
  'SELECT a.x, b.y FROM (SELECT 1 AS x) a, LATERAL (SELECT a.x + 1 AS y) b',
  'SELECT (SELECT max(total) FROM orders o WHERE o.user_id = u.id) FROM users u',
  'SELECT (SELECT note FROM orders LIMIT 1), (SELECT count(*) AS n FROM orders), EXISTS (SELECT 1), ARRAY(SELECT id FROM users)',
  'SELECT email AS e, name n, id + 1, -id, NOT true FROM users',
  "SELECT count(*), max(id), lower(email), upper(name), coalesce(name, email), coalesce(name, 'x'), nullif(name, ''), greatest(id, 1), least(id, 2) FROM users GROUP BY id, email, name",
  "SELECT id::text, email::varchar, CAST(id AS int), 'x'::text, 1::numeric(10, 2), '2024-01-01'::date, interval '1 day', date '2024-01-01' FROM users",
  'SELECT CASE WHEN id > 1 THEN name END, CASE WHEN id > 1 THEN 1 ELSE id END, CASE id WHEN 1 THEN 2 ELSE 3 END FROM users',
  "SELECT current_date, current_timestamp, localtimestamp, current_user, now(), extract(year FROM created_at), created_at AT TIME ZONE 'UTC', date_trunc('day', created_at) FROM users",
  "SELECT 1, 1.5, 'x', true AS yes, NULL, 3000000000, 99999999999999999999, 1e3, ARRAY[1], ROW(1, 2)",
  "SELECT id = 1, name IS NULL, id IN (1, 2), id BETWEEN 1 AND 2, name LIKE 'a%', id > 1 AND id < 3, name IS DISTINCT FROM 'x' FROM users",
  "SELECT tags[1], (tags)[2], profile->'a', profile->>'a', profile['a'] FROM users",
  'SELECT trim(name), substring(name FROM 1 FOR 2), position(name IN email), overlay(name PLACING email FROM 1) FROM users',
  'SELECT name COLLATE "C", ("Odd Name") FROM users, orders',
  'SELECT row_number() OVER (ORDER BY id), rank() OVER w, count(*) FILTER (WHERE id > 1) OVER w FROM users WINDOW w AS (PARTITION BY email ORDER BY id)',
  "SELECT string_agg(name, ','), array_agg(id), jsonb_build_object('a', id), concat(name, 'x'), to_char(created_at, 'YYYY'), length(name), random() FROM users GROUP BY id, name, created_at",
  'SELECT grouping(id), id FROM users GROUP BY ROLLUP (id)',
  'VALUES (1, 2), (3, 4)',
  'SELECT * FROM (VALUES (1, 2), (3, 4)) v',
  "SELECT * FROM (VALUES (1, 'a')) AS v (id, name)",
  "SELECT * FROM (VALUES (1, 'a')) AS v (id)",
  'SELECT column1 FROM (VALUES (1), (2)) v WHERE column1 > 1',
  'SELECT id FROM users UNION SELECT user_id FROM orders',
  'SELECT id AS a FROM users UNION ALL SELECT 1.5 ORDER BY a',
  'SELECT id FROM users UNION ALL SELECT id FROM users UNION ALL SELECT order_id FROM items ORDER BY id LIMIT 1',
  '(SELECT id, email FROM users ORDER BY email LIMIT 1) UNION ALL (SELECT id, note FROM orders)',
  'SELECT id FROM users INTERSECT SELECT user_id FROM orders EXCEPT SELECT 1',
  'WITH a AS (SELECT id, email FROM users) SELECT * FROM a',
  'WITH a (x) AS (SELECT id, email FROM users) SELECT x, email FROM a',
  'WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a) SELECT b.id FROM b JOIN a ON a.id = b.id',
  'WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t',
  'WITH RECURSIVE tree AS (SELECT id, user_id, 1 AS depth FROM orders UNION ALL SELECT o.id, o.user_id, t.depth + 1 FROM orders o JOIN tree t ON t.id = o.user_id) SELECT * FROM tree ORDER BY depth',
  'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SEARCH DEPTH FIRST BY n SET ord SELECT * FROM t',
  'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) CYCLE n SET is_cycle USING path SELECT * FROM t',
  'WITH RECURSIVE a AS (SELECT 1 AS b UNION ALL SELECT * FROM a) CYCLE b SET c USING p SELECT * FROM a',
  'WITH users AS (SELECT 1 AS only_this) SELECT * FROM users',
  'WITH users AS (SELECT 1 AS only_this) SELECT * FROM public.users',
  'WITH u AS (WITH v AS (SELECT 7 AS z) SELECT z FROM v) SELECT * FROM u, (WITH u AS (SELECT 8 AS y) SELECT * FROM u) s',
  'WITH gone AS (DELETE FROM orders RETURNING id, note) SELECT * FROM gone',
  'WITH made AS (INSERT INTO items VALUES (1, 2, 3) RETURNING *) SELECT product_id FROM made',
  'SELECT * FROM app.users',
  'SELECT app.users.label FROM app.users',
  'SELECT public.users.email, app.users.label FROM public.users, app.users',
  'SELECT * FROM generate_series(1, 3) g',
  'SELECT g, h.h FROM generate_series(1, 3) g, generate_series(1, 2) AS h',
  'SELECT * FROM generate_series(1, 3) AS g (n)',
  'SELECT * FROM generate_series(1, 3) WITH ORDINALITY',
  'SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS s (n, i)',
  'SELECT generate_series FROM generate_series(1, 3)',
  'SELECT e.value, value FROM users u, jsonb_array_elements(u.profile) e',
  'SELECT e.key, e.value FROM users u CROSS JOIN LATERAL jsonb_each_text(u.profile) e',
  "SELECT * FROM jsonb_object_keys('{}') k",
  "SELECT * FROM jsonb_to_recordset('[]') AS x (a int, b text)",
  "SELECT * FROM xmltable('/r' PASSING '<r/>' COLUMNS a int, n FOR ORDINALITY, b text) x",
  'SELECT ctid, tableoid, xmin FROM users',
  'SELECT u FROM users u',
  'SELECT count(u), count(u.*) FROM users u',
  'SELECT row_to_json(u) FROM users u',
  'SELECT u.id FROM users u ORDER BY email, u.name, created_at',
  'SELECT id AS email FROM users ORDER BY email',
  'SELECT id AS email, count(*) FROM users GROUP BY users.id, email',
  'SELECT DISTINCT ON (e) email AS e, id FROM users ORDER BY e',
  'SELECT id FROM users u WHERE EXISTS (SELECT FROM orders WHERE user_id = u.id AND total > 1 AND name IS NOT NULL)',
  'SELECT id FROM users WHERE id IN (SELECT user_id FROM orders WHERE note = name)',
  'SELECT id FROM users TABLESAMPLE SYSTEM (10)',
  'SELECT merged.id FROM users JOIN orders USING (id) LEFT JOIN LATERAL (SELECT id) merged ON true',
  "INSERT INTO users (id, email) VALUES (1, 'x') RETURNING id, email AS e",
  'INSERT INTO users (id, email) SELECT id, note FROM orders ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = users.name WHERE users.id > excluded.id RETURNING *',
  "INSERT INTO users AS u (id, email) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET email = u.email RETURNING u.id",
  'UPDATE users SET name = email WHERE id = 1 RETURNING *',
  'UPDATE users u SET name = o.note FROM orders o WHERE o.user_id = u.id RETURNING u.id, o.note, total',
  'UPDATE users SET (name, email) = (SELECT note, note FROM orders WHERE user_id = users.id) RETURNING name',
  'DELETE FROM users u USING orders o WHERE o.user_id = u.id RETURNING o.*, u.email',
  'EXPLAIN SELECT id FROM users',
  'SELECT users.name FROM users WHERE (SELECT true FROM orders WHERE orders.id = users.id)',
  "SELECT id, (SELECT email FROM app.users WHERE label = 'x') FROM users",
  'SELECT FROM users',
  'SELECT x.a FROM (SELECT id AS a, id AS a2 FROM users) x JOIN (SELECT id AS b FROM orders) y ON x.a = y.b',
];

const sinceVersion: readonly (readonly [number, string])[] = [
  [14, 'SELECT j.id FROM users JOIN orders USING (id) AS j'],
  [
    15,
    'MERGE INTO users u USING orders o ON o.user_id = u.id WHEN MATCHED THEN UPDATE SET name = o.note WHEN NOT MATCHED THEN INSERT (id, email) VALUES (o.user_id, note)',
  ],
  [
    17,
    'MERGE INTO users u USING orders o ON o.user_id = u.id WHEN MATCHED THEN DELETE RETURNING merge_action(), u.id, o.total',
  ],
  [18, 'UPDATE users SET name = email RETURNING old.name, new.name AS n'],
  [17, "SELECT * FROM json_table('[]', '$[*]' COLUMNS (a int)) j"],
];

/** Understood in part. */
const partial: readonly string[] = [
  'SELECT * FROM pg_class c JOIN users u ON u.id = c.oid::bigint',
  'SELECT u.id, c.relname FROM pg_class c, users u',
  'SELECT id, relname FROM pg_class c, users u',
  'SELECT id, x.* FROM users, unnest(ARRAY[1]) x',
  'SELECT * FROM pg_stat_activity',
  'SELECT id FROM users WHERE EXISTS (SELECT 1 FROM pg_class WHERE relname = email)',
];

const refused: readonly (readonly [string, code: string])[] = [
  ['SELECT missing FROM users', '42703'],
  ['SELECT u.missing FROM users u', '42703'],
  ['SELECT x.id FROM users', '42P01'],
  ['SELECT users.id FROM users u', '42P01'],
  ['SELECT id FROM users, orders', '42702'],
  ['SELECT id FROM users u JOIN orders o ON o.user_id = u.id', '42702'],
  ['SELECT u.id FROM users u JOIN orders o ON user_id = id', '42702'],
  ['SELECT created_at FROM users JOIN orders USING (id)', '42702'],
  ['SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id ORDER BY created_at', '42702'],
  ['SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id WHERE created_at IS NULL', '42702'],
  ['SELECT id AS a FROM users WHERE a = 1', '42703'],
  ['SELECT id AS a FROM users HAVING a = 1', '42703'],
  ['SELECT id FROM users ORDER BY missing', '42703'],
  ['SELECT id AS a FROM users ORDER BY a + 1', '42703'],
  ['SELECT id FROM users UNION SELECT id FROM orders ORDER BY email', '42703'],
  ['SELECT x FROM users u, (SELECT u.id AS x) s', '42P01'],
  ['SELECT * FROM users u JOIN orders o ON o.user_id = i.order_id JOIN items i ON true', '42P01'],
  ['SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orders WHERE missing = 1)', '42703'],
  ['WITH a AS (SELECT id FROM users) SELECT email FROM a', '42703'],
  ['WITH a (x) AS (SELECT id FROM users) SELECT id FROM a', '42703'],
  ['INSERT INTO users (id, email) VALUES (id, email)', '42703'],
  ["INSERT INTO users (id, email) VALUES (1, 'x') RETURNING missing", '42703'],
  ["INSERT INTO users (id, email) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET email = excluded.missing", '42703'],
  ['UPDATE users SET name = total', '42703'],
  ['UPDATE users u SET name = users.email', '42P01'],
  ['UPDATE users SET name = note FROM orders WHERE id = 1', '42702'],
  ['DELETE FROM users USING orders WHERE user_id = id', '42702'],
  ['SELECT j.email FROM (users u JOIN orders o ON true) j WHERE u.id = 1', '42P01'],
  ['SELECT ctid FROM users JOIN orders ON true', '42703'],
  ['SELECT ctid FROM users, orders', '42702'],
  ['SELECT e.nothing FROM users u, jsonb_array_elements(u.profile) AS e', '42703'],
  ['SELECT e.e FROM users u, jsonb_array_elements(u.profile) AS e', '42703'],
  ['SELECT id FROM users LIMIT id', '42703'],
  ['SELECT a.id FROM users a CROSS JOIN (SELECT a.email) b', '42P01'],
];

/** LIMIT refuses columns of its own query with another code. */
const otherCode = new Set(['SELECT id FROM users LIMIT id']);

function scopesIn(sql: string, catalog: Catalog): Scopes {
  const parsed = parser.parse(sql);
  assert.equal(parsed.kind, 'tree', sql);
  const node = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
  const replay = new Replay<Node>(() => {}, [{ at: 'before', concerns: () => true, look: scopesOf }]);
  replay.update([node!], catalog, newSession('none'));
  return replay.see(0, 0) as Scopes;
}

const refusals = (scopes: Scopes): string[] =>
  scopes.levels.flatMap((level: QueryLevel) =>
    level.references.flatMap(({ resolution: r }) =>
      r.kind === 'ambiguous' ? ['42702'] : r.kind === 'unknown' ? [r.what === 'column' ? '42703' : '42P01'] : [],
    ),
  );

onEachVersion('scopes', ({ version, freshDatabase }) => {
  const catalog = schemaAfter(schema);
  let client: pg.Client;
  let typeNames: Map<number, string>;

  before(async () => {
    client = await (await freshDatabase()).client();
    await client.query(schema);
    const { rows } = await client.query('SELECT oid::int, typname FROM pg_type');
    typeNames = new Map(rows.map((row) => [row.oid, row.typname]));
  });
  after(() => client.end());

  async function fieldsOf(sql: string): Promise<{ name: string; type: string }[]> {
    await client.query('BEGIN');
    try {
      const { fields } = await client.query({ text: sql, rowMode: 'array' });
      return fields.map((f) => ({ name: f.name, type: typeNames.get(f.dataTypeID) ?? '?' }));
    } finally {
      await client.query('ROLLBACK');
    }
  }

  const understood = [...complete, ...sinceVersion.filter(([since]) => version >= since).map(([, sql]) => sql)];
  const jsonTable = (sql: string) => sql.includes('json_table');
  let types = 0;

  for (const sql of [...understood, ...partial])
    it(sql, async () => {
      const fields = await fieldsOf(sql);
      const scopes = scopesIn(sql, catalog);
      assert.deepEqual(refusals(scopes), []);
      if (sql.startsWith('EXPLAIN')) return;
      const output = scopes.root!.output;
      const isComplete = scopes.root!.outputComplete;
      if (!partial.includes(sql) && !jsonTable(sql)) assert.ok(isComplete, 'all of its columns are known');
      if (!isComplete) return;
      assert.deepEqual(
        output.map((c) => c.name),
        fields.map((f) => f.name),
      );
      output.forEach(({ name, type }, i) => {
        if (!type) return;
        types++;
        const { array, name: typeName } = type;
        assert.equal(`${array ? '_' : ''}${typeName}`, fields[i]!.type, name);
      });
    });

  for (const [sql, code] of refused)
    it(`${code}: ${sql}`, async () => {
      await assert.rejects(fieldsOf(sql), otherCode.has(sql) ? /LIMIT/ : { code });
      assert.deepEqual([...new Set(refusals(scopesIn(sql, catalog)))], [code]);
    });

  it('gives the type of most columns', () => assert.ok(types > 150, `${types}`));
});
