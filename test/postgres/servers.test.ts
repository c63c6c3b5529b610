import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEachVersion } from './harness/eachVersion.ts';
import { startServer } from './harness/servers.ts';

onEachVersion('test servers', ({ version, server, freshDatabase }) => {
  it('runs the version that was asked for', async () => {
    const client = await server().connect();
    const { rows } = await client.query('SHOW server_version');
    await client.end();
    assert.equal(Number.parseInt(rows[0].server_version, 10), version);
  });

  it('is one server a process', async () => {
    assert.equal(await startServer(version), server());
  });

  it('gives databases of their own', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    const [client, other] = await Promise.all([one.client(), two.client()]);
    await client.query('CREATE TABLE t ()');
    const { rows } = await other.query("SELECT to_regclass('t') AS t, current_database() AS database");
    assert.deepEqual(rows, [{ t: null, database: two.name }]);
  });

  it('drops a database that still has sessions at work', async () => {
    const database = await server().freshDatabase();
    const client = await database.client();
    const sleeping = assert.rejects(client.query('SELECT pg_sleep(60)'));
    await database.drop();
    await sleeping;
    const admin = await server().connect();
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database.name]);
    await admin.end();
    assert.equal(rowCount, 0);
  });
});

describe('test servers', () => {
  it('leave no process and no data behind when the tests are killed', async function () {
    this.timeout(20_000);
    const program = `
      const { startServer, testedVersions } = await import(${JSON.stringify(new URL('harness/servers.ts', import.meta.url).href)});
      const server = await startServer(testedVersions[0]);
      const client = await server.connect();
      const { rows } = await client.query("SELECT current_setting('data_directory') AS data");
      console.log(JSON.stringify({ url: server.url, data: rows[0].data }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const { data } = JSON.parse(String(line)) as { data: string };
    await access(data);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
      const gone = await access(data).then(
        () => false,
        () => true,
      );
      if (gone) break;
      assert.ok(Date.now() < deadline, `${data} is still there`);
    }
  });
});
