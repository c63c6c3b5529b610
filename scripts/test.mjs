// `npm test [-- STAGE…]`: builds, checks and tests everything; the last line counts what passed and failed.
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environment, node24, root, run } from './process.mjs';
import { setup } from './setup.mjs';

/** @typedef {import('../test/reporter.ts').TestCounts} TestCounts */

/**
 * A stage is a program, and one test when it does not count its own: a TestCounts in the JSON file that the environment
 * variable PGREVIEW_TEST_RESULTS names.
 * `halves`: its test files are run by two programs side by side, the last of `args` standing for all of them.
 * @typedef {{ args: string[], counts: boolean, files?: (name: string) => boolean, halves?: true }} Stage
 * @type {Record<string, Stage>}
 */
const stages = {
  build: { args: ['scripts/build.mjs'], counts: false },
  typecheck: { args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'], counts: false },
  lint: { args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'], counts: false },
  grammar: { args: ['test/grammar/run.ts'], counts: true, files: (name) => /\.(sql|py|txt)$/.test(name) },
  unit: mocha('unit'),
  properties: mocha('properties'),
  // Programs beside the test's own are waited for: what a busy machine keeps waiting is tried again, and named at the end.
  protocol: mocha('protocol', { retries: 1 }),
  // servers wait for disks and for each other's locks: one program leaves half of two cores idle
  postgres: { ...mocha('postgres', { retries: 1 }), halves: true },
  panel: mocha('panel', { retries: 1 }),
  vscode: { args: ['test/vscode/run.ts'], counts: true, files: (name) => name.endsWith('.test.ts') },
};

/** About how long each test file with servers takes, where it is more than some seconds: so that halves end together. */
const seconds = {
  'rules.test.ts': 520,
  'fixes.test.ts': 165,
  'followUps.test.ts': 125,
  'catalog.test.ts': 95,
  'alembicFixes.test.ts': 90,
  'live.test.ts': 85,
  'advice.test.ts': 65,
  'ddl.test.ts': 65,
  'prismaDrift.test.ts': 55,
  'factsEffects.test.ts': 50,
  'drift.test.ts': 45,
  'facts.test.ts': 45,
  'jit.test.ts': 45,
  'explain.test.ts': 35,
  'modelRules.test.ts': 35,
  'revisionRules.test.ts': 35,
  'tryIndex.test.ts': 35,
  'indexMigrations.test.ts': 25,
  'blocking.test.ts': 20,
  'embedded.test.ts': 20,
  'alembicUndo.test.ts': 20,
};
const fewSeconds = 8;

/** Stages that need dist/: asked for alone, they build it first; without it they have failed. */
const built = ['protocol', 'vscode'];
const limit = 40 * 60_000;

function mocha(stage, { retries = 0 } = {}) {
  // `--exit`: a test that leaves something open must not keep the whole run from ending.
  const options = ['--exit', '--forbid-only', '--retries', `${retries}`];
  const args = ['node_modules/mocha/bin/mocha.js', ...options, `test/${stage}/**/*.test.ts`];
  return { args, counts: true, files: (name) => name.endsWith('.test.ts') };
}

function hasFiles(name, stage) {
  if (!stage.files) return true;
  const folder = join(root, 'test', name);
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some(stage.files);
}

/**
 * The test files of a folder in two parts that take about the same time; the second part's output waits until the first has ended.
 * @returns {Promise<TestCounts>}
 */
async function runHalves(name, stage) {
  const folder = join(root, 'test', name);
  const files = readdirSync(folder, { recursive: true })
    .filter(stage.files)
    .map((file) => ({ path: join('test', name, file), takes: seconds[basename(file)] ?? fewSeconds }))
    .sort((a, b) => b.takes - a.takes);
  // the longest first, to whichever part is the shorter
  const parts = [0, 1].map((part) => ({ part, takes: 0, paths: [] }));
  for (const { path, takes } of files) {
    const [shorter] = [...parts].sort((a, b) => a.takes - b.takes);
    shorter.takes += takes;
    shorter.paths.push(path);
  }
  const waiting = join(root, 'out', 'results', `${name}-1.log`);
  mkdirSync(dirname(waiting), { recursive: true });
  const log = openSync(waiting, 'w');
  const counts = await Promise.all(
    parts.map(({ part, paths }) => {
      const args = [...stage.args.slice(0, -1), ...paths];
      return runProgram(`${name}-${part}`, { ...stage, args }, part === 0 ? 'inherit' : ['ignore', log, log]);
    }),
  );
  closeSync(log);
  process.stdout.write(readFileSync(waiting));
  return counts.reduce(sum);
}

/** @param {TestCounts} a @param {TestCounts} b @returns {TestCounts} */
function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...(a.failures ?? []), ...(b.failures ?? [])],
    retried: [...(a.retried ?? []), ...(b.retried ?? [])],
  };
}

const runStage = (name, stage) => (stage.halves ? runHalves(name, stage) : runProgram(name, stage, 'inherit'));

/** @returns {Promise<TestCounts>} */
async function runProgram(name, stage, stdio) {
  const results = join(root, 'out', 'results', `${name}.json`);
  mkdirSync(join(root, 'out', 'results'), { recursive: true });
  rmSync(results, { force: true });
  const code = await run(node24(), stage.args, {
    env: environment({ PGREVIEW_TEST_RESULTS: results }),
    timeout: limit,
    stdio,
  });
  if (!stage.counts) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const counts = read(results);
  if (!counts) console.error(`The stage ${name} did not come to its end (exit code ${code}).`);
  const known = counts ?? { passed: 0, failed: 0, skipped: 0 };
  // A run that ends badly without a failed test has failed all the same.
  return { ...known, failed: code !== 0 && known.failed === 0 ? 1 : known.failed };
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !Object.hasOwn(stages, name));
  if (unknown) throw new Error(`There is no stage ${unknown}; there are ${Object.keys(stages).join(', ')}.`);
  await setup();
  const needsBuild = asked.some((name) => built.includes(name));
  const chosen = Object.keys(stages).filter(
    (name) => asked.length === 0 || asked.includes(name) || (name === 'build' && needsBuild),
  );
  let total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  let buildFailed = false;
  for (const name of chosen) {
    if (!hasFiles(name, stages[name])) {
      lines.push(`${name}: no test files`);
      continue;
    }
    console.log(`\n── ${name} ──`);
    if (buildFailed && built.includes(name)) {
      total.failed++;
      lines.push(`${name}: not run, as the build failed`);
      continue;
    }
    const started = Date.now();
    const counts = await runStage(name, stages[name]);
    total = sum(total, counts);
    if (name === 'build') buildFailed = counts.failed > 0;
    lines.push(`${name}: ${summary(counts)} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  tell('Passed when tried again; at first:', total.retried);
  tell('Failed:', total.failures);
  console.log(`\n${lines.join('\n')}\n\n${summary(total)}`);
  process.exit(total.failed > 0 ? 1 : 0);
}

/** Who reads the end of a long log needs what failed there. */
function tell(title, texts = []) {
  if (texts.length === 0) return;
  const shown = texts.slice(0, 20).map((text) => text.split('\n').slice(0, 12).join('\n    '));
  const more = texts.length > shown.length ? `\n  … and ${texts.length - shown.length} more` : '';
  console.log(`\n${title}\n  ${shown.join('\n  ')}${more}`);
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

main().catch((error) => {
  console.error(`pgreview: ${error.message}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
});
