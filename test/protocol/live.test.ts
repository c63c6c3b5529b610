// A connected database behind the editor: what it adds, and that nobody waits for it, whatever becomes of the connection.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import {
  connectionRequest,
  type DatabaseStatus,
  databaseStatusNotification,
  lookAtDatabase,
  readDatabaseRequest,
} from '../../server/src/protocol.ts';
import { startServer, type TestDatabase, testedVersions, type Version } from '../postgres/harness/servers.ts';
import { Client, type ClientOptions, serverPath } from './client.ts';

/** Stands between the language server and Postgres. */
class Between {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Nothing goes through, and no connection ends. */
  frozen = false;

  constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          server.destroy();
        });
      }
      client.on('data', (data) => this.frozen || server.write(data));
      server.on('data', (data) => this.frozen || client.write(data));
    });
  }

  /** @returns the port; another one when none is given */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as { port: number }).port;
  }

  /** Ends every connection and takes no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

describe('A connected database behind the editor', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let session: pg.Client;
  let folder: string;
  let uri: string;
  let clients: Client[] = [];
  let proxies: Between[] = [];

  before(async () => {
    const server = await startServer(testedVersions.at(-1) as Version);
    database = await server.freshDatabase();
    session = await database.client();
    await session.query('CREATE TABLE customers (id bigint PRIMARY KEY, name text)');
  });
  after(() => database.drop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-live-'));
    uri = pathToFileURL(join(folder, 'queries.sql')).href;
  });
  afterEach(async () => {
    for (const client of clients) assert.equal(await client.stop(), 0);
    for (const proxy of proxies) await proxy.stop();
    clients = [];
    proxies = [];
    rmSync(folder, { recursive: true });
  });

  const port = () => Number(new URL(database.url).port);
  const through = (at: number, password = ''): string => {
    const url = new URL(database.url);
    url.port = String(at);
    url.password = password;
    return url.href;
  };

  interface Started {
    readonly client: Client;
    readonly statuses: DatabaseStatus[];
    readonly progress: { kind: string; title?: string; message?: string }[];
  }

  async function start(options: ClientOptions = {}, initializationOptions?: object): Promise<Started> {
    const client = new Client({ pull: false, ...options });
    clients.push(client);
    const statuses: DatabaseStatus[] = [];
    const progress: Started['progress'] = [];
    client.connection.onNotification(
      databaseStatusNotification,
      (status: DatabaseStatus) => void statuses.push(status),
    );
    client.connection.onNotification(
      '$/progress',
      ({ value }: { value: Started['progress'][number] }) => void progress.push(value),
    );
    await client.initialize([pathToFileURL(folder).href], {}, initializationOptions);
    return { client, statuses, progress };
  }

  async function until(isSo: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
    for (const end = Date.now() + 20_000; !(await isSo()); await sleep(50))
      assert.ok(Date.now() < end, `still ${JSON.stringify(await what())}`);
  }
  const untilMarked = (client: Client, marked: readonly string[]): Promise<void> =>
    until(
      async () => JSON.stringify((await client.marked(uri)).sort()) === JSON.stringify(marked),
      () => client.marked(uri),
    );
  const untilState = ({ statuses }: Started, state: DatabaseStatus['state']): Promise<void> =>
    until(
      () => statuses.at(-1)?.state === state,
      () => statuses,
    );
  const connections = async (): Promise<number> =>
    (
      await session.query(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pgreview' AND datname = current_database()",
      )
    ).rows.length;

  const wrong = 'SELECT upper(id), nme FROM customers;\nSELECT upper(id) FROM customers;\nSELECT 1 FROM nowhere;\n';
  const said = ['postgres-error: upper', 'unknown-column: nme', 'unknown-table: nowhere'];

  it('adds what it has to what is found, with progress, and looks again when it has changed', async () => {
    const started = await start({ settings: { database: database.url } });
    const { client, progress } = started;
    await client.open(uri, wrong);
    await untilMarked(client, said);
    assert.equal(started.statuses.at(-1)?.state, 'ready');
    assert.equal(started.statuses.at(-1)?.relations, 1);
    await until(
      () => progress.some(({ kind }) => kind === 'end'),
      () => progress,
    );
    assert.ok(
      progress.some(({ kind, title }) => kind === 'begin' && /^Database test_\d+ at 127\.0\.0\.1:/.test(title ?? '')),
      JSON.stringify(progress),
    );
    await session.query('CREATE TABLE nowhere (id int)');
    await client.connection.sendRequest(readDatabaseRequest);
    await untilMarked(client, said.slice(0, 2));
    await session.query('DROP TABLE nowhere');
    // the editor's window gets the focus again
    await sleep(5_100);
    await client.connection.sendNotification(lookAtDatabase);
    await untilMarked(client, said);
  });

  it('connects to what the client says that the setting names, and only then', async () => {
    writeFileSync(join(folder, 'pgreview.json'), JSON.stringify({ database: 'shop' }));
    const asked: string[] = [];
    let trusted = false;
    const client = new Client({ pull: false });
    clients.push(client);
    client.connection.onRequest(connectionRequest, (name: string) => {
      asked.push(name);
      return trusted ? { kind: 'connection', name, url: database.url } : null;
    });
    await client.initialize([pathToFileURL(folder).href], {}, { connections: true });
    await client.open(uri, wrong);
    await until(
      () => asked.length > 0,
      () => asked,
    );
    await sleep(1_000);
    assert.equal(await connections(), 0);
    trusted = true;
    await client.connection.sendNotification(lookAtDatabase);
    await untilMarked(client, said);
    assert.deepEqual([...new Set(asked)], ['shop']);
    trusted = false;
    await sleep(5_100);
    await client.connection.sendNotification(lookAtDatabase);
    await untilMarked(client, []);
    await until(
      async () => (await connections()) === 0,
      () => connections(),
    );
  });

  it("does not connect to a URL of the workspace's files in an editor that knows no trust", async () => {
    writeFileSync(join(folder, 'pgreview.json'), JSON.stringify({ database: database.url }));
    const { client } = await start();
    await client.open(uri, wrong);
    await sleep(2_000);
    assert.equal(await connections(), 0);
    assert.deepEqual(await client.marked(uri), []);
  });

  it('tells once when the connection is lost, goes on with what was read, and comes back', async () => {
    let proxy = new Between(port());
    const at = await proxy.listen();
    const started = await start({ settings: { database: through(at, 'secret') } });
    const { client } = started;
    await client.open(uri, wrong);
    await untilMarked(client, said);
    await proxy.stop();
    for (let i = 0; i < 3; i++) {
      await client.type(uri, 0, '-- more\nSELECT upper(id) FROM customers;\n');
      // the schema that was read still holds
      assert.ok((await client.marked(uri)).includes('unknown-table: nowhere'));
      await sleep(700);
    }
    await untilState(started, 'failed');
    assert.equal(client.shown.length, 1, client.shown.join('\n'));
    assert.match(client.shown[0] ?? '', /Files are reviewed with its schema as it was last read\.$/);
    proxy = new Between(port());
    proxies.push(proxy);
    await proxy.listen(at);
    await client.connection.sendRequest(readDatabaseRequest);
    await untilState(started, 'ready');
    await client.type(uri, 0, '\n');
    await until(
      async () => (await client.marked(uri)).filter((one) => one === 'postgres-error: upper').length === 4,
      () => client.marked(uri),
    );
    const everything = JSON.stringify([client.shown, client.logged, client.stderr, started.statuses, started.progress]);
    assert.ok(!everything.includes('secret'), everything);
  });

  it('is nothing that anybody waits for when it does not answer, nor the end', async () => {
    const proxy = new Between(port());
    proxies.push(proxy);
    proxy.frozen = true;
    const { client } = await start({ settings: { database: through(await proxy.listen()) } });
    await client.open(uri, 'DELETE FROM customers;\n');
    await sleep(1_000);
    for (let i = 0; i < 20; i++) {
      const began = performance.now();
      await client.type(uri, 0, '\n');
      assert.deepEqual(await client.marked(uri), ['delete-without-where: DELETE FROM customers']);
      const took = performance.now() - began;
      assert.ok(took < 5_000, `edit ${i} took ${took} ms`);
    }
  });

  it('tells why it cannot be reached, without the password', async () => {
    const proxy = new Between(port());
    const at = await proxy.listen();
    await proxy.stop();
    const started = await start({ settings: { database: through(at, 'secret') } });
    await started.client.open(uri, wrong);
    await untilState(started, 'failed');
    assert.match(started.client.shown.join(), /Nothing listens at 127\.0\.0\.1:\d+\./);
    const everything = JSON.stringify([
      started.client.shown,
      started.client.logged,
      started.client.stderr,
      started.statuses,
    ]);
    assert.ok(!everything.includes('secret'), everything);
    assert.deepEqual(await started.client.marked(uri), []);
  });

  it('is read by the command line', async () => {
    const file = join(folder, 'queries.sql');
    writeFileSync(file, wrong);
    const cli = serverPath.replace('server.js', 'cli.js');
    const check = (url: string) =>
      promisify(execFile)(process.execPath, [cli, 'check', '--format', 'json', '--database', url, folder]).then(
        ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
        ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
      );
    const { code, stdout } = await check(database.url);
    assert.equal(code, 1);
    assert.deepEqual(
      (JSON.parse(stdout).diagnostics as { code: string }[]).map(({ code: rule }) => rule).sort(),
      said.map((one) => one.split(':')[0]),
    );
    const proxy = new Between(port());
    const at = await proxy.listen();
    await proxy.stop();
    const failed = await check(through(at, 'secret'));
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /^pgreview: test_\d+ at 127\.0\.0\.1:\d+: Nothing listens at 127\.0\.0\.1:\d+\. .*\n$/);
    assert.ok(!failed.stderr.includes('secret'));
    const unclear = await check('mysql://me:secret@here/there');
    assert.equal(unclear.code, 2);
    assert.ok(!unclear.stderr.includes('secret'), unclear.stderr);
  });
});
