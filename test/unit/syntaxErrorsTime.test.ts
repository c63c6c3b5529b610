import assert from 'node:assert/strict';
import { syntaxFinding } from '../../server/src/review/syntaxFinding.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';

describe('explaining a syntax error', () => {
  it('comes to an end for $$ in a name, with many spaces behind it', () => {
    const broken = `select pg_$$size(a) from '${' '.repeat(400)}(1, 2)' x y z`;
    const [statement] = SqlText.of(broken, parser).statements;
    assert.equal(syntaxFinding(statement!)?.rule, 'syntax-error');
  });
});
