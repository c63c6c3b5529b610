/** What is said about syntax errors, against real servers: what we call broken they refuse, what we write they take. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { applyEdits } from '../../server/src/syntax/errors/edits.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { findingsOf, readExamples } from '../harness/syntaxFixture.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const folder = new URL('../fixtures/syntax/', import.meta.url);
const examples = readdirSync(folder).flatMap((file) => readExamples(readFileSync(new URL(file, folder), 'utf8')));

/** Of a statement that was parsed, in a transaction that has failed: nothing is run there. */
const parsed = '25P02';

onEachVersion('syntax errors and their fixes', ({ freshDatabase }) => {
  /** The SQLSTATE that the server answers with, without running anything. */
  async function answer(client: pg.Client, sql: string): Promise<string> {
    await client.query('BEGIN');
    await assert.rejects(client.query('SELECT 1/0'));
    try {
      await client.query(sql);
      return '00000';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  /** Placeholders of drivers are no SQL. */
  const forServer = (sql: string): string => sql.replaceAll(/%\(\w+\)s/g, '$1');
  const parses = (sql: string): boolean => SqlText.of(sql, parser).statements.every((s) => s.parsed.kind !== 'error');

  it('refuse what we call broken, take what we call valid and what we write', async () => {
    const client = await (await freshDatabase()).client();
    for (const { sql } of examples) {
      const findings = findingsOf(sql, parser);
      const code = await answer(client, forServer(sql));
      if (findings.length === 0) assert.equal(code, parsed, sql);
      else assert.notEqual(code, parsed, sql);
      if (findings.length !== 1) continue;
      for (const fix of findings[0]?.fixes ?? []) {
        const fixed = applyEdits(sql, fix.edits);
        if (parses(fixed)) assert.equal(await answer(client, forServer(fixed)), parsed, fixed);
      }
    }
  });

  /** Runs the first fix of a broken statement. */
  async function runFixed(client: pg.Client, sql: string): Promise<pg.QueryResult> {
    const [finding] = findingsOf(sql, parser);
    const fix = finding?.fixes[0];
    assert.ok(fix, sql);
    return client.query(applyEdits(sql, fix.edits));
  }

  it('name a primary key as we say, and update and skip rows as MySQL does', async () => {
    const client = await (await freshDatabase()).client();
    await client.query('CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1)');
    await runFixed(client, 'INSERT INTO t VALUES (1, 7), (2, 8) ON DUPLICATE KEY UPDATE a = VALUES(a)');
    await runFixed(client, 'INSERT IGNORE INTO t VALUES (1, 9), (3, 9)');
    const { rows } = await client.query('SELECT id, a FROM t ORDER BY id');
    assert.deepEqual(rows, [
      { id: 1, a: 7 },
      { id: 2, a: 8 },
      { id: 3, a: 9 },
    ]);
    await runFixed(client, 'ALTER TABLE t DROP PRIMARY KEY');
    await client.query('INSERT INTO t VALUES (1, 0)');
  });

  it('count in an identity column, take a given value, and keep comments and checks', async () => {
    const client = await (await freshDatabase()).client();
    await runFixed(client, 'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int)');
    await client.query('INSERT INTO t (id, a) VALUES (50, 1); INSERT INTO t (a) VALUES (2)');
    assert.deepEqual((await client.query('SELECT id FROM t ORDER BY a')).rows, [{ id: 50 }, { id: 1 }]);
    await runFixed(client, "CREATE TABLE c (a int COMMENT 'the first')");
    const { rows } = await client.query("SELECT col_description('c'::regclass, 1) AS comment");
    assert.deepEqual(rows, [{ comment: 'the first' }]);
    const described = await runFixed(client, 'DESCRIBE c');
    assert.deepEqual(
      described.rows.map((row) => [row.column_name, row.data_type]),
      [['a', 'integer']],
    );
  });

  it('skip as many rows as LIMIT with two numbers does, and keep an index in the schema of its table', async () => {
    const client = await (await freshDatabase()).client();
    const { rows } = await runFixed(client, 'SELECT n FROM generate_series(1, 9) n ORDER BY n LIMIT 2, 3');
    assert.deepEqual(
      rows.map((row) => row.n),
      [3, 4, 5],
    );
    await client.query('CREATE SCHEMA shop; CREATE TABLE shop.t (a int); CREATE INDEX t_a_idx ON shop.t (a)');
    await runFixed(client, 'ALTER TABLE shop.t DROP INDEX t_a_idx');
    assert.equal((await client.query("SELECT to_regclass('shop.t_a_idx') AS i")).rows[0].i, null);
  });
});
