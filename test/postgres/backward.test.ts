// Ways back, on real servers: what is said of a migration's backward part is what running it forward and back shows, and where
// nothing is said the schema is as it was.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { upAndDown } from './harness/upAndDown.ts';

/** What the tables are like before the migration at hand. */
const before = `CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age integer DEFAULT 0, note varchar(20));
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_note ON users (note) WHERE note IS NOT NULL;
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, user_id bigint CONSTRAINT orders_user REFERENCES users, total numeric(10,2) CONSTRAINT positive CHECK (total > 0));
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE VIEW emails AS SELECT id, email FROM users;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touched();
`;

/** `said`: null where nothing is; otherwise what the finding says. */
const cases: readonly { up: string; down: string; said: RegExp | null }[] = [
  { up: 'CREATE TABLE a (id int);', down: 'DROP TABLE a;', said: null },
  { up: 'CREATE TABLE a (id serial PRIMARY KEY);', down: 'DROP TABLE a;', said: null },
  { up: 'CREATE TABLE a (id int); CREATE TABLE b (id int);', down: 'DROP TABLE a;', said: /table b is still there/ },
  { up: 'CREATE TABLE a (m mood);', down: 'DROP TABLE a; DROP TYPE mood;', said: /type mood is not there again/ },
  { up: "CREATE TYPE size AS ENUM ('s', 'm');", down: 'SELECT 1;', said: /type size is still there/ },
  { up: 'CREATE DOMAIN positive_int AS int CHECK (VALUE > 0);', down: 'DROP DOMAIN positive_int;', said: null },
  { up: 'ALTER TABLE users ADD COLUMN x int;', down: 'ALTER TABLE users DROP COLUMN x;', said: null },
  {
    up: 'ALTER TABLE users ADD x int, ADD y int;',
    down: 'ALTER TABLE users DROP x;',
    said: /column users\.y is still there/,
  },
  { up: 'ALTER TABLE users DROP COLUMN age;', down: 'ALTER TABLE users ADD COLUMN age integer DEFAULT 0;', said: null },
  {
    up: 'ALTER TABLE users DROP COLUMN age;',
    down: 'ALTER TABLE users ADD COLUMN age integer;',
    said: /users\.age has no default, and had one/,
  },
  {
    up: 'ALTER TABLE users DROP COLUMN age;',
    down: 'ALTER TABLE users ADD COLUMN age bigint DEFAULT 0;',
    said: /users\.age is bigint, and was integer/,
  },
  {
    up: 'ALTER TABLE users DROP COLUMN note;',
    down: 'ALTER TABLE users ADD COLUMN note varchar(20);',
    said: /index users_note is not there again/,
  },
  {
    up: 'ALTER TABLE users DROP COLUMN email CASCADE;',
    down: 'ALTER TABLE users ADD COLUMN email text; CREATE UNIQUE INDEX users_email ON users (email); CREATE VIEW emails AS SELECT id, email FROM users;',
    said: /users\.email is nullable, and was NOT NULL/,
  },
  {
    up: 'ALTER TABLE users ALTER COLUMN note SET NOT NULL;',
    down: 'ALTER TABLE users ALTER COLUMN note DROP NOT NULL;',
    said: null,
  },
  {
    up: 'ALTER TABLE users ALTER COLUMN note TYPE text;',
    down: 'ALTER TABLE users ALTER COLUMN note TYPE varchar(30);',
    said: /users\.note is varchar\(30\), and was varchar\(20\)/,
  },
  {
    up: 'ALTER TABLE users ALTER COLUMN note TYPE text;',
    down: 'ALTER TABLE users ALTER COLUMN note TYPE character varying(20);',
    said: null,
  },
  { up: 'CREATE INDEX users_age ON users (age);', down: 'DROP INDEX users_age;', said: null },
  {
    up: 'CREATE INDEX users_age ON users (age);',
    down: 'DROP INDEX IF EXISTS users_ages;',
    said: /index users_age is still there/,
  },
  {
    up: 'DROP INDEX users_email;',
    down: 'CREATE INDEX users_email ON users (email);',
    said: /index users_email is another one/,
  },
  { up: 'DROP INDEX users_note;', down: 'CREATE INDEX users_note ON users (note) WHERE note IS NOT NULL;', said: null },
  {
    up: 'ALTER TABLE orders DROP CONSTRAINT orders_user;',
    down: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    said: null,
  },
  {
    up: 'ALTER TABLE orders DROP CONSTRAINT orders_user;',
    down: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;',
    said: /constraint orders_user of orders is another one/,
  },
  {
    up: 'ALTER TABLE orders DROP CONSTRAINT positive;',
    down: 'SELECT 1;',
    said: /constraint positive of orders is not there again/,
  },
  {
    up: 'ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 100) NOT VALID;',
    down: 'ALTER TABLE orders DROP CONSTRAINT small;',
    said: null,
  },
  {
    up: 'ALTER TABLE orders ADD PRIMARY KEY (id);',
    down: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;',
    said: null,
  },
  {
    up: 'ALTER TABLE orders ADD UNIQUE (user_id);',
    down: 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_key;',
    said: null,
  },
  {
    up: 'ALTER TABLE users RENAME COLUMN note TO remark;',
    down: 'ALTER TABLE users RENAME COLUMN remark TO note;',
    said: null,
  },
  { up: 'ALTER TABLE users RENAME TO people;', down: 'ALTER TABLE people RENAME TO users;', said: null },
  {
    up: 'ALTER TABLE users RENAME TO people;',
    down: 'SELECT 1;',
    said: /table people is still there|table users is not there again/,
  },
  { up: 'DROP VIEW emails;', down: 'CREATE VIEW emails AS SELECT id, email FROM users;', said: null },
  {
    up: 'DROP VIEW emails;',
    down: 'CREATE VIEW emails AS SELECT email FROM users;',
    said: /view emails has other columns/,
  },
  {
    up: 'CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;',
    down: 'DROP VIEW IF EXISTS n;',
    said: /materialized view m is still there/,
  },
  {
    up: "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2';",
    down: 'SELECT 1;',
    said: /function one\(\) keeps its new body/,
  },
  {
    up: "CREATE FUNCTION two(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';",
    down: 'DROP FUNCTION two(int);',
    said: null,
  },
  {
    up: "CREATE FUNCTION one(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';",
    down: 'DROP FUNCTION one();',
    said: /function one\(\) is/,
  },
  { up: 'DROP TRIGGER touch ON users;', down: 'SELECT 1;', said: /trigger touch of users is not there again/ },
  {
    up: 'ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (true);',
    down: 'DROP POLICY p ON users;',
    said: /row-level security of users is on, and was off/,
  },
  { up: 'CREATE SEQUENCE s;', down: 'DROP SEQUENCE s;', said: null },
  {
    up: 'DROP TABLE orders;',
    down: 'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, user_id bigint CONSTRAINT orders_user REFERENCES users, total numeric(10,2) CONSTRAINT positive CHECK (total > 0));',
    said: null,
  },
  {
    up: 'DROP TABLE orders;',
    down: 'CREATE TABLE orders (id bigint, user_id bigint CONSTRAINT orders_user REFERENCES users, total numeric(10,2) CONSTRAINT positive CHECK (total > 0));',
    said: /column orders\.id is/,
  },
  {
    up: 'CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p DEFAULT;',
    down: 'DROP TABLE p;',
    said: null,
  },
  {
    up: 'CREATE TABLE a (id int); CREATE INDEX i ON a (id);',
    down: 'DROP TABLE a; DROP INDEX i;',
    said: /There is no index i to drop any more/,
  },
  { up: 'CREATE TABLE a (id int);', down: 'DROP TABLE a; DROP TABLE a;', said: /There is no table a to drop any more/ },
  { up: 'DROP VIEW emails;', down: 'DROP VIEW emails;', said: /emails was dropped before/ },
  {
    up: "CREATE TYPE size AS ENUM ('s'); ALTER TABLE users ADD size size;",
    down: 'DROP TYPE size; ALTER TABLE users DROP size;',
    said: /Dropping size fails/,
  },
  { up: 'ALTER TABLE users ADD x int;', down: 'ALTER TABLE users DROP y;', said: /column/ },
];

