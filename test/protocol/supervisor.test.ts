import assert from 'node:assert/strict';
import { Client } from './client.ts';

/** Far less than the server waits in real use, so that work which is only long counts as hanging. */
const impatient = { PGREVIEW_PATIENCE_MS: '1000' };
/** The grammar takes two seconds for it, on a machine that does nothing else. */
const long = `SELECT ${'x,'.repeat(900_000)}1;\n`;

describe('A review that does not end', function () {
  this.timeout(60_000);
  // on a busy machine reading a file takes as long as what hangs does here
  this.retries(2);

  it('is stopped, and the statement left out; the rest of its file and other files are reviewed', async () => {
    const client = await Client.start({ env: impatient });
    await client.open('file:///good.sql', 'DROP TABLE good;');
    await client.open('file:///long.sql', 'DROP TABLE before;\n');
    assert.deepEqual((await client.marked('file:///good.sql')).length > 0, true);
    await client.change('file:///long.sql', [{ text: `DROP TABLE before;\n${long}DROP TABLE after;\n` }]);
    const diagnostics = await client.diagnostics('file:///long.sql');
    const messages = diagnostics.map((d) => `${d.code} ${d.message}`);
    assert.ok(
      messages.some((m) => m.startsWith('too-complex This statement took too long to be parsed.')),
      messages.join('\n'),
    );
    assert.equal(diagnostics.filter((d) => d.code === 'drop-table').length, 2);
    assert.ok((await client.marked('file:///good.sql')).includes('drop-table: DROP TABLE'));
    assert.match(
      client.logged.join('\n'),
      /The review gave no answer for 1 s; it is started again without the statement/,
    );
    assert.equal(await client.stop(), 0);
  });

  it('is stopped, and the file left out, when it hangs elsewhere than in one statement', async () => {
    const client = await Client.start({ env: impatient });
    await client.open(
      'file:///many.sql',
      Array.from({ length: 90_000 }, (_, i) => `CREATE TABLE t${i} (id bigint, name text, CHECK (id > 0));\n`).join(''),
    );
    await client.open('file:///good.sql', 'DROP TABLE good;');
    const messages = (await client.diagnostics('file:///many.sql')).map((d) => String(d.message));
    assert.match(messages.join('\n'), /took too long/);
    assert.ok((await client.marked('file:///good.sql')).includes('drop-table: DROP TABLE'));
    await client.type('file:///good.sql', 0, '-- ü\n');
    assert.ok((await client.marked('file:///good.sql')).includes('drop-table: DROP TABLE'));
    assert.equal(await client.stop(), 0);
  });

  it('works over push as well', async () => {
    const client = await Client.start({ env: impatient, pull: false });
    await client.open('file:///long.sql', `${long}DROP TABLE after;\n`);
    assert.ok((await client.marked('file:///long.sql')).includes('drop-table: DROP TABLE'));
    assert.equal(await client.stop(), 0);
  });
});

describe('Fast edits', () => {
  it('answer for the text as it is, whatever is cancelled on the way', async () => {
    const client = await Client.start();
    const uri = 'file:///fast.sql';
    // fewer findings than are shown at most: which ones are left out depends on the last edit
    await client.open(uri, 'CREATE TABLE IF NOT EXISTS a (id bigint PRIMARY KEY);\n'.repeat(2000));
    const requests: Promise<unknown>[] = [];
    for (let i = 0; i < 200; i++) {
      const line = (i * 37) % 2000;
      const at = { line, character: 0 };
      await client.change(uri, [{ range: { start: at, end: at }, text: i % 3 === 0 ? 'DROP TABLE ü;\n' : '-- 👍\n' }]);
      const { CancellationTokenSource } = await import('vscode-languageserver-protocol');
      const source = new CancellationTokenSource();
      requests.push(
        client.connection
          .sendRequest('textDocument/diagnostic', { textDocument: { uri } }, source.token)
          .catch(() => null),
      );
      if (i % 2 === 0) source.cancel();
    }
    await Promise.all(requests);
    const incremental = await client.diagnostics(uri);
    const text = client.document(uri).getText();
    await client.open('file:///fresh.sql', text);
    const fresh = JSON.stringify(await client.diagnostics('file:///fresh.sql')).replaceAll('fresh.sql', 'fast.sql');
    assert.deepEqual(incremental, JSON.parse(fresh));
    assert.equal(await client.stop(), 0);
  });
});
