// Trying an index on real servers: what is told of it is so, and nothing of it stays, however it ends.
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Database, Row, Session } from '../../server/src/database/database.ts';
import { serverDatabase } from '../../server/src/database/server/serverDatabase.ts';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import { proofOf, trialText } from '../../server/src/explain/shown/trial.ts';
import type { IndexProposal, IndexTrial, TryIndexParams, TryIndexResult } from '../../server/src/protocol.ts';
import { onDebianServer } from './harness/debianServer.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { explainService, paramsFor, subjectOf } from './harness/explaining.ts';
import type { TestDatabase } from './harness/servers.ts';

const rows = 100_000;
const schema = `CREATE TABLE "Orders" (id int PRIMARY KEY, status text NOT NULL, total int NOT NULL, data jsonb);
INSERT INTO "Orders" SELECT i, 's' || i % 2000, i, jsonb_build_object('k', i) FROM generate_series(1, ${rows}) i;
CREATE TABLE log (id int);
CREATE SEQUENCE counter;
CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING id';
ANALYZE;`;

const onStatus: IndexProposal = { table: '"Orders"', method: 'btree', keys: ['status'] };
const query = `SELECT * FROM "Orders" WHERE status = 's7'`;

/** All that the catalog tells of tables, indexes and statistics, but what CREATE INDEX itself counts for good. */
const traces = Object.entries({
  tables:
    'SELECT oid, relname, relnamespace, relkind, relfilenode, relnatts, relchecks, relhastriggers, relhasrules, relacl FROM pg_class',
  columns: 'SELECT * FROM pg_attribute',
  indexes: 'SELECT indexrelid, indrelid, indkey, indisvalid, indpred, indexprs FROM pg_index',
  statistics: 'SELECT starelid, staattnum, stanullfrac, stadistinct, stakind1, stanumbers1 FROM pg_statistic',
  extensions: 'SELECT oid, extname FROM pg_extension',
  schemas: 'SELECT oid, nspname FROM pg_namespace',
  dependencies: 'SELECT * FROM pg_depend',
  log: 'SELECT * FROM log',
  orders: 'SELECT xmin, xmax, ctid FROM "Orders"',
})
  .map(([name, of]) => `SELECT '${name}' AS name, md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM (${of}) t`)
  .join(' UNION ALL ');

/** Locks of whoever tried an index. */
const locks = `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = 'pgreview'`;

type Attempt = (
  sql: string,
  index?: IndexProposal,
  more?: Partial<TryIndexParams>,
  names?: string[],
) => Promise<TryIndexResult>;

const trialOf = (result: TryIndexResult): IndexTrial => {
  assert.equal(result.kind, 'trial', JSON.stringify(result));
  return (result as Extract<TryIndexResult, { kind: 'trial' }>).trial;
};

