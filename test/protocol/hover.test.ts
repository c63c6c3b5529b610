import assert from 'node:assert/strict';
import { type Hover, HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol';
import { Client } from './client.ts';

const uri = 'file:///hover.sql';

describe('Hover', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(async () => assert.equal(await client.stop(), 0));
  afterEach(() => client.close(uri));

  const at = (line: number, character: number): Promise<Hover | null> =>
    client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character } });

  it('tells lock, whom it blocks, rewrite, scan and transaction on the first words', async () => {
    await client.open(uri, 'CREATE TABLE t (id int);\n/* 👍 */ ALTER TABLE t ADD COLUMN r float DEFAULT random();\n');
    const hover = await at(1, 11);
    assert.deepEqual(hover?.range, { start: { line: 1, character: 9 }, end: { line: 1, character: 20 } });
    assert.ok(hover);
    assert.deepEqual((hover.contents as MarkupContent).value.split('\n').slice(2), [
      '- **ACCESS EXCLUSIVE** on `public.t`: blocks reads, writes, DDL and autovacuum',
      '- New storage for `public.t`',
      '- Reads `public.t` from end to end',
      '- May run in a transaction',
    ]);
  });

  it('is silent elsewhere, and on what locks nothing', async () => {
    await client.open(uri, 'CREATE TABLE t (id int);\nDROP   TABLE   t;\n');
    assert.equal(await at(0, 3), null);
    assert.equal(await at(1, 13), null);
    assert.notEqual(await at(1, 3), null);
  });
});
