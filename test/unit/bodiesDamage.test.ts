// What Postgres rejects is told near the damage, and once; what it accepts is not told.
import assert from 'node:assert/strict';
import { type Body, bodiesOf } from '../../server/src/syntax/bodies/body.ts';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { verdictOn } from '../../server/src/syntax/bodies/verdict.ts';
import type { Span } from '../../server/src/syntax/tokens.ts';
import { damagedBodies } from '../harness/bodyDamage.ts';
import { parser } from '../harness/parser.ts';

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** What libpg_query does not judge: the SQL that EXECUTE runs, and whether a value must be returned. */
const isJudged = (text: string, { start, end }: Span): boolean =>
  !/\bEXECUTE\b[^;]*$/i.test(text.slice(0, start)) && !/^RETURN$/.test(text.slice(start, end));

describe('damaged bodies', () => {
  it('are told near the damage, once', function () {
    this.timeout(120_000);
    let rejected = 0;
    let near = 0;
    let problems = 0;
    for (const fixture of ['control.sql', 'statements.sql', 'declarations.sql'])
      for (const { statement, offset } of damagedBodies(fixture)) {
        const { kind } = verdictOn(bodiesOf(statement)[0] as Body, statement, parser);
        const found = bodyProblems(statement, parser);
        const { text } = statement;
        if (kind === 'accepted')
          assert.deepEqual(
            found.filter((p) => isJudged(text, p.span)),
            [],
          );
        if (kind !== 'rejected') continue;
        rejected++;
        problems += found.length;
        if (found.some((p) => Math.abs(lineOf(text, p.span.start) - lineOf(text, offset)) <= 1)) near++;
      }
    assert.ok(rejected > 500, `${rejected} rejected`);
    assert.ok(near / rejected >= 0.98, `${near} of ${rejected} near`);
    assert.ok(problems / rejected <= 1.03, `${problems} problems in ${rejected} bodies`);
  });
});
