// Cancel really ends what runs on the server, whatever it is doing; test/bench/cancel.ts measures how fast.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import type { ExplainResult } from '../../server/src/protocol.ts';
import { running, until } from './harness/backends.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { errorOf, explainService, paramsFor, subjectOf } from './harness/explaining.ts';
import type { TestDatabase } from './harness/servers.ts';

const statements: readonly [what: string, sql: string][] = [
  ['sleeps', 'SELECT pg_sleep(600)'],
  ['computes', 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a % 7 = b % 5'],
  ['sorts', 'SELECT * FROM generate_series(1, 30000000) a ORDER BY -a'],
  ['runs a function', 'SELECT endless()'],
  ['writes', 'INSERT INTO kept SELECT i FROM generate_series(1, 1000000000) i'],
  ['waits for a lock', 'SELECT * FROM locked'],
  ['waits for a row', 'UPDATE kept SET a = 2 WHERE a = 1'],
];

onEachVersion('What is cancelled', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  let client: Client;
  before(async () => {
    service = await explainService();
    database = await postgres.freshDatabase();
    client = await database.client();
    await client.query(`
      CREATE TABLE kept (a int);
      INSERT INTO kept VALUES (1);
      CREATE TABLE locked (a int);
      CREATE FUNCTION endless() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;`);
    const holder = await database.client();
    await holder.query('BEGIN; LOCK TABLE locked; UPDATE kept SET a = 1');
  });
  after(() => service.dispose());

  const analyze = (url: string, sql: string, signal: AbortSignal): Promise<ExplainResult> =>
    service.explain(
      subjectOf(sql),
      paramsFor({ kind: 'connection', name: 'test', url }, { analyze: true, confirmed: true }),
      { signal },
    );

  /** @returns the milliseconds until nothing ran any more */
  async function cancelled(url: string, sql: string): Promise<number> {
    const controller = new AbortController();
    const result = analyze(url, sql, controller.signal);
    await until(async () => (await running(client)) === 1);
    controller.abort();
    const ms = await until(async () => (await running(client)) === 0);
    assert.equal(errorOf(await result).message, 'Cancelled.');
    const { rows } = await client.query('SELECT a FROM kept');
    assert.deepEqual(rows, [{ a: 1 }]);
    return ms;
  }

  /** Before the server can have noticed by itself that nobody listens any more; a busy machine may need a second attempt. */
  async function cancelledAtOnce(url: string, sql: string): Promise<void> {
    const times: number[] = [];
    while (times.length < 3 && !times.some((ms) => ms < 900)) times.push(await cancelled(url, sql));
    assert.ok(Math.min(...times) < 900, `${times} ms`);
  }

  for (const [what, sql] of statements) it(`ends while it ${what}`, () => cancelledAtOnce(database.url, sql));

  const backends = async (): Promise<number[]> =>
    (await client.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'pgreview'")).rows.map((r) => r.pid);

  it('ends where nobody else can connect any more', async () => {
    await client.query(`CREATE ROLE lonely_${postgres.version} LOGIN CONNECTION LIMIT 1`);
    try {
      await cancelledAtOnce(database.url.replace('postgres@', `lonely_${postgres.version}@`), 'SELECT pg_sleep(600)');
    } finally {
      await until(async () => {
        const { rows } = await client.query(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename LIKE 'lonely%'",
        );
        return rows[0].n === 0;
      });
      await client.query(`DROP ROLE lonely_${postgres.version}`);
    }
  });

  it('ends with the editor, however that ended', async () => {
    const before = await backends();
    const editor = fork(fileURLToPath(new URL('harness/explainAlone.ts', import.meta.url)), [database.url], {
      stdio: 'ignore',
    });
    await until(async () => (await running(client)) === 1, 20_000);
    editor.kill('SIGKILL');
    await until(async () => (await running(client)) === 0);
    // those of tests before may be on their way out
    await until(async () => (await backends()).every((pid) => before.includes(pid)));
  });

  it('is nothing that was over before', async () => {
    const controller = new AbortController();
    const result = await analyze(database.url, 'SELECT 1', controller.signal);
    controller.abort();
    assert.equal(result.kind, 'plan');
    const other = new AbortController();
    other.abort();
    assert.equal(errorOf(await analyze(database.url, 'SELECT 1', other.signal)).message, 'Cancelled.');
  });
});
