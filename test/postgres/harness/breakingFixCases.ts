/** Fixes of the breaking family, beyond the examples of its rules. */
import type { FixCase } from './fixCases.ts';

/** `fillTables` writes v1 to v20 into columns of text. */
const values = Array.from({ length: 20 }, (_, i) => `'v${i + 1}'`).join(', ');

const orders = `
  CREATE TYPE state AS ENUM (${values});
  CREATE TYPE other_state AS ENUM ('open', 'done');
  CREATE TABLE orders (id bigint PRIMARY KEY, paid integer DEFAULT 0, state text DEFAULT 'v1', kind other_state, code varchar(10));`;

const shop =
  'CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);';

const cases: readonly (Omit<FixCase, 'schema'> & Partial<FixCase>)[] = [
  {
    rule: 'column-already-exists',
    sql: 'alter table if exists only public.orders add code varchar(10), drop column kind;',
    same: 'ALTER TABLE orders DROP COLUMN kind;',
    keepsLocks: true,
  },
  {
    rule: 'column-does-not-exist',
    sql: 'ALTER TABLE orders DROP COLUMN "Kind", ALTER COLUMN Stat DROP DEFAULT;',
    same: 'ALTER TABLE orders DROP COLUMN kind, ALTER COLUMN state DROP DEFAULT;',
    keepsLocks: true,
  },
  {
    rule: 'type-change-needs-using',
    sql: 'ALTER TABLE orders ALTER COLUMN paid DROP DEFAULT, ALTER COLUMN paid TYPE boolean -- why\n;',
    same: 'ALTER TABLE orders ALTER COLUMN paid DROP DEFAULT, ALTER COLUMN paid TYPE boolean USING paid::boolean;',
    keepsLocks: true,
  },
  {
    rule: 'type-change-needs-using',
    sql: 'ALTER TABLE orders ALTER kind SET DATA TYPE public.state;',
    same: 'ALTER TABLE orders ALTER kind TYPE state USING NULL;',
    keepsLocks: true,
  },
  {
    rule: 'type-change-keeps-default',
    sql: 'ALTER TABLE orders\n  ALTER COLUMN state TYPE state USING state::state;',
    same: "ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state TYPE state USING state::state, ALTER state SET DEFAULT 'v1';",
    keepsLocks: true,
  },
  {
    rule: 'truncate-referenced-table',
    schema: shop,
    sql: 'truncate table only public.users restart identity;',
    same: 'TRUNCATE users, orders;',
    keepsLocks: true,
  },
  {
    rule: 'truncate-cascade',
    schema: shop,
    sql: 'TRUNCATE users RESTART IDENTITY CASCADE;',
    same: 'TRUNCATE users, orders;',
    keepsLocks: true,
  },
  {
    rule: 'drop-type-cascade',
    schema: "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE people (id bigint PRIMARY KEY);",
    sql: 'DROP TYPE IF EXISTS mood CASCADE;',
  },
  {
    rule: 'replaced-view-changes-columns',
    schema:
      'CREATE TABLE users (id bigint PRIMARY KEY, email text); CREATE VIEW people AS SELECT id, email FROM users;',
    sql: '-- why\ncreate or replace view people as\n  select email, id from users;',
    same: 'DROP VIEW people; CREATE VIEW people AS SELECT email, id FROM users;',
  },
];

export const breakingFixCases: readonly FixCase[] = cases.map((fixCase) => ({ schema: orders, ...fixCase }));
