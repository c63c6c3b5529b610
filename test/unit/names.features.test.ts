/** Hover on names, go to definition, find references: over the files of a history and those beside it. */
import assert from 'node:assert/strict';
import type { MarkupContent } from 'vscode-languageserver-types';
import { type AtCursor, atCursor } from '../harness/cursor.ts';

const history: Readonly<Record<string, string>> = {
  'migrations/001_users.sql': `-- +goose Up
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL DEFAULT 'x', feels mood);
CREATE TABLE "Order" (id int, user_id bigint REFERENCES users (id));
CREATE FUNCTION total(a int) RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM users WHERE id = a $$;
`,
  'migrations/002_age.sql': `-- +goose Up
ALTER TABLE users ADD COLUMN age int;
ALTER TABLE users RENAME COLUMN email TO mail;
CREATE INDEX users_age ON users (age, lower(mail));
`,
};

const revisions: Readonly<Record<string, string>> = {
  'versions/a1.py': `from alembic import op
import sqlalchemy as sa
revision = "a1"
down_revision = None

def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(20)))

def downgrade():
    op.drop_table("users")
`,
};

const revision = (call: string): Record<string, string> => ({
  ...revisions,
  'versions/b2.py': `from alembic import op\nimport sqlalchemy as sa\nrevision = "b2"\ndown_revision = "a1"\n\ndef upgrade():\n    ${call}\n`,
});

const query = (sql: string): Record<string, string> => ({ ...history, 'query.sql': sql });

const hover = ({ service, uri, position }: AtCursor): string | null =>
  (service.hover(uri, position)?.contents as MarkupContent | undefined)?.value ?? null;

/** `file:line text`. */
function definition({ service, uri, position }: AtCursor, files: Readonly<Record<string, string>>): string | null {
  const [found] = service.definition(uri, position);
  return found ? place(found.uri, found.range, files) : null;
}

type Range = { start: { line: number; character: number }; end: { line: number; character: number } };

function place(uri: string, { start, end }: Range, files: Readonly<Record<string, string>>): string {
  const path = uri.replace('file:///project/', '');
  const line = (files[path] ?? '').replace('‸', '').split('\n')[start.line] ?? '';
  assert.equal(start.line, end.line);
  return `${path.replace(/^\w+\//, '')}:${start.line + 1} ${line.slice(start.character, end.character)}`;
}

