/**
 * Fixtures of function bodies: statements that say themselves which problems their bodies have. A comment from the start of
 * a line with carets under the words marks them and gives the whole message:
 *
 *     RETURN a +;
 *   --          ^ syntax error at end of input
 *
 * Lines without carets below have no problem.
 */
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from './parser.ts';

const mark = /^--\s*\^+ \S.*$/;

/** The fixture's SQL without its marks. */
export const withoutMarks = (fixture: string): string =>
  fixture
    .split('\n')
    .filter((line) => !mark.test(line))
    .join('\n');

/** Problems of all bodies, as offsets into the text. */
export function problemsOf(sql: string): { start: number; end: number; message: string }[] {
  const { statements, starts } = SqlText.of(sql, parser);
  return statements.flatMap((statement, i) =>
    bodyProblems(statement, parser).map(({ span, message }) => ({
      start: (starts[i] as number) + span.start,
      end: (starts[i] as number) + span.end,
      message,
    })),
  );
}

/** The text with a mark below each line that has a problem. Words that go on on further lines are marked on the first. */
export function withMarks(sql: string): string {
  const problems = problemsOf(sql);
  let start = 0;
  return sql
    .split('\n')
    .flatMap((line) => {
      const from = start;
      start += line.length + 1;
      const here = problems.filter((p) => p.start >= from && p.start < start);
      return [
        line,
        ...here.map((p) => drawn(p.start - from, Math.min(p.end - from, line.trimEnd().length), p.message)),
      ];
    })
    .join('\n');
}

const drawn = (column: number, end: number, message: string): string =>
  `--${' '.repeat(Math.max(0, column - 2))}${'^'.repeat(Math.max(1, end - column))} ${message}`;
