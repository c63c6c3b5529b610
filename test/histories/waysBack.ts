/**
 * `node test/histories/waysBack.ts PROJECTS.json [NAME…]`: runs each revision of Alembic projects forward and back on Postgres 18,
 * by Alembic itself, and counts how often what is said of the way back is what it does. Projects as of main.ts.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import type { History } from '../../server/src/history/history.ts';
import { backwardOf } from '../../server/src/historyFindings.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { AlembicRunner, type Run } from '../alembic/runner.ts';
import { parser } from '../harness/parser.ts';
import { runPieces } from '../postgres/harness/histories.ts';
import { startServer, stopServers, type TestServer } from '../postgres/harness/servers.ts';
import { dumpUnordered } from '../postgres/harness/upAndDown.ts';
import type { Project } from './projects.ts';

/** What a revision, or an extension of Alembic, needs and is not here: it tells nothing about the way back. */
const withoutApplication =
  /^(?:AttributeError|NameError|ArgumentError|TypeError|ObjectNotExecutableError|NoSuchTableError)\b/;

const [list = '', ...names] = process.argv.slice(2);
const home = resolve(dirname(list));
const projects = (JSON.parse(readFileSync(list, 'utf8')) as Project[]).filter(
  ({ name, tool }) => tool === 'Alembic' && (names.length === 0 || names.includes(name)),
);
const server = await startServer(18);
for (const project of projects) await judge(project, server);
await stopServers();

/** What the way back does: fails, leaves or loses something, or restores the schema. */
type Outcome =
  | { readonly kind: 'fails'; readonly why: string }
  | { readonly kind: 'differs' | 'restores'; readonly lines: readonly string[] };

async function judge(project: Project, { url }: TestServer): Promise<void> {
  const root = join(home, project.root);
  const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
  await workspace.scan([pathToFileURL(root).href]);
  const history = workspace.histories.find(({ folder }) => folder.endsWith(project.folder ?? ''));
  if (!history) throw new Error(`${project.name}: no history`);
  const runner = new AlembicRunner(project.python);
  const count = { forwardFails: 0, noWayBack: 0, cannotRun: 0, back: 0, true: 0, false: 0, missed: 0, unknown: 0 };
  for await (const { uri, outcome } of runs(project, history, workspace, runner, root, url)) {
    if (outcome === 'forward fails') count.forwardFails++;
    if (outcome === 'none') count.noWayBack++;
    if (outcome === 'cannot run') count.cannotRun++;
    if (typeof outcome === 'string') continue;
    count.back++;
    const { findings } = workspace.review(uri) ?? { findings: [] };
    const text = workspace.get(uri)?.text.toString() ?? '';
    const from = text.search(/^def downgrade\b/m);
    const said = findings.filter(
      ({ finding, range }) =>
        range.start > from && (finding.rule.startsWith('backward-step-') || finding.severity === 'error'),
    );
    const told = said.map(({ finding }) => `${finding.rule}: ${finding.message}`).join('; ');
    const shown = outcome.kind === 'fails' ? outcome.why.split('\n', 1)[0] : outcome.lines.slice(0, 4).join(' ; ');
    const fails = said.some(({ finding }) => finding.severity === 'error');
    if (said.length > 0) {
      const right = fails === (outcome.kind === 'fails') && outcome.kind !== 'restores';
      right ? count.true++ : count.false++;
      console.log(right ? 'true ' : 'FALSE', fileURLToPath(uri).split('/').at(-1), '|', told, '|', outcome.kind, shown);
    } else if (outcome.kind !== 'restores') {
      const known = backwardOf(uri, { history, get: (file) => workspace.get(file) })?.part.known ?? false;
      known ? count.missed++ : count.unknown++;
      console.log(known ? 'missed' : 'unknown', fileURLToPath(uri).split('/').at(-1), '|', outcome.kind, shown);
    }
  }
  runner.end();
  console.log(project.name, count);
}

async function* runs(
  project: Project,
  history: History,
  workspace: Workspace,
  runner: AlembicRunner,
  root: string,
  serverUrl: string,
): AsyncGenerator<{ uri: string; outcome: Outcome | 'forward fails' | 'none' | 'cannot run' }> {
  const urlOf = (name: string): string => serverUrl.replace(/[^/]*$/, name);
  const convention = project.convention ?? null;
  const execute = (url: string, uri: string, fn: Run['function']): Promise<string | null> =>
    runner.run({ url, file: fileURLToPath(uri), function: fn, root, convention });
  const admin = new pg.Client(serverUrl);
  await admin.connect();
  await admin.query('CREATE DATABASE way');
  if (project.before) await inSession(urlOf('way'), (client) => client.query(project.before as string));
  let before = await inSession(urlOf('way'), dumpUnordered);
  for (const uri of history.files) {
    const pieces = workspace.get(uri)?.pieces ?? [];
    const theirs = await execute(urlOf('way'), uri, 'upgrade');
    const ours = theirs === null ? null : await inSession(urlOf('way'), (client) => runPieces(pieces, client));
    if (ours !== null) {
      console.log('left out', fileURLToPath(uri).split('/').at(-1), '|', theirs?.split('\n', 1)[0], '|', ours);
      yield { uri, outcome: 'forward fails' };
      continue;
    }
    const after = await inSession(urlOf('way'), dumpUnordered);
    const code = workspace.get(uri)?.source.backwardCode?.(workspace.get(uri)?.text.toString() ?? '');
    if (code !== 'code') yield { uri, outcome: 'none' };
    else {
      await admin.query('DROP DATABASE IF EXISTS back');
      await admin.query('CREATE DATABASE back TEMPLATE way');
      const error = await execute(urlOf('back'), uri, 'downgrade');
      if (error !== null && withoutApplication.test(error)) {
        yield { uri, outcome: 'cannot run' };
        before = after;
        continue;
      }
      const back = await inSession(urlOf('back'), dumpUnordered);
      const [was, is] = [new Set(before), new Set(back)];
      const lines = [
        ...back.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
        ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
        // names that Postgres 18 gives to NOT NULL are not compared: its columns' lines tell the rest
      ].filter((line) => !/ NOT NULL \S+ valid$/.test(line));
      if (error !== null) yield { uri, outcome: { kind: 'fails', why: error } };
      else yield { uri, outcome: { kind: lines.length > 0 ? 'differs' : 'restores', lines } };
    }
    before = after;
  }
  await admin.query('DROP DATABASE IF EXISTS back');
  await admin.query('DROP DATABASE way');
  await admin.end();
}

async function inSession<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
