// Names in Alembic's histories: where all revisions lead back to the first one, what they create is all there is; what they may
// not do, and what is not known of them, makes no more uncertain than it concerns.
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';

const revision = (id: string, down: string, upgrade: string): string => `import sqlalchemy as sa
from alembic import op

revision = "${id}"
down_revision = ${down}


def upgrade():
    ${upgrade.replaceAll('\n', '\n    ')}


def downgrade():
    pass
`;

const users =
  'op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.Text()))';

/** The codes of what is said of names in the last of the revisions. */
async function said(...upgrades: readonly string[]): Promise<string[]> {
  const files = Object.fromEntries(
    upgrades.map((upgrade, i) => [`v/${i}.py`, revision(`r${i}`, i === 0 ? 'None' : `"r${i - 1}"`, upgrade)]),
  );
  return codes(`v/${upgrades.length - 1}.py`, files);
}

async function codes(path: string, files: Record<string, string>): Promise<string[]> {
  const { service, uri } = await openProject(path, files);
  return service.diagnostics(uri).flatMap(({ code }) => (/^unknown-/.test(String(code)) ? [String(code)] : []));
}

const query =
  'op.execute("UPDATE users SET nope = 1 WHERE id = 1")\nop.execute("UPDATE userz SET id = 1 WHERE id = 1")';
const both = ['unknown-column', 'unknown-table'];

describe("Names in Alembic's histories", () => {
  it('that are whole', async () => assert.deepEqual(await said(users, query), both));

  it('silent where the first revision is not there', async () => {
    assert.deepEqual(
      await codes('v/1.py', { 'v/0.py': revision('r0', '"gone"', users), 'v/1.py': revision('r1', '"r0"', query) }),
      [],
    );
  });

  it('silent where there are two first ones', async () => {
    const files = {
      'v/0.py': revision('r0', 'None', users),
      'v/1.py': revision('r1', '"r0"', query),
      'v/x.py': revision('x', 'None', 'pass'),
    };
    assert.deepEqual(await codes('v/1.py', files), []);
  });

  it('behind a loop over rows that only changes rows', async () => {
    const loop =
      'for row in op.get_bind().execute(sa.text("SELECT id FROM users")):\n    op.execute("UPDATE users SET email = \'\' WHERE id = 1")';
    assert.deepEqual(await said(users, loop, query), both);
  });

  it('behind a condition that is not known: the column may be there, and no other table', async () => {
    const maybe =
      'if op.get_bind().execute(sa.text("SELECT 1")).scalar():\n    op.add_column("users", sa.Column("nope", sa.Integer()))';
    assert.deepEqual(await said(users, maybe, query), ['unknown-table']);
  });

  it('behind a condition that is not known: what may be dropped may be there', async () => {
    const maybe =
      'if op.get_bind().execute(sa.text("SELECT 1")).scalar():\n    op.drop_column("users", "email")\n    op.drop_table("orders")';
    const orders = 'op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True))';
    const use =
      'op.execute("UPDATE users SET email = 1 WHERE id = 1")\nop.execute("UPDATE orders SET id = 1 WHERE id = 1")';
    assert.deepEqual(await said(`${users}\n${orders}`, maybe, use), []);
  });

  it('silent behind operations on tables whose names are not known', async () => {
    const any =
      'for row in op.get_bind().execute(sa.text("SELECT name FROM users")):\n    op.rename_table("users", row.name)';
    assert.deepEqual(await said(users, any, query), []);
  });

  it('silent behind a function of another file that gets `op`', async () => {
    assert.deepEqual(await said(users, 'from elsewhere import work\nwork(op)', query), []);
  });
});
