// Runs the grammar tests (*.sql, *.py, *.txt: each line of carets is a test) with the grammars of the extension, and those of
// hosts/ for the languages that SQL is written in.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestCounts } from '../reporter.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));

const reports = mkdtempSync(join(tmpdir(), 'pgreview-grammar-'));
const hosts = readdirSync(join(here, 'hosts')).flatMap((name) => ['-g', join(here, 'hosts', name)]);
const program = join(root, 'node_modules', 'vscode-tmgrammar-test', 'dist', 'unit.js');
const files = `${relative(root, here).replaceAll('\\', '/')}/*.{sql,py,txt}`;
const { status } = spawnSync(process.execPath, [program, ...hosts, '--xunit-report', reports, files], {
  cwd: root,
  stdio: 'inherit',
});

let [tests, failed] = [0, 0];
for (const name of readdirSync(reports)) {
  const report = readFileSync(join(reports, name), 'utf8');
  tests += report.match(/<testcase /g)?.length ?? 0;
  failed += report.match(/<testcase [^>]*>\s*<(?:failure|error)/g)?.length ?? 0;
}
rmSync(reports, { recursive: true });

const results = process.env.PGREVIEW_TEST_RESULTS;
if (results && tests > 0) {
  mkdirSync(dirname(results), { recursive: true });
  const counts: TestCounts = { passed: tests - failed, failed, skipped: 0 };
  writeFileSync(results, JSON.stringify(counts));
}
process.exitCode = status ?? 1;
