// Problems of Alembic's revision graph, beside what Alembic itself says of the same files. Needs a Python with alembic (PYTHON names
// another one than /usr/bin/python3).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Files, openProject } from '../harness/project.ts';

const python = process.env.PYTHON ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('../alembic/run.py', import.meta.url));

const revision = (id: string, down: string, more = ''): string => `"""words

Revision ID: ${id}
Revises: ${down}
Create Date: 2024-01-02 03:04:05

"""
from alembic import op

revision = "${id}"
down_revision = ${down}
branch_labels = None
depends_on = None
${more}

def upgrade():
    op.execute("SELECT 1")


def downgrade():
    op.execute("SELECT 2")
`;

/** What Alembic says to the commands; its error when it stops. */
function alembic(files: Files, ...commands: readonly string[][]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgreview-revisions-'));
  try {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path.replace(/^.*\//, '')), text);
    const input = JSON.stringify({ folder, url: 'postgresql://nobody@127.0.0.1:1/none', commands });
    return JSON.parse(execFileSync(python, [script], { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString()).join('\n');
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ofGraph = /^(?:several-heads|revision-|equal-migration-versions)/;

async function said(files: Files): Promise<string[]> {
  const found: string[] = [];
  for (const path of Object.keys(files)) {
    const { service, uri } = await openProject(path, files);
    for (const { code, message } of service.diagnostics(uri))
      if (ofGraph.test(String(code))) found.push(`${path} ${code}: ${String(message).split('\n', 1)[0]}`);
  }
  return found;
}

const upgrade = (target = 'head'): string[] => ['upgrade', target, '--sql'];

const cases: readonly {
  title: string;
  files: Files;
  /** What we say. */
  said: readonly RegExp[];
  /** What Alembic says to `upgrade head`, or to that of another target. */
  alembic: RegExp;
  target?: string;
}[] = [
  {
    title: 'one line',
    files: { 'v/a.py': revision('a1', 'None'), 'v/b.py': revision('b1', '"a1"') },
    said: [],
    alembic: /SELECT 1/,
  },
  {
    title: 'two heads',
    files: { 'v/a.py': revision('a1', 'None'), 'v/b.py': revision('b1', '"a1"'), 'v/c.py': revision('c1', '"a1"') },
    said: [/b\.py several-heads: .*2 heads/, /c\.py several-heads/],
    alembic: /Multiple head revisions are present/,
  },
  {
    title: 'a revision that no file has',
    files: { 'v/a.py': revision('a1', 'None'), 'v/b.py': revision('b1', '"x1"') },
    said: [/b\.py revision-not-found: No file has the revision x1/],
    alembic: /KeyError: 'x1'|Revision x1 referenced/,
  },
  {
    title: 'the beginning of an id is none',
    files: { 'v/a.py': revision('aaaaaaaa1111', 'None'), 'v/b.py': revision('b1', '"aaaaaaaa"') },
    said: [/b\.py revision-not-found: No file has the revision aaaaaaaa\./],
    alembic: /KeyError: 'aaaaaaaa'|Revision aaaaaaaa referenced/,
  },
  {
    title: 'a dependency that no file has',
    files: {
      'v/a.py': revision('a1', 'None'),
      'v/b.py': revision('b1', '"a1"').replace('depends_on = None', 'depends_on = "x1"'),
    },
    said: [/b\.py revision-not-found: No file has the revision x1/],
    alembic: /KeyError: 'x1'|Revision x1 referenced/,
  },
  {
    title: 'a dependency by the label of its branch',
    files: {
      'v/a.py': revision('a1', 'None').replace('branch_labels = None', 'branch_labels = ("other",)'),
      'v/b.py': revision('b1', 'None').replace('depends_on = None', 'depends_on = "other"'),
    },
    target: 'heads',
    said: [],
    alembic: /SELECT 1/,
  },
  {
    title: 'a circle',
    files: { 'v/a.py': revision('a1', '"b1"'), 'v/b.py': revision('b1', '"a1"') },
    said: [/a\.py revision-cycle/, /b\.py revision-cycle/],
    alembic: /Cycle is detected in revisions/,
  },
  {
    title: 'one id twice',
    files: { 'v/a.py': revision('a1', 'None'), 'v/b.py': revision('b1', '"a1"'), 'v/c.py': revision('b1', '"a1"') },
    said: [/c\.py equal-migration-versions/],
    alembic: /Revision b1 is present more than once/,
  },
];

describe("Alembic's graph", () => {
  before(function () {
    try {
      execFileSync(python, ['-c', 'import alembic, psycopg2'], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
  });

  for (const { title, files, said: expected, alembic: theirs, target } of cases)
    it(title, async () => {
      const found = await said(files);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [i, pattern] of expected.entries()) assert.match(found[i] as string, pattern);
      assert.match(alembic(files, upgrade(target)), theirs);
    });

  it('two heads, and the revision that merges them', async () => {
    const files = {
      'v/a1_first.py': revision('a1', 'None'),
      'v/b1_second.py': revision('b1', '"a1"'),
      'v/c1_third.py': revision('c1', '"a1"'),
    };
    const project = await openProject('v/b1_second.py', files);
    const after = project.after('several-heads', /merges the heads/);
    assert.ok(after);
    const [path = ''] = Object.keys(after).filter((name) => !(name in files));
    assert.match(path, /^v\/[0-9a-f]{12}_merge_heads\.py$/);
    assert.match(after[path] ?? '', /^down_revision = \("b1", "c1"\)$/m);
    assert.match(alembic(after, upgrade()), /SELECT 1/);
    assert.match(alembic(after, ['heads']), /^[0-9a-f]{12} \(head\)\n?$/);
    assert.deepEqual(await said(after), []);
  });

  it('a mistake in an id, and the one that is meant', async () => {
    const files = {
      'v/a.py': revision('0a1b2c3d4e5f', 'None'),
      'v/b.py': revision('1a1b2c3d4e5f', '"0a1b2c3d4e5f"'),
      'v/c.py': revision('2a1b2c3d4e5f', '"1a1b2c3d4e5e"'),
    };
    const project = await openProject('v/c.py', files);
    const after = project.after('revision-not-found', /Replace it by 1a1b2c3d4e5f/);
    assert.equal(after?.['v/c.py'], files['v/c.py'].replace('"1a1b2c3d4e5e"\nbranch', '"1a1b2c3d4e5f"\nbranch'));
    assert.match(alembic(after ?? {}, upgrade()), /SELECT 1/);
  });

  it('a revision that another one depends on runs before it', async () => {
    const files = {
      'v/a.py': revision('a1', 'None')
        .replace('depends_on = None', 'depends_on = "z1"')
        .replace('SELECT 1', 'SELECT 11'),
      'v/z.py': revision('z1', 'None').replace('SELECT 1', 'SELECT 12'),
    };
    const { service, uri } = await openProject('v/a.py', files);
    const order = service.histories().flatMap((h) => h.migrations.map((m) => m.uri.replace(/^.*\//, '')));
    assert.deepEqual(order, ['z.py', 'a.py'], uri);
    assert.match(alembic(files, upgrade('heads')), /SELECT 12[\s\S]*SELECT 11/);
  });
});
