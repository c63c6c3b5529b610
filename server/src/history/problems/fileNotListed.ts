/** A migration that the journal or plan does not list: it is never run. */
import { listedIn } from './listed.ts';
import type { HistoryProblem } from './problem.ts';

export const fileNotListed: HistoryProblem = {
  id: 'migration-not-listed',
  severity: 'warning',
  docs: {
    summary: 'A migration stands beside the others but not in Drizzle’s journal, or sqitch’s plan.',
    why: 'Drizzle and sqitch run what their journal or plan lists, and nothing else: the file is never run, and nobody is told.',
    fine: 'Where the file is run by hand, or is not finished yet.',
    source: 'https://orm.drizzle.team/docs/drizzle-kit-generate',
  },
  find(history) {
    const list = listedIn(history);
    if (!list) return [];
    const listed = new Set(list.uris);
    return history.members
      .filter(
        ({ uri }) => !listed.has(uri) && (history.tool.id === 'drizzle' || uri.startsWith(`${history.folder}/deploy/`)),
      )
      .filter(({ uri }) => history.tool.id !== 'drizzle' || /\/\d+_[^/]*\.sql$/.test(uri))
      .map(({ uri }) => ({
        uri,
        at: null,
        message: `${list.name} does not list this file.`,
        help: 'The tool runs what is listed there and nothing else. Let it write the entry ("drizzle-kit generate --custom", "sqitch add").',
      }));
  },
};
