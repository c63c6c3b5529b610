// Quick fixes in Python, by Alembic itself on real servers with rows in the tables: the revision and what follows it run, end
// in the same schema as they would have, lead back, and read or write no whole table while others have to wait.
import assert from 'node:assert/strict';
import { CodeActionKind } from 'vscode-languageserver-types';
import { type Files, openProject } from '../harness/project.ts';
import { alembic, hasAlembic } from './harness/alembic.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { filled } from './harness/filledDatabases.ts';
import { blockedWork, runFile } from './harness/runFile.ts';
import { schemaDump } from './harness/schemaDump.ts';
import { type TestDatabase, testedVersions } from './harness/servers.ts';

const schema = `CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint NOT NULL, customer_id bigint, code text, "Total" numeric);
CREATE INDEX orders_code_idx ON orders (code);
CREATE TYPE kind AS ENUM ('a', 'b');
`;

interface Case {
  readonly rule: string;
  /** The body of upgrade(), and of downgrade(). */
  readonly up: string;
  readonly down: string;
  /** Titles of the fixes, in order. */
  readonly fixes: readonly string[];
  /** What it fails with as it is. */
  readonly fails?: RegExp;
  /** The line of the schema that is another one on purpose, and what it is then. */
  readonly differs?: readonly [string, string];
}

const apart = 'in an autocommit block';
const ofItsOwnFirst = 'Add it NOT VALID, and VALIDATE it in a migration of its own';
const validated = `Add it NOT VALID, then VALIDATE it, ${apart}`;
const concurrently = `Create the index CONCURRENTLY, ${apart}`;
const moved = 'Create the index CONCURRENTLY in a migration of its own';

