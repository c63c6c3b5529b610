// What server/src/facts/immutability.ts calls not immutable, compared with pg_proc and with what real servers refuse in an index.
import assert from 'node:assert/strict';
import { casts, functions, functionsOfTime } from '../../server/src/facts/immutability.ts';
import { reviewSql } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const schema = `
  CREATE TYPE mood AS ENUM ('sad');
  CREATE TABLE t (id int, x text, v varchar(20), j jsonb, timestamptz_column timestamptz, timestamp_column timestamp,
    date_column date, text_column text, m mood);
  CREATE FUNCTION stable_one(text) RETURNS text LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1; END';
  CREATE FUNCTION volatile_one(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
  CREATE FUNCTION immutable_one(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
  CREATE FUNCTION inlined(text) RETURNS text LANGUAGE sql AS 'SELECT lower($1)';`;

/** Expressions that an index takes, each near to one that it does not. */
const taken = [
  'lower(x)',
  "x || ' ' || v",
  "date_trunc('day', timestamp_column)",
  "date_trunc('day', timestamptz_column AT TIME ZONE 'UTC')",
  "(timestamptz_column AT TIME ZONE 'UTC')::date",
  'timestamp_column::date',
  'date_column::timestamp',
  'extract(year FROM timestamp_column)',
  'extract(year FROM date_column)',
  "date_part('year', timestamp_column)",
  'x::int',
  "(j->>'a')::numeric",
  "(j->>'a')::boolean",
  'to_timestamp(id)',
  'age(timestamptz_column, timestamptz_column)',
  "to_tsvector('english', x)",
  'immutable_one(x)',
  'inlined(x)',
  'md5(id::text)',
  "x = 'a'::text",
  "timestamptz_column > '2024-01-01'",
  "timestamptz_column > '2024-01-01'::timestamptz",
  "timestamptz_column > timestamptz 'now'",
  "m = 'sad'",
];

const refusedOnes = [
  ...Object.entries(casts).flatMap(([from, to]) => to.map((type) => `${from}_column::${type}`)),
  ...casts.text!.flatMap((type) => [`(j->>'a')::${type}`, `(j#>>'{a}')::${type}`, `v::${type}`]),
  ...Object.entries(functionsOfTime).flatMap(([name, { types, at }]) =>
    types.map((type) => {
      const column = `${type}_column`;
      return name === 'extract' ? `extract(year FROM ${column})` : `${name}(${at === 1 ? "'day', " : ''}${column})`;
    }),
  ),
  ...'CURRENT_DATE CURRENT_TIME CURRENT_TIME(2) CURRENT_TIMESTAMP CURRENT_TIMESTAMP(2) LOCALTIME LOCALTIME(1) LOCALTIMESTAMP LOCALTIMESTAMP(1) CURRENT_ROLE CURRENT_USER USER SESSION_USER CURRENT_CATALOG CURRENT_SCHEMA'
    .split(' ')
    .map((name) => `coalesce(${name}::text, x)`),
  "timestamptz_column > now() - interval '1 day'",
  'stable_one(x)',
  'volatile_one(x)',
];

onEachVersion('immutability', ({ freshDatabase }) => {
  it('of the functions, no variant with that many arguments is immutable', async () => {
    const client = await (await freshDatabase()).client();
    for (const [name, { arguments: count }] of Object.entries(functions)) {
      const { rows } = await client.query(
        `SELECT provolatile FROM pg_proc WHERE proname = $1 AND pronamespace = 'pg_catalog'::regnamespace
         AND ($2::int IS NULL OR pronargs = $2)`,
        [name, count === 'any' ? null : count],
      );
      assert.ok(
        rows.every((row) => row.provolatile !== 'i'),
        name,
      );
    }
  });

  it('each of the functions exists on some version', async () => {
    const newer = ['uuidv4', 'uuidv7', 'random_normal', 'array_shuffle', 'array_sample'];
    const client = await (await freshDatabase()).client();
    const { rows } = await client.query('SELECT DISTINCT proname FROM pg_proc');
    const there = new Set(rows.map((row) => row.proname));
    assert.deepEqual(
      Object.keys(functions).filter((name) => !there.has(name) && !newer.includes(name)),
      [],
    );
  });

  const indexes = (expression: string) => [
    `CREATE INDEX ON t ((${expression}))`,
    `CREATE INDEX ON t (id) WHERE (${expression}) IS NOT NULL`,
  ];
  const claimed = (sql: string) =>
    reviewSql(sql, { schema }).some((f) => /^index-(expression|predicate)-not-immutable$/.test(f.rule));

  it('what is called so is refused', async () => {
    const client = await (await freshDatabase()).client();
    await client.query(schema);
    for (const sql of refusedOnes.flatMap(indexes)) {
      assert.ok(claimed(sql), `nothing is said of ${sql}`);
      await assert.rejects(client.query(sql), { code: '42P17' }, sql);
    }
  });

  it('what is taken is not called so', async () => {
    const client = await (await freshDatabase()).client();
    await client.query(schema);
    for (const sql of taken.flatMap(indexes)) {
      assert.ok(!claimed(sql), sql);
      await client.query(sql);
    }
  });
});
