// Every token of sound bodies is deleted once and written twice once: what Postgres then rejects is told near the damage.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bodiesOf } from '../../server/src/syntax/bodies/body.ts';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { verdictOn } from '../../server/src/syntax/bodies/verdict.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Tokens } from '../../server/src/syntax/tokens.ts';
import { withoutMarks } from '../harness/bodyFixture.ts';
import { parser } from '../harness/parser.ts';

const files = ['control', 'statements', 'declarations'].map((name) =>
  withoutMarks(readFileSync(new URL(`../fixtures/bodies/${name}.sql`, import.meta.url), 'utf8')),
);

/** `before` + `text` + `after` is a statement that creates a body. */
const bodies = files.flatMap((file) =>
  SqlText.of(file, parser).statements.flatMap((statement) =>
    bodiesOf(statement)
      .filter((body) => verdictOn(body, statement, parser).kind === 'accepted')
      .map((body) => ({
        before: `${statement.text.slice(statement.bodyStart, body.start)}$b$`,
        text: body.text,
        after: `$b$${statement.text.slice(body.end, statement.bodyEnd)}`,
      })),
  ),
);

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

describe('damaged bodies', () => {
  it('are told near the damage, once', function () {
    this.timeout(120_000);
    let rejected = 0;
    let near = 0;
    let problems = 0;
    for (const { before, text, after } of bodies)
      for (const token of new Tokens(text, 0, text.length).all)
        for (const damaged of [
          text.slice(0, token.start) + text.slice(token.end),
          `${text.slice(0, token.end)} ${text.slice(token.start)}`,
        ]) {
          const statement = SqlText.of(before + damaged + after, parser).statements[0]!;
          const body = bodiesOf(statement)[0];
          if (body?.text !== damaged) continue;
          const { kind } = verdictOn(body, statement, parser);
          const found = bodyProblems(statement, parser);
          if (kind === 'accepted')
            assert.deepEqual(
              found.filter((p) => !isInExecute(statement.text, p.span.start)),
              [],
            );
          if (kind !== 'rejected') continue;
          rejected++;
          problems += found.length;
          const line = lineOf(statement.text, before.length + token.start);
          if (found.some((p) => Math.abs(lineOf(statement.text, p.span.start) - line) <= 1)) near++;
        }
    assert.ok(rejected > 500, `${rejected} rejected`);
    assert.ok(near / rejected >= 0.95, `${near} of ${rejected} near`);
    assert.ok(problems / rejected <= 1.05, `${problems} problems in ${rejected} bodies`);
  });
});

/** Postgres does not read what EXECUTE runs when it creates the body. */
const isInExecute = (text: string, offset: number): boolean => /\bEXECUTE\b[^;]*$/i.test(text.slice(0, offset));
