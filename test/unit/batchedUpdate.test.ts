/** Where an UPDATE of a whole table is offered as a loop over its key. What the loop does: test/postgres/batchedUpdates.test.ts. */
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';
import { reviewSql } from '../harness/review.ts';

const schema = `CREATE TABLE t (id bigint PRIMARY KEY, a text, b integer, at timestamptz);
CREATE TABLE pair (x int, y int, a text, PRIMARY KEY (x, y));
CREATE TABLE bare (a text);
CREATE TABLE parent (id int PRIMARY KEY, a text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE counted (id int PRIMARY KEY, a text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON counted EXECUTE FUNCTION note();
CREATE FUNCTION lower(text, text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;`;

function offered(sql: string, options: Parameters<typeof reviewSql>[1] = {}): boolean {
  const found = reviewSql(sql, { schema, wrapping: 'none', ...options }).filter(
    (f) => f.rule === 'update-without-where',
  );
  assert.equal(found.length, 1, sql);
  return (found[0]?.fixes.length ?? 0) > 0;
}

describe('Updates in batches', () => {
  for (const sql of [
    "UPDATE t SET a = 'x'",
    'UPDATE t SET b = b + 1, a = upper(a)',
    'UPDATE public.t AS u SET a = u.b::text',
  ])
    it(`offered: ${sql}`, () => {
      assert.ok(offered(sql));
    });

  const not: readonly (readonly [what: string, sql: string])[] = [
    ['the key itself is changed', 'UPDATE t SET id = id + 1'],
    ['other rows are asked', 'UPDATE t SET b = (SELECT max(b) FROM t)'],
    ['the time differs from batch to batch', 'UPDATE t SET at = now()'],
    ['the time differs from batch to batch', 'UPDATE t SET at = CURRENT_TIMESTAMP'],
    ['a function that may do anything', 'UPDATE t SET b = random_number()'],
    ['a function of the files of that name', 'UPDATE t SET a = lower(a, a)'],
    ['a key of two columns', "UPDATE pair SET a = 'x'"],
    ['no key', "UPDATE bare SET a = 'x'"],
    ['a key that tells nothing of inheriting tables', "UPDATE parent SET a = 'x'"],
    ['a trigger for each statement', "UPDATE counted SET a = 'x'"],
    ['rows are returned', "UPDATE t SET a = 'x' RETURNING id"],
    ['another table is joined', 'UPDATE t SET a = p.a FROM pair p'],
    ['a comment', "UPDATE t SET a = /* all */ 'x'"],
    ['a placeholder', 'UPDATE t SET a = :a'],
    ['quotes of dollars', 'UPDATE t SET a = $$x$$'],
    ['a table that no file creates', "UPDATE elsewhere SET a = 'x'"],
  ];
  for (const [what, sql] of not)
    it(`not offered: ${what}: ${sql}`, () => {
      assert.ok(!offered(sql));
    });

  it('not offered where goose would cut the loop at its semicolons', async () => {
    const files = (mark: string) => ({
      'migrations/00001_a.sql': `-- +goose Up\nCREATE TABLE t (id bigint PRIMARY KEY, a text);\n`,
      'migrations/00002_b.sql': `${mark}UPDATE t SET a = 'x';\n`,
    });
    const path = 'migrations/00002_b.sql';
    const goose = await openProject(path, files('-- +goose NO TRANSACTION\n-- +goose Up\n'));
    assert.equal(goose.service.diagnostics(goose.uri).filter((d) => d.code === 'update-without-where').length, 1);
    assert.equal(goose.after('update-without-where'), null);
  });

  it('not offered in a transaction, nor in a string of several statements', () => {
    assert.ok(!offered("UPDATE t SET a = 'x'", { wrapping: 'tool' }));
    assert.ok(!offered("UPDATE t SET a = 'x'", { wrapping: 'single' }));
    assert.ok(!offered("BEGIN; UPDATE t SET a = 'x'; COMMIT"));
  });
});
