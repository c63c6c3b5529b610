// Files and histories that are for another database than Postgres: one word about each, and nothing claimed of what they do.
import assert from 'node:assert/strict';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { otherDatabaseOf } from '../../server/src/history/otherDatabase.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const mysql = (name: string): string => `CREATE TABLE \`${name}\` (\`id\` int AUTO_INCREMENT) ENGINE=InnoDB;\n`;

async function scanned(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
  await workspace.scan([rootUri]);
  for (const [path, text] of Object.entries(files)) workspace.open(`${rootUri}/${path}`, 'sql', Text.of(text));
  return workspace;
}

const refusals = (workspace: Workspace): (string | null)[] =>
  workspace.openUris().map((uri) => workspace.get(uri)?.refused ?? null);

describe('Another database', () => {
  const certain: [string, string | null][] = [
    ['CREATE TABLE t (a String) ENGINE = MergeTree() ORDER BY a;', 'ClickHouse'],
    ['CREATE TABLE t (a LowCardinality(String));', 'ClickHouse'],
    ['ALTER TABLE t ADD COLUMN a String CODEC(ZSTD(1));', 'ClickHouse'],
    ['ALTER TABLE t ADD INDEX i a TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 4;', 'ClickHouse'],
    ['ALTER TABLE shop.t ON CLUSTER default DROP COLUMN a;', 'ClickHouse'],
    ['DROP TABLE IF EXISTS t ON CLUSTER default;', 'ClickHouse'],
    ["ALTER TABLE events\nDELETE WHERE kind = 'a';", 'ClickHouse'],
    [mysql('a') + mysql('b') + mysql('c'), 'MySQL'],
    [
      "SET @a = DATABASE(); SET @b = IF(@a = 'x', 'SELECT 1', 'DROP TABLE y'); PREPARE s FROM @b; EXECUTE s; DEALLOCATE PREPARE s;",
      'MySQL',
    ],
    ['PRAGMA foreign_keys = OFF; CREATE TABLE `a` (id integer); CREATE TABLE `b` (id integer);', 'SQLite'],
    ['CREATE TABLE a (n NUMBER(10)); CREATE TABLE b (v VARCHAR2(9)); CREATE TABLE c (v VARCHAR2(9));', 'Oracle'],
    ['CREATE INDEX i ON cluster USING btree (a); CREATE TRIGGER t AFTER UPDATE ON cluster EXECUTE FUNCTION f();', null],
    ['CREATE OR REPLACE TEMP MACRO f(a) AS a + 1; SELECT f(1);', 'DuckDB'],
    [`${mysql('a').repeat(20)}${'SELECT 1;\n'.repeat(100)}`, 'MySQL'],
    [`${mysql('a').repeat(20)}${'SELECT 1;\n'.repeat(400)}`, null],
    [`COPY t FROM stdin;\n${'write `a`; then it is done; \n'.repeat(25)}\\.\n`, null],
    // a slip of the pen
    [mysql('a'), null],
    [`${mysql('a').repeat(3)}${'SELECT 1;\n'.repeat(3)}`, null],
    ["SELECT 'ENGINE = MergeTree'; -- CODEC(ZSTD(1))\n/* LowCardinality( */ SELECT $a$DateTime64($a$;", null],
    ['CREATE TABLE engine (engine text, pragma text); SELECT engine FROM engine;', null],
  ];
  for (const [sql, database] of certain)
    it(`${database ?? 'none'}: ${sql.replaceAll('\n', ' ').slice(0, 80)}`, () => {
      assert.equal(otherDatabaseOf(sql), database);
    });

  const byName: [string, string, string | null][] = [
    [
      'docker/mysql_example.sql',
      'CREATE DATABASE shop;\nUSE shop;\nCREATE TABLE a (id int, name varchar(20));\n',
      'MySQL',
    ],
    ['sql/oracle/jobs.sql', "BEGIN\nDBMS_SCHEDULER.CREATE_JOB('a');\nEND;\n/\n", 'Oracle'],
    ['data/mssql_example.sql', 'CREATE TABLE a (id int);\nGO\n', 'SQL Server'],
    ['docker/mysql_example.sql', 'CREATE TABLE a (id int);\n', null],
    ['sql/mysql_fdw/server.sql', 'CREATE EXTENSION mysql_fdw; -- USE shop\n', null],
    ['sql/from_mysql.sql', 'CREATE TABLE a (id int); -- `a`\nUPDATE a SET id = 1 WHERE `id` = 2;\n', null],
    [
      'sql/accounts.sql',
      "CREATE USER 'a'@'b' IDENTIFIED BY 'c';\nGRANT ALL ON *.* TO 'a'@'b';\nFLUSH PRIVILEGES;\n",
      'MySQL',
    ],
    ['sql/rights.sql', 'GRANT ALL PRIVILEGES ON TABLE a TO b;\n'.repeat(4), null],
  ];
  for (const [path, sql, database] of byName)
    it(`${database ?? 'none'}: ${path}: ${sql.replaceAll('\n', ' ').slice(0, 60)}`, () => {
      assert.equal(otherDatabaseOf(sql, `${rootUri}/${path}`), database);
    });

  it('a history with such files is none of ours, those of its files that show nothing included', async () => {
    const workspace = await scanned({
      'ch/migrations/1_database.sql': '-- +goose Up\nCREATE DATABASE shop;\n',
      'ch/migrations/2_table.sql': '-- +goose Up\nCREATE TABLE shop.t (a String) ENGINE = MergeTree ORDER BY a;\n',
      'ch/migrations/3_column.sql': '-- +goose Up\nALTER TABLE shop.t ADD COLUMN b String;\n',
      'pg/migrations/1_table.sql': '-- +goose Up\nCREATE TABLE t (a text);\n',
    });
    const other = 'This file is not reviewed: its migrations are for ClickHouse, not for Postgres.';
    assert.deepEqual(refusals(workspace), [other, other, other, null]);
    assert.deepEqual(
      workspace.histories.map((h) => h.folder),
      [`${rootUri}/pg/migrations`],
    );
  });

  it('what undoes its migrations is none of ours either', async () => {
    const workspace = await scanned({
      'ch/migrations/1_table.up.sql': 'CREATE TABLE t (a String) ENGINE = MergeTree ORDER BY a;\n',
      'ch/migrations/1_table.down.sql': 'ALTER TABLE t MODIFY COLUMN a Int32;\n',
    });
    const other = 'This file is not reviewed: its migrations are for ClickHouse, not for Postgres.';
    assert.deepEqual(refusals(workspace), [other, other]);
  });

  it('a heading names the database of the statements below it', async () => {
    const text = `-----------------\n-- PostgreSQL\n-----------------\nSELECT 1 FROM;\n
-----------------\n-- MySQL\n-----------------\nUPDATE \`t\` SET a = 1 WHERE b = 1;\nSELECT 2 FROM;\n-- postgres:\nSELECT 3 FROM;\n-- MySQL has no such thing\nSELECT 4 FROM;`;
    const workspace = await scanned({ 'scripts/fill.sql': text });
    const uri = `${rootUri}/scripts/fill.sql`;
    const found = () =>
      workspace
        .review(uri)
        ?.findings.map(({ range }) => /\d/.exec(text.slice(text.lastIndexOf('SELECT', range.start)))?.[0]);
    assert.deepEqual(found(), ['1', '3', '4']);
    const at = text.indexOf('MySQL');
    workspace.change(uri, { from: at, to: at + 5, inserted: 'Sales' });
    assert.equal(workspace.review(uri)?.findings.length, 5);
    workspace.change(uri, { from: at, to: at + 5, inserted: 'MySQL' });
    assert.deepEqual(found(), ['1', '3', '4']);
  });

  it('folders are called for their database', async () => {
    const rest = '1__a.sql';
    const folders = ['db/mysql', 'db/h2', 'db/hsqldb/migrations', 'a/migration_sqlite', 'a/migration_scheduler_mysql'];
    const ours = ['db/postgresql', 'db/mysql_to_postgres', 'import_from_sqlite', 'a/migration', 'mysql/tables'];
    const workspace = await scanned(
      Object.fromEntries([...folders, ...ours].map((folder) => [`${folder}/V${rest}`, 'CREATE TABLE a (id int);\n'])),
    );
    assert.deepEqual(
      workspace.histories.map(({ folder }) => folder.slice(rootUri.length + 1)).sort(),
      [...ours].sort(),
    );
    assert.match(workspace.get(`${rootUri}/db/h2/V${rest}`)?.refused ?? '', /for H2,/);
  });

  it("Prisma's migration_lock.toml names the database, whatever the folder is called", async () => {
    const named = await scanned({
      'prisma/mysql-migrations/migration_lock.toml': 'provider = "mysql"\n',
      'prisma/mysql-migrations/1_a/migration.sql': 'SET @a = 1;\n',
      'prisma/postgresql-migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/postgresql-migrations/1_a/migration.sql': 'CREATE TABLE a (id int);\n',
      'prisma/others/1_a/migration.sql': 'CREATE TABLE a (id int);\n',
    });
    assert.deepEqual(
      named.histories.map(({ tool, folder }) => [tool.id, folder]),
      [['prisma', `${rootUri}/prisma/postgresql-migrations`]],
    );
    assert.match(named.get(`${rootUri}/prisma/mysql-migrations/1_a/migration.sql`)?.refused ?? '', /MySQL/);
  });

  it("Prisma's migration_lock.toml names the database", async () => {
    const of = async (provider: string) => {
      const workspace = await scanned({
        'p/migrations/migration_lock.toml': `# Please do not edit this file manually\nprovider = "${provider}"\n`,
        'p/migrations/1_a/migration.sql': 'CREATE TABLE a (id int);\n',
      });
      return workspace.get(`${rootUri}/p/migrations/1_a/migration.sql`)?.refused ?? null;
    };
    assert.equal(await of('sqlite'), 'This file is not reviewed: its migrations are for SQLite, not for Postgres.');
    assert.equal(await of('mysql'), 'This file is not reviewed: its migrations are for MySQL, not for Postgres.');
    assert.equal(await of('postgresql'), null);
    assert.equal(await of('something new'), null);
  });

  it('a file that was opened before the scan is told by the scan', async () => {
    const files = {
      'my/migrations/1_a.sql': `-- +goose Up\n${mysql('a')}`,
      'my/migrations/2_b.sql': `-- +goose Up\n${mysql('b')}${mysql('c')}`,
      'my/migrations/3_d.sql': '-- +goose Up\nALTER TABLE a ADD COLUMN d int;\n',
    };
    const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
    const uri = `${rootUri}/my/migrations/3_d.sql`;
    workspace.open(uri, 'sql', Text.of(files['my/migrations/3_d.sql']));
    assert.equal(workspace.get(uri)?.refused, null);
    await workspace.scan([rootUri]);
    assert.match(workspace.get(uri)?.refused ?? '', /for MySQL/);
    assert.equal(workspace.histories.length, 0);
  });

  it('who types something of another database is told what is wrong with it', async () => {
    const workspace = await scanned({ 'a.sql': 'CREATE TABLE t (a text) ;' });
    workspace.change(`${rootUri}/a.sql`, { from: 24, to: 24, inserted: 'ENGINE = MergeTree' });
    assert.deepEqual(refusals(workspace), [null]);
    assert.equal(workspace.review(`${rootUri}/a.sql`)?.findings[0]?.finding.rule, 'syntax-error');
  });
});
