// Histories of Alembic that lie in several folders run in the order of Alembic itself. Needs a Python with alembic (PYTHON names
// another one than /usr/bin/python3).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHistories } from '../../server/src/history/history.ts';

const python = process.env.PYTHON ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('../alembic/run.py', import.meta.url));

const revision = (id: string, down: string, more = ''): string =>
  `from alembic import op\n\nrevision = "${id}"\ndown_revision = ${down}\n${more}\n\ndef upgrade():\n    op.execute("SELECT '${id}'")\n\n\ndef downgrade():\n    pass\n`;

/** By path: a core and a plugin that depend on each other, and a folder of old revisions. */
const files: Readonly<Record<string, string>> = {
  'core/old/1.py': revision('core1', 'None'),
  'core/2.py': revision('core2', '"core1"'),
  'core/3.py': revision('core3', '"core2"', 'depends_on = ("plugin2",)'),
  'core/4.py': revision('core4', '"core3"'),
  'plugin/1.py': revision('plugin1', 'None', 'depends_on = "core2"\nbranch_labels = ("plugin",)'),
  'plugin/2.py': revision('plugin2', '"plugin1"'),
};

const root = 'file:///p/';
const historiesOf = (texts: Readonly<Record<string, string>>, beside = new Map<string, string>()) =>
  findHistories(
    Object.entries(texts).map(([path, text]) => ({ uri: `${root}${path}`, text })),
    beside,
  ).map(({ folder, files: own }) => ({
    folder: folder.slice(root.length),
    files: own.map((uri) => uri.slice(root.length)),
  }));

/** The ids of the revisions as Alembic runs them. */
function runByAlembic(folders: readonly string[]): string[] {
  const home = mkdtempSync(join(tmpdir(), 'pgreview-folders-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const input = JSON.stringify({
      folder: folders.map((f) => join(home, f)).join(' '),
      url: 'postgresql://nobody@127.0.0.1:1/none',
      commands: [['upgrade', 'heads', '--sql']],
    });
    const [sql] = JSON.parse(execFileSync(python, [script], { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString());
    return [...String(sql).matchAll(/SELECT '(\w+)'/g)].map((m) => m[1] as string);
  } finally {
    rmSync(home, { recursive: true });
  }
}

const idIn = (path: string): string => /revision = "(\w+)"/.exec(files[path] as string)?.[1] as string;

describe('Histories of Alembic in several folders', () => {
  it('are one where their revisions name each other, in the order of Alembic', () => {
    const found = historiesOf(files);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.folder, 'core');
    assert.deepEqual(found[0]?.files.map(idIn), runByAlembic(['core', 'core/old', 'plugin']));
  });

  const apart = { 'a/versions/1.py': revision('a1', 'None'), 'b/versions/1.py': revision('b1', 'None') };

  it('are several where they do not', () => assert.equal(historiesOf(apart).length, 2));

  it('are one where alembic.ini names the folders together', () => {
    for (const places of [
      '%(here)s/a/versions %(here)s/b/versions',
      'a/versions:b/versions',
      '\n    a/versions\n    b/versions',
      './a/versions, ../p/b/versions',
    ]) {
      const ini = `[alembic]\nscript_location = a\nversion_locations = ${places}\nprepend_sys_path = .\n`;
      assert.equal(historiesOf(apart, new Map([[`${root}alembic.ini`, ini]])).length, 1, places);
    }
  });

  it('are several where two folders have what is named', () => {
    const copies = { ...apart, 'c/versions/1.py': revision('a1', 'None'), 'b/versions/2.py': revision('b2', '"a1"') };
    assert.equal(historiesOf(copies).length, 3);
  });
});
