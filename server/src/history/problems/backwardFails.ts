/** A statement of a backward part that fails. Found in `review/backward.ts`. */
import type { HistoryProblem } from './problem.ts';

export const backwardFails: HistoryProblem = {
  id: 'backward-step-fails',
  severity: 'error',
  docs: {
    summary: 'A backward part drops what is not there any more.',
    why: 'DROP of an object that is not there fails, and with it the way back. It is gone because the migration or a statement above has dropped it: an index goes with its table, a sequence with its column.',
    fine: 'Never: leave the statement out, or write IF EXISTS.',
    source: 'https://www.postgresql.org/docs/current/sql-droptable.html',
  },
};
