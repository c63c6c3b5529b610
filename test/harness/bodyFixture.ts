/**
 * Fixtures of function bodies: statements that say themselves which problems their bodies have. A comment from the start of
 * a line with carets under the words marks them and gives the message or a part of it:
 *
 *     RETURN a +;
 *   --          ^ a value must follow
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
export function withMarks(sql: string, fixture: string): string {
  const problems = problemsOf(sql);
  const expected = marksOf(fixture);
  let start = 0;
  return sql
    .split('\n')
    .flatMap((line, i) => {
      const from = start;
      start += line.length + 1;
      const here = problems.filter((p) => p.start >= from && p.start < start);
      const marks = here.map((p) => drawn(p.start - from, Math.min(p.end - from, line.trimEnd().length), p.message));
      return [line, ...marks.map((m) => expected[i]?.find((e) => says(m, e)) ?? m)];
    })
    .join('\n');
}

/** By lines of the fixture without its marks. */
function marksOf(fixture: string): string[][] {
  const marks: string[][] = [];
  for (const line of fixture.split('\n'))
    if (mark.test(line)) marks.at(-1)?.push(line);
    else marks.push([]);
  return marks;
}

/** Whether the mark has what is expected: the same carets, and a message that the expected one is part of. */
function says(actual: string, expected: string): boolean {
  const words = expected.search(/[^-\s^]/);
  return actual.slice(0, words) === expected.slice(0, words) && actual.slice(words).includes(expected.slice(words));
}

const drawn = (column: number, end: number, message: string): string =>
  `--${' '.repeat(Math.max(0, column - 2))}${'^'.repeat(Math.max(1, end - column))} ${message}`;
