// An UPDATE of a whole table in batches, on real servers: it writes the same rows as the UPDATE does, in several transactions,
// also as a revision that Alembic runs.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { openProject } from '../harness/project.ts';
import { applyFix, reviewSql } from '../harness/review.ts';
import { alembic, hasAlembic } from './harness/alembic.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { testedVersions } from './harness/servers.ts';

interface Case {
  readonly key: string;
  /** Of a number. */
  readonly value: string;
  readonly rows: number;
  readonly transactions: number;
}

const cases: readonly Case[] = [
  { key: 'bigint', value: 'n * n - 5', rows: 25_001, transactions: 3 },
  { key: 'integer', value: '-n', rows: 10_000, transactions: 1 },
  { key: 'uuid', value: 'md5(n::text)::uuid', rows: 10_001, transactions: 2 },
  { key: 'text', value: "'k' || n", rows: 20_000, transactions: 2 },
  { key: 'timestamptz', value: "'2020-01-01'::timestamptz + n * interval '1 minute'", rows: 3, transactions: 1 },
  { key: 'bigint', value: 'n', rows: 0, transactions: 0 },
];

const update = `UPDATE "Items" AS i SET a = upper(i.a) || 'it''s', b = b + 1`;

const schemaOf = ({ key }: Case): string => `CREATE TABLE "Items" ("Key" ${key} PRIMARY KEY, a text, b integer)`;
const fill = ({ value, rows }: Case): string =>
  `INSERT INTO "Items" SELECT ${value}, 'x' || n, n FROM generate_series(1, ${rows}) n`;
const digest = `SELECT count(*)::int AS rows, md5(string_agg(i::text, ' ' ORDER BY "Key")) AS all FROM "Items" i`;

const rowOf = async (client: pg.Client, sql: string): Promise<unknown> => (await client.query(sql)).rows[0];

onEachVersion('updates in batches', ({ version, freshDatabase }) => {
  for (const example of cases)
    it(`${example.rows} rows by ${example.key}`, async () => {
      const schema = schemaOf(example);
      const [found] = reviewSql(update, { schema, wrapping: 'none' }).filter((f) => f.rule === 'update-without-where');
      assert.ok(found);
      const fixed = applyFix(update, found, 0);
      const client = await (await freshDatabase()).client();
      await client.query(schema);
      await client.query(fill(example));
      await client.query('BEGIN');
      await client.query(update);
      const wanted = await rowOf(client, digest);
      await client.query('ROLLBACK');
      await client.query(fixed);
      assert.deepEqual(await rowOf(client, digest), wanted);
      const { n } = (await rowOf(client, 'SELECT count(DISTINCT xmin::text)::int AS n FROM "Items"')) as { n: number };
      assert.equal(n, example.transactions);
    });

  it('as a revision', async function () {
    if (version !== testedVersions.at(-1) || !hasAlembic()) this.skip();
    const head = (id: string, before: string): string =>
      `from alembic import op\n\nrevision = "${id}"\ndown_revision = ${before}\n\n\n`;
    const [example] = cases as readonly [Case];
    const first = `def upgrade():\n    op.execute('${schemaOf(example)}')\n\n\ndef downgrade():\n    pass\n`;
    const path = 'versions/0002_b.py';
    const project = await openProject(path, {
      'versions/0001_a.py': head('0001', 'None') + first,
      [path]: `${head('0002', '"0001"')}def upgrade():\n    op.execute("""${update}""")\n\n\ndef downgrade():\n    pass\n`,
    });
    const fixed = project.after('update-without-where', /in an autocommit block$/);
    assert.ok(fixed);
    const database = await freshDatabase();
    alembic(fixed, database, [['upgrade', '0001']]);
    const client = await database.client();
    await client.query(fill(example));
    await client.query('BEGIN');
    await client.query(update);
    const wanted = await rowOf(client, digest);
    await client.query('ROLLBACK');
    // written down, it needs no database
    const [script = ''] = alembic(fixed, database, [['upgrade', '0001:0002', '--sql']]);
    assert.match(script, /COMMIT;\s+DO \$\$[\s\S]*END \$\$;\s+BEGIN;/);
    alembic(fixed, database, [['upgrade', '0002']]);
    assert.deepEqual(await rowOf(client, digest), wanted);
    const { n } = (await rowOf(client, 'SELECT count(DISTINCT xmin::text)::int AS n FROM "Items"')) as { n: number };
    assert.equal(n, example.transactions);
  });
});
