import assert from 'node:assert/strict';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import type { ExplainParams } from '../../server/src/protocol.ts';
import { errorOf, explainService, paramsFor, planOf, subjectOf, textAt } from './harness/explaining.ts';

const embedded = (more: Partial<ExplainParams> = {}): ExplainParams => paramsFor({ kind: 'embedded' }, more);

describe('EXPLAIN on the embedded Postgres', function () {
  this.timeout(120_000);
  let service: ExplainService;
  before(async () => {
    service = await explainService();
  });
  after(() => service.dispose());

  const explain = (sql: string, schema: readonly string[] = [], more: Partial<ExplainParams> = {}, names?: string[]) =>
    service.explain(subjectOf(sql, schema, names), embedded(more));

  const orders = [
    'CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)',
    'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, paid boolean)',
  ];

  it('plans on the schema that the steps make', async () => {
    const sql = 'SELECT * FROM orders WHERE id = 7';
    const report = planOf(await explain(sql, orders));
    assert.equal(report.target?.version, '18.6');
    assert.equal(report.analyzed, false);
    assert.deepEqual(report.notes.slice(1), []);
    assert.equal(report.nodes[0]?.type, 'Index Scan');
    assert.equal(report.nodes[0]?.index, 'orders_pkey');
    assert.equal(report.nodes[0]?.rows.actual, null);
    assert.equal(textAt(sql, report.nodes[0]?.range), 'orders');
  });

  it('takes every option', async () => {
    const options = ['buffers', 'verbose', 'settings', 'wal', 'memory', 'serialize', 'timing off'] as const;
    const report = planOf(await explain('SELECT * FROM customers', orders, { analyze: true, options }));
    assert.ok(!report.notes.some((note) => / was left out: /.test(note)));
    for (const told of [/^Planning used \d+ kB/, /^Serialization: /]) assert.ok(report.notes.some((n) => told.test(n)));
  });

  it('replays only what is new, and starts again when the history is another', async () => {
    const progress: string[] = [];
    const ask = (sql: string, schema: readonly string[]) => {
      progress.length = 0;
      return service.explain(subjectOf(sql, schema), embedded(), { progress: (message) => progress.push(message) });
    };
    planOf(await ask('SELECT * FROM orders', orders));
    planOf(await ask('SELECT * FROM orders WHERE paid', [...orders, 'CREATE INDEX ON orders (id) WHERE paid']));
    assert.deepEqual(progress, ['replaying 3 of 3', 'planning']);
    planOf(await ask('SELECT * FROM orders', orders));
    assert.deepEqual(
      progress.filter((message) => !message.startsWith('replaying 2')),
      ['starting Postgres', 'replaying 1 of 2', 'planning'],
    );
  });

  it('goes on after a step that fails, and says which and why', async () => {
    const schema = [orders[0] ?? '', 'ALTER TABLE nowhere ADD COLUMN x int', 'CREATE TABLE t (id int)'];
    const report = planOf(await explain('SELECT * FROM t', schema));
    assert.deepEqual(report.notes.slice(1), ['Not replayed: m.sql:2: relation "nowhere" does not exist.']);
    const sql = 'SELECT *\nFROM nowhere AS n';
    const error = errorOf(await explain(sql, schema));
    assert.match(
      error.message,
      /^relation "nowhere" does not exist\. 1 of 3 schema statements could not be replayed, such as m\.sql:2: /,
    );
    assert.equal(textAt(sql, error.range), 'nowhere');
  });

  it('points at the right word behind characters of every size', async () => {
    const sql = "SELECT '日本👍ü', nix FROM customers";
    const error = errorOf(await explain(sql, orders));
    assert.equal(textAt(sql, error.range), 'nix');
    const generic = "SELECT '日本👍ü' FROM customers WHERE id = $1 AND nix = 1";
    assert.equal(textAt(generic, errorOf(await explain(generic, orders, {}, ['1'])).range), 'nix');
    const given = errorOf(await explain(generic, orders, { parameters: { 1: '5' } }, ['1']));
    assert.equal(textAt(generic, given.range), 'nix');
  });

  it('replays what a single session without roles cannot do as written', async () => {
    const report = planOf(
      await explain('SELECT * FROM customers', [
        'BEGIN',
        ...orders,
        'GRANT SELECT ON customers TO app_reader',
        'ALTER TABLE customers ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY own ON customers FOR SELECT TO app_owner USING (true)',
        'COMMIT',
        'CREATE INDEX CONCURRENTLY customers_name ON customers (name)',
        'VACUUM customers',
        'SET search_path = elsewhere',
      ]),
    );
    assert.deepEqual(report.notes.slice(1), []);
  });

  it("keeps a file's settings to the file", async () => {
    const schema = ['CREATE SCHEMA shop', 'SET search_path = shop', 'CREATE TABLE t (id int PRIMARY KEY)'];
    planOf(await explain('SELECT * FROM shop.t', schema));
    assert.match(errorOf(await explain('SELECT * FROM t', schema)).message, /relation "t" does not exist/);
    const inside = { ...subjectOf('SELECT * FROM t', schema), uri: 'file:///project/m.sql' };
    planOf(await service.explain(inside, embedded()));
  });

  it('loads the extensions that the schema creates', async () => {
    const schema = [
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"',
      "CREATE EXTENSION pg_trgm VERSION '1.3'",
      'CREATE EXTENSION citext',
      'CREATE EXTENSION earthdistance CASCADE',
      'CREATE TABLE p (id uuid DEFAULT uuid_generate_v4(), name text, mail citext)',
      'CREATE INDEX p_name ON p USING gin (name gin_trgm_ops)',
      'CREATE EXTENSION postgis',
    ];
    const report = planOf(await explain("SELECT * FROM p WHERE mail = 'A@b'", schema));
    assert.deepEqual(report.notes.slice(1), [
      'Not replayed: m.sql:7: the embedded Postgres does not have the extension "postgis".',
    ]);
  });

  it('plans with values as with what they are, and says when a value does not fit', async () => {
    const schema = [
      ...orders,
      "INSERT INTO customers SELECT i, CASE i % 100 WHEN 0 THEN 'rare' ELSE 'common' END FROM generate_series(1, 20000) i",
      'CREATE INDEX ON customers (name)',
    ];
    const sql = 'SELECT * FROM customers WHERE name = $1';
    const rows = async (value: string) =>
      planOf(await explain(sql, schema, { parameters: { 1: value } }, ['1'])).nodes[0]?.rows.planned ?? 0;
    assert.ok((await rows('rare')) < 1_000);
    assert.ok((await rows('common')) > 15_000);
    const generic = planOf(await explain(sql, schema, {}, ['1']));
    assert.equal(generic.generic, true);
    assert.equal((await rows("it's \\ 'quoted'")) < 1_000, true);
    const error = errorOf(
      await explain('SELECT * FROM customers WHERE id = $1', schema, { parameters: { 1: 'x' } }, ['1']),
    );
    assert.match(error.message, /invalid input syntax for type bigint: "x"/);
    const nul = errorOf(await explain(sql, schema, { parameters: { 1: 'a\0b' } }, ['1']));
    assert.match(nul.message, /value of \$1 contains a NUL/);
    // no limit is not to be had
    planOf(await explain(sql, schema, { parameters: { 1: 'a' }, statementTimeoutMs: 0 }, ['1']));
  });

  it('asks for the values that ANALYZE needs, and before it writes', async () => {
    const open = await explain('SELECT * FROM orders WHERE id = $1', orders, { analyze: true }, ['1']);
    assert.deepEqual(open, { kind: 'parameters', parameters: [{ name: '1', text: '$1' }] });
    const write = await explain('DELETE FROM orders', orders, { analyze: true });
    assert.equal(write.kind, 'confirm');
    const null_ = planOf(
      await explain('SELECT * FROM orders WHERE id = $1', orders, { analyze: true, parameters: { 1: null } }, ['1']),
    );
    assert.equal(null_.analyzed, true);
  });

  for (const [what, sql] of [
    ['a query', 'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r'],
    ['a function', 'SELECT endless()'],
  ] as const) {
    it(`ends ${what} that does not, and answers the next request`, async () => {
      const loop =
        'CREATE FUNCTION endless() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LOOP NULL; END LOOP; RETURN 1; END $$';
      const schema = [...orders, loop];
      const started = Date.now();
      const error = errorOf(await explain(sql, schema, { analyze: true, statementTimeoutMs: 1_000 }));
      assert.match(error.message, /ended after 1 s/);
      assert.ok(Date.now() - started < 20_000);
      planOf(await explain('SELECT * FROM orders', schema));
    });
  }

  it('survives endless recursion', async () => {
    const recursive =
      'CREATE FUNCTION again(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN again(i + 1); END $$';
    const schema = [...orders, recursive];
    const error = errorOf(await explain('SELECT again(1)', schema, { analyze: true, statementTimeoutMs: 10_000 }));
    assert.match(error.message, /crashed on this statement|after 10 s|stack depth limit exceeded/);
    planOf(await explain('SELECT * FROM orders', schema));
  });

  it('leaves out a step that does not end, and replays the rest', async () => {
    const schema = ['CREATE TABLE a (id int)', 'DO $$ BEGIN LOOP NULL; END LOOP; END $$', 'CREATE TABLE b (id int)'];
    const impatient = await explainService({ stepTimeoutMs: 1_500 });
    try {
      const report = planOf(await impatient.explain(subjectOf('SELECT * FROM a, b', schema), embedded()));
      assert.deepEqual(report.notes.slice(1), ['Not replayed: m.sql:2: it did not end within 1.5 s.']);
    } finally {
      impatient.dispose();
    }
  });

  it('can be cancelled while it runs, and answers the next request', async () => {
    planOf(await explain('SELECT * FROM orders', orders));
    const controller = new AbortController();
    const sql = 'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r';
    const running = service.explain(subjectOf(sql, orders), embedded({ analyze: true }), { signal: controller.signal });
    const queued = new AbortController();
    const behind = service.explain(subjectOf('SELECT 1', orders), embedded(), { signal: queued.signal });
    queued.abort();
    assert.equal(errorOf(await behind).message, 'Cancelled.');
    const last = service.explain(subjectOf('SELECT 2', orders), embedded());
    setTimeout(() => controller.abort(), 300);
    assert.equal(errorOf(await running).message, 'Cancelled.');
    planOf(await last);
  });

  it('stops when it is not used, and starts when it is', async () => {
    const brief = await explainService({ idleMs: 100 });
    try {
      const progress: string[] = [];
      const options = { progress: (message: string) => progress.push(message) };
      planOf(await brief.explain(subjectOf('SELECT 1'), embedded(), options));
      await new Promise((resolve) => setTimeout(resolve, 600));
      planOf(await brief.explain(subjectOf('SELECT 1'), embedded(), options));
      assert.equal(progress.filter((message) => message === 'starting Postgres').length, 2);
    } finally {
      brief.dispose();
    }
  });

  it('says which statements can be explained', async () => {
    const ddl = errorOf(await explain('ALTER TABLE orders ADD COLUMN x int', orders));
    assert.match(ddl.message, /^ALTER TABLE cannot be explained: EXPLAIN takes SELECT, INSERT/);
    const two = errorOf(await explain('SELECT 1; SELECT 2', orders));
    assert.match(two.message, /2 statements/);
    const broken = errorOf(await explain('SELEC 1', orders));
    assert.match(broken.message, /syntax error at or near "SELEC"/);
    assert.equal(textAt('SELEC 1', broken.range), 'SELEC');
  });
});
