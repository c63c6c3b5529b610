/** A default in place of an UPDATE that fills a new column: what is written, and where nothing is. On servers: test/postgres/alembicDefaults.test.ts. */
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';

const revision = (id: string, before: string, up: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\n\nrevision = "${id}"\ndown_revision = ${before}\n\n\ndef upgrade():\n${up}\n`;

const first = `    op.execute("CREATE TABLE t (id bigint PRIMARY KEY, a text)")
    op.execute("CREATE TABLE s.t (id bigint PRIMARY KEY, a text)")`;
const path = 'versions/0002_b.py';

async function fixed(up: string): Promise<string | null> {
  const files = { 'versions/0001_a.py': revision('0001', 'None', first), [path]: revision('0002', '"0001"', up) };
  const { after } = await openProject(path, files);
  for (const rule of ['update-without-where', 'data-change-while-locked']) {
    const text = after(rule, /no row is written$/)?.[path];
    if (text !== undefined) return text.slice(revision('0002', '"0001"', '').length - 1);
  }
  return null;
}

const add = '    op.add_column("t", sa.Column("d", sa.Text()))';

describe('A default in place of an UPDATE', () => {
  const written: readonly (readonly [what: string, up: string, expected: string])[] = [
    [
      'a string',
      `${add}\n    op.execute("UPDATE t SET d = 'it''s'")`,
      `    op.add_column("t", sa.Column("d", sa.Text(), server_default="it's"))\n    op.alter_column("t", "d", server_default=None)\n`,
    ],
    [
      'a number, and NOT NULL behind it, with the comments that stand elsewhere',
      `    op.add_column(
        't',
        sa.Column(
            'd',
            sa.Integer(),  # how many
            nullable=True,
        ),
    )
    # begin with one
    op.execute('UPDATE t SET d = 1 WHERE d IS NULL')
    op.alter_column('t', 'd', nullable=False)  # later
    op.execute("SELECT 1")`,
      `    op.add_column(
        't',
        sa.Column(
            'd',
            sa.Integer(),  # how many
            nullable=False,
            server_default=sa.text('1'),
        ),
    )
    # begin with one
    op.alter_column('t', 'd', server_default=None)
    op.execute("SELECT 1")
`,
    ],
    [
      'in a schema, with another column between',
      `    op.add_column("t", sa.Column("d", sa.Boolean(), nullable=False), schema="s")
    op.add_column("t", sa.Column("e", sa.Text()))
    op.execute("UPDATE s.t SET d = true")`,
      `    op.add_column("t", sa.Column("d", sa.Boolean(), nullable=False, server_default=sa.text("true")), schema="s")
    op.add_column("t", sa.Column("e", sa.Text()))
    op.alter_column("t", "d", server_default=None, schema="s")
`,
    ],
    [
      'by a construct',
      `${add}\n    t = sa.table("t", sa.column("d", sa.Text()))\n    op.execute(t.update().values(d="x"))`,
      `    op.add_column("t", sa.Column("d", sa.Text(), server_default="x"))\n    t = sa.table("t", sa.column("d", sa.Text()))\n    op.alter_column("t", "d", server_default=None)\n`,
    ],
  ];
  for (const [what, up, expected] of written)
    it(what, async () => {
      assert.equal(await fixed(up), expected);
    });

  const not: readonly (readonly [what: string, up: string])[] = [
    ['a column that was there', `    op.execute("UPDATE t SET a = 'x'")`],
    ['another column', `${add}\n    op.execute("UPDATE t SET a = 'x'")`],
    ['a value of the row', `${add}\n    op.execute("UPDATE t SET d = a")`],
    ['a value of the moment', `${add}\n    op.execute("UPDATE t SET d = now()::text")`],
    ['nothing', `${add}\n    op.execute("UPDATE t SET d = NULL")`],
    ['some rows', `${add}\n    op.execute("UPDATE t SET d = 'x' WHERE a IS NULL")`],
    ['two columns', `${add}\n    op.execute("UPDATE t SET d = 'x', a = 'y'")`],
    [
      'a default already',
      `    op.add_column("t", sa.Column("d", sa.Text(), server_default="y"))\n    op.execute("UPDATE t SET d = 'x'")`,
    ],
    [
      'rows in between',
      `${add}\n    op.execute("INSERT INTO t (id, d) VALUES (1, 'y')")\n    op.execute("UPDATE t SET d = 'x'")`,
    ],
    [
      'a condition',
      `${add}\n    if sa.inspect(op.get_bind()).has_table("t"):\n        op.execute("UPDATE t SET d = 'x'")`,
    ],
    ['a value that nobody knows', `${add}\n    op.execute(f"UPDATE t SET d = '{value()}'")`],
    [
      'an autocommit block',
      `${add}\n    with op.get_context().autocommit_block():\n        op.execute("UPDATE t SET d = 'x'")`,
    ],
    ['two on a line', `${add}; op.execute("UPDATE t SET d = 'x'")`],
    [
      'a loop',
      `    for name in ["d", "e"]:\n        op.add_column("t", sa.Column(name, sa.Text()))\n        op.execute(f"UPDATE t SET {name} = 'x'")`,
    ],
  ];
  for (const [what, up] of not)
    it(`nothing for ${what}`, async () => {
      assert.equal(await fixed(up), null);
    });
});
