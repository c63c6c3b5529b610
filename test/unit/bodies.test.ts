import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type Body, bodiesOf } from '../../server/src/syntax/bodies/body.ts';
import { embeddedStatements } from '../../server/src/syntax/bodies/embedded.ts';
import type { Scope } from '../../server/src/syntax/bodies/plpgsql/plpgsqlBody.ts';
import { bodyProblems } from '../../server/src/syntax/bodies/problems.ts';
import { plpgsqlBodyOf } from '../../server/src/syntax/bodies/read.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { walk } from '../../server/src/syntax/walk.ts';
import { withMarks, withoutMarks } from '../harness/bodyFixture.ts';
import { parser } from '../harness/parser.ts';

const folder = new URL('../fixtures/bodies/', import.meta.url);
const fixtures = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

const statementOf = (sql: string): Statement => SqlText.of(sql, parser).statements[0] as Statement;
const bodyOf = (sql: string): Body => bodiesOf(statementOf(sql))[0] as Body;

/** Ways to write the same SQL at other offsets, and how to take them back. */
const variants = {
  'as written': { write: (sql: string) => sql, undo: (marked: string) => marked },
  'with CRLF': {
    write: (sql: string) => sql.replaceAll('\n', '\r\n'),
    undo: (marked: string) => marked.replaceAll('\r', ''),
  },
  'with wide characters on every line': {
    write: (sql: string) => sql.replaceAll(/\n(?! *')/g, ' --ü日👍\n'),
    undo: (marked: string) => marked.replaceAll(' --ü日👍', ''),
  },
};

describe('function bodies', () => {
  for (const { name, text } of fixtures)
    for (const [variant, { write, undo }] of Object.entries(variants))
      it(`${name} ${variant}`, () => {
        assert.equal(undo(withMarks(write(withoutMarks(text)), text)), text);
      });

  it('every column in the embedded SQL is found at its place in the statement', () => {
    let columns = 0;
    for (const { text } of fixtures)
      for (const { write } of Object.values(variants))
        for (const statement of SqlText.of(write(withoutMarks(text)), parser).statements)
          for (const { node, toStatement } of embeddedStatements(statement, parser))
            walk([node], (type, inner) => {
              if (type !== 'ColumnRef') return;
              const { fields, location } = inner as { fields: { String?: { sval: string } }[]; location?: number };
              const name = fields[0]?.String?.sval;
              if (name === undefined || name.startsWith('x')) return;
              columns++;
              const place = toStatement(location ?? 0);
              const found = statement.text.slice(place, place + name.length + 1).replace(/^"/, '');
              assert.equal(found.slice(0, name.length).toLowerCase(), name.toLowerCase(), statement.text);
            });
    assert.ok(columns > 200, `${columns} columns`);
  });

  it('the routine is described', () => {
    const { routine, language } = bodyOf(
      'CREATE FUNCTION app.f(a int, INOUT "B" text, VARIADIC c app.kind[]) RETURNS SETOF record AS $$BEGIN END$$ LANGUAGE PLPGSQL',
    );
    assert.equal(language, 'plpgsql');
    assert.deepEqual(routine, {
      kind: 'function',
      name: ['app', 'f'],
      arguments: [
        { name: 'a', type: ['pg_catalog', 'int4'], mode: 'in' },
        { name: 'B', type: ['text'], mode: 'inout' },
        { name: 'c', type: ['app', 'kind'], mode: 'variadic' },
      ],
      returns: ['record'],
      returnsSet: true,
      isTrigger: false,
    });
    assert.equal(
      bodyOf('CREATE FUNCTION t() RETURNS trigger AS $$BEGIN END$$ LANGUAGE plpgsql').routine.isTrigger,
      true,
    );
    assert.equal(bodyOf("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'").routine.kind, 'procedure');
    assert.deepEqual(bodyOf("DO 'BEGIN END'").routine.kind, 'do');
  });

  it('no body in other languages, in a C function or without LANGUAGE', () => {
    for (const sql of [
      "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'file', 'symbol'",
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
      "CREATE FUNCTION f() RETURNS int AS 'BEGIN'",
      "DO LANGUAGE plperl 'x'",
      'CREATE TABLE t (a text DEFAULT $$BEGIN$$)',
    ])
      assert.deepEqual(bodiesOf(statementOf(sql)), []);
  });

  it('embedded SQL is whole: INTO left out, expressions as SELECT', () => {
    const statement = statementOf(`CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$
      DECLARE n int; m int := a * 2;
      BEGIN
        SELECT count(*) INTO STRICT n FROM t WHERE id = a;
        IF n > 0 THEN
          INSERT INTO t (id) VALUES (n) RETURNING id INTO n;
          PERFORM notify(n);
        END IF;
        FOR i IN 1..n + 1 LOOP EXECUTE format('DELETE FROM %I', i); END LOOP;
        RETURN n;
      END $$`);
    assert.deepEqual(
      embeddedStatements(statement, parser).map(({ kind, sql }) => `${kind}: ${sql.replace(/\s+/g, ' ')}`),
      [
        'expression: SELECT a * 2',
        'statement: SELECT count(*) FROM t WHERE id = a',
        'condition: SELECT n > 0',
        'statement: INSERT INTO t (id) VALUES (n) RETURNING id ',
        'query: SELECT notify(n)',
        'expression: SELECT 1',
        'expression: SELECT n + 1',
        "expression: SELECT format('DELETE FROM %I', i)",
        'dynamic: DELETE FROM xx',
        'expression: SELECT n',
      ],
    );
  });

  it('SQL bodies in all three forms, and templates whose %s may be anything', () => {
    const kinds = (sql: string): string[] =>
      embeddedStatements(statementOf(sql), parser).map((e) => `${Object.keys(e.node)[0]} ${e.kind} ${e.guessed}`);
    assert.deepEqual(kinds("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; DELETE FROM t'"), [
      'SelectStmt statement false',
      'DeleteStmt statement false',
    ]);
    assert.deepEqual(kinds('CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; DELETE FROM t; END'), [
      'SelectStmt statement false',
      'DeleteStmt statement false',
    ]);
    assert.deepEqual(kinds('CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1'), ['ReturnStmt expression false']);
    assert.deepEqual(kinds("DO $$BEGIN EXECUTE format('DROP TABLE %s; VACUUM', 'x'); END$$").slice(1), [
      'DropStmt dynamic true',
      'VacuumStmt dynamic true',
    ]);
  });

  it('variables are known with their scope', () => {
    const body = bodyOf(`DO $$
      <<outer_block>>
      DECLARE a int; "B c" CONSTANT text := 'x'; c CURSOR FOR SELECT 1; d ALIAS FOR a;
      BEGIN
        FOR i IN 1..3 LOOP
          DECLARE a text; BEGIN NULL; END;
        END LOOP;
      END $$`);
    const show = (s: Scope): unknown => [
      s.kind,
      s.label,
      s.variables.map((v) => `${v.name} ${v.kind} ${v.type} @${body.text.slice(v.start, v.end)}`),
      s.scopes.map(show),
    ];
    assert.deepEqual(show(plpgsqlBodyOf(body, parser).scope as Scope), [
      'block',
      'outer_block',
      ['a variable int @a', 'B c constant text @"B c"', 'c cursor  @c', 'd alias  @d'],
      [['loop', null, ['i loop variable integer @i'], [['block', null, ['a variable text @a'], []]]]],
    ]);
  });

  it("a cursor's arguments are visible in its query, and a loop over a cursor declares its variable", () => {
    const { scope } = plpgsqlBodyOf(
      bodyOf(`DO $$
      DECLARE c CURSOR ("From" int, b numeric(4, 2)) FOR SELECT * FROM t WHERE a > "From"; d CURSOR FOR SELECT 1;
      BEGIN
        FOR r IN c(1, b := 2) LOOP NULL; END LOOP;
        FOR s IN d LOOP NULL; END LOOP;
        FOR t IN SELECT 1 LOOP NULL; END LOOP;
      END $$`),
      parser,
    );
    assert.deepEqual(
      scope?.scopes.map((s) => [s.kind, s.label, s.variables.map((v) => `${v.name} ${v.kind} ${v.type}`)]),
      [
        ['cursor', 'c', ['From variable int', 'b variable numeric(4, 2)']],
        ['loop', null, ['r loop variable record']],
        ['loop', null, ['s loop variable record']],
        ['loop', null, []],
      ],
    );
  });

  it('which variables rows are put into, and from where', () => {
    const { rowTargets } = plpgsqlBodyOf(
      bodyOf(`DO $$
      DECLARE a int; r record; "B" record;
      BEGIN
        SELECT 1, 2 INTO STRICT a, r.x FROM t;
        DELETE FROM t RETURNING id INTO "B";
        FOR r IN SELECT 1 LOOP NULL; END LOOP;
        FOR r IN EXECUTE 'SELECT 1' USING a LOOP NULL; END LOOP;
        EXECUTE 'SELECT 1' INTO a USING r;
        FETCH NEXT FROM c INTO r;
        FOREACH a IN ARRAY ARRAY[1] LOOP NULL; END LOOP;
      END $$`),
      parser,
    );
    const shown = rowTargets.map(({ variables, source }) => [
      variables.map((v) => v.join('.')).join(', '),
      source?.sql.replace(/\s+/g, ' ').trim() ?? null,
    ]);
    assert.deepEqual(shown, [
      ['a, r.x', 'SELECT 1, 2 FROM t'],
      ['B', 'DELETE FROM t RETURNING id'],
      ['r', 'SELECT 1'],
      ['r', null],
      ['a', null],
      ['r', null],
      ['a', null],
    ]);
  });

  it('a template is not judged, nor is a body in a statement with one', () => {
    for (const sql of [
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN {{ value }} {{ more }}; END$$',
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN SELECT {% if x %} 1 {% endif %} INTO y; END$$',
    ])
      assert.deepEqual(bodyProblems(statementOf(sql), parser), [], sql);
    const named = statementOf('CREATE FUNCTION :name() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN 1 +; END$$');
    assert.equal(bodyProblems(named, parser).length, 1);
  });

  it('asked again, the answer is the same object', () => {
    const statement = statementOf('DO $$BEGIN RETURN 1 +; END$$');
    assert.equal(bodyProblems(statement, parser), bodyProblems(statement, parser));
    assert.equal(embeddedStatements(statement, parser), embeddedStatements(statement, parser));
    assert.equal(bodiesOf(statement), bodiesOf(statement));
  });
});
