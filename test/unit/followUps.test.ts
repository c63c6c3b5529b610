// Migrations that a fix puts behind the file at hand: in each tool's own naming and form, and only where that is right.
import assert from 'node:assert/strict';
import { rootUri } from '../harness/filesInMemory.ts';
import { changedFiles, type Files, openProject } from '../harness/project.ts';

const tables =
  'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code text);\n';
const foreignKey = 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers;\n';
const notValid = 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\n';
const validate = 'ALTER TABLE orders VALIDATE CONSTRAINT f;\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';

describe('Follow-up migrations: VALIDATE behind NOT VALID, as each tool writes it', () => {
  const cases: [string, string, Files, Files][] = [
    [
      'goose, numbered',
      'm/00009_f.sql',
      { 'm/00008_t.sql': `-- +goose Up\n${tables}`, 'm/00009_f.sql': `-- +goose Up\n${foreignKey}` },
      {
        'm/00009_f.sql': `-- +goose Up\n${notValid}`,
        'm/00010_validate_f.sql': `-- +goose Up\n${validate}\n-- +goose Down\n-- Nothing to undo.\n`,
      },
    ],
    [
      'goose, by time',
      'm/20250101000000_f.sql',
      { 'm/20250101000000_f.sql': `-- +goose Up\n${foreignKey}` },
      {
        'm/20250101000000_f.sql': `-- +goose Up\n${notValid}`,
        'm/20260304050607_validate_f.sql': `-- +goose Up\n${validate}\n-- +goose Down\n-- Nothing to undo.\n`,
      },
    ],
    [
      'dbmate, behind a file from the future',
      'm/20300101000000_f.sql',
      { 'm/20300101000000_f.sql': `-- migrate:up\n${foreignKey}\n-- migrate:down\n` },
      {
        'm/20300101000000_f.sql': `-- migrate:up\n${notValid}\n-- migrate:down\n`,
        'm/20300101000001_validate_f.sql': `-- migrate:up\n${validate}\n-- migrate:down\n-- Nothing to undo.\n`,
      },
    ],
    [
      'Prisma',
      'p/migrations/20250101000000_f/migration.sql',
      { 'p/migrations/20250101000000_f/migration.sql': `${foreignKey}SELECT 1;\n` },
      {
        'p/migrations/20250101000000_f/migration.sql': `${notValid}SELECT 1;\n`,
        'p/migrations/20260304050607_validate_f/migration.sql': validate,
      },
    ],
    [
      'golang-migrate',
      'm/000002_f.up.sql',
      { 'm/000001_t.up.sql': tables, 'm/000002_f.up.sql': `${foreignKey}SELECT 1;\n`, 'm/000002_f.down.sql': '' },
      {
        'm/000002_f.up.sql': `${notValid}SELECT 1;\n`,
        'm/000003_validate_f.up.sql': validate,
        'm/000003_validate_f.down.sql': '-- Nothing to undo.\n',
      },
    ],
    [
      'golang-migrate, by seconds',
      'm/1700000000_f.up.sql',
      { 'm/1700000000_f.up.sql': `${foreignKey}SELECT 1;\n` },
      {
        'm/1700000000_f.up.sql': `${notValid}SELECT 1;\n`,
        'm/1772600767_validate_f.up.sql': validate,
        'm/1772600767_validate_f.down.sql': '-- Nothing to undo.\n',
      },
    ],
    [
      'Flyway',
      'sql/V1.09__f.sql',
      { 'sql/V1.09__f.sql': foreignKey, 'sql/R__v.sql': 'SET lock_timeout = 1;\n' },
      { 'sql/V1.09__f.sql': notValid, 'sql/V1.10__validate_f.sql': validate },
    ],
    [
      'Liquibase: a changeset at the end of the file',
      'changes.sql',
      { 'changes.sql': `--liquibase formatted sql\n--changeset me:1\n${foreignKey}--changeset you:2\nSELECT 1;\n` },
      {
        'changes.sql': `--liquibase formatted sql\n--changeset me:1\n${notValid}--changeset you:2\nSELECT 1;\n\n--changeset you:validate_f\n${validate}--rollback empty\n`,
      },
    ],
    [
      'Supabase',
      'supabase/migrations/20250101000000_f.sql',
      { 'supabase/migrations/20250101000000_f.sql': `${foreignKey}SELECT 1;\n` },
      {
        'supabase/migrations/20250101000000_f.sql': `${notValid}SELECT 1;\n`,
        'supabase/migrations/20260304050607_validate_f.sql': validate,
      },
    ],
    [
      'tern',
      'm/002_f.sql',
      { 'm/tern.conf': '', 'm/002_f.sql': foreignKey },
      {
        'm/002_f.sql': notValid,
        'm/003_validate_f.sql': `${validate}\n---- create above / drop below ----\n\nSELECT 1; -- nothing to undo\n`,
      },
    ],
    [
      'numbered files, with a transaction of their own',
      'sql/08-f.sql',
      { 'sql/07-t.sql': tables, 'sql/08-f.sql': `BEGIN;\n${foreignKey}COMMIT;\n` },
      { 'sql/08-f.sql': `BEGIN;\n${notValid}COMMIT;\n`, 'sql/09-validate_f.sql': validate },
    ],
    [
      'Alembic',
      'versions/0002_f.py',
      {
        'versions/0001_t.py': 'revision = "0001"\ndown_revision = None\n',
        'versions/0002_f.py': `revision = "0002"\ndown_revision = "0001"\n\ndef upgrade():\n    op.execute("${foreignKey.trim()}")\n`,
      },
      {
        'versions/0002_f.py': `revision = "0002"\ndown_revision = "0001"\n\ndef upgrade():\n    op.execute("${notValid.trim()}")\n`,
        'versions/0003_validate_f.py': `"""validate f

Revision ID: 0003
Revises: 0002
Create Date: 2026-03-04 05:06:07

"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT f")


def downgrade():
    pass
`,
      },
    ],
  ];
  for (const [name, path, files, expected] of cases)
    it(name, async () => {
      const { after } = await openProject(path, files);
      assert.deepEqual(changedFiles(files, after('foreign-key-without-not-valid')), expected);
    });
});

