import assert from 'node:assert/strict';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';

/** Each statement without the white space around it, broken ones marked. */
const split = (text: string): string[] =>
  SqlText.of(text, parser)
    .statements.map((s) => `${s.parsed.kind === 'error' ? '✗ ' : ''}${s.text.trim()}`)
    .filter((s) => s !== '');

describe('Where a broken statement ends', () => {
  it('is before the statement that an open quote ran into, also when the error comes before that quote', () => {
    assert.deepEqual(split("select f('a) + g('b', 1);\ncreate table t (x text default 'c');\nselect 'd';"), [
      "✗ select f('a) + g('b', 1);",
      "create table t (x text default 'c');",
      "select 'd';",
    ]);
  });

  it('is before the statement that reads on rightly across the end of a body, on the same line too', () => {
    const next = 'create function g() returns int language sql as $$ select 1; $$;';
    assert.deepEqual(split(`do $$ begin perform f(); end; drop table t; ${next} select 2;`), [
      '✗ do $$ begin perform f();',
      'end;',
      'drop table t;',
      next,
      'select 2;',
    ]);
  });

  it('is not within a string behind the error that is whole', () => {
    const broken = "create functio f() returns int language sql as '\ninsert into t values (1);\nselect 1;\n';";
    assert.deepEqual(split(`${broken}\nselect 2;`), [`✗ ${broken}`, 'select 2;']);
  });

  it('is at the first statement in an open comment, whose own comments stay with it', () => {
    assert.deepEqual(split('/* to do\n-- all of them\ndrop table t;\nselect 1 /* why?\n;\n\nselect 2;'), [
      '/* to do',
      '-- all of them\ndrop table t;',
      'select 1 /* why?\n;',
      'select 2;',
    ]);
  });
});
