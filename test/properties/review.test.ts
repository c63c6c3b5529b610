import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FileReviewer } from '../../server/src/document.ts';
import type { Piece } from '../../server/src/sources/piece.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

/** Statements that depend on one another in every way that the replay knows. */
const statements = [
  'create table a (id int primary key, x varchar(10));',
  'create table b (id int);',
  'create table if not exists a (id bigint);',
  'create temp table a (id int);',
  'drop table a;',
  'drop table if exists a, b;',
  'alter table a rename to b;',
  'alter table b rename to a;',
  'alter table a rename column x to y;',
  'alter table a alter column x type text;',
  'alter table a alter column x type varchar(5);',
  'alter table a alter column id type bigint;',
  'alter table a add column u uuid default f();',
  'alter table a add column x int default 1 not null;',
  'alter table a drop column x;',
  'alter table a add constraint c check (x is not null) not valid;',
  'alter table a validate constraint c;',
  'alter table a alter column x set not null;',
  'alter table a set schema s;',
  'create index i on a (x);',
  'drop index i;',
  'create index concurrently on a (x);',
  'create function f() returns uuid language sql volatile as $$ select gen_random_uuid() $$;',
  'create or replace function f() returns uuid language sql immutable as $$ select null $$;',
  'create table p (id int) partition by range (id);',
  'create table q partition of p for values from (1) to (2);',
  'alter table p attach partition a for values from (2) to (3);',
  'begin;',
  'commit;',
  'rollback;',
  "set lock_timeout = '1s';",
  "set local lock_timeout = '1s';",
  'set search_path = s;',
  'reset search_path;',
  'create table c (id serial primary key, a int references a, x text unique);',
  'create view v as select * from a;',
  'create or replace view v as select id from b;',
  'drop view v;',
  "create type t as enum ('p');",
  'alter type t rename to w;',
  'create table d (id int, m t);',
  'drop type w cascade;',
  'drop schema public cascade;',
  'create function f() returns trigger language plpgsql as $$ begin return new; end $$;',
  'create trigger g after insert on a for each row execute function f();',
  'create policy own on a using (x is not null);',
  'savepoint n;',
  'rollback to n;',
  'alter table c drop column a;',
  'alter table a drop constraint a_pkey cascade;',
  'update a set x = 1;',
  'savepoint s;',
  'rollback to s;',
  "create type e as enum ('a');",
  "alter type e add value 'b';",
  "select 'b'::e;",
  'selec 1;',
  '-- pgreview-ignore\n',
];
const text = fc.array(fc.constantFrom(...statements), { maxLength: 14 });
const edit = fc.record({
  at: fc.nat(14),
  remove: fc.nat(2),
  insert: fc.array(fc.constantFrom(...statements), { maxLength: 2 }),
});

const uri = 'file:///m/1.sql';
const options = { targetVersion: 18 };

function outcome(reviewer: FileReviewer, pieces: readonly Piece[]): unknown {
  const { statements: count, findings } = reviewer.review(pieces);
  const catalog = reviewer.catalogAfter();
  return {
    count,
    findings: findings.map((f) => [f.finding.rule, f.range, f.finding.message, f.finding.help, f.finding.fixes]),
    relations: catalog.relations.toObject(),
    functions: catalog.functions.toObject(),
  };
}

describe('FileReviewer', () => {
  it('finds after any edits what it finds in the text read afresh', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(text, fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
        let lines = start;
        const reviewer = new FileReviewer(options);
        let pieces = sqlSource.read(uri, Text.of(lines.join('\n')), parser);
        reviewer.review(pieces);
        for (const { at, remove, insert } of edits) {
          const from = Math.min(at, lines.length);
          const until = Math.min(lines.length, from + remove);
          const offset = lines.slice(0, from).join('\n').length;
          const end = lines.slice(0, until).join('\n').length;
          const next = [...lines.slice(0, from), ...insert, ...lines.slice(until)];
          const whole = next.join('\n');
          const inserted = whole.slice(offset, whole.length - (lines.join('\n').length - end));
          pieces = sqlSource.edit(uri, pieces, { from: offset, to: end, inserted }, Text.of(whole), parser);
          lines = next;
          const fresh = sqlSource.read(uri, Text.of(whole), parser);
          assert.deepEqual(outcome(reviewer, pieces), outcome(new FileReviewer(options), fresh));
        }
      }),
      { numRuns: 500 },
    );
  });
});
