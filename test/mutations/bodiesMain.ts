// `PGREVIEW_PROJECTS=FOLDER:FOLDER PGREVIEW_PLPGSQL_CHECK=postgres://… node test/mutations/bodiesMain.ts`: how many names misspelt
// on purpose in the bodies of functions are found. The server needs the extension plpgsql_check.
import { basename } from 'node:path';
import { type BodyKind, mutateBodies } from './bodies.ts';

const folders = (process.env.PGREVIEW_PROJECTS ?? '').split(':').filter((folder) => folder !== '');
const url = process.env.PGREVIEW_PLPGSQL_CHECK;
const perKind = Number(process.env.PGREVIEW_MUTATIONS ?? 40);
if (folders.length === 0 || !url) {
  console.error(
    'PGREVIEW_PROJECTS names the folders of the projects, PGREVIEW_PLPGSQL_CHECK a server with plpgsql_check.',
  );
  process.exit(2);
}

const total = new Map<BodyKind, { mistakes: number; found: number }>();
let functions = 0;
for (const folder of folders) {
  const outcome = await mutateBodies(folder, url, 20260101, perKind);
  functions += outcome.functions;
  console.log(`\n${basename(folder)}: ${outcome.functions} functions, ${outcome.falseAlarms.length} false findings`);
  for (const alarm of outcome.falseAlarms) console.log(`  ${alarm}`);
  for (const wrong of outcome.wrongAsTheyAre) console.log(`  wrong as it is: ${wrong}`);
  for (const missed of outcome.missed) console.log(`  missed ${missed}`);
  for (const [kind, { mistakes, found }] of outcome.counts) {
    const sum = total.get(kind) ?? { mistakes: 0, found: 0 };
    total.set(kind, { mistakes: sum.mistakes + mistakes, found: sum.found + found });
  }
}
console.log(
  `\n| misspelt in ${functions} functions | wrong to plpgsql_check | found at its word |\n| --- | ---: | ---: |`,
);
for (const [kind, { mistakes, found }] of total) console.log(`| ${kind} | ${mistakes} | ${found} |`);
