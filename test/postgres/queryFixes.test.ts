// Quick fixes of queries beyond the rules' own examples, on real servers with rows: what they make of a query runs, has no
// such finding any more, and, where the fix is called safe, gives the same rows.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyFix, reviewSql } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { filled } from './harness/filledDatabases.ts';
import { outcome } from './proofs/queryRows.ts';

const schema = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text, team_id int, at timestamp, seen timestamptz, settings jsonb);
  CREATE INDEX users_at ON users (at);
  CREATE INDEX users_seen ON users (seen);
  CREATE INDEX users_team ON users (team_id);
  CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total numeric, "Odd Name" text);
  CREATE TABLE teams (id bigint PRIMARY KEY, name text);`;

const cases: readonly (readonly [rule: string, before: string, after: string])[] = [
  ['comparison-with-null', 'SELECT id FROM users WHERE NULL = name', 'SELECT id FROM users WHERE name IS NULL'],
  [
    'comparison-with-null',
    'SELECT id -- why\n  FROM users\n WHERE name != null -- soon\n   AND id > 1',
    'SELECT id -- why\n  FROM users\n WHERE name IS NOT NULL -- soon\n   AND id > 1',
  ],
  [
    'comparison-with-null',
    'SELECT id FROM users WHERE lower(name) = NULL',
    'SELECT id FROM users WHERE lower(name) IS NULL',
  ],
  [
    'not-in-nullable-subquery',
    'SELECT id FROM users WHERE id NOT IN (\n  SELECT o.user_id -- theirs\n    FROM orders o\n)',
    'SELECT id FROM users WHERE id NOT IN (\n  SELECT o.user_id -- theirs\n    FROM orders o WHERE o.user_id IS NOT NULL\n)',
  ],
  [
    'not-in-nullable-subquery',
    'SELECT id FROM users WHERE id <> ALL (SELECT DISTINCT user_id FROM orders WHERE total > 1)',
    'SELECT id FROM users WHERE id <> ALL (SELECT DISTINCT user_id FROM orders WHERE total > 1 AND user_id IS NOT NULL)',
  ],
  [
    'not-in-list-with-null',
    'SELECT id FROM users WHERE name NOT IN (NULL, NULL, $$a$$, NULL)',
    'SELECT id FROM users WHERE name NOT IN ($$a$$)',
  ],
  [
    'left-join-undone-by-where',
    'select u.id from users u\n  left outer join orders o on o.user_id = u.id\nwhere o.total in (1, 2, 3)',
    'select u.id from users u\n  join orders o on o.user_id = u.id\nwhere o.total in (1, 2, 3)',
  ],
  [
    'left-join-undone-by-where',
    'SELECT u.id, t.name FROM users u LEFT JOIN orders o ON o.user_id = u.id LEFT JOIN teams t ON t.id = o.id WHERE t.name LIKE $$v%$$ AND u.id > 2',
    'SELECT u.id, t.name FROM users u LEFT JOIN orders o ON o.user_id = u.id JOIN teams t ON t.id = o.id WHERE t.name LIKE $$v%$$ AND u.id > 2',
  ],
  [
    'left-join-undone-by-where',
    'SELECT u.id FROM users u LEFT JOIN orders o USING (id) WHERE o.total > 5',
    'SELECT u.id FROM users u JOIN orders o USING (id) WHERE o.total > 5',
  ],
  [
    'column-compared-with-itself',
    'SELECT id FROM users WHERE name = users.name',
    'SELECT id FROM users WHERE name IS NOT NULL',
  ],
  [
    'between-ends-at-midnight',
    "SELECT id FROM users WHERE at BETWEEN date '2024-02-01' AND date '2024-02-29'",
    "SELECT id FROM users WHERE at >= date '2024-02-01' AND at < date '2024-03-01'",
  ],
  [
    'between-ends-at-midnight',
    "SELECT id FROM users u WHERE id = 1 OR u.seen BETWEEN '2024-12-01' AND '2024-12-31'",
    "SELECT id FROM users u WHERE id = 1 OR (u.seen >= '2024-12-01' AND u.seen < '2025-01-01')",
  ],
  [
    'integer-division-of-counts',
    'SELECT team_id, count(name)/count(*) FROM users GROUP BY team_id',
    'SELECT team_id, count(name)::numeric/count(*) FROM users GROUP BY team_id',
  ],
  [
    'last-value-of-default-frame',
    'SELECT last_value(id) OVER (PARTITION BY name ORDER BY id DESC) FROM users',
    'SELECT last_value(id) OVER (PARTITION BY name ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM users',
  ],
  [
    'indexed-column-cast-in-condition',
    'SELECT id FROM users u WHERE u.at::date = now()::date OR CAST(u.at AS date) = current_date - 1',
    '',
  ],
  [
    'indexed-column-cast-in-condition',
    "SELECT id FROM users u WHERE NOT u.seen::date = '2024-01-31'",
    "SELECT id FROM users u WHERE NOT (u.seen >= date '2024-01-31' AND u.seen < date '2024-01-31' + 1)",
  ],
  [
    'indexed-column-cast-in-condition',
    "SELECT id FROM users WHERE CAST(at AS date) = '2024-01-31'::date AND id > 1",
    "SELECT id FROM users WHERE at >= '2024-01-31'::date AND at < '2024-01-31'::date + 1 AND id > 1",
  ],
  [
    'integer-column-compared-with-numeric',
    'SELECT id FROM users WHERE team_id >= 5.00 ',
    'SELECT id FROM users WHERE team_id >= 5 ',
  ],
  ['integer-column-compared-with-numeric', 'SELECT id FROM users WHERE 3. = id', 'SELECT id FROM users WHERE 3 = id'],
  [
    'integer-column-compared-with-numeric',
    'SELECT id FROM users WHERE id > -1.0',
    'SELECT id FROM users WHERE id > -1',
  ],
  [
    'count-instead-of-exists',
    'SELECT id, (select count( * ) from orders o where o.user_id = u.id) >= 1 AS bought FROM users u',
    'SELECT id, EXISTS (select 1 from orders o where o.user_id = u.id) AS bought FROM users u',
  ],
  [
    'count-instead-of-exists',
    'SELECT id FROM users u WHERE id < 5 AND NOT (SELECT count(*) FROM orders WHERE user_id = u.id) = 0',
    'SELECT id FROM users u WHERE id < 5 AND NOT NOT EXISTS (SELECT 1 FROM orders WHERE user_id = u.id)',
  ],
  [
    'union-of-distinct-rows',
    "SELECT id, 'u' FROM users\nUNION -- both\nSELECT id, 't' FROM teams ORDER BY 1",
    "SELECT id, 'u' FROM users\nUNION ALL -- both\nSELECT id, 't' FROM teams ORDER BY 1",
  ],
  [
    'order-by-in-subquery',
    'SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id\n ORDER BY total DESC, id\n)',
    'SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id\n)',
  ],
  [
    'select-star-in-view',
    'CREATE VIEW v AS SELECT o.*, u.name AS user_name FROM orders o JOIN users u ON u.id = o.user_id',
    'CREATE VIEW v AS SELECT o.id, o.user_id, o.total, o."Odd Name", u.name AS user_name FROM orders o JOIN users u ON u.id = o.user_id',
  ],
  [
    'insert-select-star',
    'INSERT INTO teams SELECT t.* FROM teams AS t WHERE false',
    'INSERT INTO teams SELECT id, name FROM teams AS t WHERE false',
  ],
  [
    'insert-without-column-list',
    "INSERT INTO orders AS o VALUES (100, 1, 2, 'x') ON CONFLICT (id) DO NOTHING RETURNING o.id",
    'INSERT INTO orders AS o (id, user_id, total, "Odd Name") VALUES (100, 1, 2, \'x\') ON CONFLICT (id) DO NOTHING RETURNING o.id',
  ],
  [
    'insert-without-column-list',
    'INSERT INTO public.teams\nVALUES (100)',
    'INSERT INTO public.teams (id)\nVALUES (100)',
  ],
  [
    'unused-cte',
    'WITH a AS (SELECT 1), b (x) AS MATERIALIZED (SELECT 2), c AS (SELECT 3 AS y) SELECT y FROM c, a',
    'WITH a AS (SELECT 1), c AS (SELECT 3 AS y) SELECT y FROM c, a',
  ],
  [
    'unused-cte',
    'WITH a AS (SELECT 1 AS x), b AS (SELECT 2) SELECT x FROM a',
    'WITH a AS (SELECT 1 AS x) SELECT x FROM a',
  ],
  ['unused-cte', 'WITH\n  a AS (SELECT (1))\nSELECT id FROM users', 'SELECT id FROM users'],
  ['jsonb-compared-with-text', "SELECT id FROM users u WHERE u.settings->'a'->'b' = 'x y'", ''],
  [
    'jsonb-compared-with-text',
    "SELECT id FROM users WHERE settings #> '{a}' <> 'x'",
    "SELECT id FROM users WHERE settings #>> '{a}' <> 'x'",
  ],
  [
    'ambiguous-column',
    'SELECT id FROM users u JOIN orders AS "O" ON user_id = u.id',
    'SELECT u.id FROM users u JOIN orders AS "O" ON user_id = u.id',
  ],
  [
    'not-equal-any',
    "SELECT id FROM users WHERE name <> some(ARRAY['v1', 'v2'])",
    "SELECT id FROM users WHERE name <> ALL(ARRAY['v1', 'v2'])",
  ],
  [
    'or-of-not-equal',
    "SELECT id FROM users WHERE name <> 'v1' OR name <> 'v2'",
    "SELECT id FROM users WHERE name <> 'v1' AND name <> 'v2'",
  ],
];

onEachVersion('query fixes', ({ version, freshDatabase }) => {
  let client: pg.Client;
  before(async () => {
    const database = await filled(await freshDatabase(), schema);
    client = await database.client();
    await client.query(`
      INSERT INTO users VALUES (101, NULL, 1, '2024-01-31', '2024-01-31 12:00Z'), (102, 'x', 2, '2024-02-29 10:00', '2024-12-31 10:00Z');
      INSERT INTO orders VALUES (101, NULL, 1), (102, 102, 7)`);
  });
  after(() => client.end());

  for (const [rule, sql, after] of cases)
    it(`${rule}: ${sql.replaceAll(/\s+/g, ' ')}`, async () => {
      const options = { schema, targetVersion: version };
      const [finding] = reviewSql(sql, options).filter((f) => f.rule === rule && f.fixes.length > 0);
      if (after === '') {
        assert.equal(finding, undefined);
        return;
      }
      assert.ok(finding, 'there is no fix');
      const fixed = applyFix(sql, finding);
      assert.equal(fixed, after);
      assert.deepEqual(
        reviewSql(fixed, options).filter((f) => f.rule === rule),
        [],
      );
      const rows = await outcome(client, fixed);
      if (finding.fixes[0]!.safe) assert.deepEqual(rows, await outcome(client, sql));
    });
});