const cases: readonly Case[] = [
  {
    rule: 'index-without-concurrently',
    up: '    op.create_index("i", "orders", ["customer_id"])',
    down: '    op.drop_index("i")',
    fixes: [concurrently],
  },
  {
    rule: 'index-without-concurrently',
    up: `    op.add_column("orders", sa.Column("note", sa.Text()))
    # for the search
    op.create_index(
        op.f("ix_orders_Total"),
        'orders',
        [sa.text('lower(code)'), "Total"],  # both
        unique=True,
        postgresql_where=sa.text("code <> 'a\\\\:b'"),
    )  # slow`,
    down: `    # all of it
    op.drop_index(op.f("ix_orders_Total"), table_name="orders")
    op.drop_column("orders", "note")`,
    fixes: [moved, concurrently],
  },
  {
    rule: 'index-without-concurrently',
    up: `    op.add_column("orders", sa.Column("note", sa.Text(), index=True))`,
    down: `    op.drop_column("orders", "note")`,
    fixes: [moved, concurrently],
  },
  {
    rule: 'index-without-concurrently',
    up: `    op.execute("""
        CREATE INDEX i
            ON orders (customer_id)
    """)
    op.execute("SELECT 1")`,
    down: `    op.execute('DROP INDEX i')`,
    fixes: [moved, concurrently],
  },
  {
    rule: 'concurrently-in-transaction',
    up: '    op.create_index("i", "orders", ["customer_id"], postgresql_concurrently=True)',
    down: '    op.drop_index("i")',
    fixes: [`Run it by itself, ${apart}`],
    fails: /cannot run inside a transaction block/,
  },
  {
    rule: 'drop-index-without-concurrently',
    up: '    op.drop_index("orders_code_idx", table_name="orders")',
    down: '    op.create_index("orders_code_idx", "orders", ["code"])',
    fixes: [`Drop the index CONCURRENTLY, ${apart}`],
  },
  {
    rule: 'foreign-key-without-not-valid',
    up: `    op.create_foreign_key(
        "f", "orders", "customers",
        ["customer_id"], ["id"],
        ondelete="CASCADE"
    )`,
    down: '    op.drop_constraint("f", "orders", type_="foreignkey")',
    fixes: [ofItsOwnFirst, validated],
  },
  {
    rule: 'foreign-key-without-not-valid',
    up: '    op.create_foreign_key(None, "orders", "customers", ["customer_id"], ["id"])',
    down: '    op.execute("ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey")',
    fixes: [ofItsOwnFirst, validated],
  },
  {
    rule: 'check-without-not-valid',
    up: `    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_check_constraint("positive", '"Total" > 0')`,
    down: `    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_constraint("positive", type_="check")`,
    fixes: [ofItsOwnFirst],
  },
  {
    rule: 'check-without-not-valid',
    up: `    op.create_check_constraint("positive", "orders", sa.column("Total") > 0, **{})`,
    down: `    op.drop_constraint("positive", "orders")`,
    fixes: [ofItsOwnFirst, validated],
  },
  {
    rule: 'set-not-null-scans-table',
    up: `    op.alter_column("orders", "Total", existing_type=sa.Numeric(), nullable=False, server_default="0")`,
    down: `    op.alter_column("orders", "Total", existing_type=sa.Numeric(), nullable=True, server_default=None)`,
    fixes: [
      'Prove it by a CHECK here, and SET NOT NULL in a migration of its own',
      `Prove it first by a CHECK that is validated without blocking, ${apart}`,
    ],
  },
  {
    rule: 'unique-constraint-builds-index',
    up: `    op.create_unique_constraint("u", "orders", ["code", "Total"])
    op.execute("COMMENT ON TABLE orders IS 'x'")`,
    down: `    op.drop_constraint("u", "orders")
    op.execute("COMMENT ON TABLE orders IS NULL")`,
    fixes: [
      'Build the index CONCURRENTLY and add the constraint in a migration of its own',
      `Build the index CONCURRENTLY first, then add the constraint USING INDEX, ${apart}`,
    ],
  },
  {
    rule: 'json-instead-of-jsonb',
    up: '    op.add_column("orders", sa.Column("data", sa.JSON(), nullable=True))',
    down: '    op.drop_column("orders", "data")',
    fixes: ['Make it jsonb'],
    differs: ['column public.orders 5 data json -', 'column public.orders 5 data jsonb -'],
  },
  {
    rule: 'timestamp-without-time-zone',
    up: `    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.TIMESTAMP, server_default=sa.func.now()),
    )`,
    down: '    op.drop_table("events")',
    fixes: ['Make it timestamptz'],
    differs: [
      'column public.events 2 at timestamp without time zone - DEFAULT now()',
      'column public.events 2 at timestamp with time zone - DEFAULT now()',
    ],
  },
  {
    rule: 'serial-instead-of-identity',
    up: '    op.create_table("events", sa.Column("id", sa.BigInteger(), nullable=False), sa.PrimaryKeyConstraint("id"))',
    down: '    op.drop_table("events")',
    fixes: ['Make it an identity column'],
    differs: [
      "column public.events 1 id bigint - NOT NULL DEFAULT nextval('events_id_seq'::regclass)",
      'column public.events 1 id bigint - NOT NULL d',
    ],
  },
  {
    rule: 'type-already-exists',
    up: '    op.create_table("events", sa.Column("kind", sa.Enum("a", "b", name="kind"), index=True))',
    down: '    op.drop_table("events")',
    fixes: ['Use the type kind that is there'],
    fails: /type "kind" already exists/,
  },
  {
    rule: 'enum-type-not-created',
    up: '    op.add_column("orders", sa.Column("state", sa.Enum("a", "b", name="state"), nullable=True))',
    down: '    op.drop_column("orders", "state")',
    fixes: ['Create the type state first'],
    fails: /type "state" does not exist/,
  },
  {
    rule: 'lock-timeout-missing',
    up: '    op.add_column("orders", sa.Column("note", sa.Text()))',
    down: '    op.drop_column("orders", "note")',
    fixes: ['SET LOCAL lock_timeout before it'],
  },
];

/** Nothing is read or written there from end to end. */
const noWork = new Set([
  'lock-timeout-missing',
  'drop-index-without-concurrently',
  'json-instead-of-jsonb',
  'timestamp-without-time-zone',
  'serial-instead-of-identity',
]);

const revision = (id: string, down: string, up: string, back: string): string => `"""${id}

Revision ID: ${id}
Revises:${down === 'None' ? '' : ` ${JSON.parse(down)}`}
Create Date: 2024-01-02 03:04:05

"""
from alembic import op
import sqlalchemy as sa

revision = "${id}"
down_revision = ${down}


def upgrade() -> None:
${up}


def downgrade() -> None:
${back}
`;

