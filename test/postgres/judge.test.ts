import assert from 'node:assert/strict';
import type { Judge } from '../../server/src/judge/judge.ts';
import type { JudgeSubject } from '../../server/src/judge/subject.ts';
import { judgedFileOf, newJudge, subjectOf, told } from './harness/judging.ts';

describe('The embedded Postgres as the second judge', function () {
  this.timeout(120_000);
  let judge: Judge;
  before(async () => {
    judge = await newJudge();
  });
  after(() => judge.dispose());

  const tables = `CREATE TYPE state AS ENUM ('open', 'paid');
    CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, total numeric, state state);`;
  /** What is said of the last text, behind the tables and the other texts. */
  const ask = async (texts: string | readonly string[], more: Partial<JudgeSubject> = {}): Promise<string[]> =>
    told(await judge.judge(subjectOf([tables, ...(typeof texts === 'string' ? [texts] : texts)], more)));

  describe('says what Postgres says', () => {
    const cases: readonly [sql: string, said: string][] = [
      ['SELECT * FROM customers WHERE name = id;', 'operator does not exist: text = bigint → ='],
      ["SELECT '日本👍ü', nix FROM customers;", 'column "nix" does not exist → nix'],
      [
        'SELECT customer_id, total FROM orders GROUP BY customer_id;',
        'column "orders.total" must appear in the GROUP BY clause or be used in an aggregate function → total',
      ],
      ['SELECT c.name FROM orders o;', 'missing FROM-clause entry for table "c" → c'],
      ['SELECT upper(id) FROM orders;', 'function upper(bigint) does not exist → upper'],
      ["SELECT * FROM orders WHERE state = 'payed';", 'invalid input value for enum state: "payed" → \'payed\''],
      ['SELECT sum(total) FROM orders WHERE sum(total) > 1;', 'aggregate functions are not allowed in WHERE → sum'],
      [
        'UPDATE orders SET total = name FROM customers;',
        'column "total" is of type numeric but expression is of type text → name',
      ],
      ['CREATE VIEW v AS SELECT lower(total) FROM orders;', 'function lower(numeric) does not exist → lower'],
      ['ALTER TABLE orders ADD CONSTRAINT c CHECK (total > name);', 'column "name" does not exist → name'],
      [
        'ALTER TABLE customers ALTER name TYPE bigint;',
        'column "name" cannot be cast automatically to type bigint → name',
      ],
      [
        'CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT name FROM customers $$;',
        'return type mismatch in function declared to return bigint → f',
      ],
      [
        'CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$ SELECT nix FROM customers $$;',
        'column "nix" does not exist → nix',
      ],
      ['CREATE INDEX CONCURRENTLY i ON orders (lower(total));', 'function lower(numeric) does not exist → lower'],
      ['CREATE POLICY p ON orders USING (id = name);', 'column "name" does not exist → name'],
    ];
    for (const [sql, said] of cases)
      it(sql, async () => {
        const [message, marked] = said.split(' → ');
        assert.deepEqual(await ask(`/* ü👍 */ ${sql}`), [`Postgres refuses this: ${message}. → ${marked}`]);
      });

    it('with its hint and version, as an error', async () => {
      const verdicts = await judge.judge(subjectOf([tables, 'ALTER TABLE customers ALTER name TYPE bigint;']));
      const [finding] = [...verdicts.values()];
      assert.equal(finding?.severity, 'error');
      assert.equal(finding?.rule, 'postgres-error');
      assert.match(
        finding?.help ?? '',
        /^You might need to specify "USING name::bigint"\.\nSaid by the embedded Postgres 18\./,
      );
    });
  });

  it('tries each statement where it stands, and undoes it all', async () => {
    const file = `ALTER TABLE orders ADD COLUMN note text;
      SELECT note FROM orders;
      ALTER TABLE orders DROP COLUMN note;
      SELECT note FROM orders;`;
    const once = await ask(file);
    assert.deepEqual(once, ['Postgres refuses this: column "note" does not exist. → note']);
    assert.deepEqual(await ask(file), once);
  });

  it('does not execute what changes data, and changes nothing that stays', async () => {
    assert.deepEqual(await ask(['INSERT INTO customers VALUES (1, NULL); SELECT 1/0;', 'DELETE FROM customers;']), []);
  });

  it('knows the files before, edited or not', async () => {
    assert.deepEqual(await ask(['ALTER TABLE orders RENAME total TO amount;', 'SELECT amount FROM orders;']), []);
    assert.deepEqual(await ask(['ALTER TABLE orders RENAME total TO price;', 'SELECT amount FROM orders;']), [
      'Postgres refuses this: column "amount" does not exist. → amount',
    ]);
    const open = { ...judgedFileOf('file:///migrations/2.sql', 'ALTER TABLE orders ADD COLUMN x int;'), open: true };
    const subject = subjectOf([tables, '', 'SELECT x FROM orders;']);
    const withOpen = { ...subject, before: [subject.before[0]!, open] };
    assert.deepEqual(told(await judge.judge(withOpen)), []);
    assert.deepEqual(await ask('SELECT x FROM orders;'), ['Postgres refuses this: column "x" does not exist. → x']);
  });

  describe('says nothing', () => {
    const cases: readonly [why: string, texts: readonly string[]][] = [
      [
        'of tables, schemas and types that no file makes',
        ['SELECT * FROM elsewhere, other.place; SELECT 1::geometry;'],
      ],
      ['of functions that an extension may bring', ["SELECT uuid_generate_v4(), st_area('x');"]],
      ['of parameters, whose types the driver may know', ['SELECT * FROM customers WHERE name = $1 + id;']],
      ['of rows that break a constraint', ['INSERT INTO customers VALUES (1, NULL);']],
      [
        'of what depends on an extension that it lacks',
        ['CREATE EXTENSION postgis; CREATE TABLE places (at geometry(Point, 4326));', 'SELECT nix FROM places;'],
      ],
      [
        'of a table that a missing extension has changed',
        ['CREATE EXTENSION postgis; ALTER TABLE orders ADD COLUMN at geometry;', 'SELECT at FROM orders;'],
      ],
      [
        'of types, where an unknown extension may bring operators',
        ['CREATE EXTENSION orafce;', 'SELECT * FROM customers WHERE name = id;'],
      ],
      [
        'of what a function of the project makes',
        [
          "CREATE FUNCTION setup(t text) RETURNS void LANGUAGE sql AS ''; SELECT setup('orders');",
          'SELECT made FROM orders;',
        ],
      ],
      [
        'of what a DO block makes by roles and settings',
        [
          `DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN ALTER TABLE orders ADD COLUMN app int; END IF; END $$;`,
          'SELECT app FROM orders;',
        ],
      ],
      [
        'of a statement that a rolled back one stands before',
        ['BEGIN; DROP TABLE orders; ROLLBACK; SELECT nix FROM orders;'],
      ],
      ['of files that psql puts together', ['\\i more.sql\nSELECT nix FROM orders;']],
      [
        'of roles, tablespaces, collations and languages',
        [
          `GRANT SELECT ON orders TO reader; ALTER TABLE orders SET TABLESPACE fast;
         CREATE TABLE w (name text COLLATE "de_DE.utf8"); CREATE FUNCTION p() RETURNS int LANGUAGE plv8 AS '1';`,
        ],
      ],
      ['of transactions', ['BEGIN; CREATE INDEX CONCURRENTLY i ON orders (total); COMMIT; VACUUM orders;']],
      [
        'of an enum value that the same file adds',
        ["ALTER TYPE state ADD VALUE 'sent'; UPDATE orders SET state = 'sent';"],
      ],
      ['of functions that only a code generator knows', ['SELECT * FROM orders WHERE id = sqlc.arg(order_id);']],
    ];
    for (const [why, texts] of cases)
      it(why, async () => {
        for (let i = 1; i <= texts.length; i++) assert.deepEqual(await ask(texts.slice(0, i)), []);
      });

    it('of definitions beside a history, which has made them already', async () => {
      const dump = 'CREATE TABLE orders (id bigint);\nSELECT nix FROM customers;';
      assert.deepEqual(await ask(dump, { besideHistory: true }), [
        'Postgres refuses this: column "nix" does not exist. → nix',
      ]);
    });

    it("of Postgres's own catalogs, which are others in the target version", async () => {
      const sql = 'SELECT datlastsysoid FROM pg_database;';
      assert.equal((await ask(sql)).length, 1);
      assert.deepEqual(await ask(sql, { targetVersion: 14 }), []);
    });
  });

  it('knows what a DO block makes when the files tell all that it depends on', async () => {
    const guarded = `DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('ok'); END IF;
      ALTER TABLE orders ADD COLUMN mood mood;
    END $$;`;
    assert.deepEqual(await ask([guarded, "SELECT id FROM orders WHERE mood = 'bad';"]), [
      'Postgres refuses this: invalid input value for enum mood: "bad". → \'bad\'',
    ]);
  });

  it('goes on behind a statement that never ends or crashes it', async () => {
    const hasty = await newJudge({ statementTimeoutMs: 700 });
    try {
      const endless = `DO $$ BEGIN LOOP END LOOP; END $$;
        CREATE FUNCTION deep(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN deep(n + 1); END $$;
        SELECT deep(1);`;
      const verdicts = await hasty.judge(subjectOf([tables, endless, 'SELECT nix FROM orders;']));
      assert.deepEqual(told(verdicts), ['Postgres refuses this: column "nix" does not exist. → nix']);
    } finally {
      hasty.dispose();
    }
  });

  it('is cancelled between two statements, and answers the next request', async () => {
    const abort = new AbortController();
    const texts = Array.from({ length: 60 }, (_, i) => `CREATE TABLE t${i} (id int);`.repeat(1));
    const asked = judge.judge(subjectOf([...texts, 'SELECT nix FROM t1;']), {
      signal: abort.signal,
      progress: () => abort.abort(),
    });
    await assert.rejects(asked, { reason: 'cancelled' });
    assert.deepEqual(told(await judge.judge(subjectOf([...texts, 'SELECT nix FROM t1;']))), [
      'Postgres refuses this: column "nix" does not exist. → nix',
    ]);
  });

  it('starts again after it was stopped', async () => {
    judge.stop();
    assert.equal((await ask('SELECT nix FROM orders;')).length, 1);
  });
});
