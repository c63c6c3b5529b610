// `pgreview locks` as it is built: its JSON to the contract, the schema of the migrations before, exit codes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

describe('pgreview locks', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-locks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, text: string): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'locks', ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  it('prints each statement with its range and what it does', () => {
    const path = write('a.sql', 'CREATE TABLE t (id int);\n\n-- ü👍\nCREATE INDEX i\n  ON t (id);\n');
    const { status, stdout } = run(path, '--format', 'json');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout)[1], {
      range: { start: { line: 3, character: 0 }, end: { line: 4, character: 11 } },
      sql: 'CREATE INDEX i\n  ON t (id)',
      locks: [{ relation: 'public.t', mode: 'ShareLock' }],
      rewrites: [],
      scans: ['public.t'],
      transaction: true,
      certain: true,
    });
  });

  it('says in words whom each lock blocks', () => {
    const path = write('words.sql', 'DROP TABLE t;\nSELECT 1;\nVACUUM t;\n');
    assert.equal(
      run(path).stdout,
      [
        '1: DROP TABLE t',
        '  ACCESS EXCLUSIVE on public.t: blocks reads, writes, DDL and autovacuum',
        '  and maybe more, which the files do not tell',
        '',
        '2: SELECT 1',
        '  nothing that the files tell',
        '',
        '3: VACUUM t',
        '  SHARE UPDATE EXCLUSIVE on public.t: blocks neither reads nor writes, but DDL and autovacuum',
        '  cannot run in a transaction',
        '  and maybe more, which the files do not tell',
        '',
      ].join('\n'),
    );
  });

  it('knows the schema of the migrations before', () => {
    write('pgreview.json', '{}');
    write('prisma/migrations/1_a/migration.sql', 'CREATE TABLE t (id int PRIMARY KEY, code varchar(5));');
    const path = write('prisma/migrations/2_b/migration.sql', 'ALTER TABLE t ALTER COLUMN code TYPE varchar(3);');
    const [entry] = JSON.parse(run(path, '--format', 'json').stdout);
    assert.deepEqual(entry.rewrites, ['public.t']);
  });

  it('tells versions apart', () => {
    const path = write('a.sql', 'CREATE TABLE t (id int);\nGRANT SELECT ON t TO PUBLIC;');
    const locks = (version: string) =>
      JSON.parse(run(path, '--format', 'json', '--target-version', version).stdout)[1].locks;
    assert.deepEqual(locks('17'), []);
    assert.deepEqual(locks('18'), [{ relation: 'public.t', mode: 'AccessShareLock' }]);
  });

  it('reads SQL in Alembic revisions', () => {
    const path = write(
      'versions/a.py',
      "from alembic import op\nrevision = 'a'\ndown_revision = None\n\ndef upgrade():\n    op.execute('DROP TABLE t')\n",
    );
    const [entry] = JSON.parse(run(path, '--format', 'json').stdout);
    assert.deepEqual(entry.locks, [{ relation: 'public.t', mode: 'AccessExclusiveLock' }]);
    assert.deepEqual(entry.range.start, { line: 5, character: 16 });
  });

  it('says what it could not read, with exit code 2', () => {
    const { status, stderr } = run(join(folder, 'missing.sql'));
    assert.equal(status, 2);
    assert.match(stderr, /missing\.sql: no such file/);
    assert.equal(run(write('a.txt', 'x')).status, 2);
  });
});
