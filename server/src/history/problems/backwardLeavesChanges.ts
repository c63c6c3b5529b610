/** A backward part behind which the schema is not as it was. Found in `review/backward.ts`. */
import type { HistoryProblem } from './problem.ts';

export const backwardLeavesChanges: HistoryProblem = {
  id: 'backward-step-incomplete',
  severity: 'information',
  docs: {
    summary: 'After a migration and its backward part, the schema is not what it was before.',
    why: 'What is left over is in the way when the migration runs again ("already exists"); what is missing is missed by the code that one goes back to. Both parts are replayed over the schema that the migrations before leave behind.',
    fine: 'Where what is left does no harm. Values that an enum has got are not counted, as Postgres cannot take them away; nor is data.',
    source: 'https://pressly.github.io/goose/documentation/annotations/',
  },
};
