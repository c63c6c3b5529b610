// Runs the tests of suite/ with the extension loaded from the work tree, those of untrusted/ in a workspace that is not trusted, and
// those of packaged/ with the .vsix installed, in a desktop VS Code where one can be had, else in VS Code's browser workbench.
// `node test/vscode/run.ts [suite] [untrusted] [packaged]`.
// Expects a built dist/.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { packageExtension } from '../../scripts/package.mjs';
import { downloadedExecutable, hasScreen, installedExecutable, virtualScreen } from '../../scripts/vscode-desktop.mjs';
import type { TestCounts } from '../reporter.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const out = join(root, 'out', 'test', 'vscode');

type Suite = 'suite' | 'untrusted' | 'packaged';

const suitesThere: readonly Suite[] = ['suite', 'untrusted', 'packaged'];

function testFiles(suite: Suite): string[] {
  const folder = join(here, suite);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

async function buildTests(): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [join(here, 'index.ts'), ...suitesThere.flatMap(testFiles)],
    outbase: here,
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

interface Executable {
  readonly path: string;
  readonly desktop: boolean;
}

/** A desktop VS Code, else the browser workbench behind the same arguments. */
async function findExecutable(): Promise<Executable> {
  const xvfbRun = hasScreen() ? undefined : virtualScreen();
  if (hasScreen() || xvfbRun) {
    const path = installedExecutable() ?? (await downloadedExecutable());
    if (path) return { path: xvfbRun ? screened(path, xvfbRun) : path, desktop: true };
  }
  return { path: join(root, 'scripts', 'vscode-executable.mjs'), desktop: false };
}

/** An executable that starts VS Code on a virtual screen. */
function screened(executable: string, xvfbRun: string): string {
  const file = join(out, 'vscode-on-virtual-screen');
  writeFileSync(file, `#!/bin/sh\nexec "${xvfbRun}" -a "${executable}" "$@"\n`, { mode: 0o755 });
  return file;
}

async function runSuite(suite: Suite, executable: Executable): Promise<TestCounts> {
  const temporary = mkdtempSync(join(tmpdir(), 'pgreview-test-'));
  const results = join(root, 'out', 'results', `vscode-${suite}.json`);
  rmSync(results, { force: true });
  try {
    // A copy, as tests edit files.
    const folder = join(temporary, 'examples');
    cpSync(join(root, 'examples'), folder, { recursive: true });
    const launchArgs = [folder];
    let extensionDevelopmentPath = root;
    if (executable.desktop) {
      launchArgs.push(`--user-data-dir=${temporary}/user`, `--extensions-dir=${temporary}/extensions`);
    }
    // test-electron trusts every workspace
    if (suite === 'untrusted' && !executable.desktop) launchArgs.push('--untrusted');
    if (suite === 'packaged') {
      // The driver stands outside the work tree, so that nothing can find node_modules above it.
      extensionDevelopmentPath = join(temporary, 'driver');
      cpSync(join(here, 'driver'), extensionDevelopmentPath, { recursive: true });
      const vsix = await packageExtension(join(temporary, 'pgreview.vsix'));
      if (executable.desktop) installOnDesktop(executable.path, vsix, join(temporary, 'extensions'));
      else launchArgs.push(`--install-extension=${vsix}`);
    }
    await runTests({
      vscodeExecutablePath: executable.path,
      extensionDevelopmentPath,
      extensionTestsPath: join(out, 'index.js'),
      launchArgs,
      extensionTestsEnv: { PGREVIEW_SUITE: suite, PGREVIEW_TEST_RESULTS: results, PGREVIEW_WORKSPACE: folder },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
  if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8'));
  console.error(`The tests of test/vscode/${suite} did not run to their end.`);
  return { passed: 0, failed: 1, skipped: 0 };
}

function installOnDesktop(executable: string, vsix: string, extensions: string): void {
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const all = [...args, `--extensions-dir=${extensions}`, '--install-extension', vsix];
  // on Windows it is a batch file, which needs a shell, and its folder's name has spaces
  const shell = process.platform === 'win32';
  const quoted = (text: string): string => (shell ? `"${text}"` : text);
  const { status } = spawnSync(quoted(cli!), all.map(quoted), { stdio: 'inherit', shell });
  if (status !== 0) throw new Error(`VS Code could not install the packaged extension (exit code ${status}).`);
}

const asked = process.argv.slice(2) as Suite[];
const suites = asked.length > 0 ? asked : suitesThere;
await buildTests();
const executable = await findExecutable();
console.log(`VS Code: ${executable.desktop ? executable.path : 'the browser workbench'}`);
const total = { passed: 0, failed: 0, skipped: 0, failures: [] as string[], retried: [] as string[] };
for (const suite of suites) {
  if (testFiles(suite).length === 0) continue;
  const counts = await runSuite(suite, executable);
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  for (const key of ['failures', 'retried'] as const) total[key].push(...(counts[key] ?? []));
}
const summary = process.env.PGREVIEW_TEST_RESULTS;
if (summary) {
  mkdirSync(dirname(summary), { recursive: true });
  writeFileSync(summary, JSON.stringify(total));
}
process.exitCode = total.failed > 0 ? 1 : 0;
