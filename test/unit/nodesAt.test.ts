import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { nodesAt } from '../../client/src/nodesAt.ts';

const sql = `SELECT *
FROM events e JOIN (SELECT * FROM orders OFFSET 0) AS s
  ON s.event_id = e.id
ORDER BY e.at, e.id`;
const document = TextDocument.create('file:///q.sql', 'sql', 1, sql);
const rangeOf = (text: string) => {
  const start = sql.indexOf(text);
  return { start: document.positionAt(start), end: document.positionAt(start + text.length) };
};
/** Two partitions of events, a join, a subquery with a scan in it, a sort, and a node that comes from nowhere. */
const nodes = [
  'events e',
  'events e',
  's.event_id = e.id',
  '(SELECT * FROM orders OFFSET 0) AS s',
  'orders',
  'ORDER BY e.at, e.id',
].map((text, id) => ({ id, range: rangeOf(text) }));
const all = [...nodes, { id: 6, range: null }];

/** `|` is the cursor; two of them are the ends of a selection. */
function at(marked: string): number[] {
  const [before = '', between = '', after] = marked.split('|');
  const start = sql.indexOf(marked.replaceAll('|', '')) + before.length;
  const end = after === undefined ? start : start + between.length;
  return nodesAt(all, { start: document.positionAt(start), end: document.positionAt(end) });
}

describe('The nodes at the cursor', () => {
  it('are those whose text holds it, its ends included', () => {
    assert.deepEqual(at('s.event|_id'), [2]);
    assert.deepEqual(at('|ORDER BY'), [5]);
    assert.deepEqual(at('e.at, e.id|'), [5]);
  });

  it('are all that come from one text', () => assert.deepEqual(at('FROM ev|ents'), [0, 1]));

  it('are those of the smallest text', () => {
    assert.deepEqual(at('FROM or|ders'), [4]);
    assert.deepEqual(at('OFF|SET 0'), [3]);
  });

  it('are none elsewhere', () => {
    assert.deepEqual(at('SEL|ECT *\n'), []);
    assert.deepEqual(at('e J|OIN'), []);
  });

  it('hold the whole selection', () => {
    assert.deepEqual(at('|(SELECT * FROM orders OFFSET 0) AS s|'), [3]);
    assert.deepEqual(at('|orders OFF|SET'), [3]);
    assert.deepEqual(at('FROM |events e JOIN| '), []);
  });
});