describe('Follow-up migrations: what must not share a transaction', () => {
  const rule = 'index-without-concurrently';
  const concurrently = 'CREATE INDEX CONCURRENTLY orders_code ON orders (code);\n';
  const followed = '-- The index orders_code follows in a migration of its own\n';

  it('an index among other statements goes to a file that runs without one; the backward parts fit', async () => {
    const files = {
      'm/1_t.sql': `-- +goose Up\n${tables}`,
      'm/2_i.sql': `-- +goose Up\nSELECT 1;\n${index}\n-- +goose Down\nDROP INDEX orders_code;\n`,
    };
    const { after } = await openProject('m/2_i.sql', files);
    assert.deepEqual(changedFiles(files, after(rule)), {
      'm/2_i.sql': `-- +goose Up\nSELECT 1;\n${followed}\n-- +goose Down\nDROP INDEX IF EXISTS orders_code;\n`,
      'm/3_build_orders_code.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${concurrently}\n-- +goose Down\nDROP INDEX CONCURRENTLY orders_code;\n`,
    });
  });

  it('what stands behind it on its line stays; lines end as they did', async () => {
    const files = {
      'm/1_i.sql': `-- +goose Up\r\n${index.trim()} SELECT 1;\r\n-- +goose Down\r\nDROP INDEX orders_code; -- why\r\n`,
    };
    const { after } = await openProject('m/1_i.sql', files);
    assert.equal(
      after(rule)?.['m/1_i.sql'],
      `-- +goose Up\r\n${followed.trim()}\r\n SELECT 1;\r\n-- +goose Down\r\nDROP INDEX IF EXISTS orders_code; -- why\r\n`,
    );
    const alone = { 'm/1_i.sql': `-- +goose Up\r\n${index}` };
    const told = (await openProject('m/1_i.sql', alone)).after(rule);
    assert.equal(told?.['m/1_i.sql'], `-- +goose NO TRANSACTION\r\n-- +goose Up\r\n${concurrently}`);
  });

  it('what another file drops is not dropped twice', async () => {
    const files = { 'm/1_i.up.sql': `SELECT 1;\n${index}`, 'm/1_i.down.sql': 'DROP INDEX orders_code;\n' };
    const { after } = await openProject('m/1_i.up.sql', files);
    assert.deepEqual(changedFiles(files, after(rule)), {
      'm/1_i.up.sql': `SELECT 1;\n${followed}`,
      'm/2_build_orders_code.up.sql': concurrently,
      'm/2_build_orders_code.down.sql': '-- Nothing to undo.\n',
    });
  });

  const alone: [string, string, string][] = [
    ['m/1_i.sql', `-- +goose Up\n${index}`, `-- +goose NO TRANSACTION\n-- +goose Up\n${concurrently}`],
    ['m/1_i.sql', `-- migrate:up\n${index}`, `-- migrate:up transaction:false\n${concurrently}`],
    ['m/V1__i.sql', index, concurrently],
    [
      'm/1_i.sql',
      `${index}---- create above / drop below ----\n`,
      `---- tern: disable-tx ----\n${concurrently}---- create above / drop below ----\n`,
    ],
    [
      'c.sql',
      `--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n--changeset me:2\n${index}`,
      `--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n--changeset me:2 runInTransaction:false\n${concurrently}`,
    ],
  ];
  for (const [path, text, expected] of alone)
    it(`an index alone in its file stays there: ${text.split('\n', 2).join(' ')}`, async () => {
      const files = { [path]: text };
      const { after } = await openProject(path, files);
      assert.deepEqual(changedFiles(files, after(rule)), { [path]: expected });
    });

  for (const [path, text, expected] of alone.filter(([path]) => !path.includes('V1')))
    it(`a file that Postgres would refuse is told to run without one: ${text.split('\n', 2).join(' ')}`, async () => {
      const files = { [path]: text.replace(index, concurrently) };
      const { after } = await openProject(path, files);
      assert.deepEqual(changedFiles(files, after('concurrently-in-transaction')), { [path]: expected });
    });

  it('an index alone in a file of Alembic or Atlas stays as it is: they cannot be told by an edit', async () => {
    const files = { 'm/1_i.sql': index, 'm/atlas.sum': '' };
    assert.equal((await openProject('m/1_i.sql', files)).after(rule), null);
  });

  it('a unique constraint: one migration builds, the next takes over, where one file is one string', async () => {
    const files = {
      'm/1_t.up.sql': tables,
      'm/2_u.up.sql': 'SELECT 1;\nALTER TABLE orders ADD UNIQUE (code) DEFERRABLE;\n',
    };
    const { after } = await openProject('m/2_u.up.sql', files);
    assert.deepEqual(changedFiles(files, after('unique-constraint-builds-index')), {
      'm/2_u.up.sql': 'SELECT 1;\n-- The constraint orders_code_key follows in a migration of its own\n',
      'm/3_build_orders_code_key.up.sql': 'CREATE UNIQUE INDEX CONCURRENTLY orders_code_key ON orders (code);\n',
      'm/3_build_orders_code_key.down.sql': 'ALTER TABLE orders DROP CONSTRAINT orders_code_key;\n',
      'm/4_build_orders_code_key_2.up.sql':
        'ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key DEFERRABLE;\n',
      'm/4_build_orders_code_key_2.down.sql': '-- Nothing to undo.\n',
    });
  });

  it('SET NOT NULL: the check here, the rest in the next migration; the backward part drops the check', async () => {
    const check = 'ADD CONSTRAINT orders_code_not_null_check CHECK (code IS NOT NULL) NOT VALID';
    const down = 'ALTER TABLE orders ALTER code DROP NOT NULL;\n';
    const files = {
      'm/1_t.sql': `-- +goose Up\n${tables}`,
      'm/2_n.sql': `-- +goose Up\nALTER TABLE orders ALTER code SET NOT NULL;\n-- +goose Down\n${down}`,
    };
    const { after } = await openProject('m/2_n.sql', files);
    assert.deepEqual(changedFiles(files, after('set-not-null-scans-table')), {
      'm/2_n.sql': `-- +goose Up\nALTER TABLE orders ${check};\n-- +goose Down\nALTER TABLE orders DROP CONSTRAINT orders_code_not_null_check;\n${down}`,
      'm/3_set_orders_code_not_null.sql': `-- +goose Up
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_not_null_check;
ALTER TABLE orders ALTER code SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_code_not_null_check;

-- +goose Down
ALTER TABLE orders ${check};
ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;
`,
    });
  });
});

