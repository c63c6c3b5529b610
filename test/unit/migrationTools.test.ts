import assert from 'node:assert/strict';
import { reviewSql } from '../harness/review.ts';

/** Seen in public projects: false alarms that must not come back. */
describe('Migration tools', () => {
  const rulesIn = (sql: string, path?: string): string[] =>
    reviewSql(sql, path === undefined ? {} : { path })
      .map((f) => f.rule)
      .filter((rule) => rule !== 'lock-timeout-missing');

  it("goose's StatementEnd ends a statement that has no ;", () => {
    const sql = `-- +goose Up
-- +goose StatementBegin
CREATE TYPE "Version" AS ENUM ('V0', 'V1');

ALTER TABLE "Tenant" ADD COLUMN "version" "Version" NOT NULL DEFAULT 'V0'
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
ALTER TABLE "Tenant" DROP COLUMN "version";

DROP TYPE "Version"
-- +goose StatementEnd
`;
    assert.deepEqual(rulesIn(sql), []);
  });

  it('the backward part is not judged by the rules, but its syntax is', () => {
    assert.deepEqual(rulesIn('-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE a;\nDROP TABEL b;\n'), [
      'syntax-error',
    ]);
    assert.deepEqual(rulesIn('-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE a;\n'), []);
    assert.deepEqual(rulesIn('DROP TABLE a;', 'migrations/1_a.down.sql'), []);
    assert.deepEqual(rulesIn('DROP TABLE a;', 'migrations/1_a.up.sql'), ['drop-table']);
  });

  it("sql-migrate's backward part is none of what runs forward", () => {
    assert.deepEqual(rulesIn('-- +migrate Up\nSELECT 1;\n-- +migrate Down\nDROP TABLE a;\n'), []);
    const index = 'CREATE INDEX CONCURRENTLY i ON t (a);\n';
    assert.deepEqual(rulesIn(`-- +migrate Up\n${index}`), ['concurrently-in-transaction']);
    assert.deepEqual(rulesIn(`-- +migrate Up notransaction\n${index}`), []);
  });

  it('goose opens a transaction unless told not to', () => {
    const index = 'CREATE INDEX CONCURRENTLY i ON t (a);\n';
    assert.deepEqual(rulesIn(`-- +goose Up\n${index}`), ['concurrently-in-transaction']);
    assert.deepEqual(rulesIn(`-- +goose NO TRANSACTION\n-- +goose Up\n${index}`), []);
    assert.deepEqual(rulesIn(`-- migrate:up\n${index}`), ['concurrently-in-transaction']);
    assert.deepEqual(rulesIn(`-- migrate:up transaction:false\n${index}`), []);
    // dbmate sends the part as one string
    assert.deepEqual(rulesIn(`-- migrate:up transaction:false\n${index}SELECT 1;\n`), ['concurrently-in-transaction']);
  });

  it('Prisma sends a file as one string, which is a transaction when it holds several statements', () => {
    const path = 'prisma/migrations/20250101000000_index/migration.sql';
    const index = 'CREATE INDEX CONCURRENTLY "i" ON "T"("a");\n';
    assert.deepEqual(rulesIn(index, path), []);
    assert.deepEqual(rulesIn(`${index}${index.replace('"i"', '"j"')}`, path), [
      'concurrently-in-transaction',
      'concurrently-in-transaction',
    ]);
  });

  it("a mark for a project's own runner tells that not Prisma runs the file", () => {
    const path = 'prisma/migrations/20250101000000_index/migration.sql';
    const index = 'CREATE INDEX CONCURRENTLY "i" ON "T"("a");\n';
    const own = (mark: string): string[] => rulesIn(`-- ${mark}\n${index}-- ${mark}\nSELECT 1;\n`, path);
    assert.deepEqual(own('RUN_OUTSIDE_TRANSACTION_SENTINEL'), []);
    assert.deepEqual(own('NO_TRANSACTION'), []);
    assert.deepEqual(own('this is no_transaction at all'), ['concurrently-in-transaction']);
    assert.deepEqual(own('IN_ONE_TRANSACTION'), ['concurrently-in-transaction']);
  });

  it('a comment before a dot stands for the name that a runner puts there', () => {
    assert.deepEqual(rulesIn('DROP TABLE /* SCHEMA */."gone";\n'), []);
    // what it does to the schema is not known
    const after = (template: string): string[] =>
      rulesIn(`CREATE TABLE fresh (id bigint PRIMARY KEY);\n${template}\nSELECT more FROM fresh;\n`);
    assert.deepEqual(after('ALTER TABLE /* SCHEMA */."fresh" ADD COLUMN more int;'), []);
    assert.deepEqual(after('ALTER TABLE {{ schema }}.fresh ADD COLUMN more int;'), []);
    assert.deepEqual(after('SELECT 1 FROM {{ schema }}.fresh;'), ['unknown-column']);
    assert.deepEqual(rulesIn('DROP INDEX IF EXISTS\n/* SCHEMA */."i";\nSELEC 1;\n'), ['syntax-error']);
    assert.deepEqual(rulesIn('DROP INDX /* SCHEMA */."i";\n'), ['syntax-error']);
    assert.deepEqual(rulesIn('SELECT 1 FROM a/* a */.;\n'), ['syntax-error']);
    assert.deepEqual(rulesIn('SELECT 1 FROM /* a */ ."b";\n'), ['syntax-error']);
    assert.deepEqual(rulesIn('SELECT 1 FROM -- a\n."b";\n'), ['syntax-error']);
  });
});

