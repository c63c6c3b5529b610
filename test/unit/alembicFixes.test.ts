/** Quick fixes in Python: what is written, and where nothing is. What the result does on a server: test/postgres/alembicFixes.test.ts. */
import assert from 'node:assert/strict';
import { type Files, openProject } from '../harness/project.ts';

const first = `revision = "0001"
down_revision = None

from alembic import op


def upgrade():
    op.execute("CREATE TABLE t (id bigint PRIMARY KEY, a text, b integer)")
`;

const revision = (up: string, down = '    pass', top = 'from alembic import op\nimport sqlalchemy as sa\n'): string =>
  `${top}
revision = "0002"
down_revision = "0001"


def upgrade():
${up}


def downgrade():
${down}
`;

const path = 'versions/0002_b.py';

async function fixed(text: string, rule: string, title: RegExp): Promise<Files | null> {
  const files = { 'versions/0001_a.py': first, [path]: text };
  return (await openProject(path, files)).after(rule, title);
}

const block = /autocommit block/;
const index = 'index-without-concurrently';

describe('Fixes in Alembic revisions keep the layout', () => {
  const cases: readonly (readonly [what: string, rule: string, title: RegExp, up: string, expected: string])[] = [
    [
      'a keyword behind the last argument',
      'foreign-key-without-not-valid',
      /of its own/,
      '    op.create_foreign_key("f", "t", "t", ["b"], ["id"])  # why',
      '    op.create_foreign_key("f", "t", "t", ["b"], ["id"], postgresql_not_valid=True)  # why',
    ],
    [
      'a keyword on a line of its own, with the comma that the others have',
      'foreign-key-without-not-valid',
      /of its own/,
      '    op.create_foreign_key(\n        "f", "t", "t",\n        ["b"],\n        ["id"],  # why\n    )',
      '    op.create_foreign_key(\n        "f", "t", "t",\n        ["b"],\n        ["id"],  # why\n        postgresql_not_valid=True,\n    )',
    ],
    [
      'a keyword that says otherwise is changed',
      'foreign-key-without-not-valid',
      /of its own/,
      '    op.create_foreign_key("f", "t", "t", ["b"], ["id"], postgresql_not_valid=False)',
      '    op.create_foreign_key("f", "t", "t", ["b"], ["id"], postgresql_not_valid=True)',
    ],
    [
      'a block moves the lines of a call, not those of its strings',
      index,
      block,
      '    # why\n    op.create_index(\n        "i",\n        "t",\n        [sa.text("""lower(\na)""")],\n    )  # slow\n    op.execute("SELECT 1")',
      '    # why\n    with op.get_context().autocommit_block():\n        op.create_index(\n            "i",\n            "t",\n            [sa.text("""lower(\na)""")],\n            postgresql_concurrently=True,\n        )  # slow\n    op.execute("SELECT 1")',
    ],
    [
      'values of variables stay variables',
      index,
      block,
      '    name = "i"\n    op.create_index(name, "t", ["a"])',
      '    name = "i"\n    with op.get_context().autocommit_block():\n        op.create_index(name, "t", ["a"], postgresql_concurrently=True)',
    ],
    [
      'under a condition',
      index,
      block,
      '    if sa.inspect(op.get_bind()).has_table("t"):\n        op.create_index("i", "t", ["a"])',
      '    if sa.inspect(op.get_bind()).has_table("t"):\n        with op.get_context().autocommit_block():\n            op.create_index("i", "t", ["a"], postgresql_concurrently=True)',
    ],
    [
      'a part of a call is left out where a statement of its own does it',
      index,
      block,
      '    op.add_column("t", sa.Column("c", sa.Text(), index=True, nullable=True))',
      '    with op.get_context().autocommit_block():\n        op.add_column("t", sa.Column("c", sa.Text(), nullable=True))\n        op.create_index("ix_t_c", "t", ["c"], postgresql_concurrently=True)',
    ],
    [
      'SQL stays SQL',
      index,
      block,
      "    op.execute('CREATE INDEX i ON t (a)')",
      "    with op.get_context().autocommit_block():\n        op.execute('CREATE INDEX CONCURRENTLY i ON t (a)')",
    ],
    [
      'each of several changes of a column is made by itself',
      'set-not-null-scans-table',
      block,
      '    op.alter_column("t", "a", nullable=False, server_default="12:30")',
      `    with op.get_context().autocommit_block():
        op.create_check_constraint(
            op.f("t_a_not_null_check"),
            "t",
            "a IS NOT NULL",
            postgresql_not_valid=True,
        )
        op.execute("ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null_check")
        op.alter_column("t", "a", nullable=False)
        op.drop_constraint(op.f("t_a_not_null_check"), "t")
        op.alter_column("t", "a", server_default="12:30")`,
    ],
  ];
  for (const [what, rule, title, up, expected] of cases)
    it(what, async () => {
      assert.equal((await fixed(revision(up), rule, title))?.[path], revision(expected));
    });

  it('a type that is there already is used, the others are created as they were', async () => {
    const before = first.replace('b integer)', "b integer); CREATE TYPE kind AS ENUM ('x')");
    const table = (kind: string): string => `    op.create_table(
        "u",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("k", ${kind}),
        sa.Column("o", sa.Enum("y", name="other")),
    )`;
    const files = { 'versions/0001_a.py': before, [path]: revision(table('sa.Enum("x", name="kind")')) };
    const { after } = await openProject(path, files);
    assert.equal(
      after('type-already-exists')?.[path],
      revision(
        table('postgresql.ENUM("x", name="kind", create_type=False)'),
        undefined,
        'from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n',
      ),
    );
  });

  it('the type of a new column is created first, and dropped at the end of the way back', async () => {
    const add = '    op.add_column("t", sa.Column("k", kind))';
    const top = 'from alembic import op\nimport sqlalchemy as sa\n\nkind = sa.Enum("x", name="kind")\n';
    const down = '    op.drop_column("t", "k")  # gone';
    assert.equal(
      (await fixed(revision(add, down, top), 'enum-type-not-created', /first/))?.[path],
      revision(
        `    kind.create(op.get_bind(), checkfirst=True)\n${add}`,
        `${down}\n    kind.drop(op.get_bind(), checkfirst=True)`,
        top,
      ),
    );
  });

  it('another name of op, tabs, and lines that end as Windows has them', async () => {
    const top = 'from alembic import context, op as o\n';
    const text = revision("\to.create_index('i', 't', ['a'])", '\tpass', top).replaceAll('\n', '\r\n');
    const expected = revision(
      "\twith o.get_context().autocommit_block():\n\t\to.create_index('i', 't', ['a'], postgresql_concurrently=True)",
      '\tpass',
      top,
    ).replaceAll('\n', '\r\n');
    assert.equal((await fixed(text, index, block))?.[path], expected);
  });

  it("names by the application's convention stay its business", async () => {
    const key = (more: string): string => revision(`    op.create_foreign_key(None, "t", "t", ["b"], ["id"]${more})`);
    const files = {
      'env.py': `from alembic import context
from sqlalchemy import MetaData

target_metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"})
context.configure(target_metadata=target_metadata)
`,
      'versions/0001_a.py': first,
      [path]: key(''),
    };
    const { after } = await openProject(path, files);
    const all = after('foreign-key-without-not-valid', /of its own/);
    assert.equal(all?.[path], key(', postgresql_not_valid=True'));
    assert.match(JSON.stringify(all), /VALIDATE CONSTRAINT fk_t_b/);
  });

  it('what another revision builds is no longer dropped here', async () => {
    const up = '    op.create_index("i", "t", ["a"])\n    op.execute("SELECT 1")';
    const moved = await fixed(revision(up, '    op.drop_index("i", "t")'), index, /of its own/);
    assert.equal(
      moved?.[path],
      revision(
        '    # The index i follows in a migration of its own\n    op.execute("SELECT 1")',
        '    # i is dropped by the revision that builds it\n    pass',
      ),
    );
  });
});