describe('Definitions of names', () => {
  const cases: readonly (readonly [sql: string, made: string | null])[] = [
    ['SELECT u.ma‸il FROM users u', '002_age.sql:3 mail'],
    ['SELECT mail FROM us‸ers u', '001_users.sql:3 users'],
    ['SELECT ‸u.mail FROM users u', '001_users.sql:3 users'],
    ['SELECT AG‸E FROM users', '002_age.sql:2 age'],
    ['SELECT * FROM "Or‸der"', '001_users.sql:4 "Order"'],
    ['SELECT * FROM "Order" o JOIN users u ON u.id = o.us‸er_id', '001_users.sql:4 user_id'],
    ['WITH c AS (SELECT id FROM users) SELECT ‸id FROM c', '001_users.sql:3 id'],
    ['WITH c AS (SELECT id FROM users) SELECT id FROM ‸c', 'query.sql:1 c'],
    ['INSERT INTO users (id, ‸age) VALUES (1, 2)', '002_age.sql:2 age'],
    ['INSERT INTO users (id) VALUES (1) ON CONFLICT (‸id) DO NOTHING', '001_users.sql:3 id'],
    ['UPDATE users SET ‸mail = 1', '002_age.sql:3 mail'],
    ['SELECT ‸total(1)', '001_users.sql:5 total'],
    ["SELECT 'ok'::‸mood", '001_users.sql:2 mood'],
    ['CREATE TABLE x (a mo‸od)', '001_users.sql:2 mood'],
    ['DROP INDEX users_‸age', '002_age.sql:4 users_age'],
    ['ALTER TABLE users DROP COLUMN ma‸il', '002_age.sql:3 mail'],
    ['ALTER TABLE users RENAME COLUMN ma‸il TO post', '002_age.sql:3 mail'],
    ['CREATE TABLE x (u bigint REFERENCES users (‸id))', '001_users.sql:3 id'],
    ['CREATE INDEX ON users (age, ‸id)', '001_users.sql:3 id'],
    ['CREATE INDEX ON users (lower(‸mail))', '002_age.sql:3 mail'],
    ['COMMENT ON COLUMN users.‸age IS $$$$', '002_age.sql:2 age'],
    ['DROP FUNCTION ‸total(int)', '001_users.sql:5 total'],
    ['CREATE TABLE ‸new (a int)', 'query.sql:1 new'],
    ['CREATE TABLE new (a int); SELECT ‸a FROM new', 'query.sql:1 a'],
    ['DROP TABLE users; CREATE TABLE users (mail int); SELECT ‸mail FROM users', 'query.sql:1 mail'],
    [
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET ‸age = 1; END $$',
      '002_age.sql:2 age',
    ],
    ['ALTER TABLE users DROP CONSTRAINT users_‸pkey', '001_users.sql:3 users'],
    ['DROP INDEX users_‸pkey', '001_users.sql:3 users'],
    ['ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE users VALIDATE CONSTRAINT ‸c', 'query.sql:1 c'],
    // nothing that the files tell
    ['SELECT ‸nothing FROM users', null],
    ['SELECT * FROM un‸known', null],
    ['ALTER TABLE unknown ADD COLUMN a int; SELECT * FROM un‸known', null],
    ['ALTER TABLE unknown ALTER COLUMN a SET NOT NULL; SELECT ‸a FROM unknown', null],
    ['SELECT ‸count(*) FROM users', null],
    ["SELECT 'us‸ers'", null],
    ['SEL‸ECT 1', null],
    ['-- us‸ers\nSELECT 1', null],
  ];
  for (const [sql, made] of cases)
    it(sql, async () => {
      const files = query(`${sql};\n`);
      assert.equal(definition(await atCursor(files), files), made);
    });

  it('in the migration that drops it', async () => {
    const files = { ...history, 'migrations/003_drop.sql': '-- +goose Up\nALTER TABLE users DROP COLUMN ‸age;\n' };
    assert.equal(definition(await atCursor(files), files), '002_age.sql:2 age');
  });

  const calls: readonly (readonly [call: string, made: string | null])[] = [
    ['op.add_column("us‸ers", sa.Column("age", sa.Integer))', 'a1.py:7 users'],
    ['op.drop_column("users", "em‸ail")', 'a1.py:7 email'],
    ['op.create_foreign_key("fk", "ord", "users", ["uid"], ["‸id"])', 'a1.py:7 id'],
    ['op.execute("SELECT em‸ail FROM users")', 'a1.py:7 email'],
    ['op.drop_column("users", "no‸thing")', null],
    // what the SQL of the call does not have, and what has no SQL
    ['op.drop_index("ix", table_name="us‸ers")', 'a1.py:7 users'],
    ['op.add_column("users", sa.Column("o", sa.Integer, sa.ForeignKey("us‸ers.id")))', 'a1.py:7 users'],
    ['op.alter_column("us‸ers", "email", type_=unknown())', 'a1.py:7 users'],
    ['op.drop_column("users", "em‸ail', 'a1.py:7 email'],
  ];
  for (const [call, made] of calls)
    it(call, async () => {
      const files = revision(call);
      assert.equal(definition(await atCursor(files), files), made);
    });
});

