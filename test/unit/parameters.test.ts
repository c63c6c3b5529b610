import assert from 'node:assert/strict';
import { parametersOf } from '../../server/src/syntax/parameters.ts';
import { parser } from '../harness/parser.ts';

describe('Parameters', () => {
  for (const [written, sql, names] of [
    ['SELECT $2, $1', 'SELECT $2, $1', '1 2'],
    ['SELECT :a, :b, :a', 'SELECT $1, $2, $1', 'a b'],
    ["SELECT :'name'::text", 'SELECT $1     ::text', 'name'],
    ['SELECT %(id)s, %(id)s', 'SELECT $1    , $1    ', 'id'],
    ['SELECT %s, %s', 'SELECT $1, $2', '1 2'],
    ['SELECT @id, a @> b', 'SELECT $1 , a @> b', 'id'],
    ["SELECT 'x:y', a::int, b[1:2], $$ :z $$ -- :c", "SELECT 'x:y', a::int, b[1:2], $$ :z $$ -- :c", ''],
    ['SELECT $1, :b', 'SELECT $1, $2', '1 b'],
  ] as const) {
    it(`${written} asks for ${names || 'nothing'}`, () => {
      const result = parametersOf(written);
      assert.equal(result.sql, sql);
      assert.equal(result.parameters.map((p) => p.name).join(' '), names);
      assert.equal(result.unusable, null);
      assert.equal(parser.parse(result.sql).kind, 'tree');
    });
  }

  it('says which one cannot be given a value', () => {
    assert.equal(parametersOf('SELECT * FROM :"table"').unusable, ':"table"');
    assert.equal(parametersOf('SELECT {{ x }}').unusable, '{{ x }}');
  });

  it('keeps places when the tenth parameter is longer than %s', () => {
    const written = `SELECT ${'%s, '.repeat(12)}ü FROM t`;
    const { sql, parameters, toText } = parametersOf(written);
    assert.equal(parameters.length, 12);
    assert.match(sql, /\$12, ü FROM t$/);
    for (const word of ['SELECT', 'ü', 'FROM', 't'])
      assert.equal(toText(sql.lastIndexOf(word)), written.lastIndexOf(word));
  });
});
