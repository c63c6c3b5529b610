/** A plan or journal lists a migration whose file is not there. */
import { parent } from '../../tools/paths.ts';
import { listedIn } from './listed.ts';
import type { FoundProblem, HistoryFiles, HistoryProblem } from './problem.ts';

export const missingFile: HistoryProblem = {
  id: 'migration-file-missing',
  severity: 'error',
  docs: {
    summary:
      'Drizzle’s journal or sqitch’s plan lists a migration whose file is not there; or a folder of Prisma’s migrations has no migration.sql.',
    why: 'Drizzle reads all files of the journal before it runs any, sqitch runs the scripts of its plan: both stop at the one that they cannot find. Prisma takes every folder below `migrations` for a migration and stops with P3015.',
    fine: 'Never: nothing behind it is run.',
    source: 'https://sqitch.org/docs/manual/sqitchtutorial/',
  },
  find(history) {
    if (history.tool.id === 'prisma') return foldersWithout(history);
    const list = listedIn(history);
    if (!list) return [];
    const there = new Set(history.members.map((m) => m.uri));
    return list.uris.flatMap((uri, i) => {
      if (there.has(uri)) return [];
      // shown at a file that is there: the one behind it, or the last
      const neighbour = list.uris.slice(i).find((u) => there.has(u)) ?? list.uris.findLast((u) => there.has(u));
      if (neighbour === undefined) return [];
      const name = uri.slice(history.folder.length + 1);
      return [
        {
          uri: neighbour,
          at: null,
          message: `${list.name} lists ${name}, and there is no such file.`,
          help: `The tool stops when it comes to it. Bring the file back, or take it out of ${list.name}.`,
        },
      ];
    });
  },
};

/** Prisma takes every folder beside the migrations for one: told at a file of it. */
function foldersWithout({ folder, files, all }: HistoryFiles): FoundProblem[] {
  const whole = new Set(files.map(parent));
  const found = new Map<string, string>();
  for (const { uri } of all) {
    if (!uri.startsWith(`${folder}/`)) continue;
    const [name = '', ...rest] = uri.slice(folder.length + 1).split('/');
    if (rest.length === 0 || whole.has(`${folder}/${name}`) || found.has(name)) continue;
    found.set(name, uri);
  }
  return [...found].map(([name, uri]) => ({
    uri,
    at: null,
    message: `The folder ${name} has no migration.sql.`,
    help: 'Prisma takes every folder beside its migrations for a migration: it stops with P3015, "Could not find the migration file", when it comes to it. Move the folder elsewhere, or call its file migration.sql.',
  }));
}