describe('Definitions of revisions', () => {
  const following = (assigned: string): Record<string, string> => ({
    ...revisions,
    'versions/a2.py': 'revision = "a2"\ndown_revision = "a1"\n\ndef upgrade():\n    pass\n',
    'versions/b2.py': `revision = "b2"\n${assigned}\n\ndef upgrade():\n    pass\n`,
  });
  const cases: readonly (readonly [assigned: string, made: string | null])[] = [
    ['down_revision = "‸a1"', 'a1.py:3 a1'],
    ["down_revision: Union[str, None] = 'a‸2'", 'a2.py:1 a2'],
    ['down_revision = (\n    "a1",\n    "‸a2",\n)', 'a2.py:1 a2'],
    ['down_revision = "a1"\ndepends_on = ["‸a2"]', 'a2.py:1 a2'],
    ['down_revision = "miss‸ing"', null],
    ['down_revision = "a1"\nother = "‸a2"', null],
  ];
  for (const [assigned, made] of cases)
    it(assigned, async () => {
      const files = following(assigned);
      assert.equal(definition(await atCursor(files), files), made);
    });
});

describe('Names in what undoes a migration', () => {
  const undoing = (call: string): Record<string, string> => ({
    ...revisions,
    'versions/b2.py': `from alembic import op\nimport sqlalchemy as sa\nrevision = "b2"\ndown_revision = "a1"\n\ndef upgrade():\n    op.drop_table("users")\n    op.create_table("later", sa.Column("a", sa.Integer))\n\ndef downgrade():\n    op.create_table("users", sa.Column("mail", sa.Text))\n    ${call}\n`,
  });

  it('stand for what is there behind the migration', async () => {
    assert.equal(hover(await atCursor(undoing('op.drop_table("lat‸er")')))?.split('\n')[1], 'CREATE TABLE later (');
  });

  it('and for what was undone before them', async () => {
    const text = hover(await atCursor(undoing('op.create_index("i", "users", ["ma‸il"])')));
    assert.equal(text?.split('\n')[1], 'users.mail text');
    const { service, uri, position } = await atCursor(undoing('op.create_index("i", "users", ["‸"])'));
    assert.deepEqual(
      service.completion(uri, position)?.items.map(({ label }) => label),
      ['mail'],
    );
  });
});

describe('Names in functions that downgrade() calls', () => {
  it('meet what it has undone', async () => {
    const files = {
      ...revisions,
      'versions/b2.py': `from alembic import op\nimport sqlalchemy as sa\nrevision = "b2"\ndown_revision = "a1"\n\ndef helper():\n    op.drop_index("i", table_name="lat‸er")\n\ndef upgrade():\n    op.create_table("later", sa.Column("a", sa.Integer, index=True))\n\ndef downgrade():\n    helper()\n`,
    };
    assert.equal(hover(await atCursor(files))?.split('\n')[1], 'CREATE TABLE later (');
  });
});

