// Where a quick fix would fail or gain nothing, none is offered; the finding stays. (What fixes do is shown on real servers.)
import assert from 'node:assert/strict';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { applyFix, reviewSql } from '../harness/review.ts';

const schema = `
  CREATE TABLE customers (id bigint PRIMARY KEY);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, code text);
  CREATE TABLE events (id bigint NOT NULL, customer_id bigint) PARTITION BY LIST (id);`;

interface Case {
  why: string;
  rule: string;
  sql: string;
  wrapping?: Wrapping;
  path?: string;
  targetVersion?: number;
}

const withoutFix: Case[] = [
  {
    why: 'CONCURRENTLY fails in the transaction that the tool opens',
    rule: 'index-without-concurrently',
    sql: 'CREATE INDEX ON orders (code);',
    wrapping: 'tool',
  },
  {
    why: 'CONCURRENTLY fails between BEGIN and COMMIT',
    rule: 'index-without-concurrently',
    sql: 'BEGIN; CREATE INDEX ON orders (code); COMMIT;',
  },
  {
    why: 'CONCURRENTLY fails in a string of several statements',
    rule: 'index-without-concurrently',
    sql: 'CREATE INDEX ON orders (code);\nSELECT 1;',
    path: 'prisma/migrations/1_index/migration.sql',
  },
  {
    why: 'nobody knows whether the tool opens a transaction',
    rule: 'index-without-concurrently',
    sql: 'CREATE INDEX ON orders (code);',
    path: 'sql/V1__index.sql',
  },
  {
    why: 'a partitioned table takes no CONCURRENTLY',
    rule: 'index-without-concurrently',
    sql: 'CREATE INDEX ON events (id);',
  },
  {
    why: 'a second statement would make a transaction of the string',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE orders ADD UNIQUE (code);',
    path: 'prisma/migrations/1_unique/migration.sql',
  },
  {
    why: 'the lock would be held while VALIDATE scans',
    rule: 'set-not-null-scans-table',
    sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;',
    path: 'migrations/1_not_null.up.sql',
  },
  {
    why: 'a partitioned table takes no USING INDEX',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE events ADD UNIQUE (id);',
  },
  {
    why: 'the column is not there yet when the index is built',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE orders ADD COLUMN slug text, ADD UNIQUE (slug);',
  },
  {
    why: 'the name is taken until the same statement drops the old one',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE orders DROP CONSTRAINT u, ADD CONSTRAINT u UNIQUE (code);',
  },
  {
    why: 'USING INDEX would scan for nulls',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE unknown ADD PRIMARY KEY (id);',
  },
  {
    why: 'the index has more to it than its columns',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE orders ADD UNIQUE (code) INCLUDE (id);',
  },
  {
    why: 'the table may not be there, and CREATE INDEX has no IF EXISTS for it',
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE IF EXISTS orders ADD UNIQUE (code);',
  },
  {
    why: 'Postgres numbers the name, as it is taken',
    rule: 'foreign-key-without-not-valid',
    sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
  },
  {
    why: 'Postgres makes up the name',
    rule: 'check-without-not-valid',
    sql: 'ALTER TABLE orders ADD CHECK (id > 0);',
  },
  {
    why: 'a partitioned table takes no NOT VALID foreign key before 18',
    rule: 'foreign-key-without-not-valid',
    sql: 'ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers;',
    targetVersion: 17,
  },
  {
    why: 'the column that is there would get the default',
    rule: 'add-column-rewrites-table',
    sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS u uuid DEFAULT gen_random_uuid();',
  },
  {
    why: 'NOT NULL without the default fails',
    rule: 'add-column-rewrites-table',
    sql: 'ALTER TABLE orders ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid();',
  },
  {
    why: 'what follows a COMMIT in the string is one transaction again',
    rule: 'concurrently-in-transaction',
    sql: 'BEGIN; CREATE INDEX CONCURRENTLY ON orders (code); COMMIT;',
    path: 'prisma/migrations/1_index/migration.sql',
  },
  {
    why: 'the column is not there yet when the check is added',
    rule: 'set-not-null-scans-table',
    sql: 'ALTER TABLE orders ADD COLUMN n int DEFAULT 1, ALTER COLUMN n SET NOT NULL;',
  },
  {
    why: 'the table is locked until the file has run',
    rule: 'column-type-rewrites-table',
    sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(5);',
    wrapping: 'tool',
  },
  {
    why: 'the column is the primary key',
    rule: 'column-type-rewrites-table',
    sql: 'ALTER TABLE orders ALTER COLUMN id TYPE integer;',
  },
  {
    why: 'a partitioned table is more than one',
    rule: 'column-type-rewrites-table',
    sql: 'ALTER TABLE events ALTER COLUMN customer_id TYPE integer;',
  },
  {
    why: 'the same statement does more',
    rule: 'column-type-rewrites-table',
    sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(5), ADD COLUMN note text;',
  },
  {
    why: 'it stands between quotes that would have to go',
    rule: 'dynamic-sql-by-concatenation',
    sql: "CREATE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'DELETE FROM orders WHERE code = ''' || a || ''''; END$$;",
  },
  {
    why: 'the parameter may be meant',
    rule: 'variable-named-like-column',
    sql: 'CREATE FUNCTION f(id bigint) RETURNS void LANGUAGE plpgsql AS $$BEGIN DELETE FROM orders WHERE id = 1; END$$;',
  },
  {
    why: 'PERFORM takes no WITH in its place',
    rule: 'query-without-destination',
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$BEGIN WITH a AS (SELECT 1) SELECT * FROM a; END$$;',
  },
  {
    why: 'there is nothing to put it in the place of',
    rule: 'exception-swallowed',
    sql: 'DO $$BEGIN PERFORM 1; EXCEPTION WHEN OTHERS THEN END$$;',
  },
  {
    why: 'it is not known whether the name is a column',
    rule: 'parameter-hidden-by-column',
    sql: 'CREATE FUNCTION f(id bigint) RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM unknown WHERE id = id$$;',
  },
  {
    why: 'there is a condition of the right kind already',
    rule: 'policy-clause-not-possible',
    sql: 'CREATE POLICY p ON orders FOR INSERT USING (id > 0) WITH CHECK (id > 0);',
  },
];

describe('Fixes', () => {
  describe('none is offered where', () => {
    for (const { why, rule, sql, ...options } of withoutFix)
      it(`${why}: ${sql.replaceAll('\n', ' ')}`, () => {
        const found = reviewSql(sql, { schema, ...options }).filter((f) => f.rule === rule);
        assert.equal(found.length, 1);
        assert.deepEqual(found[0]!.fixes, []);
      });
  });

  it('keep the comments, the case and the line ends around them', () => {
    const sql = '-- why\r\n  create index on orders (code); -- soon\r\nSELECT 1;\r\n';
    const found = reviewSql(sql, { schema }).find((f) => f.rule === 'index-without-concurrently')!;
    assert.equal(applyFix(sql, found), sql.replace('create index on', 'create index concurrently on'));
  });

  it('indent what they add like the statement', () => {
    const sql = '  ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);\n';
    const found = reviewSql(sql, { schema }).find((f) => f.rule === 'check-without-not-valid')!;
    assert.equal(
      applyFix(sql, found),
      '  ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;\n  ALTER TABLE orders VALIDATE CONSTRAINT c;\n',
    );
  });
});
