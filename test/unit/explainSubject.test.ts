// Which statement Explain takes, by the cursor and by what is selected.
import assert from 'node:assert/strict';
import { LanguageService } from '../../server/src/languageService.ts';
import { parser } from '../harness/parser.ts';

const text = `SELECT 1;
SELECT * FROM orders o WHERE o.id IN (SELECT 2);
SELEC 3;
`;

/** The SQL that is explained with `selected` selected, or the sentence that says why none is. */
function explained(selected: string, cursor = false): string {
  const service = new LanguageService(parser, { list: async () => [], read: async () => null });
  const uri = 'file:///queries.sql';
  service.open(uri, 'sql', 1, text);
  const at = (offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
  };
  const start = text.indexOf(selected);
  const subject = service.explainSubject(uri, { start: at(start), end: at(cursor ? start : start + selected.length) });
  return typeof subject === 'string' ? subject : subject.sql;
}

describe('Explain: what is selected', () => {
  const whole = 'SELECT * FROM orders o WHERE o.id IN (SELECT 2)';

  it('a statement is explained', () => assert.equal(explained('SELECT 1'), 'SELECT 1'));

  it('a query inside of a statement is explained by itself', () => assert.equal(explained('SELECT 2'), 'SELECT 2'));

  it('of a part that is no statement, the statement around it is explained', () => {
    assert.equal(explained('orders o'), whole);
    assert.equal(explained('orders o WHERE o.id IN (SELECT 2)'), whole);
  });

  it('of a broken statement the mistake is told', () => {
    const told = /^This statement has a syntax error\. Unexpected SELEC: did you mean SELECT\?/;
    assert.match(explained('SELEC 3', true), told);
    assert.match(explained('SELEC 3'), told);
  });

  it('several statements are too many', () => assert.match(explained(`SELECT 1;\n${whole}`), /holds 2 statements/));

  it('what reaches beyond its statement is not made to mean it', () => {
    assert.match(explained('IN (SELECT 2);\nSELEC'), /holds 2 statements/);
  });
});