describe('No fix is offered in Alembic revisions', () => {
  const cases: readonly (readonly [what: string, up: string, down?: string])[] = [
    ['in a loop', '    for n in ["a", "b"]:\n        op.create_index("i_" + n, "t", [n])'],
    [
      'in a function that is called twice',
      '    def make(n):\n        op.create_index("i_" + n, "t", [n])\n    make("a")\n    make("b")',
    ],
    ['for a part of another statement', '    x = op.create_index("i", "t", ["a"])'],
    ['beside others on a line', '    op.create_index("i", "t", ["a"]); op.execute("SELECT 1")'],
    [
      'in a batch, which runs at its end',
      '    with op.batch_alter_table("t") as batch_op:\n        batch_op.create_index("i", ["a"])',
    ],
    ['for SQL with a part that is not known', '    op.execute(f"CREATE INDEX i ON t ({columns()})")'],
    ['for SQL of several strings', '    op.execute("CREATE INDEX i " + "ON t (a)")'],
  ];
  for (const [what, up] of cases)
    it(what, async () => assert.equal(await fixed(revision(up), index, /block|of its own/), null));

  it('that would leave upgrade() without a statement', async () =>
    assert.equal(await fixed(revision('    op.create_index("i", "t", ["a"])'), index, /of its own/), null));

  it('that would leave downgrade() with what is not there', async () => {
    const up = '    op.create_index("i", "t", ["a"])\n    op.execute("SELECT 1")';
    for (const down of ['    for n in ["i"]:\n        op.drop_index(n)', '    helper(op)'])
      assert.equal(await fixed(revision(up, down), index, /of its own/), null, down);
  });

  it('where op is not imported', async () =>
    assert.equal(await fixed(revision('    op.create_index("i", "t", ["a"])', '    pass', ''), index, block), null));
});

