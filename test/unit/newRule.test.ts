// `npm run new-rule` in a copy of the project: what it writes compiles, and its tests fail only for what is not filled in.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const script = join(root, 'scripts', 'new-rule.mjs');

describe('npm run new-rule', function () {
  // it compiles the whole server
  this.timeout(180_000);
  let copy: string;
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'pgreview-new-rule-'));
    const parts = [
      'package.json',
      'tsconfig.json',
      'biome.json',
      '.gitignore',
      '.mocharc.json',
      'server/src',
      'server/package.json',
    ];
    const tests = ['package.json', 'reporter.ts', 'harness', 'postgres', 'fixtures/rules', 'unit/rules.test.ts'];
    for (const part of [...parts, ...tests.map((part) => `test/${part}`)]) {
      mkdirSync(join(copy, part, '..'), { recursive: true });
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    for (const folder of ['', 'server'])
      symlinkSync(join(root, folder, 'node_modules'), join(copy, folder, 'node_modules'), 'dir');
  });
  after(() => rmSync(copy, { recursive: true }));

  const run = (...args: string[]): { code: number | null; out: string } => {
    const env = { ...process.env, PGREVIEW_ROOT: copy };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' });
    return { code: status, out: stdout + stderr };
  };

  it('refuses what is no family, no id, or there already', () => {
    assert.match(run(script, 'looks', 'some-thing').out, /no family "looks"; there are .*locks/);
    assert.match(run(script, 'prisma', 'some-thing').out, /no family "prisma"/);
    assert.match(run(script, 'locks', 'SomeThing').out, /kebab-case/);
    assert.match(run(script, 'locks', 'vacuum-full').out, /vacuumFull\.ts is there already/);
    assert.equal(run(script, 'locks').code, 2);
  });

  it('writes a rule for every family, formatted and compiling, with tests that wait for it', () => {
    // rules on revisions, on models and on templates have another form
    const others = ['alembic', 'prisma', 'typescript'];
    const families = readdirSync(join(root, 'server/src/rules'), { withFileTypes: true }).filter(
      (e) => e.isDirectory() && !others.includes(e.name),
    );
    assert.ok(families.length >= 9);
    for (const { name } of families) {
      const { code, out } = run(script, name, `brand-new-${name}`);
      assert.equal(code, 0, out);
    }
    const written = ['server/src/rules', 'test/postgres/proofs'];
    const format = run(join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', ...written);
    assert.equal(format.code, 0, format.out);
    const fixture = readFileSync(join(copy, 'test/fixtures/rules/brand-new-locks.sql'), 'utf8');
    assert.match(fixture, /TODO/);

    const compiled = run(join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', copy);
    assert.deepEqual(compiled.out.match(/^.*brand.*$/gim), null, compiled.out);
    const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
    const tested = run(mocha, 'test/unit/rules.test.ts', '--reporter', 'spec', '-g', 'brand-new');
    const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(tested.out)?.[1] ?? 0);
    // the fixtures pass; the examples' unsafe forms get no finding yet
    assert.deepEqual([count('passing'), count('failing')], [families.length, families.length], tested.out);
  });
});
