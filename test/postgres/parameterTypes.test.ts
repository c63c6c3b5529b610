// The types of parameters (server/src/query/parameterTypes.ts) against what servers give them.
import assert from 'node:assert/strict';
import type { TypeName } from '../../server/src/catalog/catalog.ts';
import { relationKey } from '../../server/src/catalog/catalog.ts';
import { printType } from '../../server/src/catalog/names.ts';
import { newSession } from '../../server/src/catalog/session.ts';
import { parameterTypes } from '../../server/src/query/parameterTypes.ts';
import { scopesOf } from '../../server/src/query/scopes.ts';
import { parser } from '../harness/parser.ts';
import { schemaAfter } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const names =
  `bool int2 int4 int8 float4 float8 numeric text bpchar varchar date time timetz timestamp timestamptz interval
  uuid jsonb bytea inet cidr money bit varbit oid name`.split(/\s+/);

const schema = `
  CREATE SCHEMA app;
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE TYPE app."Size" AS ENUM ('s', 'l');
  CREATE DOMAIN positive AS int CHECK (value > 0);
  CREATE TABLE kinds (${names.map((name) => `c_${name} ${name}, a_${name} ${name}[]`).join(', ')},
    mood mood, moods mood[], size app."Size", positive positive, short varchar(10), code char(3), price numeric(10, 2), at timestamp(3), j json);
  CREATE TABLE users (id bigint PRIMARY KEY, email varchar(80) NOT NULL, name text, mood mood, tags text[], created_at timestamptz);`;

/** For Postgres to read. */
const nameOf = (type: TypeName): string =>
  type.schema === null ? printType(type) : `"${type.schema}"."${type.name}"${type.array ? '[]' : ''}`;

/** Understood in full. */
const complete: readonly string[] = [
  ...names.flatMap((name) => [
    `SELECT 1 FROM kinds WHERE c_${name} = $1`,
    `SELECT 1 FROM kinds WHERE a_${name} = $1`,
    `SELECT 1 FROM kinds WHERE c_${name} = ANY($1)`,
    `SELECT 1 FROM kinds WHERE $1 = ANY(a_${name})`,
    `SELECT 1 FROM kinds WHERE c_${name} IN ($1)`,
    `SELECT 1 FROM kinds WHERE c_${name} IN ($1, $2)`,
    `INSERT INTO kinds (c_${name}, a_${name}) VALUES ($1, $2)`,
    `UPDATE kinds SET c_${name} = $1, a_${name} = $2`,
  ]),
  'SELECT 1 FROM kinds WHERE mood = $1 AND moods = $2 AND mood <> ALL ($3) AND $4 = ANY(moods) AND mood IN ($5, $6)',
  'SELECT 1 FROM kinds WHERE size = $1 AND $2 > size',
  'INSERT INTO kinds (mood, moods, size, positive, short, code, price, at, j) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
  'SELECT 1 FROM kinds WHERE short = $1 AND code = $2 AND price > $3 AND at <= $4',
  'SELECT 1 FROM users WHERE id = $1 AND email = $2 AND name <> $3 AND $4 <= created_at',
  'SELECT 1 FROM users WHERE email LIKE $1 OR name ILIKE $2 OR name NOT LIKE $3',
  'SELECT 1 FROM users WHERE created_at BETWEEN $1 AND $2 OR id NOT BETWEEN $3 AND $4',
  'SELECT 1 FROM users WHERE name IS DISTINCT FROM $1 OR id IS NOT DISTINCT FROM $2',
  'SELECT $1::int, $2::text[], CAST($3 AS numeric(10, 2)), $4::mood, $5::app."Size", $6::positive',
  'SELECT 1 FROM users LIMIT $1 OFFSET $2',
  '(SELECT 1 FROM users LIMIT $1) UNION ALL (SELECT 2 OFFSET $2)',
  'SELECT (SELECT u.id FROM users u LIMIT $1) FROM users',
  'INSERT INTO users VALUES ($1, $2, $3, $4, $5, $6)',
  'INSERT INTO users (id, email) VALUES ($1, $2), ($3, $4)',
  'INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = $3, name = $4 WHERE users.id > $5',
  'UPDATE users AS u SET name = $1, tags = $2 WHERE u.id = $3 RETURNING id',
  'DELETE FROM users u USING kinds k WHERE u.id = k.c_int8 AND k.c_text = $1',
  'WITH m AS (SELECT id, mood FROM users) SELECT 1 FROM m WHERE m.mood = $1 AND m.id = ANY($2)',
  'SELECT 1 FROM (SELECT created_at AS at FROM users) s WHERE s.at > $1',
  'SELECT 1 FROM users WHERE lower(email) = $1 AND length(name) > $2',
  'SELECT count(*) FROM users GROUP BY name HAVING count(*) > $1',
  'SELECT 1 FROM users WHERE id = $1 AND id <> $1',
];

