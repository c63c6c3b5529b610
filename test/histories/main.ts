/**
 * `node test/histories/main.ts PROJECTS.json [NAME…]`: runs the migrations of public projects on Postgres 18, compares what the
 * server has with the files' catalog, and writes docs/histories.md (with names: prints only). The file lists projects as
 * {@link Project}; their folders are beside it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { AlembicRunner, alembicVersions } from '../alembic/runner.ts';
import { parser } from '../harness/parser.ts';
import { startServer, stopServers } from '../postgres/harness/servers.ts';
import { type ComparedHistory, compareHistory, namesOf } from './compare.ts';
import type { Project } from './projects.ts';

interface Outcome extends ComparedHistory {
  readonly project: Project;
  /** Findings that say a name is not there, in what runs forward. */
  readonly nameFindings: readonly string[];
  /** Milliseconds to read and replay the files. */
  readonly time: number;
}

const columnNames: Readonly<Record<string, string>> = {
  index: 'indexes',
  referenced: 'foreign keys',
  constraint: 'constraints',
};
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const [list = '', ...names] = process.argv.slice(2);
const home = resolve(dirname(list));
const projects = (JSON.parse(readFileSync(list, 'utf8')) as Project[]).filter(
  ({ name }) => names.length === 0 || names.includes(name),
);
const server = await startServer(18);
const outcomes: Outcome[] = [];
for (const project of projects) {
  const outcome = await outcomeOf(project);
  outcomes.push(outcome);
  const { failed, ownSql, uncertain, differences, nameFindings, counts, time } = outcome;
  console.log(project.name, { time, failed, ownSql, uncertain, differences, nameFindings, counts });
}
if (names.length === 0) {
  const page = new URL('../../docs/histories.md', import.meta.url);
  // what was judged by hand
  const [byHand = ''] = /\n## Projects kept aside[\s\S]*$/.exec(readFileSync(page, 'utf8')) ?? [];
  writeFileSync(page, inMarkdown(outcomes) + byHand);
}
await stopServers();

async function outcomeOf(project: Project): Promise<Outcome> {
  const root = join(home, project.root);
  const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
  const start = performance.now();
  await workspace.scan([pathToFileURL(root).href]);
  const history = workspace.histories.find(({ folder }) => folder.endsWith(project.folder ?? ''));
  if (!history) throw new Error(`${project.name}: no history ${project.folder ?? ''} in ${root}`);
  workspace.schemaAfter(history.files.at(-1) as string);
  const time = Math.round(performance.now() - start);
  const database = await server.freshDatabase();
  const client = await database.client();
  if (project.before) await client.query(project.before);
  const { python, convention = null } = project;
  const runner = project.tool === 'Alembic' ? new AlembicRunner(python) : null;
  try {
    const compared = await compareHistory(workspace, history, database, 18, runner && { runner, root, convention });
    const nameFindings = history.files.flatMap((uri) =>
      (workspace.review(uri)?.findings ?? [])
        .filter(({ piece }) => piece.host === null || piece.downFrom > 0)
        .filter(({ finding }) => /^(?:unknown-|missing-from-clause|ambiguous-column)/.test(finding.rule))
        .map(({ finding }) => `${fileURLToPath(uri)}: ${finding.message}`),
    );
    return { ...compared, project, nameFindings, time };
  } finally {
    runner?.end();
    await database.drop();
  }
}

function inMarkdown(all: readonly Outcome[]): string {
  const kinds = [
    'table',
    'column',
    'constraint',
    'index',
    'referenced',
    'view',
    'enum',
    'function',
    'trigger',
    'sequence',
  ];
  const rows = all.map(({ project, files, failed, ownSql, counts, atRunTime, uncertain, differences, nameFindings }) =>
    row([
      project.name,
      project.tool,
      files,
      failed.length,
      project.tool === 'Alembic' ? ownSql.length - failed.length : '',
      ...kinds.map((kind) => (counts[kind] ?? 0) + (kind === 'table' ? (counts.partitioned ?? 0) : 0)),
      atRunTime,
      uncertain.length,
      differences.length,
      nameFindings.length,
    ]),
  );
  const heads = ['project', 'tool', 'files', 'failed', 'our SQL', ...kinds.map((k) => columnNames[k] ?? `${k}s`)];
  const titles = [...heads, 'at run time', 'uncertain', 'different', 'names'];
  const left = all.flatMap(({ project, failed, differences, uncertain }) => [
    ...failed.map((f) => `- ${project.name}, left out: ${shortened(f)}`),
    ...[...byTable(uncertain)].map(([table, n]) => `- ${project.name}, uncertain: ${n} facts about ${table}`),
    ...differences.map((d) => `- ${project.name}, different: \`${d}\``),
    ...(project.notes ?? []).map((note) => `- ${project.name}: ${note}`),
  ]);
  const alembic = [...new Set(projects.filter((p) => p.tool === 'Alembic').map((p) => alembicVersions(p.python)))];
  return `# Whole histories, compared with a server

Written by \`node test/histories/main.ts PROJECTS.json\`. The migrations of public projects are run on Postgres 18, one after another:
SQL files statement by statement, Alembic revisions by Alembic itself (with SQLAlchemy: ${alembic.join('; ')}) from the project's own
modules. The catalog that pgreview works out from the files alone is then compared with \`pg_catalog\`, fact by fact: tables, columns
with their places, types, nullability, defaults, identities; constraints with columns, targets, actions; indexes with access method,
columns, uniqueness, predicates; views, enums, domains, functions, triggers, policies, sequences with owners, and what depends on what.

${row(titles)}
${row(titles.map(() => '---'))}
${rows.join('\n')}

- **failed**: files that do not run on the empty server; they are left out on both sides.
- **our SQL**: revisions that Alembic cannot run without the application (its models, its data, its configuration): there the SQL that
  pgreview makes of them was run.
- **at run time**: facts about objects whose names are built when SQL runs (partitions named by the day): no file has them.
- **uncertain**: facts about objects of which the catalog says itself that the files do not tell all.
- **different**: facts that only one side has.
- **names**: findings in what runs forward that say a table, column, type, constraint, index or value is not there.
${left.length > 0 ? `\n${left.join('\n')}\n` : ''}`;
}

/** How many facts are about each table. */
function byTable(facts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const fact of facts) {
    const [table = fact] = namesOf(fact.replace(/^(?:server|files): +/, ''));
    counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  return counts;
}

function shortened(failure: string): string {
  const [, file = '', why = ''] = /^(\S+?): ([\s\S]*)/.exec(failure) ?? [];
  return `${file.split('/').slice(-2).join('/')}: ${why.split('\n', 1)[0]?.slice(0, 200)}`;
}