onEachVersion('Ways back', ({ freshDatabase }) => {
  for (const { up, down, said } of cases)
    it(`${up} ← ${down}`, async () => {
      const file = `${rootUri}/m/2_b.sql`;
      const workspace = new Workspace(
        parser,
        filesInMemory({
          'm/1_a.sql': `-- +goose Up\n${before}`,
          'm/2_b.sql': `-- +goose Up\n${up}\n-- +goose Down\n${down}\n`,
        }),
        defaultConfiguration,
      );
      await workspace.scan([rootUri]);
      const client = await (await freshDatabase()).client();
      await check(workspace, file, `-- +goose Up\n${up}`.length, said, client);
    });
});

/** What is said of the file behind that offset is what running it forward and back shows. */
async function check(
  workspace: Workspace,
  file: string,
  from: number,
  said: RegExp | null,
  client: pg.Client,
): Promise<void> {
  const [history] = workspace.histories;
  assert.ok(history);
  const result = (await upAndDown(client, workspace, history, assert.fail)).get(file);
  assert.ok(result);
  const shown = (workspace.review(file)?.findings ?? [])
    .filter(({ range }) => range.start > from)
    .filter(({ finding }) => finding.severity === 'error' || finding.rule.startsWith('backward-step'))
    .map(({ finding }) => `${finding.severity}: ${finding.message}`);
  const isBack = result.error === null && result.left.length + result.missing.length === 0;
  assert.equal(said === null, isBack, `${result.error} left ${result.left} missing ${result.missing}`);
  if (said === null) return assert.deepEqual(shown, []);
  assert.match(shown.join('\n'), said);
  // an error is said of what fails, and of nothing else
  assert.equal(
    shown.some((s) => s.startsWith('error')),
    result.error !== null,
    String(result.error),
  );
}