/** Nothing may be claimed that Postgres does otherwise; some of it is not known. */
const others: readonly string[] = [
  'SELECT 1 FROM kinds WHERE positive = $1',
  'SELECT 1 FROM kinds WHERE c_int4 IN ($1, 3000000000)',
  'SELECT 1 FROM kinds WHERE c_int4 IN ($1, c_int8)',
  'SELECT 1 FROM kinds WHERE c_int4 + $1 = 5',
  'SELECT 1 FROM users WHERE created_at > now() - $1::interval',
  'SELECT 1 FROM users WHERE tags @> $1',
  'SELECT $1 || name FROM users',
  'INSERT INTO users (id, email) SELECT $1, $2',
  'INSERT INTO users (id, email) SELECT id, $1 FROM users',
  'SELECT 1 FROM users WHERE (name, id) = ($1, $2)',
  'UPDATE users SET (name, mood) = ($1, $2)',
  'SELECT coalesce(name, $1) FROM users',
  'UPDATE users SET tags[1] = $1',
  'SELECT 1 FROM users WHERE id = (SELECT $1::bigint)',
  'SELECT 1 FROM users WHERE name SIMILAR TO $1',
  'SELECT CASE WHEN id = $1 THEN $2 ELSE name END FROM users',
];

onEachVersion('types of parameters', ({ freshDatabase }) => {
  it('are those that Postgres gives them', async () => {
    const client = await (await freshDatabase()).client();
    await client.query(schema);
    const catalog = schemaAfter(schema);
    const session = newSession('none');
    const keyOf = ({ schema: own, name }: TypeName): string => relationKey(own ?? 'public', name);
    const isEnum = (type: TypeName): boolean => catalog.types.get(keyOf(type))?.kind === 'enum';
    let told = 0;
    for (const sql of [...complete, ...others]) {
      await client.query('DEALLOCATE ALL');
      const failed = await client.query(`PREPARE p AS ${sql}`).then(
        () => null,
        (error: Error) => error,
      );
      if (failed) {
        // json has no comparisons, arrays of some types neither
        assert.match(failed.message, /operator does not exist|could not find array type/, `${sql}: ${failed.message}`);
        continue;
      }
      const { rows } = await client.query('SELECT parameter_types::text[] AS types FROM pg_prepared_statements');
      const outcome = parser.parse(sql);
      const node = outcome.kind === 'tree' ? outcome.stmts[0]?.stmt : undefined;
      assert.ok(node, sql);
      const scopes = scopesOf(node, { session, relation: (key) => catalog.relations.get(key) });
      const ours = parameterTypes(node, scopes, isEnum);
      for (const [i, type] of (rows[0].types as string[]).entries()) {
        const own = ours.get(i + 1);
        if (!own) {
          assert.ok(!complete.includes(sql), `${sql}: $${i + 1} is ${type}`);
          continue;
        }
        const { rows: same } = await client.query('SELECT to_regtype($1)::text AS type', [nameOf(own.type)]);
        assert.equal(same[0].type, type, `$${i + 1} of ${sql}`);
        told++;
      }
    }
    assert.ok(told > 250, `${told}`);
    await client.end();
  });
});