describe('Follow-up migrations: where none is offered', () => {
  const rule = 'foreign-key-without-not-valid';
  const own = /of its own/;
  const up = (sql: string): string => `-- +goose Up\n${sql}`;
  const offered = async (path: string, files: Files, creates = true): Promise<boolean> =>
    (await openProject(path, files, { creates })).after(rule, own) !== null;

  it('to an editor that cannot create files', async () => {
    const files = { 'm/1_f.sql': up(foreignKey) };
    assert.equal(await offered('m/1_f.sql', files), true);
    assert.equal(await offered('m/1_f.sql', files, false), false);
    const { after } = await openProject('m/1_f.sql', files, { creates: false });
    assert.deepEqual(changedFiles(files, after(rule)), { 'm/1_f.sql': up(notValid) }, 'NOT VALID alone is');
  });

  it('behind a later migration, unless that only finishes what an earlier one began', async () => {
    const with_ = (later: string) => offered('m/1_f.sql', { 'm/1_f.sql': up(foreignKey), 'm/2_x.sql': up(later) });
    assert.equal(await with_('DROP TABLE orders;\n'), false);
    assert.equal(await with_('ALTER TABLE orders DROP CONSTRAINT f;\n'), false);
    assert.equal(await with_('ALTER TABLE orders VALIDATE CONSTRAINT g;\n'), true);
    assert.equal(await with_('CREATE INDEX CONCURRENTLY i ON orders (code);\n'), true);
    assert.equal(await with_('ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX u;\n'), true);
    assert.equal(await with_('ALTER TABLE orders ADD CONSTRAINT u UNIQUE (code);\n'), false);
  });

  it('in tools whose pending migrations share a transaction, or that sum their files', async () => {
    const journal = JSON.stringify({ entries: [{ idx: 0, tag: '0000_f' }] });
    assert.equal(await offered('d/0000_f.sql', { 'd/0000_f.sql': foreignKey, 'd/meta/_journal.json': journal }), false);
    assert.equal(await offered('m/1_f.sql', { 'm/1_f.sql': foreignKey, 'm/atlas.sum': '' }), false);
    assert.equal(await offered('m/1_f.sql', { 'm/1_f.sql': `-- Up Migration\n${foreignKey}` }), false);
  });

  it('to a file that is no migration, and under a search path of its own', async () => {
    assert.equal(await offered('q.sql', { 'q.sql': `BEGIN;\n${foreignKey}COMMIT;\n` }), false);
    assert.equal(await offered('m/1_f.sql', { 'm/1_f.sql': up(`SET search_path = shop;\n${foreignKey}`) }), false);
  });

  it('of two heads', async () => {
    const revision = (id: string, down: string, sql = '') =>
      `revision = "${id}"\ndown_revision = ${down}\n\ndef upgrade():\n    op.execute("${sql.trim()}")\n`;
    const files = { 'v/a.py': revision('a', 'None'), 'v/c.py': revision('c', '"a"', foreignKey) };
    assert.equal(await offered('v/c.py', files), true);
    assert.equal(await offered('v/c.py', { ...files, 'v/b.py': revision('b', '"a"', 'SET lock_timeout = 1') }), false);
  });

  it('beside a later migration in a language that we do not read', async () => {
    const files = { 'm/1_f.sql': up(foreignKey) };
    assert.equal(await offered('m/1_f.sql', { ...files, 'm/2_rows.go': '' }), false);
    assert.equal(await offered('m/1_f.sql', { ...files, 'm/0_rows.go': '', 'other/2_rows.go': '' }), true);
    assert.equal(await offered('m/V1__f.sql', { 'm/V1__f.sql': foreignKey, 'm/V2__Rows.java': '' }), false);
  });

  it('of the only statement of a file: nothing would be left in it', async () => {
    const unique = 'ALTER TABLE orders ADD CONSTRAINT u UNIQUE (code);\n';
    const with_ = async (sql: string): Promise<Files | null> =>
      (await openProject('m/1_u.sql', { 'm/1_u.sql': up(sql) })).after('unique-constraint-builds-index');
    assert.equal(await with_(unique), null);
    assert.notEqual(await with_(`SELECT 1;\n${unique}`), null);
  });

  it('over a file that is there', async () => {
    const files = { 'm/1_f.up.sql': `${foreignKey}SELECT 1;\n`, 'm/2_validate_f.down.sql': '' };
    assert.equal(await offered('m/1_f.up.sql', files), false);
  });
});

describe('Follow-up migrations: all safe fixes at once', () => {
  it('each gets a file behind the other', async () => {
    const check = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);\n';
    const files = { 'm/1_f.sql': `-- +goose Up\n${foreignKey}${check}` };
    const { service } = await openProject('m/1_f.sql', files);
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const [action] = service.codeActions(`${rootUri}/m/1_f.sql`, everywhere, ['source.fixAll.pgreview']);
    const created = action?.edit?.documentChanges?.flatMap((c) => ('kind' in c && c.kind === 'create' ? [c.uri] : []));
    assert.deepEqual(created, [`${rootUri}/m/2_validate_f.sql`, `${rootUri}/m/3_validate_c.sql`]);
  });
});
