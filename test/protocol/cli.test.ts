import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverPath } from './client.ts';

const cli = serverPath.replace('server.js', 'cli.js');

describe('Command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-cli-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  it('check: 0 when nothing is found, 1 when something is', () => {
    write('clean.sql', 'SELECT 1;\n');
    write('unsafe.sql', 'DROP TABLE x;\n');
    assert.deepEqual(run('check', 'clean.sql'), { code: 0, out: 'nothing found in 1 file, 1 statement\n', err: '' });
    const found = run('check', 'unsafe.sql');
    assert.equal(found.code, 1);
    assert.match(found.out, /^unsafe\.sql:1:1 warning drop-table\n {2}1 \| DROP TABLE x;\n {4}\| \^{10}\n/);
    assert.equal(run('check', 'unsafe.sql', '--severity', 'error').code, 0);
    assert.match(
      run('check', 'clean.sql', 'unsafe.sql', '--severity', 'info').out,
      /1 warning, 1 info in 2 files, 2 statements/,
    );
  });

  it('check --format json keeps to its contract', () => {
    write('index.sql', "SELECT 'ü👍';\nCREATE INDEX i ON t (a);\n");
    const { code, out } = run('check', 'index.sql', '--format', 'json');
    assert.equal(code, 1);
    const report = JSON.parse(out);
    assert.deepEqual(Object.keys(report), ['files', 'statements', 'diagnostics']);
    assert.deepEqual([report.files, report.statements, report.diagnostics.length], [1, 2, 1]);
    const [{ message, help, url, ...rest }] = report.diagnostics;
    assert.ok(message && help && url);
    const at = { line: 1, character: 12 };
    assert.deepEqual(rest, {
      file: 'index.sql',
      range: { start: { line: 1, character: 0 }, end: at },
      severity: 'warning',
      code: 'index-without-concurrently',
      fixes: [
        {
          title: 'Create the index CONCURRENTLY',
          edits: [{ file: 'index.sql', range: { start: at, end: at }, newText: ' CONCURRENTLY' }],
        },
      ],
    });
  });

  it('check prints for CI services what it prints for people', () => {
    write('ci.sql', 'DROP TABLE x;\n');
    const github = run('check', 'ci.sql', '--format', 'github');
    assert.equal(github.code, 1);
    assert.match(
      github.out,
      /^::warning file=.*ci\.sql,line=1,col=1,endColumn=10,title=pgreview%3A drop-table::.*\n1 warning in/,
    );
    for (const [format, rule] of [
      ['gitlab', /"check_name": "drop-table"/],
      ['sarif', /"ruleId": "drop-table"/],
      ['junit', /<testcase name="drop-table at line 1"/],
    ] as const)
      assert.match(run('check', 'ci.sql', '--format', format).out, rule);
  });

  it('check --since needs a repository', () => {
    write('ci.sql', 'DROP TABLE x;\n');
    const { code, out, err } = run('check', 'ci.sql', '--since', 'no-such-branch');
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^pgreview: --since no-such-branch: /);
  });

  it('check --fix writes the safe fixes and nothing else', () => {
    write('fix.sql', '-- kept\nCREATE INDEX i ON t (a); -- kept too\nDROP TABLE x;\n');
    const { code, out } = run('check', 'fix.sql', '--fix');
    assert.equal(code, 1);
    assert.match(out, /1 fixed, 1 warning/);
    assert.equal(
      readFileSync(join(folder, 'fix.sql'), 'utf8'),
      '-- kept\nCREATE INDEX CONCURRENTLY i ON t (a); -- kept too\nDROP TABLE x;\n',
    );
  });

  for (const [title, args, message] of [
    ['a path that is not there', ['check', 'nope'], /^pgreview: nope: no such file or folder\n$/],
    ['a file of another kind', ['check', 'notes.txt'], /notes\.txt: pgreview reads \.sql/],
    ['a format that does not exist', ['check', '--format', 'xml'], /Allowed choices are pretty, json/],
    ['a version that does not exist', ['check', '--target-version', '9'], /It takes 14, 15, 16, 17 or 18/],
    ['an option that does not exist', ['check', '--nope'], /unknown option '--nope'/],
    ['sql of a file that is not there', ['sql', 'nope.sql'], /nope\.sql: no such file/],
  ] as const) {
    it(`2 for ${title}, with the reason`, () => {
      write('notes.txt', 'x');
      const { code, out, err } = run(...args);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.match(err, message);
    });
  }

  it('2 for a mistake in pgreview.json, which is named', () => {
    write('pgreview.json', '{ "rules": { "drop-tabel": "off" } }');
    const { code, err } = run('check', 'clean.sql');
    assert.equal(code, 2);
    assert.match(err, /pgreview\.json: "rules" names "drop-tabel", which is no rule/);
    rmSync(join(folder, 'pgreview.json'));
  });

  it('sql prints what a migration runs, forward or backward', () => {
    write('goose.sql', '-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n');
    assert.deepEqual(run('sql', 'goose.sql'), { code: 0, out: 'CREATE TABLE a (id int);\n', err: '' });
    assert.deepEqual(run('sql', 'goose.sql', '--downgrade'), { code: 0, out: 'DROP TABLE a;\n', err: '' });
    write('r.py', 'revision = "1"\n\n\ndef upgrade():\n    op.execute("UPDATE t SET a = \'\\u00fc\' WHERE b")\n');
    assert.equal(run('sql', 'r.py').out, "UPDATE t SET a = 'ü' WHERE b;\n");
  });

  it('rules lists every rule, also as JSON', () => {
    const rules = JSON.parse(run('rules', '--format', 'json').out) as { id: string; summary: string }[];
    const text = run('rules').out;
    assert.ok(rules.length >= 15 && rules.every((r) => r.summary.length > 0 && text.includes(r.id)));
  });
});
