// What a downgrade() forgets, written by the fix and run by Alembic on a real server with rows in the tables: behind the revision
// and its way back the schema is as it was, which it is not without.
import assert from 'node:assert/strict';
import { type Files, openProject } from '../harness/project.ts';
import { alembic, hasAlembic } from './harness/alembic.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { filled } from './harness/filledDatabases.ts';
import { schemaDump } from './harness/schemaDump.ts';
import { type TestDatabase, testedVersions } from './harness/servers.ts';

const schema = `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(60) DEFAULT 'x' NOT NULL, mood mood DEFAULT 'ok', score numeric(10, 2), status text DEFAULT 'new' NOT NULL);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint CONSTRAINT orders_customer_id_fkey REFERENCES customers (id) ON DELETE CASCADE,
  code text CONSTRAINT orders_code_check CHECK (code <> ':x'),
  note text DEFAULT 'it''s'
);
CREATE INDEX orders_code_idx ON orders (lower(code)) WHERE code IS NOT NULL;
CREATE VIEW codes AS SELECT code FROM orders;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touched();
`;

interface Case {
  readonly what: string;
  readonly up: string;
  /** Null: there is no downgrade(). */
  readonly down: string | null;
  /** What the fix makes of it; null: nothing is offered. */
  readonly fixed: string | null;
}

