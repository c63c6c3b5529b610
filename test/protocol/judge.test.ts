import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DiagnosticRefreshRequest } from 'vscode-languageserver-protocol/node';
import { Client, type ClientOptions } from './client.ts';

const wrong = 'SELECT * FROM customers WHERE name = id;\n';
const said = 'postgres-error: =';

describe('The embedded Postgres behind the editor', function () {
  this.timeout(60_000);
  let folder: string;
  let uri: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-judge-'));
    writeFileSync(join(folder, '001_customers.sql'), 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\n');
    writeFileSync(join(folder, '002_orders.sql'), wrong);
    uri = pathToFileURL(join(folder, '002_orders.sql')).href;
  });
  after(() => rmSync(folder, { recursive: true }));

  const start = (options: ClientOptions = {}): Promise<Client> =>
    Client.start({ pull: false, folders: [pathToFileURL(folder).href], ...options });

  /** Resolves when the published diagnostics are as asked; the server tells of them by itself. */
  async function until(client: Client, isThere: (marked: string[]) => boolean): Promise<string[]> {
    for (const end = Date.now() + 20_000; ; ) {
      const marked = await client.marked(uri);
      if (isThere(marked)) return marked;
      assert.ok(Date.now() < end, `still ${JSON.stringify(marked)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('adds what it says of a migration to the diagnostics, and takes it back', async () => {
    const client = await start();
    await client.open(uri, wrong);
    await until(client, (marked) => marked.includes(said));
    await client.change(uri, [{ text: wrong.replace('= id', "= 'id'") }]);
    await until(client, (marked) => !marked.includes(said));
    await client.change(uri, [{ text: `SELECT 'ü';\n${wrong}` }]);
    await until(client, (marked) => marked.includes(said));
    // an edit above moves it, and it stays where it belongs
    await client.type(uri, "SELECT 'ü".length, '👍\n');
    await until(client, (marked) => marked.includes(said));
    assert.equal(await client.stop(), 0);
  });

  it('shows progress while it starts and replays', async () => {
    const client = new Client({ pull: false });
    const told: { kind: string; title?: string; message?: string }[] = [];
    client.connection.onNotification(
      '$/progress',
      ({ value }: { value: (typeof told)[number] }) => void told.push(value),
    );
    await client.initialize([pathToFileURL(folder).href]);
    await client.open(uri, wrong);
    await until(client, (marked) => marked.includes(said));
    while (told.at(-1)?.kind !== 'end') await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      told.map(({ kind, title, message }) => [kind, title, message]),
      [
        ['begin', 'Embedded Postgres', 'starting Postgres'],
        ['report', undefined, 'replaying 1 of 1 files'],
        ['end', undefined, undefined],
      ],
    );
    assert.equal(await client.stop(), 0);
  });

  it('asks editors that pull to ask again', async () => {
    const client = new Client({ pull: true });
    let refreshed = 0;
    client.connection.onRequest(DiagnosticRefreshRequest.type, () => {
      refreshed++;
    });
    await client.initialize([pathToFileURL(folder).href], { diagnostics: { refreshSupport: true } });
    await client.open(uri, wrong);
    await until(client, (marked) => marked.includes(said));
    assert.ok(refreshed > 0);
    assert.equal(await client.stop(), 0);
  });

  it('is silent when it is switched off', async () => {
    const client = await start({ settings: { database: 'off' } });
    await client.open(uri, wrong);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.ok(!(await client.marked(uri)).includes(said));
    assert.equal(await client.stop(), 0);
  });

  it('is nothing that the first findings wait for, nor the end', async () => {
    const client = await start({ env: { PGREVIEW_FREEZE_EMBEDDED_MS: '600000' } });
    await client.open(uri, `${wrong}DROP TABLE customers;\n`);
    // it has begun to start, and is stuck
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (let i = 0; i < 20; i++) {
      const began = performance.now();
      await client.type(uri, 0, '\n');
      assert.ok((await client.marked(uri)).includes('drop-table: DROP TABLE'));
      const took = performance.now() - began;
      assert.ok(took < 5_000, `edit ${i} took ${took} ms`);
    }
    assert.ok(!(await client.marked(uri)).includes(said));
    assert.equal(await client.stop(), 0);
  });
});
