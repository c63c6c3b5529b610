import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import type { ExplainParams } from '../../server/src/protocol.ts';
import { addsUp } from './harness/addsUp.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { errorOf, explainService, paramsFor, planOf, subjectOf, textAt } from './harness/explaining.ts';
import { serverUser } from './harness/install.ts';
import { planSchema, readingShapes, shapesOf, writingShapes } from './harness/planShapes.ts';
import { serverOfItsOwn, startServer, type TestDatabase } from './harness/servers.ts';

const at = (url: string, more: Partial<ExplainParams> = {}): ExplainParams =>
  paramsFor({ kind: 'connection', name: 'test', url }, more);

/** The text of the shapes that need no settings, by what they are asked for below. */
const queryLike = (part: string): string => readingShapes.find(({ sql }) => sql.includes(part))?.sql ?? '';
const writingQueries = writingShapes.filter(({ since }) => !since).map(({ sql }) => sql);

onEachVersion('EXPLAIN on a server', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  before(async () => {
    service = await explainService();
    database = await postgres.freshDatabase();
    const client = await database.client();
    await client.query(planSchema);
  });
  after(() => service.dispose());

  const explain = (sql: string, more: Partial<ExplainParams> = {}, names?: string[]) =>
    service.explain(subjectOf(sql, [], names), at(database.url, more));
  const analyzed = async (sql: string) => planOf(await explain(sql, { analyze: true, confirmed: true }));
  const numbers = async (sql: string): Promise<string> => {
    const client = await database.client();
    const { rows } = await client.query(sql);
    return JSON.stringify(rows);
  };
  const contents = 'SELECT count(*), sum(total), (SELECT count(*) FROM log), (SELECT count(*) FROM events) FROM orders';

  it('gives each node its own share: the shares add up to the whole', async () => {
    const client = await database.client();
    for (const { sql, set = [] } of shapesOf(postgres.version)) {
      for (const setting of set)
        await client.query(`ALTER DATABASE ${database.name} SET ${setting.replace(' = ', ' TO ')}`);
      addsUp(await analyzed(sql), sql);
      if (set.length > 0) await client.query(`ALTER DATABASE ${database.name} RESET ALL`);
    }
  });

  it('counts parallel workers once', async () => {
    const client = await database.client();
    await client.query(`ALTER DATABASE ${database.name} SET min_parallel_table_scan_size = 0`);
    await client.query(`ALTER DATABASE ${database.name} SET parallel_setup_cost = 0`);
    await client.query(`ALTER DATABASE ${database.name} SET parallel_tuple_cost = 0`);
    try {
      const sql =
        'SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1';
      const report = await analyzed(sql);
      assert.ok(
        report.nodes.some(({ type }) => /^Gather/.test(type)),
        'it ran in parallel',
      );
      addsUp(report, sql);
      const initPlan = 'SELECT count(*) FROM orders WHERE total > (SELECT avg(total) FROM orders)';
      addsUp(await analyzed(initPlan), initPlan);
    } finally {
      await client.query(`ALTER DATABASE ${database.name} RESET ALL`);
    }
  });

  it('finds where the nodes are written', async () => {
    const sql = `SELECT c.country, '👍' AS ü, count(*)
      FROM orders AS o JOIN customers c ON c.id = o.customer_id AND o.total > 3
      WHERE o.placed > '2024-05-01' GROUP BY c.country ORDER BY count(*) DESC LIMIT 5`;
    const report = await analyzed(sql);
    const texts = (type: RegExp) =>
      report.nodes.filter((node) => type.test(node.type)).map(({ range }) => textAt(sql, range));
    assert.deepEqual(texts(/Scan$/).sort(), ['customers c', 'orders AS o']);
    assert.deepEqual(texts(/Join$|^Nested/), ['c.id = o.customer_id AND o.total > 3']);
    assert.deepEqual(texts(/^Limit$/), ['LIMIT 5']);
    assert.deepEqual(texts(/^Aggregate$/), ['GROUP BY c.country']);
    assert.equal(texts(/^Sort$/).at(0), 'ORDER BY count(*) DESC');
  });

  it('gives no range where two places could be meant', async () => {
    const twice = await analyzed('SELECT * FROM (SELECT * FROM log) a, (SELECT * FROM log) b');
    assert.deepEqual(
      twice.nodes.filter(({ relation }) => relation === 'log').map(({ range }) => range),
      [null, null],
    );
    const client = await database.client();
    await client.query('CREATE VIEW first_orders AS SELECT * FROM orders WHERE id < 10');
    const view = await analyzed('SELECT * FROM first_orders f, (SELECT * FROM orders LIMIT 5) x');
    assert.ok(view.nodes.filter(({ relation }) => relation === 'orders').every(({ range }) => range === null));
  });

  it('finds partitions, CTEs, functions, subqueries and targets', async () => {
    const find = async (sql: string, type: string) =>
      (await analyzed(sql)).nodes.filter((node) => node.type === type).map(({ range }) => textAt(sql, range));
    assert.deepEqual(await find('SELECT * FROM events e', 'Seq Scan'), ['events e', 'events e']);
    assert.deepEqual(await find(queryLike('WITH big'), 'CTE Scan'), ['big']);
    assert.deepEqual(await find(queryLike('WITH RECURSIVE'), 'WorkTable Scan'), ['r']);
    assert.deepEqual(await find('SELECT * FROM generate_series(1, (2)) AS g (n)', 'Function Scan'), [
      'generate_series(1, (2)) AS g (n)',
    ]);
    assert.deepEqual(
      await find('SELECT * FROM (SELECT id, what FROM log OFFSET 0) AS s WHERE id > 1', 'Subquery Scan'),
      ['(SELECT id, what FROM log OFFSET 0) AS s'],
    );
    assert.deepEqual(await find('UPDATE public.orders SET total = 1 WHERE id = 3', 'ModifyTable'), ['public.orders']);
  });

  it('plans for open parameters', async () => {
    const sql = 'SELECT * FROM orders WHERE customer_id = $1 AND total > $2';
    const report = planOf(await explain(sql, {}, ['1', '2']));
    assert.equal(report.generic, true);
    assert.match(JSON.stringify(report.plan), /customer_id = \$1/);
    const given = planOf(await explain(sql, { parameters: { 1: '7', 2: null } }, ['1', '2']));
    assert.equal(given.generic, false);
    assert.doesNotMatch(JSON.stringify(given.plan), /\$1/);
  });

  it('asks before it runs what writes, and runs nothing until then', async () => {
    const sequence = 'SELECT last_value, is_called FROM log_id_seq';
    const sequenceBefore = await numbers(sequence);
    const before = await numbers(contents);
    for (const sql of [
      ...writingQueries,
      'SELECT id INTO elsewhere FROM orders',
      'CREATE TABLE elsewhere AS SELECT 1 AS x',
      "SELECT nextval('log_id_seq')",
      'SELECT * FROM orders WHERE id = 1 FOR UPDATE',
    ]) {
      assert.equal((await explain(sql, { analyze: true })).kind, 'confirm', sql);
    }
    assert.equal((await explain('EXPLAIN ANALYZE DELETE FROM orders')).kind, 'confirm');
    assert.equal(await numbers(contents), before);
    assert.equal(await numbers(sequence), sequenceBefore);
  });

  it('leaves everything as it was after what writes', async () => {
    const before = await numbers(contents);
    for (const sql of [...writingQueries, 'CREATE TABLE elsewhere AS SELECT * FROM orders']) {
      assert.equal((await analyzed(sql)).analyzed, true);
    }
    const update = await analyzed(writingQueries[0] ?? '');
    assert.ok(update.notes.some((note) => /^Trigger orders_logged on orders: [\d.]+ ms in \d+ calls/.test(note)));
    assert.equal(await numbers(contents), before);
    assert.equal(await numbers("SELECT to_regclass('elsewhere')"), '[{"to_regclass":null}]');
  });

  it('runs a write with values, and leaves nothing of it', async () => {
    const before = await numbers(contents);
    const sql = 'UPDATE orders SET total = $2 WHERE customer_id = $1';
    const more = { analyze: true, parameters: { 1: '7', 2: '1.5' } };
    assert.equal((await explain(sql, more, ['1', '2'])).kind, 'confirm');
    const report = planOf(await explain(sql, { ...more, confirmed: true }, ['1', '2']));
    assert.equal(report.nodes[1]?.rows.actual, 20);
    assert.equal(await numbers(contents), before);
  });

  it('reads strings as its own parser does, whatever the server is set to', async () => {
    const before = await numbers(contents);
    const client = await database.client();
    await client.query(`ALTER DATABASE ${database.name} SET standard_conforming_strings = off`);
    try {
      // one string to the parser; with the setting off it would end early, and the rest would run
      const sql = "SELECT '\\''; COMMIT; DELETE FROM orders; --'";
      assert.equal((await analyzed(sql)).nodes[0]?.type, 'Result');
      assert.equal(await numbers(contents), before);
    } finally {
      await client.query(`ALTER DATABASE ${database.name} RESET ALL`);
    }
  });

  it('plans what writes without running it', async () => {
    const before = await numbers(contents);
    for (const sql of [...writingQueries, 'CREATE TABLE elsewhere AS SELECT 1', 'SELECT * FROM orders FOR UPDATE'])
      assert.equal(planOf(await explain(sql)).analyzed, false, sql);
    assert.equal(planOf(await explain('DECLARE c CURSOR FOR SELECT * FROM orders')).nodes[0]?.type, 'Seq Scan');
    assert.equal(await numbers(contents), before);
  });

  it('does not let a query write where nobody can see that it would', async () => {
    const client = await database.client();
    await client.query(`CREATE VIEW noting AS SELECT note('x')`);
    const before = await numbers(contents);
    const error = errorOf(await explain('SELECT * FROM noting', { analyze: true }));
    assert.match(error.message, /calls something that writes .*READ ONLY transaction, so nothing was changed/);
    assert.equal(await numbers(contents), before);
    await client.query('DROP VIEW noting');
  });

  it('ends what takes too long', async () => {
    const started = Date.now();
    const error = errorOf(await explain('SELECT pg_sleep(60)', { analyze: true, statementTimeoutMs: 500 }));
    assert.match(error.message, /after 0\.5 s \(statement timeout\)/);
    assert.ok(Date.now() - started < 5_000);
  });

  it('does not wait for locks', async () => {
    const client = await database.client();
    await client.query('BEGIN; LOCK TABLE log');
    try {
      const error = errorOf(await explain('SELECT * FROM log', { statementTimeoutMs: 300 }));
      assert.match(error.message, /Another session holds a lock|statement timeout/);
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it('stops the backend when it is cancelled', async () => {
    const controller = new AbortController();
    const sleeping = `SELECT pg_sleep(61), '${postgres.version}'`;
    const running = service.explain(subjectOf(sleeping), at(database.url, { analyze: true }), {
      signal: controller.signal,
    });
    const active = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(61)%'
      AND application_name = 'pgreview'`;
    await until(async () => (await numbers(active)) === '[{"n":1}]');
    controller.abort();
    assert.equal(errorOf(await running).message, 'Cancelled.');
    await until(async () => (await numbers(active)) === '[{"n":0}]');
  });

  it('asks the server about the tables, for its advice', async () => {
    const client = await database.client();
    await client.query(`CREATE TABLE coded (id int PRIMARY KEY, code varchar(20) NOT NULL, number int NOT NULL);
      INSERT INTO coded SELECT i, i::text, i FROM generate_series(1, 40000) i; ANALYZE coded`);
    const [byCode] = (await analyzed("SELECT * FROM coded WHERE code = '77'")).findings;
    assert.deepEqual(byCode?.index, { table: 'coded', method: 'btree', keys: ['code'] });
    const [byNumber] = (await analyzed("SELECT * FROM coded WHERE number::text = '77'")).findings;
    assert.match(byNumber?.help ?? '', /number \(integer\) is turned into text/);
    assert.equal(byNumber?.index, undefined);
    assert.ok(byNumber?.names?.includes('number'));
    await client.query('DROP TABLE coded');
  });

  it('explains the statement behind a written EXPLAIN', async () => {
    for (const sql of [
      'EXPLAIN SELECT * FROM log',
      'explain (costs off, verbose) select * from log',
      'EXPLAIN VERBOSE (SELECT * FROM log)',
      'EXPLAIN (SELECT * FROM log)',
    ]) {
      const report = planOf(await explain(sql));
      assert.equal(textAt(sql, report.nodes[0]?.range), 'log', sql);
      assert.equal(report.analyzed, false);
    }
    assert.equal(planOf(await explain('EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM log')).analyzed, true);
    assert.equal(planOf(await explain('EXPLAIN (ANALYZE off) SELECT * FROM log')).analyzed, false);
  });
});

describe('Connecting to a server', function () {
  this.timeout(10 * 60_000);
  let service: ExplainService;
  before(async () => {
    service = await explainService();
  });
  after(() => service.dispose());

  const test = (url: string, password?: string) =>
    service.testConnection({ kind: 'connection', name: 'shop', url, password });

  it('tells the version', async () => {
    const server = await startServer(18);
    assert.match(await test(server.url), /^18\.\d+$/);
  });

  it('says what is wrong, where, and never the password', async () => {
    const server = await startServer(18);
    const { port } = new URL(server.url);
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const deaf = (silent.address() as { port: number }).port;
    const cases: [url: string, expected: RegExp][] = [
      [`postgresql://u:s3cret@127.0.0.1:${port}/nowhere`, /user "u"|role "u"/],
      [`postgresql://postgres:s3cret@127.0.0.1:${port}/nowhere`, /no database "nowhere" at 127\.0\.0\.1:\d+/],
      ['postgresql://postgres:s3cret@127.0.0.1:1/x', /Nothing listens at 127\.0\.0\.1:1/],
      ['postgresql://postgres:s3cret@no-such-host.invalid/x', /host no-such-host\.invalid is not known/],
      [`postgresql://postgres:s3cret@127.0.0.1:${deaf}/x`, /127\.0\.0\.1:\d+ did not answer within 5 s/],
      [`postgresql://postgres:s3cret@127.0.0.1:${port}/x?sslmode=require`, /has no TLS.*sslmode=disable/],
      ['postgresql://u:s3cret@h/x?sslmode=verify-ca', /needs the authority's certificate/],
      ['postgresql://u:s3cret@h/x?sslrootcert=/no/such.pem', /file that does not exist/],
      ['localhost:5432', /no valid URL; write it as postgresql:/],
      ['postgresql://u:s3cret@%zz/x', /cannot be read|not known/],
    ];
    for (const [url, expected] of cases) {
      await assert.rejects(test(url), (error: Error) => {
        assert.match(error.message, expected, url);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    }
    silent.close();
  });

  it('says that a password is wrong or missing, and takes one from the password file', async () => {
    const server = await startServer(18);
    const admin = await server.connect();
    await admin.query("SET password_encryption = 'scram-sha-256'; CREATE ROLE careful LOGIN PASSWORD 'right:\\one'");
    const { rows } = await admin.query(
      "SELECT current_setting('hba_file') AS file, pg_read_file(current_setting('hba_file')) AS text",
    );
    const { file, text } = rows[0] as { file: string; text: string };
    const write = async (hba: string) => {
      await admin.query(
        `CREATE TEMP TABLE hba (line text); INSERT INTO hba SELECT * FROM unnest(string_to_array(${literal(hba)}, E'\\n')); COPY hba TO ${literal(file)}; DROP TABLE hba; SELECT pg_reload_conf()`,
      );
    };
    await write(`host all careful 127.0.0.1/32 scram-sha-256\n${text}`);
    const passwords = join(mkdtempSync(join(tmpdir(), 'pgreview-pgpass-')), 'pgpass');
    const before = process.env.PGPASSFILE;
    try {
      const url = server.url.replace('postgres@', 'careful@');
      await until(async () => (await test(url).catch((error: Error) => error.message)).includes('wants a password'));
      await assert.rejects(test(url, 'wrong'), /rejected the password of user "careful"/);
      assert.match(await test(url, 'right:\\one'), /^18\./);

      process.env.PGPASSFILE = passwords;
      const { port } = new URL(server.url);
      const entry = (of: string, password: string) => `127.0.0.1:${of}:*:careful:${password}\n`;
      const saved = `# passwords\n${entry('1', 'other')}${entry(port, 'right\\:\\\\one')}${entry('*', 'late')}`;
      writeFileSync(passwords, saved, { mode: 0o600 });
      assert.match(await test(url), /^18\./);
      // libpq reads none that others can read
      chmodSync(passwords, 0o644);
      await assert.rejects(test(url), /wants a password/);
      chmodSync(passwords, 0o600);
      // one that is given goes first
      await assert.rejects(test(url, 'wrong'), /rejected the password/);
      writeFileSync(passwords, entry(port, 'wrong'));
      await assert.rejects(test(url), /rejected the password of user "careful"/);
      writeFileSync(passwords, entry('1', 'right'));
      await assert.rejects(test(url), /wants a password for user "careful"/);
    } finally {
      if (before === undefined) delete process.env.PGPASSFILE;
      else process.env.PGPASSFILE = before;
      rmSync(dirname(passwords), { recursive: true });
      await write(text);
      await admin.query('DROP ROLE careful');
      await admin.end();
    }
  });

  it('speaks TLS: require goes without checking the certificate, verify-ca and verify-full check it', async () => {
    const server = await serverOfItsOwn(18);
    const folder = mkdtempSync(join(tmpdir(), 'pgreview-tls-'));
    const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
    const subject = ['-subj', '/CN=db.example', '-addext', 'subjectAltName=DNS:db.example'];
    const made = ['-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, '-days', '2', ...subject];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...made], { stdio: 'ignore' });
    const user = serverUser();
    for (const file of [folder, key, certificate]) if (user) chownSync(file, user.uid, user.gid);
    const admin = await server.connect();
    for (const [name, value] of Object.entries({ ssl_key_file: key, ssl_cert_file: certificate, ssl: 'on' }))
      await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await admin.query('SELECT pg_reload_conf()');
    try {
      const at = (mode: string, host = '127.0.0.1') => `${server.url.replace('127.0.0.1', host)}?sslmode=${mode}`;
      await until(async () => /^18\./.test(await test(at('require')).catch((error: Error) => error.message)));
      const { rows } = await admin.query('SELECT count(*)::int AS n FROM pg_stat_ssl WHERE ssl');
      assert.deepEqual(rows, [{ n: 0 }]);
      assert.match(await test(at('prefer')), /^18\./);
      assert.match(await test(at('disable')), /^18\./);
      await assert.rejects(
        test(at('verify-full')),
        /TLS with 127\.0\.0\.1:\d+ failed: self-signed certificate\. Give the server's certificate authority \(sslrootcert=FILE in the URL\), or sslmode=require/,
      );
      assert.match(await test(`${at('verify-ca')}&sslrootcert=${certificate}`), /^18\./);
      await assert.rejects(
        test(`${at('verify-full')}&sslrootcert=${certificate}`),
        /The certificate of 127\.0\.0\.1:\d+ is not for the host 127\.0\.0\.1\. Connect by the name in the certificate, or say sslmode=verify-ca/,
      );
    } finally {
      await admin.end();
      rmSync(folder, { recursive: true });
    }
  });
});

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error('it did not come about within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