function attempts(service: () => ExplainService, database: () => TestDatabase): Attempt {
  return (sql, index = onStatus, more = {}, names = []) =>
    service().tryIndex(subjectOf(sql, [], names), {
      ...paramsFor({ kind: 'connection', name: 'test', url: database().url }),
      index,
      ...more,
    });
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await isSo()); ) {
    assert.ok(Date.now() < end, 'it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

onEachVersion('Trying an index', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  let client: pg.Client;
  before(async () => {
    service = await explainService();
    database = await postgres.freshDatabase();
    client = await database.client();
    // VACUUM runs alone; CREATE INDEX would bring its count of rows along
    for (const sql of [schema, 'VACUUM ANALYZE']) await client.query(sql);
  });
  after(() => service.dispose());
  const attempt = attempts(
    () => service,
    () => database,
  );
  const confirmed = { confirmed: true };

  let untouched: unknown;
  beforeEach(async () => {
    untouched = (await client.query(traces)).rows;
  });
  afterEach(async () => {
    assert.deepEqual((await client.query(traces)).rows, untouched);
    await waitUntil(async () => (await client.query(locks)).rows.length === 0);
  });

  it('asks before it makes one, and says how large the table is', async () => {
    const result = await attempt(query);
    assert.ok(result.kind === 'confirm', JSON.stringify(result));
    const { bytes, ...more } = result;
    assert.deepEqual(more, { kind: 'confirm', table: '"Orders"', rows, isLarge: false });
    assert.ok(bytes !== null && bytes > 5e6, String(bytes));
  });

  it('is verified when the statement ran faster and gave as many rows', async () => {
    const trial = trialOf(await attempt(query, onStatus, confirmed));
    assert.equal(proofOf(trial), 'verified', JSON.stringify(trial));
    assert.deepEqual([trial.how, trial.rowsBefore, trial.rowsAfter, trial.isUsed], ['ran', 50, 50, true]);
    assert.ok((trial.bytes ?? 0) > 100_000);
    assert.match(
      trialText(trial),
      /^verified: \d.* ms → 0\.\d+ ms, 50 rows both times; the index takes [\d.]+ (?:kB|MB)$/,
    );
  });

  it('takes what is written for a partial, covering and GIN index', async () => {
    const partial = { ...onStatus, include: ['total'], where: "status = 's7'" };
    const covering = trialOf(await attempt(`SELECT total FROM "Orders" WHERE status = 's7'`, partial, confirmed));
    assert.equal(proofOf(covering), 'verified', JSON.stringify(covering));
    const gin: IndexProposal = { table: '"Orders"', method: 'gin', keys: ['data jsonb_path_ops'] };
    const contained = trialOf(await attempt(`SELECT id FROM "Orders" WHERE data @> '{"k": 5}'`, gin, confirmed));
    assert.equal(proofOf(contained), 'verified', JSON.stringify(contained));
  });

  it('is unproven when the planner does not use it', async () => {
    const trial = trialOf(await attempt(query, { ...onStatus, keys: ['total'] }, confirmed));
    assert.deepEqual([proofOf(trial), trial.isUsed], ['none', false]);
    assert.equal(trialText(trial), 'unproven: the planner does not use it');
  });

  it('is unproven when it is used, and nothing is faster for it', async () => {
    const slow = `SELECT count(*), pg_sleep(0.2) FROM "Orders" WHERE status = 's7'`;
    const trial = trialOf(await attempt(slow, onStatus, confirmed));
    assert.deepEqual([proofOf(trial), trial.isUsed], ['none', true], JSON.stringify(trial));
    assert.match(trialText(trial), /^unproven: not faster, 2\d\d ms → 2\d\d ms, 1 row both times/);
  });

  it('only plans what writes, and says estimated', async () => {
    for (const sql of [
      `UPDATE "Orders" SET total = 0 WHERE status = 's7'`,
      `SELECT nextval('counter') FROM "Orders" WHERE status = 's7'`,
      `SELECT writes() FROM "Orders" WHERE status = 's7'`,
    ]) {
      const trial = trialOf(await attempt(sql, onStatus, confirmed));
      assert.deepEqual(
        [proofOf(trial), trial.how, trial.msBefore],
        ['estimated', 'planned', null],
        JSON.stringify(trial),
      );
      assert.match(trialText(trial), /^estimated: cost .* → .*, not run; the index takes/);
    }
    const { rows: sequence } = await client.query('SELECT is_called FROM counter');
    assert.deepEqual(sequence, [{ is_called: false }]);
  });

  it('only plans what takes longer than the statement timeout', async () => {
    const sql = `SELECT *, pg_sleep(5) FROM "Orders" WHERE status = 's7'`;
    const trial = trialOf(await attempt(sql, onStatus, { ...confirmed, statementTimeoutMs: 2_000 }));
    assert.deepEqual([proofOf(trial), trial.how], ['estimated', 'planned']);
  });

  it('asks for the values of parameters', async () => {
    const sql = 'SELECT * FROM "Orders" WHERE status = $1';
    const asked = await attempt(sql, onStatus, confirmed, ['1']);
    assert.equal(asked.kind, 'parameters');
    const trial = trialOf(await attempt(sql, onStatus, { ...confirmed, parameters: { 1: 's7' } }, ['1']));
    assert.equal(proofOf(trial), 'verified', JSON.stringify(trial));
  });

  it('says so when the index could not be made, or is no index', async () => {
    const wrong = await attempt(query, { ...onStatus, keys: ['nothing'] }, confirmed);
    assert.ok(wrong.kind === 'error' && /"nothing" does not exist/.test(wrong.message), JSON.stringify(wrong));
    for (const keys of [['id); DROP TABLE log; --'], ['id) WHERE (true']]) {
      const meddled = await attempt(query, { ...onStatus, keys }, confirmed);
      assert.ok(meddled.kind === 'error' || meddled.kind === 'trial');
    }
    const none = await attempt(query, { ...onStatus, keys: ['id); SELECT 1; --'] }, confirmed);
    assert.deepEqual(none, { kind: 'error', message: 'This is no index that Postgres could make.' });
  });

  it('does not wait for the lock longer than it may', async () => {
    const other = await database.client();
    await other.query('BEGIN; LOCK TABLE "Orders" IN ROW EXCLUSIVE MODE');
    const waited = await attempt(query, onStatus, { ...confirmed, statementTimeoutMs: 500 });
    await other.query('ROLLBACK');
    await other.end();
    assert.ok(waited.kind === 'error' && /lock timeout|statement timeout/.test(waited.message), JSON.stringify(waited));
  });

  it('tells when Postgres would use the index in later transactions only', async () => {
    // a row that was changed in its place, and an older transaction that may still want the one before
    await client.query(
      'CREATE TABLE held AS SELECT i AS id, i AS v FROM generate_series(1, 20000) i; VACUUM ANALYZE held'.split(
        ';',
      )[0] as string,
    );
    await client.query('VACUUM ANALYZE held');
    const older = await database.client();
    await older.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await older.query('SELECT count(*) FROM held');
    await client.query('DELETE FROM held WHERE id = 1');
    await client.query('VACUUM held');
    await client.query('UPDATE held SET v = 0 WHERE id = 3');
    await client.query('UPDATE held SET v = 1 WHERE id = 3');
    const sql = 'SELECT * FROM held WHERE v = 5';
    const result = await attempt(sql, { table: 'held', method: 'btree', keys: ['v'] }, confirmed);
    await older.query('ROLLBACK');
    await older.end();
    await client.query('DROP TABLE held');
    assert.ok(result.kind === 'error' && /older transactions are open/.test(result.message), JSON.stringify(result));
  });

  it('leaves one thing, as every CREATE INDEX: how many rows and pages the table has', async () => {
    await client.query('CREATE TABLE uncounted AS SELECT i AS v FROM generate_series(1, 30000) i');
    const counts = async () =>
      (await client.query("SELECT reltuples, relpages, relhasindex FROM pg_class WHERE relname = 'uncounted'")).rows[0];
    const before = await counts();
    const index: IndexProposal = { table: 'uncounted', method: 'btree', keys: ['v'] };
    trialOf(await attempt('SELECT * FROM uncounted WHERE v = 5', index, confirmed));
    const after = await counts();
    await client.query('DROP TABLE uncounted');
    assert.deepEqual([before.reltuples, before.relpages], [-1, 0]);
    // from 18 on not where autovacuum is off, as on these servers
    assert.deepEqual([after.reltuples, after.relpages > 0], postgres.version >= 18 ? [-1, false] : [30_000, true]);
  });

  const making = `SELECT pid FROM pg_stat_activity WHERE application_name = 'pgreview' AND query LIKE 'CREATE INDEX pgreview_proposal%'`;
  const slowIndex: IndexProposal = { ...onStatus, keys: ['slow(total)'] };
  async function whileMaking(act: (pid: number) => Promise<void>, signal?: AbortSignal): Promise<TryIndexResult> {
    const running = service.tryIndex(
      subjectOf(query),
      { ...paramsFor({ kind: 'connection', name: 'test', url: database.url }), index: slowIndex, confirmed: true },
      signal ? { signal } : {},
    );
    let pid = 0;
    await waitUntil(async () => {
      const { rows: active } = await client.query<{ pid: number }>(making);
      pid = active[0]?.pid ?? 0;
      return pid !== 0;
    });
    await act(pid);
    const result = await running;
    await waitUntil(async () => (await client.query(making)).rows.length === 0);
    return result;
  }

  describe('that takes long to make', () => {
    before(() =>
      client.query(
        "CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(1); RETURN $1; END'",
      ),
    );
    after(() => client.query('DROP FUNCTION slow'));

    it('leaves nothing when it is cancelled', async () => {
      const abort = new AbortController();
      const result = await whileMaking(async () => abort.abort(), abort.signal);
      assert.deepEqual(result, { kind: 'error', message: 'Cancelled.' });
    });

    it('leaves nothing when the connection is cut', async () => {
      const result = await whileMaking(
        async (pid) => void (await client.query('SELECT pg_terminate_backend($1)', [pid])),
      );
      assert.ok(
        result.kind === 'error' && /closed the connection|was lost/.test(result.message),
        JSON.stringify(result),
      );
    });

    it('leaves nothing when the statement timeout ends it', async () => {
      const result = await attempt(query, slowIndex, { ...confirmed, statementTimeoutMs: 700 });
      assert.ok(result.kind === 'error' && /timeout/.test(result.message), JSON.stringify(result));
    });
  });
});

onDebianServer('Trying an index with hypopg', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  let client: pg.Client;
  /** Sessions of the service that a pooler would now give to somebody else. */
  let pooled: Session[] = [];
  before(async () => {
    service = await explainService({ openServer: (target) => keptOpen(serverDatabase(target)) });
    database = await postgres.freshDatabase();
    client = await database.client();
    await client.query(`CREATE SCHEMA "Ext"; CREATE EXTENSION hypopg SCHEMA "Ext"; ${schema}`);
  });
  afterEach(async () => {
    await Promise.all(pooled.map((session) => session.close()));
    pooled = [];
  });
  after(() => service?.dispose());
  const attempt = attempts(
    () => service,
    () => database,
  );

  const keptOpen = (server: Database): Database => ({
    name: server.name,
    async open(options) {
      const session = await server.open(options);
      pooled.push(session);
      return { ...session, query: (sql, more) => session.query(sql, more), close: async () => {} };
    },
  });
  const invented = async (): Promise<readonly Row[]> => {
    assert.equal(pooled.length, 1);
    return (pooled[0] as Session).query('SELECT indexname FROM "Ext".hypopg()');
  };

  it('makes nothing and asks nothing: estimated', async () => {
    const trace = async () => [
      ...(await client.query(traces)).rows,
      ...(await client.query('SELECT oid, reltuples, relpages, relhasindex FROM pg_class ORDER BY oid')).rows,
    ];
    const untouched = await trace();
    const writer = await database.client();
    await writer.query('BEGIN; LOCK TABLE "Orders" IN ROW EXCLUSIVE MODE');
    const trial = trialOf(await attempt(query));
    await writer.query('ROLLBACK');
    assert.deepEqual([proofOf(trial), trial.how, trial.isUsed], ['estimated', 'hypothetical', true]);
    assert.ok(trial.costAfter < trial.costBefore / 5);
    assert.match(trialText(trial), /^estimated: cost .* → .*, not made; the index takes/);
    assert.deepEqual(await trace(), untouched);
    assert.deepEqual(await invented(), []);
  });

  it('estimates what the planner does with the index when it is there', async () => {
    for (const [sql, index] of [
      [query, onStatus],
      [`SELECT total FROM "Orders" WHERE status = 's7'`, { ...onStatus, include: ['total'], where: "status = 's7'" }],
      ['SELECT * FROM "Orders" ORDER BY total DESC LIMIT 5', { ...onStatus, keys: ['total DESC'] }],
      [`SELECT id FROM "Orders" WHERE lower(status) = 's7'`, { ...onStatus, keys: ['lower(status)'] }],
      ['SELECT * FROM "Orders" WHERE data @> $${"k": 5}$$', { ...onStatus, keys: ['(data)'] }],
    ] as const) {
      const trial = trialOf(await attempt(sql, index));
      const made = trialOf(await attempt(sql, index, { really: true, confirmed: true }));
      assert.deepEqual([trial.how, made.how], ['hypothetical', 'ran'], sql);
      assert.equal(trial.isUsed, made.isUsed, sql);
      assert.ok(
        Math.abs(trial.costAfter - made.costAfter) <= made.costAfter * 0.5 + 1,
        `${sql}: ${JSON.stringify({ trial, made })}`,
      );
      assert.deepEqual(
        [proofOf(trial), proofOf(made)],
        trial.isUsed ? ['estimated', 'verified'] : ['none', 'none'],
        sql,
      );
    }
  });

  it('says unproven when the planner would not use it', async () => {
    const trial = trialOf(await attempt(query, { ...onStatus, keys: ['total'] }));
    assert.deepEqual([proofOf(trial), trial.isUsed], ['none', false]);
    assert.deepEqual(await invented(), []);
  });

  it('leaves nothing when it is cancelled while it plans', async () => {
    await client.query(
      "CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep($1); RETURN $1; END'",
    );
    const untouched = (await client.query(traces)).rows;
    const abort = new AbortController();
    const planning = `SELECT FROM pg_stat_activity WHERE application_name = 'pgreview' AND query LIKE 'EXPLAIN%' AND state = 'active'`;
    const said: string[] = [];
    const running = service.tryIndex(
      subjectOf('SELECT * FROM "Orders" WHERE total = slow(2)'),
      {
        ...paramsFor({ kind: 'connection', name: 'test', url: database.url }),
        index: { ...onStatus, keys: ['total'] },
      },
      { signal: abort.signal, progress: (message) => said.push(message) },
    );
    await waitUntil(
      async () => said.some((message) => /as if/.test(message)) && (await client.query(planning)).rows.length > 0,
    );
    abort.abort();
    assert.deepEqual(await running, { kind: 'error', message: 'Cancelled.' });
    await waitUntil(async () => (await client.query(locks)).rows.length === 0);
    assert.deepEqual((await client.query(traces)).rows, untouched);
    await assert.rejects(invented(), 'the session that knew of it is gone');
  });

  it('asks where hypopg knows no such index, or when it is to be made', async () => {
    assert.equal((await attempt(query, { table: '"Orders"', method: 'gin', keys: ['data'] })).kind, 'confirm');
    assert.equal((await attempt(query, onStatus, { really: true })).kind, 'confirm');
    const trial = trialOf(await attempt(query, onStatus, { really: true, confirmed: true }));
    assert.equal(proofOf(trial), 'verified', JSON.stringify(trial));
  });
});

describe('Trying an index in the embedded Postgres', function () {
  this.timeout(120_000);
  let service: ExplainService;
  before(async () => {
    service = await explainService();
  });
  after(() => service.dispose());

  it('makes it there without a question, and the next statement does not see it', async () => {
    const steps = schema.split(';\n').map((step) => step.replace('100000', '20000'));
    const params = paramsFor({ kind: 'embedded' });
    const trial = trialOf(await service.tryIndex(subjectOf(query, steps), { ...params, index: onStatus }));
    assert.deepEqual([trial.how, trial.isUsed, proofOf(trial)], ['ran', true, 'verified'], JSON.stringify(trial));
    const unused = { ...onStatus, keys: ['total'] };
    const useless = trialOf(await service.tryIndex(subjectOf(query, steps), { ...params, index: unused }));
    assert.equal(trialText(useless), 'unproven: the planner does not use it');
    const left = await service.explain(subjectOf(query, steps), params);
    assert.ok(left.kind === 'plan' && !JSON.stringify(left.report.plan).includes('Index'), JSON.stringify(left));
  });
});