const cases: readonly Case[] = [
  {
    what: 'the type that create_table has created goes behind its table',
    up: `    op.create_table("k", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("kind", sa.Enum("a", name="kind")))`,
    down: `    op.drop_table("k")  # gone`,
    fixed: `    op.drop_table("k")  # gone
    op.execute("DROP TYPE kind")`,
  },
  {
    what: 'columns, constraints and indexes that are left, the last one first',
    up: `    op.add_column("orders", sa.Column("total", sa.Integer()))
    op.add_column("orders", sa.Column("parent", sa.BigInteger()))
    op.create_foreign_key(None, "orders", "orders", ["parent"], ["id"])
    op.create_unique_constraint("uq", "orders", ["total"])
    op.create_check_constraint("positive", "orders", "total > 0")
    op.create_index("ix_total", "orders", ["total", "code"])`,
    down: `    '''Nothing yet.'''
    op.drop_column('orders', 'parent')`,
    fixed: `    '''Nothing yet.'''
    op.drop_index("ix_total", table_name="orders")
    op.drop_constraint("positive", "orders", type_="check")
    op.drop_constraint("uq", "orders", type_="unique")
    op.drop_column("orders", "total")
    op.drop_column('orders', 'parent')`,
  },
  {
    what: 'columns as they were',
    up: `    op.alter_column("customers", "email", nullable=True, server_default=None, type_=sa.Text())
    op.alter_column("customers", "score", type_=sa.Text())
    op.alter_column("customers", "mood", type_=sa.Text())
    op.add_column("customers", sa.Column("age", sa.Integer()))`,
    down: '    pass',
    fixed: `    op.drop_column("customers", "age")
    op.alter_column(
        "customers",
        "score",
        type_=sa.Numeric(10, 2),
        postgresql_using="score::numeric(10, 2)",
    )
    op.alter_column("customers", "mood", server_default=None)
    op.execute(
        "ALTER TABLE customers ALTER COLUMN mood TYPE mood USING mood::text::mood"
    )
    op.alter_column("customers", "mood", server_default=sa.text("'ok'"))
    op.alter_column("customers", "email", type_=sa.String(length=60))
    op.alter_column("customers", "email", server_default=sa.text("'x'"))
    op.alter_column("customers", "email", nullable=False)`,
  },
  {
    what: 'what was dropped is created again from what the files tell of it',
    up: `    op.execute("DROP VIEW codes")
    op.drop_index("orders_code_idx")
    op.drop_constraint("orders_code_check", "orders")
    op.drop_constraint("orders_customer_id_fkey", "orders")
    op.drop_column("orders", "note")
    op.execute("DROP TRIGGER touch ON orders")
    op.create_table("k", sa.Column("id", sa.BigInteger(), primary_key=True))`,
    down: `    op.drop_table("k")`,
    fixed: `    op.add_column(
        "orders",
        sa.Column("note", sa.Text(), server_default=sa.text("'it''s'")),
    )
    op.create_check_constraint("orders_code_check", "orders", "code <> '\\\\:x'")
    op.create_foreign_key(
        "orders_customer_id_fkey",
        "orders",
        "customers",
        ["customer_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.execute(
        "CREATE INDEX orders_code_idx ON orders ((lower(code))) WHERE code IS NOT NULL"
    )
    op.execute("""CREATE VIEW codes
AS SELECT code
FROM orders""")
    op.execute("""CREATE TRIGGER touch
  BEFORE UPDATE ON orders
  FOR EACH ROW
  EXECUTE FUNCTION touched()""")
    op.drop_table("k")`,
  },
  {
    what: 'a table comes again with all that belongs to it',
    up: `    op.execute("DROP TABLE orders CASCADE")
    op.create_table("k", sa.Column("id", sa.BigInteger(), primary_key=True))`,
    down: null,
    fixed: `    op.drop_table("k")
    op.execute("""CREATE TABLE orders (
  id bigint NOT NULL,
  customer_id bigint,
  code text,
  note text DEFAULT 'it''s',
  CONSTRAINT orders_code_check CHECK (code <> '\\\\:x'),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
)""")
    op.execute(
        "CREATE INDEX orders_code_idx ON orders ((lower(code))) WHERE code IS NOT NULL"
    )
    op.create_foreign_key(
        "orders_customer_id_fkey",
        "orders",
        "customers",
        ["customer_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.execute("""CREATE TRIGGER touch
  BEFORE UPDATE ON orders
  FOR EACH ROW
  EXECUTE FUNCTION touched()""")
    op.execute("""CREATE VIEW codes
AS SELECT code
FROM orders""")`,
  },
  {
    what: 'where there is no downgrade() it is written as upgrade() is',
    up: `    op.create_table("k", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.create_table(
        "l",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("k", sa.BigInteger(), sa.ForeignKey("k.id")),
    )`,
    down: null,
    fixed: `    op.drop_table("l")
    op.drop_table("k")`,
  },
  {
    what: 'a column that must have a value comes again with its default',
    up: `    op.drop_column("customers", "status")
    op.add_column("customers", sa.Column("state", sa.Text()))`,
    down: '    op.drop_column("customers", "state")',
    fixed: `    op.add_column(
        "customers",
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
    )
    op.drop_column("customers", "state")`,
  },
  {
    what: 'without a default it could not, where there are rows',
    up: `    op.drop_constraint("customers_pkey", "customers")
    op.drop_column("customers", "id")
    op.add_column("customers", sa.Column("state", sa.Text()))`,
    down: '    op.drop_column("customers", "state")',
    fixed: null,
  },
  {
    what: 'nothing is offered where a value of an enum is gone',
    up: `    op.execute("ALTER TABLE customers ALTER mood DROP DEFAULT")
    op.execute("ALTER TABLE customers ALTER mood TYPE text")
    op.execute("DROP TYPE mood")
    op.execute("CREATE TYPE mood AS ENUM ('sad')")`,
    down: '    op.execute("SELECT 1")',
    fixed: null,
  },
  {
    what: 'an enum that has got a value, and another name of a type',
    up: `    op.execute("ALTER TYPE mood ADD VALUE 'fine'")
    op.execute("CREATE TYPE other AS ENUM ('a')")
    op.execute("CREATE SEQUENCE numbers")`,
    down: `    op.execute("DROP SEQUENCE numbers")`,
    fixed: `    op.execute("DROP SEQUENCE numbers")
    op.execute("DROP TYPE other")`,
  },
  {
    what: 'a type that what is dropped below still uses goes last',
    up: `    op.create_table("k", sa.Column("kind", sa.Enum("a", name="kind")))
    op.add_column("orders", sa.Column("extra", sa.Text()))`,
    down: `    op.drop_table("k")`,
    fixed: `    op.drop_column("orders", "extra")
    op.drop_table("k")
    op.execute("DROP TYPE kind")`,
  },
  {
    what: 'a table that another one refers to goes behind it',
    up: `    op.create_table("k", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.create_table("l", sa.Column("k", sa.BigInteger(), sa.ForeignKey("k.id")))`,
    down: `    op.drop_table("l")`,
    fixed: `    op.drop_table("l")
    op.drop_table("k")`,
  },
];

