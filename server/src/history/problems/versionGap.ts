/** A version that is left out, for the one tool that refuses it. */
import { baseName } from '../../tools/paths.ts';
import type { HistoryProblem } from './problem.ts';

export const versionGap: HistoryProblem = {
  id: 'migration-version-gap',
  severity: 'error',
  docs: {
    summary: 'The numbers of tern’s migrations leave one out.',
    why: 'tern counts its migrations from 1 without a gap and stops with "Missing migration …" otherwise. Other tools run what is there: nothing is said of them.',
    fine: 'Never: tern runs nothing until the number is there.',
    source: 'https://github.com/jackc/tern/blob/master/migrate/migrate.go',
  },
  find({ tool, files }) {
    if (tool.id !== 'tern') return [];
    let last = 0;
    for (const uri of files) {
      const number = Number(/^\d+/.exec(baseName(uri))?.[0]);
      if (number > last + 1)
        return [
          {
            uri,
            at: null,
            message: `There is no migration ${last + 1} before this one.`,
            help: `tern counts without gaps: it stops with "Missing migration ${last + 1}" and runs nothing. Number the files from 1 on.`,
          },
        ];
      last = number;
    }
    return [];
  },
};