const path = 'alembic/versions/0002_b.py';

const filesOf = ({ up, down }: Case): Files => ({
  'alembic/versions/0001_a.py': revision('0001', 'None', `    op.execute(${JSON.stringify(schema)})`, '    pass'),
  [path]: revision('0002', '"0001"', up, down),
});

const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

onEachVersion('fixes in Alembic revisions', ({ version, freshDatabase }) => {
  // what the fixes make of SQL is proven on every version by fixes.test.ts
  if (version !== testedVersions.at(-1)) return;

  before(function () {
    if (!hasAlembic()) this.skip();
  });

  /** With the tables of the first revision, with rows. */
  const begun = async (files: Files): Promise<TestDatabase> => {
    const database = await filled(await freshDatabase(), schema);
    alembic(files, database, [['stamp', '0001']]);
    return database;
  };
  const dumpOf = async (database: TestDatabase): Promise<string[]> => {
    const client = await database.client();
    try {
      return await schemaDump(client);
    } finally {
      await client.end();
    }
  };

  for (const example of cases) {
    const { rule, up, fixes, differs, fails } = example;
    const files = filesOf(example);
    let before: string[];
    let wanted: string[];

    it(`${rule}: ${up.trim().replaceAll(/\s+/g, ' ')}`, async () => {
      const { service, uri } = await openProject(path, files);
      const titles = service
        .codeActions(uri, everywhere, [CodeActionKind.QuickFix])
        .filter((a) => a.diagnostics?.[0]?.code === rule && !a.title.startsWith('Ignore'))
        .map((a) => a.title);
      assert.deepEqual(titles, fixes);
      const database = await begun(files);
      before = await dumpOf(database);
      // what fails as it is is made by the fix alone
      if (fails) {
        assert.throws(() => alembic(files, database, [['upgrade', 'head']]), fails);
        return;
      }
      alembic(files, database, [['upgrade', 'head']]);
      wanted = await dumpOf(database);
      const asWritten = await sqlOf(files);
      if (!noWork.has(rule)) assert.notDeepEqual(blockedWork(await runFile(await begun(files), asWritten, 'none')), []);
      alembic(files, database, [['downgrade', '0001']]);
      assert.deepEqual(await dumpOf(database), before);
    });

    /** From the first revision to the last. */
    async function sqlOf(of: Files): Promise<string> {
      return alembic(of, await begun(of), [['upgrade', '0001:head', '--sql']])[0] as string;
    }

    for (const title of fixes)
      it(`… ${title}`, async () => {
        const { after } = await openProject(path, files);
        const fixed = after(rule, new RegExp(`^${title}$`));
        assert.ok(fixed);
        const shown = JSON.stringify(fixed, null, 1);
        assert.equal(await findingsLeft(fixed, rule), 0, shown);

        const database = await begun(fixed);
        alembic(fixed, database, [['upgrade', 'head']]);
        const got = await dumpOf(database);
        if (wanted) assert.deepEqual(changedLines(wanted, got), differs ?? null, shown);
        alembic(fixed, database, [['downgrade', '0001']]);
        assert.deepEqual(await dumpOf(database), before, shown);
        alembic(fixed, database, [['upgrade', 'head']]);
        assert.deepEqual(await dumpOf(database), got, shown);

        assert.deepEqual(blockedWork(await runFile(await begun(fixed), await sqlOf(fixed), 'none')), [], shown);
      });
  }
});

/** The one line that changed, as it was and as it is; null when none did. */
function changedLines(before: readonly string[], after: readonly string[]): [string, string] | null {
  const gone = before.filter((line) => !after.includes(line));
  const come = after.filter((line) => !before.includes(line));
  if (gone.length === 0 && come.length === 0) return null;
  assert.ok(gone.length === 1 && come.length === 1, [...gone, ...come].join('\n'));
  return [gone[0] as string, come[0] as string];
}

/** In the revision and those behind it. */
async function findingsLeft(files: Files, rule: string): Promise<number> {
  let count = 0;
  for (const name of Object.keys(files).filter((n) => !n.endsWith('0001_a.py'))) {
    const { service, uri } = await openProject(name, files);
    count += service.diagnostics(uri).filter((d) => d.code === rule).length;
  }
  return count;
}