const head = (id: string, before: string): string => `"""A revision."""
from alembic import op
import sqlalchemy as sa

revision = "${id}"
down_revision = ${before}


`;

const revision = (id: string, before: string, up: string, down: string | null): string =>
  `${head(id, before)}def upgrade() -> None:\n${up}\n${down === null ? '' : `\n\ndef downgrade() -> None:\n${down}\n`}`;

const path = 'alembic/versions/0002_b.py';

function filesOf({ up, down }: Pick<Case, 'up' | 'down'>): Files {
  const files: Record<string, string> = {
    'alembic/versions/0001_a.py': revision('0001', 'None', `    op.execute(${JSON.stringify(schema)})`, '    pass'),
    [path]: revision('0002', '"0001"', up, down),
  };
  // where the others can be undone, one that cannot is told
  for (let n = 3; n < 10; n++)
    files[`alembic/versions/000${n}_x.py`] = revision(
      `000${n}`,
      `"000${n - 1}"`,
      `    op.create_table("x${n}", sa.Column("id", sa.Integer()))`,
      `    op.drop_table("x${n}")`,
    );
  return files;
}

const rules = ['backward-step-incomplete', 'backward-step-missing'];

onEachVersion('what a downgrade forgets', ({ version, freshDatabase }) => {
  if (version !== testedVersions.at(-1)) return;

  before(function () {
    if (!hasAlembic()) this.skip();
  });

  const dumpOf = async (database: TestDatabase): Promise<string[]> => {
    const client = await database.client();
    try {
      const { rows } = await client.query(
        "SELECT 'enum ' || enumtypid::regtype || ' ' || string_agg(enumlabel, ' ' ORDER BY enumsortorder) AS line FROM pg_enum WHERE enumlabel <> 'fine' GROUP BY enumtypid",
      );
      return [...(await schemaDump(client)), ...rows.map((r) => r.line as string).sort()];
    } finally {
      await client.end();
    }
  };

  /** The schema before the revision, and behind it and its way back. */
  async function wayOf(files: Files): Promise<[string[], string[]]> {
    const database = await filled(await freshDatabase(), schema);
    alembic(files, database, [['stamp', '0001']]);
    const first = await dumpOf(database);
    alembic(files, database, [
      ['upgrade', '0002'],
      ['downgrade', '0001'],
    ]);
    return [first, await dumpOf(database)];
  }

  for (const example of cases)
    it(example.what, async () => {
      const files = filesOf(example);
      const project = await openProject(path, files);
      const found = project.service.diagnostics(project.uri).filter((d) => rules.includes(String(d.code)));
      assert.equal(found.length, 1);
      const after = project.after(String(found[0]?.code));
      if (example.fixed === null) {
        assert.equal(after, null);
        return;
      }
      assert.ok(after);
      assert.equal(after[path], filesOf({ ...example, down: example.fixed })[path]);
      if (example.down !== null) {
        const [was, is] = await wayOf(files);
        assert.notDeepEqual(is, was);
      }
      const [was, is] = await wayOf(after);
      assert.deepEqual(is, was);
      const again = await openProject(path, after);
      assert.deepEqual(
        again.service.diagnostics(again.uri).filter((d) => rules.includes(String(d.code))),
        [],
      );
    });
});
