import assert from 'node:assert/strict';
import { readStatement } from '../../server/src/explain/statement.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { testParser } from '../postgres/harness/explaining.ts';

describe('A statement to be explained', () => {
  let parser: Parser;
  before(async () => {
    parser = await testParser();
  });
  const read = (sql: string) => {
    const statement = readStatement(sql, parser);
    if (statement.kind === 'problem') throw new Error(`${sql}: ${statement.message}`);
    return statement;
  };

  it('only reads', () => {
    for (const sql of [
      'SELECT * FROM t',
      'VALUES (1)',
      'TABLE t',
      'WITH a AS (SELECT 1) SELECT * FROM a',
      'DECLARE c CURSOR FOR SELECT 1',
      "SELECT 'nextval', 'UpdateStmt', currval('s')",
    ])
      assert.deepEqual(read(sql).effects, [], sql);
  });

  it('writes, and says what', () => {
    const cases: [sql: string, effect: RegExp][] = [
      ['INSERT INTO t VALUES (1)', /INSERT writes/],
      ['UPDATE t SET a = 1', /UPDATE writes/],
      ['DELETE FROM t', /DELETE removes/],
      ['MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE', /MERGE writes/],
      ['WITH x AS (UPDATE t SET a = 1 RETURNING a) SELECT * FROM x', /WITH query holds UPDATE/],
      ['SELECT * FROM (SELECT a FROM t FOR SHARE) x', /locks rows/],
      ['SELECT 1 INTO t', /SELECT INTO/],
      ['CREATE TABLE t AS SELECT 1', /creates and fills/],
      ['CREATE MATERIALIZED VIEW t AS SELECT 1', /creates and fills/],
      ['EXECUTE p(1)', /prepared statement/],
      ["SELECT nextval('s')", /nextval moves the sequence/],
      ["SELECT pg_catalog.setval('s', 1)", /setval moves/],
      ["SELECT * FROM dblink('x', 'DELETE FROM t') AS d (a int)", /another database/],
      ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', /another session/],
      ["SELECT lo_export(1, '/x')", /files of the server/],
    ];
    for (const [sql, effect] of cases) {
      const statement = read(sql);
      assert.match(statement.effects.join('; '), effect, sql);
      assert.equal(statement.writes, true, sql);
    }
    assert.equal(read("INSERT INTO t SELECT nextval('s')").effects.length, 2);
  });

  it('behind a written EXPLAIN keeps its offsets', () => {
    const cases: [sql: string, analyze: boolean][] = [
      ['EXPLAIN SELECT 1', false],
      ['explain analyze verbose SELECT 1', true],
      ['EXPLAIN (ANALYZE) SELECT 1', true],
      ['EXPLAIN (ANALYZE true, BUFFERS) SELECT 1', true],
      ['EXPLAIN (ANALYZE 0) SELECT 1', false],
      ['EXPLAIN (ANALYZE false) SELECT 1', false],
      ['EXPLAIN (COSTS off, FORMAT json)\n -- ü\n SELECT 1', false],
    ];
    for (const [sql, analyze] of cases) {
      const statement = read(sql);
      assert.equal(statement.sql.trim(), 'SELECT 1');
      assert.equal(statement.sql.length, sql.length);
      assert.equal(statement.sql.indexOf('SELECT'), sql.indexOf('SELECT'));
      assert.equal(statement.analyze, analyze, sql);
    }
    assert.equal(read('EXPLAIN (SELECT 1)').sql.trim(), '(SELECT 1)');
    assert.equal(read('EXPLAIN (VALUES (1)) UNION SELECT 2').sql.trim(), '(VALUES (1)) UNION SELECT 2');
  });

  it('that cannot be explained is refused with a reason', () => {
    const cases: [sql: string, message: RegExp][] = [
      ['CREATE TABLE t (a int)', /^CREATE TABLE cannot be explained: EXPLAIN takes SELECT/],
      ['DROP TABLE t', /^DROP cannot be explained/],
      ['VACUUM', /^VACUUM cannot be explained/],
      ['SET a = 1', /^SET cannot/],
      ['', /no statement here/],
      ['-- nothing', /no statement here/],
      ['SELECT 1; SELECT 2', /2 statements/],
      ['SELECT FROM WHERE', /syntax error at or near "WHERE"/],
      [`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, /too complex/],
    ];
    for (const [sql, message] of cases) {
      const problem = readStatement(sql, parser);
      assert.ok(problem.kind === 'problem', sql);
      assert.match(problem.message, message);
    }
  });
});
