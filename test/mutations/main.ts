// `PGREVIEW_PROJECTS=FOLDER:FOLDER npm run mutations`: how many mistakes on purpose are found, by kind. Those in the bodies of
// functions need a server that has plpgsql_check: `PGREVIEW_PLPGSQL_CHECK=postgres://…`.
import { startServer, stopServers } from '../postgres/harness/servers.ts';
import { mutateBodies } from './bodies.ts';
import { mutateProject } from './project.ts';
import { kinds } from './sites.ts';

const folders = (process.env.PGREVIEW_PROJECTS ?? '').split(':').filter((folder) => folder !== '');
const perKind = Number(process.env.PGREVIEW_MUTATIONS ?? 40);
if (folders.length === 0) {
  console.error('PGREVIEW_PROJECTS names the folders of the projects, with colons between them.');
  process.exit(2);
}

const server = await startServer(18);
const total = new Map(kinds.map((kind) => [kind, { refused: 0, found: 0 }]));
for (const folder of folders) {
  const { counts, missed, falseAlarms } = await mutateProject(folder, server, 20260101, perKind);
  console.log(`\n${folder}: ${falseAlarms.length} findings on names in the files as they are`);
  for (const alarm of falseAlarms.slice(0, 20)) console.log(`  ${alarm}`);
  for (const { kind, line, uri } of missed)
    console.log(`  missed (${kind}) ${uri.split('/').slice(-2).join('/')}: ${line.trim().slice(0, 160)}`);
  for (const [kind, { refused, found }] of counts) {
    const sum = total.get(kind);
    if (sum) {
      sum.refused += refused;
      sum.found += found;
    }
  }
}
console.log('\n| mistake | refused by Postgres 18 | found at its word |\n| --- | ---: | ---: |');
let [refused, found] = [0, 0];
for (const [kind, count] of total) {
  console.log(`| ${kind} | ${count.refused} | ${count.found} |`);
  refused += count.refused;
  found += count.found;
}
console.log(`| all | ${refused} | ${found} (${((100 * found) / Math.max(1, refused)).toFixed(1)} %) |`);
await stopServers();

const checker = process.env.PGREVIEW_PLPGSQL_CHECK;
if (checker) {
  const sums = new Map<string, { mistakes: number; found: number }>();
  let functions = 0;
  for (const folder of folders) {
    const outcome = await mutateBodies(folder, checker, 20260101, perKind);
    functions += outcome.functions;
    for (const alarm of outcome.falseAlarms) console.log(`  ${folder}: ${alarm}`);
    for (const missed of outcome.missed) console.log(`  missed ${missed}`);
    for (const [kind, { mistakes, found: told }] of outcome.counts) {
      const sum = sums.get(kind) ?? { mistakes: 0, found: 0 };
      sums.set(kind, { mistakes: sum.mistakes + mistakes, found: sum.found + told });
    }
  }
  console.log(
    `\n| in the bodies of ${functions} functions | wrong to plpgsql_check | found at its word |\n| --- | ---: | ---: |`,
  );
  for (const [kind, sum] of sums) console.log(`| ${kind} | ${sum.mistakes} | ${sum.found} |`);
}
