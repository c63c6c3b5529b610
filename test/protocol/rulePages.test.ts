// The code of a diagnostic leads to the rule's own page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Client } from './client.ts';

describe('The code of a diagnostic', () => {
  it('leads to the page of its rule, which lies beside the program', async () => {
    const client = await Client.start();
    await client.open('file:///drop.sql', 'DROP TABLE orders;\n');
    const dropped = (await client.diagnostics('file:///drop.sql')).find((d) => d.code === 'drop-table');
    assert.match(readFileSync(new URL(dropped?.codeDescription?.href ?? ''), 'utf8'), /^# drop-table\n/);
    assert.equal(await client.stop(), 0);
  });
});
