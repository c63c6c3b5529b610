import assert from 'node:assert/strict';
import { type InlayHint, InlayHintRequest } from 'vscode-languageserver-protocol';
import { Client } from './client.ts';

const uri = 'file:///hints.sql';
const text = 'DROP TABLE a;\nDROP TABLE b;\nSELECT 1;\n';

describe('Inlay hints over the protocol', () => {
  const hints = (client: Client, lines = 9): Promise<InlayHint[] | null> =>
    client.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } },
    });

  it('stand at the end of the statement; the tooltip tells more', async () => {
    const client = await Client.start();
    await client.open(uri, text);
    const found = (await hints(client, 1)) ?? [];
    assert.deepEqual(
      found.map(({ tooltip, ...hint }) => hint),
      [
        {
          position: { line: 0, character: 13 },
          label: 'ACCESS EXCLUSIVE · blocks reads and writes',
          paddingLeft: true,
        },
      ],
    );
    assert.match(JSON.stringify(found[0]?.tooltip), /ACCESS EXCLUSIVE\*\* on `public\.a`: blocks reads, writes/);
    assert.equal((await hints(client))?.length, 2);
    assert.equal(await client.stop(), 0);
  });

  it('can be switched off in the settings', async () => {
    const client = await Client.start({ settings: { lockHints: { enabled: false } } });
    await client.open(uri, text);
    assert.deepEqual(await hints(client), []);
    assert.equal(await client.stop(), 0);
  });
});
