import assert from 'node:assert/strict';
import { reviewSql } from '../harness/review.ts';

const found = (sql: string): string[] =>
  reviewSql(sql)
    .filter((f) => f.rule !== 'lock-timeout-missing')
    .map((f) => `${f.rule}: ${f.text}`);

describe('DO blocks', () => {
  it('are judged statement by statement, at the exact words', () => {
    assert.deepEqual(
      found(`-- ü👍
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'ü') THEN
    ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);
  END IF;
  DELETE FROM orders;
END $$;`),
      ['check-without-not-valid: ADD CONSTRAINT c CHECK (a > 0)', 'delete-without-where: DELETE FROM orders'],
    );
  });

  it('offer no fixes', () => {
    for (const finding of reviewSql('DO $$ BEGIN CREATE INDEX i ON orders (a); END $$;'))
      assert.deepEqual(finding.fixes, []);
  });

  it('carry the schema: what they create is in no danger', () => {
    assert.deepEqual(
      found(
        "DO 'BEGIN CREATE TABLE t (id int, name text); CREATE INDEX i ON t (id); END';\nALTER TABLE t ALTER COLUMN name SET NOT NULL;",
      ),
      [],
    );
  });

  it('leave the session as it was', () => {
    const sql = 'DO $$ BEGIN CREATE TABLE t (id int); END $$;\nCREATE INDEX CONCURRENTLY i ON orders (a);';
    assert.deepEqual(found(sql), []);
    assert.deepEqual(found(`BEGIN;\n${sql}\nCOMMIT;`), ['concurrently-in-transaction: CONCURRENTLY']);
  });

  it('can be silenced as a whole', () => {
    assert.deepEqual(found('-- pgreview-ignore drop-table: it is empty\nDO $$ BEGIN DROP TABLE a; END $$;'), []);
  });

  it('are not judged where the text is only known when it runs', () => {
    assert.deepEqual(found("DO $$ BEGIN EXECUTE format('DROP TABLE %I', x); EXECUTE 'DROP TABLE ' || y; END $$;"), []);
  });

  it('what a function does when it is called is not judged', () => {
    assert.deepEqual(
      found('CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; END $$;'),
      [],
    );
  });
});
