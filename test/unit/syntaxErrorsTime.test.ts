import assert from 'node:assert/strict';
import { syntaxFinding } from '../../server/src/review/syntaxFinding.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';

describe('the time that explaining a syntax error takes', () => {
  it('is short for $$ in a name, with many spaces behind it', () => {
    const broken = `select pg_$$size(a) from '${' '.repeat(400)}(1, 2)' x y z`;
    const [statement] = SqlText.of(broken, parser).statements;
    const started = performance.now();
    assert.equal(syntaxFinding(statement!)?.rule, 'syntax-error');
    assert.ok(performance.now() - started < 500);
  });
});