describe('Hover on names', () => {
  it('shows a table as it is at that place, and where it was created', async () => {
    const text = hover(await atCursor(query('SELECT * FROM us‸ers;\n')));
    assert.equal(
      text,
      "```sql\nCREATE TABLE users (\n  id bigint NOT NULL,\n  mail text DEFAULT 'x' NOT NULL,\n  feels mood,\n  age integer,\n" +
        '  CONSTRAINT users_pkey PRIMARY KEY (id)\n);\nCREATE INDEX users_age ON users (age, (lower(mail)));\n\n' +
        '-- referenced by "Order" ("Order_user_id_fkey")\n```\n\n' +
        'Created in [001_users.sql:3](file:///project/migrations/001_users.sql#L3)',
    );
  });

  it('shows it as it was in an earlier migration', async () => {
    const files = {
      ...history,
      'migrations/002_age.sql': (history['migrations/002_age.sql'] as string).replace(
        'TABLE users ADD',
        'TABLE us‸ers ADD',
      ),
    };
    const text = hover(await atCursor(files)) ?? '';
    assert.match(text, /email text DEFAULT 'x' NOT NULL/);
    assert.doesNotMatch(text, /age/);
  });

  const columns: readonly (readonly [sql: string, shown: string])[] = [
    ['SELECT ma‸il FROM users', "users.mail text DEFAULT 'x' NOT NULL"],
    ['SELECT ‸id FROM users', 'users.id bigint NOT NULL PRIMARY KEY'],
    ['SELECT us‸er_id FROM "Order"', '"Order".user_id bigint REFERENCES users'],
    ["SELECT 'ok'::‸mood", "CREATE TYPE mood AS ENUM (\n  'ok',\n  'sad'\n)"],
    ['SELECT ‸total(1)', 'CREATE FUNCTION total(a integer)\nRETURNS integer\nLANGUAGE sql'],
    ['DROP INDEX users_‸age', 'CREATE INDEX users_age ON users (age, (lower(mail)))'],
    ['SELECT ‸n FROM (SELECT id::text AS n FROM users) s', 'n text'],
  ];
  for (const [sql, shown] of columns)
    it(sql, async () => {
      const text = hover(await atCursor(query(`${sql};\n`))) ?? '';
      assert.equal(text.split('\n```')[0], `\`\`\`sql\n${shown}`);
    });

  it('says nothing of where something is created that is created here', async () => {
    assert.doesNotMatch(hover(await atCursor(query('CREATE TABLE ne‸w (a int);\n'))) ?? 'Created', /Created/);
  });

  it('on a call of a revision: its SQL and its locks', async () => {
    const text = hover(await atCursor(revision('op.drop_‸column("users", "email")')));
    assert.match(
      text ?? '',
      /^```sql\nALTER TABLE users DROP COLUMN email\n```\n\nPostgreSQL 18:\n\n- \*\*ACCESS EXCLUSIVE\*\*/,
    );
  });

  it('on a call of several statements: all of them', async () => {
    const text = hover(
      await atCursor(
        revision('op.create_‸table("t", sa.Column("a", sa.Integer, index=True), sa.Column("b", sa.Text))'),
      ),
    );
    assert.match(text ?? '', /^```sql\nCREATE TABLE t \(a INTEGER, b TEXT\);\nCREATE INDEX ix_t_a ON t \(a\)\n```/);
  });
});

describe('References', () => {
  async function references(files: Readonly<Record<string, string>>): Promise<string[]> {
    const { service, uri, position } = await atCursor(files);
    return service.references(uri, position).map((found) => place(found.uri, found.range, files));
  }

  it('of a column, in all migrations and in the open file beside them', async () => {
    assert.deepEqual(await references(query('SELECT u.‸age, mail FROM users u ORDER BY age;\n')), [
      '002_age.sql:2 age',
      '002_age.sql:4 age',
      'query.sql:1 age',
      'query.sql:1 age',
    ]);
  });

  it('of a table, without the names that a query gives it', async () => {
    assert.deepEqual(await references(query('SELECT u.id FROM us‸ers u;\n')), [
      '001_users.sql:3 users',
      '001_users.sql:4 users',
      '001_users.sql:5 users',
      '002_age.sql:2 users',
      '002_age.sql:3 users',
      '002_age.sql:4 users',
      'query.sql:1 users',
    ]);
  });

  it('of a name that another table has too: of this one only', async () => {
    assert.deepEqual(await references(query('SELECT o.‸id FROM "Order" o JOIN users u ON u.id = o.id;\n')), [
      '001_users.sql:4 id',
      'query.sql:1 id',
      'query.sql:1 id',
    ]);
  });

  it('of a query of WITH: in its statement', async () => {
    assert.deepEqual(await references(query('WITH c AS (SELECT 1 AS a) SELECT * FROM ‸c JOIN c d USING (a);\n')), [
      'query.sql:1 c',
      'query.sql:1 c',
      'query.sql:1 c',
    ]);
  });

  it('in revisions, once where a loop says it several times', async () => {
    const files = revision('for n in ("a", "b"):\n        op.add_column("us‸ers", sa.Column(n, sa.Integer))');
    assert.deepEqual(await references(files), ['a1.py:7 users', 'a1.py:10 users', 'b2.py:8 users']);
  });
});
