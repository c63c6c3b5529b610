/** A migration that cannot be undone, in a history whose others can. Found in `historyFindings.ts`. */
import type { HistoryProblem } from './problem.ts';

/** A history's migrations that have a backward part are at least so many times those that have none. */
export const usual = 3;

export const missingBackwardStep: HistoryProblem = {
  id: 'backward-step-missing',
  severity: 'information',
  docs: {
    summary: 'A migration changes the schema and has no backward part, in a history where most others have one.',
    why: 'Going back stops at it, or leaves its changes behind: golang-migrate fails where the .down.sql file is missing, others take an empty part for done.',
    fine: 'Where the change cannot be undone. Say so in a comment in the backward part: then nothing is said of it.',
    source: 'https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md',
  },
};
