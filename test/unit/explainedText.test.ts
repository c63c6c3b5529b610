import assert from 'node:assert/strict';
import type { Range } from 'vscode';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { explainedText, startNow } from '../../client/src/explainedText.ts';

const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 12 } };
const source = { uri: 'file:///q.sql', range };
const open = (text: string) => TextDocument.create(source.uri, 'sql', 1, text) as never;
/** The place by now, as `line:character`, of what stood in the text before. */
function now(before: string, after: string): string | null {
  const start = startNow(open(after), { report: { source }, ...explainedText(open(before), range as Range) });
  return start && `${start.line}:${start.character}`;
}

describe('Where an explained statement stands by now', () => {
  it('follows it when other text changes', () => {
    assert.equal(now('\n    SELECT 1;', '\n    SELECT 1;'), '1:4');
    assert.equal(now('\n    SELECT 1;', '-- new\n\n  SELECT 2; SELECT 1\n  ;'), '2:12');
    assert.equal(now('\n    SELECT 1;', '\nSELECT 1;\n\nSELECT 3;'), '1:0');
    assert.equal(now('\n    SELECT 1\n', '\n    SELECT 1'), '1:4');
    assert.equal(now('\n   "SELECT 1")', 'x()\n\n   "SELECT 1")'), '2:4');
  });

  it('is nowhere once it was changed', () => {
    assert.equal(now('\n    SELECT 1;', '\n    SELECT  1;'), null);
    assert.equal(now('\n    SELECT 1;', '\n    SELECT 1 + 1;'), null);
    assert.equal(now('\n    SELECT 1;', '\n    SELECT 1\nLIMIT 5;'), null);
    assert.equal(now('\n    SELECT 1', '\n    SELECT 12'), null);
    assert.equal(now('\n    SELECT 1;', ''), null);
  });

  it('passes by what only begins like it', () => {
    assert.equal(now('\n    SELECT 1;', '\n    SELECT 12; SELECT 1;'), '1:15');
    assert.equal(now('\n    SELECT 1;', 'SELECT 1;\n    SELECT 12;'), '0:0');
    assert.equal(now('\n    SELECT 1;', 'SELECT 12;\n    SELECT 12;'), null);
  });

  it('is not told of a plan that comes from no file', () => {
    assert.equal(startNow(open('SELECT 1'), { report: { source: null }, sourceText: 'SELECT 1' }), null);
  });

  it('takes a plan that was saved without what stood behind it', () => {
    assert.equal(startNow(open('\n    SELECT 1 + 1'), { report: { source }, sourceText: 'SELECT 1' })?.character, 4);
  });
});
