import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import type { Mend } from '../../server/src/syntax/errors/index.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { damagedBodies } from '../harness/bodyDamage.ts';
import { withoutMarks } from '../harness/bodyFixture.ts';
import { parser } from '../harness/parser.ts';

const problemsIn = (sql: string) => bodyProblems(SqlText.of(sql, parser).statements[0]!, parser);

function applied(sql: string, fix: Mend): string {
  const edits = [...fix.edits].sort((a, b) => b.start - a.start);
  return edits.reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), sql);
}

/** The first fix of each problem, made. */
const mended = (sql: string): string[] =>
  problemsIn(sql).map(({ fixes: [fix] }) =>
    fix ? `${fix.title}${fix.safe ? '' : '?'}: ${applied(sql, fix)}` : 'none',
  );

const folder = new URL('../fixtures/bodies/', import.meta.url);

describe('fixes in function bodies', () => {
  it('write what is missing', () => {
    assert.deepEqual(mended("DO $$BEGIN PERFORM 1\n RAISE INFO 'x'; END$$"), [
      "Add the missing ;: DO $$BEGIN PERFORM 1;\n RAISE INFO 'x'; END$$",
    ]);
    assert.deepEqual(mended('DO $$DECLARE b int; BEGIN IF b > 1\n b := 1; END IF; END$$'), [
      'Add the missing THEN: DO $$DECLARE b int; BEGIN IF b > 1 THEN\n b := 1; END IF; END$$',
    ]);
    assert.deepEqual(mended('DO $$BEGIN WHILE false LOOP RAISE; END WHILE; END$$'), [
      'Write END LOOP: DO $$BEGIN WHILE false LOOP RAISE; END LOOP; END$$',
    ]);
    assert.deepEqual(mended('DO $$BEGIN IF a THEN RAISE; ELSE IF b THEN RAISE; END IF; END$$'), [
      'Write ELSIF: DO $$BEGIN IF a THEN RAISE; ELSIF b THEN RAISE; END IF; END$$',
    ]);
    assert.deepEqual(mended('DO $$BEGIN NULL;; END$$'), ['Remove it: DO $$BEGIN NULL; END$$']);
  });

  it('are those of SQL outside, where they can be written', () => {
    const [dollar] = mended('CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT a, FROM t$$');
    assert.match(dollar ?? '', /: CREATE FUNCTION f\(\) RETURNS int LANGUAGE sql AS \$\$SELECT a FROM t\$\$$/);
    const [quoted] = mended("DO 'BEGIN PERFORM ''it''''s ü'' FORM t LIMIT 1; END'");
    assert.match(quoted ?? '', /: DO 'BEGIN PERFORM ''it''''s ü'' FROM t LIMIT 1; END'$/);
    const [dynamic] = mended("DO $$BEGIN EXECUTE 'SELECT a, FROM t WHERE b = ''x'''; END$$");
    assert.match(dynamic ?? '', /: DO \$\$BEGIN EXECUTE 'SELECT a FROM t WHERE b = ''x'''; END\$\$$/);
  });

  it('double the quotes that they write into a quoted body', () => {
    const head = 'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS';
    for (const [written, wanted] of [
      ['$$SELECT ‘x y z’$$', "$$SELECT 'x y z'$$"],
      ["'SELECT ‘x y z’'", "'SELECT ''x y z'''"],
      ["E'SELECT ‘x y z’'", "E'SELECT ''x y z'''"],
    ])
      assert.deepEqual(
        mended(`${head} ${written}`).map((m) => m.slice(m.indexOf(head))),
        [`${head} ${wanted}`],
      );
  });

  it('leave fewer problems than before', () => {
    let fixes = 0;
    const try_ = (sql: string): void => {
      const problems = problemsIn(sql);
      for (const { fixes: offered, message } of problems)
        for (const fix of offered) {
          fixes++;
          const after = problemsIn(applied(sql, fix));
          assert.ok(after.length < problems.length, `${message} ${fix.title}: ${applied(sql, fix)}`);
        }
    };
    for (const name of readdirSync(folder))
      for (const { body } of SqlText.of(withoutMarks(readFileSync(new URL(name, folder), 'utf8')), parser).statements)
        if (body !== '') try_(body);
    assert.ok(fixes > 15, `${fixes} fixes`);
    for (const { statement } of damagedBodies('control.sql')) try_(statement.body);
    assert.ok(fixes > 100, `${fixes} fixes`);
  }).timeout(60_000);
});
