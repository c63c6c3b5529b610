// `PGREVIEW_PROJECTS=FOLDER:FOLDER npm run mutations [-- --write]`: how many mistakes on purpose are found, by kind and by who
// finds them. `--write` also writes docs/mutations.md.
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer, stopServers } from '../postgres/harness/servers.ts';
import { type Counts, mutateProject } from './project.ts';
import { markdown, type ProjectOutcome, table } from './report.ts';
import { kinds } from './sites.ts';

const folders = (process.env.PGREVIEW_PROJECTS ?? '').split(':').filter((folder) => folder !== '');
const perKind = Number(process.env.PGREVIEW_MUTATIONS ?? 40);
if (folders.length === 0) {
  console.error('PGREVIEW_PROJECTS names the folders of the projects, with colons between them.');
  process.exit(2);
}

const server = await startServer(18);
const projects: ProjectOutcome[] = [];
const total = new Map(
  kinds.map((kind): [string, Counts] => [kind, { refused: 0, static: 0, embedded: 0, live: 0, none: 0 }]),
);
for (const folder of folders) {
  const { counts, missed, falseAlarms } = await mutateProject(folder, server, 20260101, perKind, true);
  console.log(`\n${folder}: ${falseAlarms.length} findings on names in the files as they are`);
  for (const alarm of falseAlarms.slice(0, 20)) console.log(`  ${alarm}`);
  for (const { kind, line, uri } of missed)
    console.log(`  missed (${kind}) ${uri.split('/').slice(-2).join('/')}: ${line.trim().slice(0, 160)}`);
  projects.push({ name: basename(folder), counts, falseAlarms: falseAlarms.length });
  for (const [kind, count] of counts) {
    const sum = total.get(kind) as Counts;
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += count[key];
  }
}
console.log(`\n${table(total)}`);
if (process.argv.includes('--write'))
  writeFileSync(fileURLToPath(new URL('../../docs/mutations.md', import.meta.url)), markdown(projects, total));
await stopServers();
process.exit();