describe('Placeholders of programs', () => {
  const rulesIn = (sql: string): string[] => reviewSql(sql).map((f) => f.rule);

  it('single braces stand for a name, a value, or more', () => {
    assert.deepEqual(rulesIn('COMMENT ON ROLE {role} IS NULL;\n'), []);
    assert.deepEqual(rulesIn('SELECT id FROM t WHERE id = {id};\nSELECT id FROM t LIMIT {};\n'), []);
    assert.deepEqual(rulesIn('SELECT id FROM t WHERE a = 1 {} LIMIT 2;\n'), []);
    assert.deepEqual(rulesIn('SELEC {id};\n'), ['syntax-error']);
    assert.deepEqual(rulesIn('SELECT {1};\n'), ['syntax-error']);
  });
});

describe("psql's meta-commands", () => {
  const rulesIn = (sql: string): string[] => reviewSql(sql).map((f) => f.rule);

  it('two backslashes go back to SQL, but not where the rest of the line is one argument', () => {
    assert.deepEqual(rulesIn('\\set x 1 \\\\ SELEC 1;\n'), ['syntax-error']);
    assert.deepEqual(rulesIn("\\copy t FROM PROGRAM 'sed ''s/\\\\/\\\\\\\\/g'' < a.json'\nSELECT 1;\n"), []);
    assert.deepEqual(rulesIn("\\! printf 'a\\\\n'\nSELECT 1;\n"), []);
  });
});

describe('Liquibase: each changeset is a transaction of its own', () => {
  const head = '--liquibase formatted sql\n';
  const rulesIn = (sql: string): string[] =>
    reviewSql(sql, { schema: 'CREATE TABLE t (a int);' })
      .map((f) => f.rule)
      .filter((rule) => !['lock-timeout-missing', 'constraint-never-validated'].includes(rule));
  const add = 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n';
  const validate = 'ALTER TABLE t VALIDATE CONSTRAINT c;\n--rollback empty\n';

  it('VALIDATE in the same one, and in the next', () => {
    assert.deepEqual(rulesIn(`${head}--changeset me:1\n${add}${validate}`), ['validate-in-same-transaction']);
    assert.deepEqual(rulesIn(`${head}--changeset me:1\n${add}--changeset me:2\n${validate}`), []);
  });

  it('CONCURRENTLY needs runInTransaction:false', () => {
    const index = 'CREATE INDEX CONCURRENTLY i ON t (a);\n';
    assert.deepEqual(rulesIn(`${head}--changeset me:1\n${index}`), ['concurrently-in-transaction']);
    assert.deepEqual(rulesIn(`${head}--changeset me:1\n${add}--changeset me:2\n${index}`), [
      'concurrently-in-transaction',
    ]);
    assert.deepEqual(rulesIn(`${head}--changeset me:1 runInTransaction:false\n${index}SELECT 1;\n`), []);
  });

  it('nothing is said of a changeset for another database, or with another delimiter', () => {
    const broken = 'SELECT TOP 5 * FROM t\nGO\n';
    assert.deepEqual(rulesIn(`${head}--changeset me:1 dbms:mssql\n${broken}`), []);
    assert.deepEqual(rulesIn(`${head}--changeset me:1 endDelimiter:GO\n${broken}`), []);
    assert.deepEqual(rulesIn(`${head}--changeset me:1 dbms:postgresql\n${broken}`), ['syntax-error']);
  });

  it('findings stand where they belong in the file', () => {
    const sql = `${head}--changeset me:1\nSELECT 1;\n--changeset me:2\nCREATE INDEX CONCURRENTLY i ON t (a);\n`;
    const [finding] = reviewSql(sql).filter((f) => f.rule === 'concurrently-in-transaction');
    assert.equal(finding?.text, 'CONCURRENTLY');
    assert.equal(finding?.line, 4);
  });
});

describe('A CREATE TABLE with a mistake in it', () => {
  it('still creates its table: what follows is not about one in use', () => {
    const rules = reviewSql(
      'CREATE TABLE shop."Gift Cards" (id int,, x);\nCREATE INDEX i ON shop."Gift Cards" (id);',
    ).map((f) => f.rule);
    assert.deepEqual(rules, ['syntax-error']);
  });
});