const revision = (id: string, down: string, up: string, back: string): string => `"""words"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "${id}"
down_revision = ${down}


def upgrade():
    ${up.replaceAll('\n', '\n    ')}


def downgrade():
    ${back.replaceAll('\n', '\n    ')}
`;

/** `said` null, and `unsure`: it does not bring the schema back, and nothing is said, since the file does not tell all. */
const revisions: readonly { up: string; down: string; said: RegExp | null; unsure?: true }[] = [
  { up: 'op.add_column("users", sa.Column("x", sa.Integer()))', down: 'op.drop_column("users", "x")', said: null },
  {
    up: 'op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("u", sa.BigInteger(), sa.ForeignKey("users.id")))\nop.create_index("a_u", "a", ["u"])',
    down: 'op.drop_index("a_u", table_name="a")\nop.drop_table("a")',
    said: null,
  },
  {
    up: 'op.create_table("a", sa.Column("m", sa.Enum("x", "y", name="letter")))',
    down: 'op.drop_table("a")',
    said: /type letter is still there/,
  },
  {
    up: 'op.create_table("a", sa.Column("m", sa.Enum("x", "y", name="letter")))',
    down: 'op.drop_table("a")\nop.execute("DROP TYPE letter")',
    said: null,
  },
  {
    up: 'op.create_table("a", sa.Column("m", sa.Enum("x", "y", name="letter")))',
    down: 'op.drop_table("a")\nsa.Enum(name="letter").drop(op.get_bind())',
    said: null,
  },
  {
    up: 'op.add_column("users", sa.Column("x", sa.Integer()))\nop.add_column("users", sa.Column("y", sa.Integer()))',
    down: 'op.drop_column("users", "x")',
    said: /column users\.y is still there/,
  },
  {
    up: 'op.drop_column("users", "age")',
    down: 'op.add_column("users", sa.Column("age", sa.Integer()))',
    said: /users\.age has no default, and had one/,
  },
  {
    up: 'op.drop_column("users", "age")',
    down: 'op.add_column("users", sa.Column("age", sa.INTEGER(), server_default=sa.text("0"), autoincrement=False, nullable=True))',
    said: null,
  },
  {
    up: 'op.alter_column("users", "note", existing_type=sa.String(20), type_=sa.Text(), nullable=False)',
    down: 'op.alter_column("users", "note", existing_type=sa.Text(), type_=sa.String(20))',
    said: /users\.note is NOT NULL/,
  },
  {
    up: 'with op.batch_alter_table("users") as batch_op:\n    batch_op.alter_column("note", new_column_name="remark")',
    down: 'with op.batch_alter_table("users") as batch_op:\n    batch_op.alter_column("remark", new_column_name="note")',
    said: null,
  },
  {
    up: 'op.drop_constraint("orders_user", "orders", type_="foreignkey")\nop.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")',
    down: 'op.drop_constraint("orders_user", "orders", type_="foreignkey")\nop.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])',
    said: null,
  },
  {
    up: 'op.drop_constraint("orders_user", "orders", type_="foreignkey")\nop.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")',
    down: 'op.drop_constraint("orders_user", "orders", type_="foreignkey")',
    said: /constraint orders_user of orders is not there again/,
  },
  {
    up: 'op.create_index("i", "users", ["age"])\nop.drop_column("users", "age")',
    down: 'op.drop_index("i", table_name="users")\nop.add_column("users", sa.Column("age", sa.Integer(), server_default="0"))',
    said: /i was dropped before/,
  },
  {
    up: 'op.drop_table("orders")',
    down: 'op.drop_table("orders")',
    said: /orders/,
  },
  {
    up: 'op.execute("DO $$ BEGIN CREATE TABLE a (id int); END $$")',
    down: 'op.execute("DROP TABLE a")',
    said: null,
  },
  {
    up: 'op.execute("DO $$ BEGIN CREATE TABLE a (id int); CREATE TABLE b (id int); END $$")',
    down: 'op.execute("DROP TABLE a")',
    said: /table b is still there/,
  },
  // what the files do not tell
  {
    up: 'op.add_column("users", sa.Column("x", sa.Integer()))',
    down: 'if sa.inspect(op.get_bind()).has_table("nothing"):\n    op.drop_column("users", "x")',
    said: null,
    unsure: true,
  },
  {
    up: 'op.add_column("users", sa.Column("x", sa.Integer()))',
    down: 'for name in op.get_bind().execute(sa.text("SELECT 1 WHERE false")).fetchall():\n    op.drop_column("users", name)',
    said: null,
    unsure: true,
  },
];

onEachVersion("Ways back of Alembic's revisions", ({ freshDatabase }) => {
  for (const { up, down, said, unsure } of revisions)
    it(`${up} ← ${down}`, async () => {
      const files = {
        'v/a.py': revision('a', 'None', `op.execute("""${before}""")`, 'pass'),
        'v/b.py': revision('b', '"a"', up, down),
      };
      const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
      await workspace.scan([rootUri]);
      const uri = `${rootUri}/v/b.py`;
      const from = files['v/b.py'].indexOf('def downgrade');
      if (unsure) {
        const found = workspace.review(uri)?.findings.filter(({ range }) => range.start > from) ?? [];
        assert.deepEqual(
          found.filter(({ finding }) => finding.rule.startsWith('backward-step')).map((f) => f.finding.message),
          [],
        );
      } else await check(workspace, uri, from, said, await (await freshDatabase()).client());
    });
});
