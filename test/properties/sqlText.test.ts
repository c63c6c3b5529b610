import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

/** Pieces that change how the text around them reads. */
const fragments = [
  'select 1;',
  'select a, b from t where x = $1;',
  "insert into t values ('a', 'b');",
  'create table a (id int, name text);\n',
  'create index on t (a);',
  '\n',
  '\n\n',
  ' ',
  ';',
  '(',
  ')',
  "'",
  '"',
  '$$',
  '$f$',
  '--',
  '/*',
  '*/',
  '-- note\n',
  '-- +goose StatementEnd\n',
  // longer than what an edit looks at first
  `-- ${'x'.repeat(3000)}\n`,
  `'${'y'.repeat(5000)}`,
  'select 1;\n'.repeat(600),
  '\\d t\n',
  '\\;',
  '\\if x\n',
  '\\endif\n',
  'copy t from stdin;\n1\t2\n\\.\n',
  '\\.\n',
  'create function f() returns int as $$ begin return 1; end $$ language plpgsql;',
  'create function g() returns int begin atomic select 1; end;',
  'begin',
  'end',
  'create rule r as on insert to t do (select 1; select 2);',
  'ü',
  '日本',
  '👍',
  '\r\n',
  '\t',
  'selec',
  ',',
  'create',
  'table',
  'alter table t add column x int;',
  ':x',
  '%(a)s',
  '{{ b }}',
  '{{',
  '}}',
  '${',
  '}',
  '\uFEFF',
  '\0',
];
const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
    ),
    { maxLength: 30 },
  )
  .map((a) => a.join(''));
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(12),
    insert: fc.array(fc.constantFrom(...fragments), { maxLength: 2 }).map((a) => a.join('')),
  }),
  { minLength: 1, maxLength: 12 },
);

const shape = (sql: SqlText): unknown =>
  sql.statements.map((s, i) => [
    sql.starts[i],
    s.text,
    s.bodyStart,
    s.bodyEnd,
    s.terminated,
    s.lookahead,
    s.parsed.kind,
  ]);

describe('SqlText', () => {
  it('is the same after any edits as when read afresh', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(text, edits, (start, changes) => {
        let text = Text.of(start);
        let sql = SqlText.of(start, parser);
        for (const { at, remove, insert } of changes) {
          const from = Math.floor(at * text.length);
          const to = Math.min(text.length, from + remove);
          text = text.edit(from, to, insert);
          sql = sql.edit(from, to, insert, parser, text);
          assert.deepEqual(shape(sql), shape(SqlText.of(text.toString(), parser)));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('tiles the text', () => {
    fc.assert(
      fc.property(text, (source) =>
        assert.equal(
          SqlText.of(source, parser)
            .statements.map((s) => s.text)
            .join(''),
          source,
        ),
      ),
      { numRuns: 400 },
    );
  });
});
