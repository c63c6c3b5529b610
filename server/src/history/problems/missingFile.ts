/** A plan or journal lists a migration whose file is not there. */
import { listedIn } from './listed.ts';
import type { HistoryProblem } from './problem.ts';

export const missingFile: HistoryProblem = {
  id: 'migration-file-missing',
  severity: 'error',
  docs: {
    summary: 'Drizzle’s journal or sqitch’s plan lists a migration whose file is not there.',
    why: 'Drizzle reads all files of the journal before it runs any, sqitch runs the scripts of its plan: both stop at the one that they cannot find.',
    fine: 'Never: nothing behind it is run.',
    source: 'https://sqitch.org/docs/manual/sqitchtutorial/',
  },
  find(history) {
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
