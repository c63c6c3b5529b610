/**
 * `npm run judge -- FOLDER… [--seed N] [--count N] [--all]`: draws findings of severity warning and error from real projects,
 * and shows beside each what its statement does on a real Postgres 18, with the project's history run up to it and rows in
 * the tables. `--write` puts them into docs/judged-findings.md, with their verdicts. `--all` runs every statement, and lists those that fail or keep people waiting without a word of ours.
 * Results go to out/judging/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer, stopServers, type TestServer } from '../postgres/harness/servers.ts';
import { inWords } from './inWords.ts';
import { missesAmong } from './misses.ts';
import { type Project, type ProjectFinding, placeKey, readProject } from './project.ts';
import { HistoryReplay, type Observed } from './replay.ts';
import { sample } from './sample.ts';
import { verdictKey, writePage } from './write.ts';

const out = new URL('../../out/judging/', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    all: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (positionals.length === 0) throw new Error('Name the folders of the projects to judge.');

mkdirSync(out, { recursive: true });
const projects: Project[] = [];
for (const folder of positionals) projects.push(await readProject(resolve(folder)));
const grave = projects.flatMap(({ findings }) => findings.filter((f) => ['error', 'warning'].includes(f.severity)));
const drawn = values.all ? grave : sample(grave, Number(values.count), Number(values.seed));

const server = await startServer(18);
const observed = new Map<string, Observed>();
for (const project of projects) await observeProject(server, project);
await stopServers();

const shown = drawn.map((finding) => ({
  ...finding,
  observed: observed.get(placeKey(finding)) ?? null,
  key: verdictKey(finding),
}));
write(values.all ? 'all.json' : `sample-${values.seed}.json`, shown);
for (const [i, finding] of shown.entries()) print(i + 1, finding);
if (values.write) {
  const sources = projects.map(({ name, findings, pieces }) => {
    const statements = [...pieces.values()].flat().reduce((sum, { sql }) => sum + sql.statements.length, 0);
    return [name, { findings: findings.filter((f) => grave.includes(f)).length, statements }] as const;
  });
  writePage(shown, values.seed, Object.fromEntries(sources));
}
if (values.all)
  for (const miss of missesAmong(projects, [...observed.values()])) {
    console.log(`MISSED ${miss.place}\n  ${miss.what}\n${indented(miss.sql)}`);
  }

async function observeProject(on: TestServer, project: Project): Promise<void> {
  const wanted = new Set(drawn.filter((f) => f.project === project.name).map((f) => f.uri));
  for (const history of project.histories) {
    const files = history.files.filter((uri) => values.all || wanted.has(uri));
    if (files.length === 0) continue;
    const replay = new HistoryReplay(on, history, project.pieces);
    for (const uri of files) for (const seen of await replay.observe(uri)) observed.set(placeKey(seen), seen);
    await replay.finish();
    for (const { uri, sql, message } of replay.failures)
      console.log(`FAILS in the history itself: ${uri}\n  ${message}\n${indented(sql)}`);
  }
}

function print(number: number, { observed: seen, ...finding }: ProjectFinding & { observed: Observed | null }): void {
  const { project, file, line, rule, severity, message, help, sql } = finding;
  console.log(
    `${number}. ${project} ${file}:${line} ${severity} ${rule}\n  says: ${message}\n  help: ${help}\n  Postgres: ${seen ? inWords(seen) : 'not run: the file belongs to no history'}\n${indented(sql)}\n`,
  );
}

function indented(sql: string): string {
  return sql
    .split('\n')
    .slice(0, 25)
    .map((line) => `    | ${line}`)
    .join('\n');
}

function write(name: string, value: unknown): void {
  writeFileSync(new URL(name, out), `${JSON.stringify(value, null, 1)}\n`);
}