describe('A new revision is written as the last one is', () => {
  const last = `"""last

Revision ID: ae1027a6acf
Revises: 0001
Create Date: 2024-01-31 09:30:11.123456+00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from app.models import Thing


# revision identifiers, used by Alembic.
revision: str = 'ae1027a6acf'
down_revision: Union[str, None] = '0001'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade():
  op.create_foreign_key("f", "t", "t", ["b"], ["id"])


def downgrade():
  op.drop_constraint("f", "t")
`;
  const added = async (name: string, text: string): Promise<[string, string]> => {
    const files = { 'versions/0001_a.py': first, [name]: text };
    const { after } = await openProject(name, files);
    const all = after('foreign-key-without-not-valid', /of its own/);
    const [made, ...more] = Object.entries(all ?? {}).filter(([n]) => !(n in files));
    assert.ok(made && more.length === 0);
    return made;
  };

  it('its docstring, names with types, quotes and indents; not what only that one needs', async () => {
    const [name, text] = await added('versions/2024_01_31_0930-ae1027a6acf_last.py', last);
    const id = /^revision: str = '(\w{12})'$/m.exec(text)?.[1] ?? '';
    assert.equal(name, `versions/2026_03_04_0506-${id}_validate_f.py`);
    assert.equal(
      text,
      `"""validate f

Revision ID: ${id}
Revises: ae1027a6acf
Create Date: 2026-03-04 05:06:07.000000+00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision: str = '${id}'
down_revision: Union[str, None] = 'ae1027a6acf'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade():
  with op.get_context().autocommit_block():
    op.execute('ALTER TABLE t VALIDATE CONSTRAINT f')


def downgrade():
  pass
`,
    );
  });

  it('its name: by the id alone, or as Alembic has it where the name tells nothing', async () => {
    assert.match((await added('versions/ae1027a6acf.py', last))[0], /^versions\/[0-9a-f]{12}\.py$/);
    assert.match((await added('versions/add_x.py', last))[0], /^versions\/[0-9a-f]{12}_validate_f\.py$/);
    assert.match((await added('versions/V7_ae1027a6acf-last.py', last))[0], /^versions\/[0-9a-f]{12}_validate_f\.py$/);
    assert.match(
      (await added('versions/20240131-ae1027a6acf-last.py', last))[0],
      /^versions\/20260304-[0-9a-f]{12}-validate_f\.py$/,
    );
  });
});
