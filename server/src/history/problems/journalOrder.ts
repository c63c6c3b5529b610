/** Drizzle: an entry of the journal that is older than one before it. */
import { journalOf } from '../../tools/drizzle.ts';
import type { HistoryProblem } from './problem.ts';

export const journalOrder: HistoryProblem = {
  id: 'migration-out-of-order',
  severity: 'warning',
  docs: {
    summary: 'An entry of Drizzle’s journal has an earlier time than one before it.',
    why: 'Drizzle runs the entries whose `when` is later than that of the last one that has run. Where the entry before it has run already, this one is skipped, and nobody is told. It happens when two branches that each added a migration are merged.',
    fine: 'Where every database has run it already.',
    source: 'https://github.com/drizzle-team/drizzle-orm/blob/main/drizzle-orm/src/pg-core/dialect.ts',
  },
  find({ tool, folder, beside }) {
    const journal = beside.get(`${folder}/meta/_journal.json`);
    if (tool.id !== 'drizzle' || journal === undefined) return [];
    let latest: { readonly tag: string; readonly when: number } | null = null;
    return (journalOf(journal) ?? []).flatMap(({ tag, when }) => {
      const before = latest;
      if (when === null) return [];
      if (before === null || when > before.when) {
        latest = { tag, when };
        return [];
      }
      return [
        {
          uri: `${folder}/${tag}.sql`,
          at: null,
          message: `In meta/_journal.json this migration has an earlier time than ${before.tag}, which comes before it.`,
          help: `A database that has run ${before.tag} skips it, and nobody is told. Generate this migration again, so that its "when" is the latest.`,
        },
      ];
    });
  },
};
