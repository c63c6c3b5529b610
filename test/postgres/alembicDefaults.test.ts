// A default in place of an UPDATE that fills a new column, by Alembic on a real server: the rows and the schema are those that the
// UPDATE leaves, and no row was written.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { type Files, openProject } from '../harness/project.ts';
import { alembic, hasAlembic } from './harness/alembic.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { schemaDump } from './harness/schemaDump.ts';
import { testedVersions } from './harness/servers.ts';

const revision = (id: string, before: string, up: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\n\nrevision = "${id}"\ndown_revision = ${before}\n\n\ndef upgrade():\n${up}\n`;

const first = `    op.execute("CREATE TABLE items (id bigint PRIMARY KEY, a text)")
    op.execute("INSERT INTO items SELECT n, 'x' || n FROM generate_series(1, 1000) n")`;

/** The type of the new column, and its value as the UPDATE writes it. */
const cases: readonly (readonly [type: string, value: string])[] = [
  ['sa.Text()', "'it''s: %% 50'"],
  ['sa.Integer()', '7'],
  ['sa.Numeric(10, 2)', '1.5'],
  ['sa.Boolean()', 'false'],
  ['sa.DateTime(timezone=True)', "'2020-01-01 00:00:00+00'"],
  ['sa.JSON()', `'{}'`],
  ['sa.ARRAY(sa.Text())', `'{a,b}'`],
  ['sa.Date()', `DATE '2020-02-29'`],
];

const path = 'versions/0002_b.py';

onEachVersion('a default in place of an UPDATE', ({ version, freshDatabase }) => {
  // what a constant default costs is proven on every version by facts.test.ts
  if (version !== testedVersions.at(-1)) return;

  before(function () {
    if (!hasAlembic()) this.skip();
  });

  interface After {
    readonly rows: unknown;
    readonly schema: readonly string[];
    readonly written: boolean;
  }

  async function run(files: Files): Promise<After> {
    const database = await freshDatabase();
    alembic(files, database, [['upgrade', '0001']]);
    const client: pg.Client = await database.client();
    const versions = `SELECT md5(string_agg(concat(ctid, xmin), ' ' ORDER BY id)) AS v FROM items`;
    const before = (await client.query(versions)).rows;
    alembic(files, database, [['upgrade', '0002']]);
    const { rows } = await client.query('SELECT id, a, d::text FROM items ORDER BY id');
    const after = (await client.query(versions)).rows;
    return { rows, schema: await schemaDump(client), written: JSON.stringify(before) !== JSON.stringify(after) };
  }

  for (const [type, value] of cases)
    it(`${type}: ${value}`, async () => {
      const up = `    op.add_column("items", sa.Column("d", ${type}, nullable=True))
    op.execute("""UPDATE items SET d = ${value.replaceAll('%%', '%')}""")
    op.alter_column("items", "d", nullable=False)`;
      const files = { 'versions/0001_a.py': revision('0001', 'None', first), [path]: revision('0002', '"0001"', up) };
      const { after } = await openProject(path, files);
      const fixed = after('update-without-where', /no row is written$/);
      assert.ok(fixed);
      const [asWritten, instead] = [await run(files), await run(fixed)];
      assert.deepEqual(instead.rows, asWritten.rows);
      assert.deepEqual(instead.schema, asWritten.schema);
      assert.ok(asWritten.written);
      assert.ok(!instead.written, fixed[path]);
    });
});
