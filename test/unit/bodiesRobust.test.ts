import assert from 'node:assert/strict';
import fc from 'fast-check';
import { embeddedStatements } from '../../server/src/syntax/bodies/embedded.ts';
import { readPlpgsqlBody } from '../../server/src/syntax/bodies/plpgsql/blocks.ts';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { parser } from '../harness/parser.ts';

const fragments = (
  'begin|end|end if|end loop|end case|if|then|else|elsif|else if|case|when|loop|while|for|foreach|in|in array|reverse|by|' +
  'declare|exception|others|raise|notice|using|execute|format(|into|strict|perform|return|return next|return query|' +
  'open|fetch|close|cursor for|get diagnostics|assert|exit|continue|commit|null|select|insert into t|update t set|' +
  ";|;|;|,|(|)|[|]|:=|=|.|..|<<|>>|<<a>>|#|%type|%rowtype|x|y int|1|1..3|$1|\"q|'s|'s %'|E'\\'|--c\n|/*|*/|$a$|\n|\n  |" +
  'ü|日本|👍|\r\n|\0|{{ a }}|:v|%s|\\x|create rule r as on insert to t do (|begin atomic|;;'
).split('|');

const soup = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
    ),
    { maxLength: 60 },
  )
  .map((words) => words.join(' '));

const create = (body: string): Statement =>
  SqlText.of(`CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$${body}$body$`, parser).statements[0]!;

describe('any text as a body', () => {
  it('is read without a throw or a hang, and every place lies within it', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(soup, (text) => {
        const body = readPlpgsqlBody(`begin ${text}`, parser);
        for (const { start, end } of [...body.problems, ...body.statements, ...body.dynamic])
          assert.ok(start >= 0 && start <= end && end <= text.length + 6, `${start} to ${end}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives problems within its statement', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(soup, (text) => {
        const statement = create(`begin ${text} end`);
        for (const { span } of bodyProblems(statement, parser))
          assert.ok(span.start >= 0 && span.start <= span.end && span.end <= statement.text.length);
        for (const { toStatement, sql } of embeddedStatements(statement, parser))
          assert.ok(toStatement(0) <= toStatement(sql.length) && toStatement(sql.length) <= statement.text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is not followed into endless nesting', () => {
    for (const [open, close] of [
      ['begin ', 'end; '],
      ['if a then ', 'end if; '],
      ['loop ', 'end loop; '],
      ['declare x int; begin ', 'end; '],
      ['case when a then ', 'end case; '],
    ] as const) {
      const deep = `begin ${open.repeat(20_000)} null; ${close.repeat(20_000)} end`;
      assert.equal(readPlpgsqlBody(deep, parser).tooDeep, true);
      assert.deepEqual(bodyProblems(create(deep), parser), []);
    }
    assert.equal(parser.parse('select 1').kind, 'tree');
  });

  it('of 300 kB is read', () => {
    const part = `
      IF n > 10 AND state = 'open' THEN
        UPDATE orders SET state = 'closed', closed_at = now() WHERE id = n AND state <> 'closed';
        SELECT count(*) INTO n FROM orders WHERE customer_id = n;
      END IF;`;
    const text = `DECLARE n int; state text; BEGIN ${part.repeat(Math.ceil(300_000 / part.length))} RETURN n; END`;
    const body = readPlpgsqlBody(text, parser);
    assert.deepEqual(body.problems, []);
    assert.ok(body.statements.length > 3_000, `${body.statements.length}`);
    assert.deepEqual(bodyProblems(create(text), parser), []);
  });

  it('of 300 kB with a mistake in every statement is read', () => {
    const text = `BEGIN ${'\n  x := 1 +\n  SELECT a b c FROM t; y = = ;'.repeat(7_000)} END`;
    assert.ok(readPlpgsqlBody(text, parser).problems.length > 1_000);
  });
});
