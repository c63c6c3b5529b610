import assert from 'node:assert/strict';
import { statementKey } from '../../client/src/statementKey.ts';

describe('The key of a statement', () => {
  it('is the same whatever the layout and the values', () => {
    const key = statementKey("SELECT * FROM t WHERE id = 7 AND name = 'it''s'");
    assert.equal(statementKey("select *\n  from t -- a word\n where id = 12.5 and name = 'x';"), key);
    assert.equal(statementKey("SELECT/* ; */ * FROM t WHERE id = 1 AND name = ''"), key);
  });

  it('is another for another statement, and empty for none', () => {
    assert.notEqual(statementKey('SELECT * FROM t1'), statementKey('SELECT * FROM t2'));
    assert.equal(statementKey('  -- nothing\n'), '');
  });
});
