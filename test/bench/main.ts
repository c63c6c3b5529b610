/** Runs every bench and writes what it found. Started by scripts/bench.mjs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '../harness/parser.ts';
import { measureAlembicHistory, measureAlembicTyping } from './alembic.ts';
import { measureCancel } from './cancel.ts';
import { measureCheck } from './commandLine.ts';
import { measureEmbedded } from './embedded.ts';
import { generate, type Shape, shapes } from './generate.ts';
import { measureHistory } from './history.ts';
import { measurePanels } from './panel.ts';
import { binaryOf } from './peers.ts';
import { measurePrisma } from './prisma.ts';
import { markdown, type Report, terminal } from './report.ts';
import { spreadOf } from './spread.ts';
import { measureColdStart, measureTyping, type Server } from './typing.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pgreview-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const cli = [process.execPath, join(root, 'dist', 'cli.js')];
const squawk = binaryOf('squawk');
const languageServer = binaryOf('postgres-language-server');
const ours: Server = { name: 'pgreview', command: [...cli, 'lsp', '--stdio'] };
const servers: readonly Server[] = [
  ours,
  { name: 'Squawk 2.66.0', command: [squawk, 'server'] },
  { name: 'Postgres Language Server 0.25.5', command: [languageServer, 'lsp-proxy'] },
];
const checks = [
  { name: 'pgreview check', command: [...cli, 'check'] },
  { name: 'squawk', command: [squawk] },
  { name: 'postgres-language-server check', command: [languageServer, 'check'] },
];

/** A folder of its own for each file: what else lies there is not to be read. */
function write(name: string, text: string): string {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const file = join(own, 'bench.sql');
  writeFileSync(file, text);
  return file;
}

const short = 'SELECT id, title FROM item WHERE id = 12345';
const long = `SELECT c.id, c.name, count(o.id) AS orders, sum(o.total) AS total FROM customer c LEFT JOIN orders o
ON o.customer_id = c.id AND o.placed_at >= now() - interval '30 days' WHERE c.country IN ('AT', 'CH', 'DE')
GROUP BY c.id, c.name HAVING count(o.id) > 3 LIMIT 9`;

function parseTime(sql: string): number {
  const times: number[] = [];
  for (let round = 0; round < 60; round++) {
    const started = performance.now();
    for (let n = 0; n < 200; n++) parser.parse(sql);
    times.push(((performance.now() - started) * 1000) / 200);
  }
  return spreadOf(times.slice(20)).median;
}

async function main(): Promise<void> {
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    cores: cpus().length,
    node: process.version,
    loadBefore: loadavg()[0]!,
    typing: [],
    coldStart: [],
    checks: [],
    histories: [],
    embedded: [],
    prisma: [],
    alembic: [],
    revisions: [],
    panels: [],
    cancel: [],
    parse: [short, long].map((sql) => ({ characters: sql.length, microseconds: parseTime(sql) })),
  };
  const measure = async (server: Server, shape: Shape, lines: number): Promise<void> => {
    const file = write(`${shape}-${lines}`, generate(shape, lines));
    process.stderr.write(`${server.name}${server.push ? ' (push)' : ''}: ${shape}, ${lines} lines …\n`);
    report.typing.push({ server: server.name, shape, lines, ...(await measureTyping(server, file)) });
  };
  for (const shape of shapes) {
    for (const server of servers) await measure(server, shape, 10_000);
    await measure({ ...ours, push: true }, shape, 10_000);
    await measure(ours, shape, 100_000);
  }
  const small = write('small', generate('mixed', 20));
  for (const server of servers)
    report.coldStart.push({ server: server.name, ...(await measureColdStart(server, small, 7)) });
  process.stderr.write('plan panels …\n');
  report.panels.push(...(await measurePanels(process.env.PGREVIEW_BENCH_PEERS ?? '')));
  process.stderr.write('cancelling …\n');
  report.cancel.push(...(await measureCancel(20)));
  for (const shape of shapes) {
    const file = write(`${shape}-10000`, generate(shape, 10_000));
    for (const { name, command } of checks)
      report.checks.push({
        command: name,
        shape,
        lines: 10_000,
        ...(await measureCheck([...command, file], folder, 7)),
      });
  }
  for (const migrations of [100, 600]) {
    process.stderr.write(`histories: ${migrations} migrations …\n`);
    report.histories.push(await measureHistory(join(folder, `history-${migrations}`), migrations, 5));
  }
  process.stderr.write('Prisma …\n');
  report.prisma.push(await measurePrisma(ours.command, join(folder, 'prisma'), 2000));
  for (const lines of [200, 3000]) {
    process.stderr.write(`Alembic: ${lines} lines …\n`);
    report.alembic.push(await measureAlembicTyping(ours.command, join(folder, `alembic-${lines}`), lines));
  }
  report.revisions.push(await measureAlembicHistory(join(folder, 'revisions'), 300, 5));

  for (const migrations of [100, 820]) {
    process.stderr.write(`embedded Postgres: ${migrations} migrations …\n`);
    const own = join(folder, `embedded-${migrations}`);
    report.embedded.push(await measureEmbedded(own, migrations, 5, join(root, 'dist')));
  }

  console.log(terminal(report));
  const out = join(root, 'out', 'bench');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (process.argv.includes('--write')) writeFileSync(join(root, 'docs', 'benchmarks.md'), markdown(report));
}

await main();
