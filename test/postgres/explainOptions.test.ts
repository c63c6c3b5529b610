// The options of EXPLAIN: each does what it says on each version, or is left out with a word.
import assert from 'node:assert/strict';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import type { JsonPlan } from '../../server/src/explain/plan.ts';
import type { ExplainOption, ExplainParams, PlanReport } from '../../server/src/protocol.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { explainService, paramsFor, planOf, subjectOf } from './harness/explaining.ts';
import { planSchema } from './harness/planShapes.ts';
import type { TestDatabase } from './harness/servers.ts';

const all: readonly ExplainOption[] = [
  'buffers',
  'verbose',
  'settings',
  'wal',
  'memory',
  'serialize',
  'timing off',
  'generic plan',
];
const query = 'SELECT c.name, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 3';
const write = 'UPDATE orders SET total = 1 WHERE id < 50';
const withParameter = 'SELECT * FROM orders WHERE customer_id = $1';

const planIn = ({ plan }: PlanReport) => plan as JsonPlan;
const rootOf = (report: PlanReport) => planIn(report).Plan;
/** Fields of the root node and of the plan around it. */
const has = (report: PlanReport, field: string) => field in rootOf(report) || field in planIn(report);

onEachVersion('Options of EXPLAIN', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  const { version } = postgres;
  before(async () => {
    service = await explainService();
    database = await postgres.freshDatabase();
    const client = await database.client();
    await client.query(planSchema);
    await client.query(
      'CREATE TABLE people AS SELECT i AS id, i % 500 AS city FROM generate_series(1, 60000) i; ANALYZE people',
    );
    await client.query(`ALTER DATABASE ${database.name} SET work_mem = '2MB'`);
  });
  after(() => service.dispose());

  const ask = (sql: string, options: readonly ExplainOption[] | undefined, more: Partial<ExplainParams> = {}) =>
    service.explain(
      subjectOf(sql, [], sql.includes('$1') ? ['1'] : []),
      paramsFor({ kind: 'connection', name: 'test', url: database.url }, { options, confirmed: true, ...more }),
    );
  const explain = async (sql: string, options: readonly ExplainOption[], more: Partial<ExplainParams> = {}) =>
    planOf(await ask(sql, options, more));
  const analyze = { analyze: true };

  it('are none but those that were chosen', async () => {
    const bare = await explain(query, [], analyze);
    for (const field of ['Shared Hit Blocks', 'Output', 'Settings', 'WAL Records', 'Serialization'])
      assert.ok(!has(bare, field), field);
    assert.ok(!('Memory Used' in (planIn(bare).Planning ?? {})));
    assert.ok(has(bare, 'Actual Total Time'));
    assert.deepEqual(bare.notes, []);
    assert.deepEqual(bare.options, [], 'what it is asked for again with');
    const usual = planOf(await ask(write, undefined, analyze));
    assert.equal(usual.options, undefined);
    for (const field of ['Shared Hit Blocks', 'Settings', 'WAL Records']) assert.ok(has(usual, field), field);
  });

  it('do what they say', async () => {
    assert.ok(has(await explain(query, ['buffers'], analyze), 'Shared Hit Blocks'));
    assert.deepEqual((await explain(query, ['buffers'])).notes, []);
    assert.ok(has(await explain(query, ['verbose']), 'Output'));
    assert.deepEqual(planIn(await explain(query, ['settings'])).Settings, { work_mem: '2MB' });
    assert.ok(has(await explain(write, ['wal'], analyze), 'WAL Records'));
    const untimed = await explain(query, ['timing off'], analyze);
    assert.ok(!has(untimed, 'Actual Total Time') && has(untimed, 'Actual Rows'));
    assert.equal(untimed.nodes[0]?.exclusive.ms, null);
  });

  it('are left out where the version does not have them, and the report says so', async () => {
    for (const [option, word, field] of [
      ['memory', 'MEMORY', 'Memory Used'],
      ['serialize', 'SERIALIZE', 'Output Volume'],
    ] as const) {
      const report = await explain(query, [option], analyze);
      const { Planning: planning, Serialization: serialization } = planIn(report);
      const isThere = field in { ...planning, ...serialization };
      assert.equal(isThere, version >= 17, option);
      const [note = ''] = report.notes;
      assert.equal(report.notes.length, 1);
      if (version >= 17)
        assert.match(note, /^Planning used \d+ kB of the \d+ kB|^Serialization: .* \d+ kB of text in [\d.]+ ms/);
      else
        assert.match(note, new RegExp(`^${word} was left out: PostgreSQL 17 is .*, and this is ${version}\\.\\d+\\.$`));
    }
  });

  it('are left out where they need ANALYZE', async () => {
    const report = await explain(query, ['wal', 'serialize', 'timing off']);
    assert.equal(report.analyzed, false);
    assert.equal(report.notes.filter((note) => / was left out: /.test(note)).length, 3);
  });

  it('can all be chosen at once, for every kind of statement', async () => {
    for (const sql of [query, write, withParameter, 'CREATE TABLE elsewhere AS SELECT * FROM orders']) {
      const parameters = { parameters: { 1: '7' } };
      for (const more of [parameters, { ...parameters, ...analyze }]) {
        const report = await explain(sql, all, more);
        assert.equal(report.analyzed, 'analyze' in more, sql);
        assert.ok(
          report.notes.every((note) => /left out|^Planning used|^Serialization|^Trigger/.test(note)),
          sql,
        );
      }
    }
  });

  it('plan for given values or for unknown ones, and with ANALYZE run with the given ones', async () => {
    const conditions = (report: PlanReport) => JSON.stringify(report.plan).match(/customer_id = [^)]*/)?.[0];
    const given = { parameters: { 1: '7' } };
    assert.equal((await ask(withParameter, [])).kind, 'parameters');
    const custom = await explain(withParameter, [], given);
    assert.deepEqual([conditions(custom), custom.generic], ['customer_id = 7', false]);
    for (const more of [{}, given, { ...given, ...analyze }]) {
      const generic = await explain(withParameter, ['generic plan'], more);
      assert.deepEqual([conditions(generic), generic.generic], ['customer_id = $1', true]);
    }
    const ran = await explain(withParameter, ['generic plan'], { ...given, ...analyze });
    assert.equal(ran.nodes[0]?.rows.actual, 20);
    assert.equal((await ask(withParameter, ['generic plan'], analyze)).kind, 'parameters');
    const without = await explain(query, ['generic plan']);
    assert.match(without.notes.join(), /^The generic plan was left out: the statement has no parameters/);
    assert.equal(without.generic, false);
  });

  it('change nothing of what is advised and of where nodes are written', async () => {
    const slow = 'SELECT * FROM people WHERE city = 7';
    const told = (report: PlanReport) => ({
      findings: report.findings.map(({ code, node }) => [code, node]),
      ranges: report.nodes.map(({ range }) => range),
      index: report.findings.map(({ index }) => index && { ...index, table: index.table.replace('public.', '') }),
    });
    for (const sql of [slow, query]) {
      const plain = await explain(sql, ['buffers'], analyze);
      if (sql === slow) assert.deepEqual(plain.findings[0]?.index?.keys, ['city']);
      assert.deepEqual(told(await explain(sql, ['buffers', 'verbose'], analyze)), told(plain), sql);
    }
  });
});
