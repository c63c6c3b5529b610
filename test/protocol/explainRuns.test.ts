// The build against a real server: EXPLAIN's cancel from an editor and by Ctrl-C, and the options of the command line.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { type ExplainParams, type ExplainResult, explainRequest } from '../../server/src/protocol.ts';
import { running, until } from '../postgres/harness/backends.ts';
import { startServer, type TestDatabase, testedVersions, type Version } from '../postgres/harness/servers.ts';
import { Client, serverPath } from './client.ts';

const cli = join(serverPath, '..', 'cli.js');
const endless = 'SELECT pg_sleep(600);\n';

describe('EXPLAIN on a server, from outside', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let session: pg.Client;
  let folder: string;
  const version = testedVersions.at(-1) as Version;

  before(async () => {
    database = await (await startServer(version)).freshDatabase();
    session = await database.client();
    await session.query('CREATE TABLE orders (id int PRIMARY KEY, customer int, note text)');
    await session.query("INSERT INTO orders SELECT i, i % 10, 'x' FROM generate_series(1, 500) i; ANALYZE");
    folder = mkdtempSync(join(tmpdir(), 'pgreview-explain-'));
    writeFileSync(join(folder, 'endless.sql'), endless);
    writeFileSync(
      join(folder, 'queries.sql'),
      'SELECT * FROM orders\nWHERE customer = $1 AND note IS DISTINCT FROM $2;\n',
    );
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await database.drop();
  });

  /**
   * Before the server can have noticed by itself that nobody listens any more, which takes it a second; a busy machine may need
   * several attempts.
   */
  async function endsAtOnce(attempt: () => Promise<number>): Promise<void> {
    const times: number[] = [];
    while (times.length < 3 && !times.some((ms) => ms < 900)) times.push(await attempt());
    assert.ok(Math.min(...times) < 900, `${times} ms`);
  }

  it('is ended when the editor cancels the request', async () => {
    const client = await Client.start({ folders: [pathToFileURL(folder).href] });
    const uri = pathToFileURL(join(folder, 'endless.sql')).href;
    await client.open(uri, endless);
    const start = { line: 0, character: 0 };
    const params: ExplainParams = {
      textDocument: { uri },
      range: { start, end: start },
      analyze: true,
      target: { kind: 'connection', name: 'test', url: database.url },
    };
    await endsAtOnce(async () => {
      const token = new CancellationTokenSource();
      const result = client.connection
        .sendRequest<ExplainResult>(explainRequest, params, token.token)
        .catch((error: Error) => ({ kind: 'error' as const, message: error.message }));
      await until(async () => (await running(session)) === 1, 30_000);
      token.cancel();
      const ms = await until(async () => (await running(session)) === 0);
      assert.equal((await result).kind, 'error');
      return ms;
    });
    assert.equal(await client.stop(), 0);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`is ended by ${signal} to the command line, which ends by it`, async () => {
      await endsAtOnce(async () => {
        const run = spawn(process.execPath, [cli, 'explain', 'endless.sql', '--analyze', '--database', database.url], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let stderr = '';
        run.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        const ended = new Promise((resolve) => run.once('exit', (code, by) => resolve(by ?? code)));
        await until(async () => (await running(session)) === 1, 30_000);
        run.kill(signal);
        const ms = await until(async () => (await running(session)) === 0);
        assert.equal(await ended, signal, stderr);
        return ms;
      });
    });

  const explain = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    const all = [cli, 'explain', 'queries.sql', '--database', database.url, ...args];
    try {
      return { code: 0, ...(await promisify(execFile)(process.execPath, all, { cwd: folder })) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };

  it("plans in the embedded Postgres with a server's statistics", async () => {
    writeFileSync(
      join(folder, 'stats.sql'),
      `SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'schemaname', 'public', 'relname', 'visits',
         'relpages', '900000'::integer, 'reltuples', '70000000'::real);`,
    );
    writeFileSync(join(folder, 'visits.sql'), 'CREATE TABLE visits (id int PRIMARY KEY);\nSELECT * FROM visits;\n');
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'explain', 'visits.sql:2', ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    const { stdout, stderr, status } = run('--stats', 'stats.sql');
    assert.match(stdout, /with the statistics of 1 table:[\s\S]*Seq Scan on visits {2}\(rows 70 M planned/, stderr);
    assert.equal(status, 0);
    for (const [args, says] of [
      [['--stats', 'stats.sql', '--analyze'], /^pgreview: --stats leaves nothing to run/],
      [['--stats', 'stats.sql', '--database', database.url], /^pgreview: --stats is for the embedded Postgres/],
      [['--stats', 'none.sql'], /^pgreview: none.sql: no such file/],
      [['--stats', 'visits.sql'], /^pgreview: visits.sql: there are no statistics in it/],
    ] as const) {
      const refused = run(...args);
      assert.equal(refused.status, 2);
      assert.match(refused.stderr, says);
    }
  });

  it('takes the options of EXPLAIN', async () => {
    const given = ['--parameter', '1=7', '--null', '2', '--format', 'json'];
    const { code, stdout, stderr } = await explain(...given, '--analyze', '--options', 'verbose,buffers,no-timing');
    assert.equal(code, 0, stderr);
    const { plan } = JSON.parse(stdout) as { plan: { Plan: Record<string, unknown> } };
    assert.ok('Output' in plan.Plan && 'Shared Hit Blocks' in plan.Plan && !('Actual Total Time' in plan.Plan), stdout);
    assert.equal(plan.Plan['Actual Rows'], 50);
    assert.ok(!('Settings' in plan));
    const generic = JSON.parse((await explain('--format', 'json', '--options', 'generic')).stdout);
    assert.match(JSON.stringify(generic.plan), /customer = \$1/);
  });

  it('says what is missing or wrong, in one line, and exits with 2', async () => {
    const cases: [args: string[], expected: RegExp][] = [
      [
        ['--options', 'verbose'],
        /^pgreview: queries\.sql: the statement needs the values of its parameters: --parameter 1=… --parameter 2=…$/,
      ],
      [['--options', 'speed'], /It takes buffers, settings, verbose, wal, memory, serialize, generic, no-timing\./],
      [['--timeout', 'soon'], /It takes a number of seconds\./],
      [['--parameter', '1'], /It takes NAME=VALUE\./],
    ];
    for (const [args, expected] of cases) {
      const { code, stdout, stderr } = await explain(...args);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr.trim(), new RegExp(expected.source, 'm'));
    }
  });

  it('ends what takes longer than it is given', async () => {
    const all = [cli, 'explain', 'endless.sql', '--analyze', '--timeout', '0.3', '--database', database.url];
    const error = (await promisify(execFile)(process.execPath, all, { cwd: folder }).catch((e) => e)) as {
      stderr: string;
    };
    assert.match(error.stderr, /ended after 0\.3 s \(statement timeout\)/);
  });

  it('reads plans from standard input', async () => {
    const { rows } = await session.query({ text: 'EXPLAIN ANALYZE SELECT * FROM orders', rowMode: 'array' });
    const run = promisify(execFile)(process.execPath, [cli, 'explain', '-']);
    run.child.stdin?.end(rows.map(([line]) => line).join('\n'));
    assert.match((await run).stdout, /Seq Scan on orders/);
  });
});
