/** A statement that the migration tool cuts in two. Found in `cutStatements.ts`. */
import type { HistoryProblem } from './problem.ts';

export const statementCut: HistoryProblem = {
  id: 'statement-cut-by-tool',
  severity: 'error',
  docs: {
    summary: 'A function body or another quoted text that goose or sql-migrate cuts off at a semicolon.',
    why: 'goose and sql-migrate do not read SQL: a line that ends in a semicolon ends the statement, within a function body too. What they send is the first half, and Postgres refuses that.',
    fine: 'Never: put StatementBegin and StatementEnd around the statement.',
    source: 'https://pressly.github.io/goose/documentation/annotations/#statement-begin--end',
  },
};
