import assert from 'node:assert/strict';
import { PostgresError } from '../../server/src/database/database.ts';
import { isSessionSetting, missingOnServer, planStep } from '../../server/src/database/embedded/replay.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { testParser } from '../postgres/harness/explaining.ts';

describe('A step of the schema, for the embedded Postgres', () => {
  let parser: Parser;
  before(async () => {
    parser = await testParser();
  });
  const plan = (sql: string) => planStep({ sql, origin: 'm.sql:1' }, parser, new Set(['citext', 'uuid-ossp']));

  it('runs what makes the schema, and what fills it', () => {
    for (const sql of [
      'CREATE TABLE t (a int)',
      'GRANT SELECT ON t TO x',
      'DO $$ BEGIN END $$',
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      "SELECT audit('t')",
      "SELECT setval('s', max(a)) FROM t",
      'WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x',
      'INSERT INTO t VALUES (1)',
      'SELECT * INTO u FROM t',
      'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN $1 + 1',
    ])
      assert.deepEqual(plan(sql), { kind: 'run', sql }, sql);
  });

  it('skips what leaves no trace', () => {
    for (const sql of [
      'BEGIN',
      'COMMIT',
      'VACUUM t',
      'SELECT * FROM t',
      'SELECT 1',
      'EXPLAIN SELECT 1',
      'COPY t TO STDOUT',
      'CREATE EXTENSION plpgsql',
      '-- only words',
      'SELECT :a FROM t',
      'DELETE FROM t WHERE a = %(a)s',
      'UPDATE t SET a = $1',
    ])
      assert.deepEqual(plan(sql), { kind: 'skip' }, sql);
  });

  it('says what it cannot do', () => {
    const cases: [sql: string, message: RegExp][] = [
      ['COPY t FROM STDIN', /COPY data is not loaded/],
      ['CREATE EXTENSION postgis', /does not have the extension "postgis"/],
      ['CREATE TABL t', /syntax error/],
      [`INSERT INTO t VALUES ('${'x'.repeat(1_000_001)}')`, /more data/],
    ];
    for (const [sql, message] of cases) {
      const step = plan(sql);
      assert.ok(step.kind === 'impossible', sql.slice(0, 40));
      assert.match(step.message, message);
    }
  });

  it('creates extensions in the only version there is', () => {
    assert.deepEqual(plan(`CREATE EXTENSION "uuid-ossp" WITH SCHEMA "my ext" VERSION '1.0'`), {
      kind: 'run',
      sql: 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA "my ext" CASCADE',
      extensions: ['uuid-ossp'],
    });
  });

  it('knows the extensions that a DO block creates', () => {
    const block = `DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; EXECUTE 'create extension Citext'; END $$`;
    assert.deepEqual(plan(block), { kind: 'run', sql: block, extensions: ['citext', 'uuid-ossp'] });
  });

  it('makes what the server is to have, and nothing else', () => {
    const made = (code: string, message: string) => missingOnServer(new PostgresError(message, { code }));
    assert.equal(made('42704', 'role "app" does not exist'), 'CREATE ROLE "app"');
    assert.equal(made('3F000', 'schema "extensions" does not exist'), 'CREATE SCHEMA "extensions"');
    assert.equal(made('3F000', 'schema "auth" does not exist'), null);
    assert.equal(made('42704', 'type "role" does not exist'), null);
  });

  it('knows settings of the session', () => {
    for (const sql of ['SET search_path = a', "SELECT pg_catalog.set_config('search_path', '', false)", 'set role x'])
      assert.equal(isSessionSetting(sql), true, sql);
    for (const sql of ['SET LOCAL a = 1', 'SET CONSTRAINTS ALL DEFERRED', 'SELECT 1', 'ALTER TABLE t SET (a = 1)'])
      assert.equal(isSessionSetting(sql), false, sql);
  });
});
