// Names that do not exist, in a history of files: what earlier files did to them, and where.
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';

const diagnosticsOf = async (path: string, files: Record<string, string>) => {
  const { service, uri } = await openProject(path, files);
  return service.diagnostics(uri).filter((d) => /^(?:unknown-|missing-from|name-not)/.test(String(d.code)));
};

const first = 'migrations/0001_tables.sql';
const second = 'migrations/0002_changes.sql';
const third = 'migrations/0003_use.sql';
const tables =
  'CREATE TABLE users (id bigint PRIMARY KEY, email text, login text);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE items (id bigint PRIMARY KEY);\n';

describe('Names in a history', () => {
  it('a table that an earlier migration renamed: where, and its new name', async () => {
    const found = await diagnosticsOf(third, {
      [first]: tables,
      [second]: 'ALTER TABLE orders RENAME TO purchases;\n',
      [third]: 'SELECT id FROM orders;\n',
    });
    assert.deepEqual(
      found.map((d) => [d.code, String(d.message).split('\n')[0]]),
      [['unknown-table', 'This fails: orders was renamed to purchases before.']],
    );
    const [related] = found[0]?.relatedInformation ?? [];
    assert.match(related?.location.uri ?? '', /0002_changes\.sql$/);
    assert.deepEqual(related?.location.range.start, { line: 0, character: 0 });
  });

  it('a column that an earlier migration dropped or renamed', async () => {
    const found = await diagnosticsOf(third, {
      [first]: tables,
      [second]: 'SELECT 1;\nALTER TABLE users DROP COLUMN email;\nALTER TABLE users RENAME COLUMN login TO username;\n',
      [third]: 'SELECT email, login FROM users;\n',
    });
    assert.deepEqual(
      found.map((d) => [String(d.message).split('\n')[0], d.relatedInformation?.[0]?.location.range.start.line]),
      [
        ['This fails: users has no column email; it was dropped before.', 1],
        ['This fails: users has no column login; it was renamed to username before.', 2],
      ],
    );
  });

  it('a query beside the history runs at its end, a dump or a way back does not', async () => {
    const files = { [first]: tables, [second]: 'DROP TABLE orders;\n' };
    const code = async (path: string, text: string) =>
      (await diagnosticsOf(path, { ...files, [path]: text })).map((d) => d.code);
    assert.deepEqual(await code('queries/users.sql', 'SELECT emial FROM users;\n'), ['unknown-column']);
    assert.deepEqual(await code('queries/users.sql', 'CREATE TABLE x (id int);\nSELECT emial FROM users;\n'), []);
    assert.deepEqual(await code('back/users.down.sql', 'SELECT emial FROM users;\n'), []);
  });

  it('of a view that is made again from its definition only the view is uncertain', async () => {
    const remake = `CREATE VIEW people AS SELECT id FROM users;
DO $$ DECLARE d text; BEGIN
  SELECT view_definition FROM information_schema.views WHERE table_name = 'people' INTO d;
  DROP VIEW people;
  EXECUTE format('CREATE VIEW people AS %s', d);
END $$;\n`;
    const found = await diagnosticsOf(third, {
      [first]: tables,
      [second]: remake,
      [third]: 'SELECT x FROM people; SELECT id FROM ordres;\n',
    });
    assert.deepEqual(
      found.map((d) => String(d.message).split('\n')[0]),
      ['This fails: there is no table ordres.'],
    );
    const any = remake.replace('CREATE VIEW people AS %s', 'CREATE %s AS SELECT 1');
    assert.deepEqual(
      await diagnosticsOf(third, { [first]: tables, [second]: any, [third]: 'SELECT id FROM ordres;\n' }),
      [],
    );
  });

  it('is silent where the files begin with rows of tables that none of them creates', async () => {
    const use = { [third]: 'UPDATE annotations SET text = trim(text) WHERE id = 1;\n' };
    const begin = (sql: string) => diagnosticsOf(third, { [first]: sql, [second]: tables, ...use });
    assert.deepEqual(await begin("UPDATE artists SET name = '' WHERE id = 1;\n"), []);
    assert.deepEqual(await begin('DELETE FROM artists WHERE id = 1;\n'), []);
    assert.deepEqual(await begin('INSERT INTO artists VALUES (1);\n'), []);
    assert.equal((await begin('SELECT 1;\n')).length, 1);
    // a slip of the pen tells nothing
    const slip = 'CREATE TABLE labels (id bigint PRIMARY KEY);\nDELETE FROM lables WHERE id = 1;\n';
    assert.equal((await begin(slip)).length, 1);
  });

  it('is silent where migrations in a language that is not read may have done it', async () => {
    const files = { [first]: tables, [third]: 'SELECT id FROM user_s; SELECT emial FROM users;\n' };
    assert.equal((await diagnosticsOf(third, files)).length, 2);
    assert.deepEqual(await diagnosticsOf(third, { ...files, 'migrations/0002_more.go': '' }), []);
  });

  it('is silent about a table that no file creates and that several statements change', async () => {
    const found = await diagnosticsOf('m/1_a.sql', {
      'm/1_a.sql':
        '-- +goose Up\nALTER TABLE t OWNER TO me;\nALTER TABLE t DROP CONSTRAINT a;\nALTER TABLE t DROP CONSTRAINT b;\n',
    });
    assert.deepEqual(found, []);
  });

  it('is silent in a file of no history about what it did not create', async () => {
    const found = await diagnosticsOf('notes.sql', {
      'notes.sql':
        'CREATE TABLE a (id int);\nSELECT idd FROM a;\nSELECT x FROM b;\nALTER TABLE b ADD y int;\nSELECT z FROM b;\n',
    });
    assert.deepEqual(
      found.map((d) => [d.code, d.range.start.line]),
      [['unknown-column', 1]],
    );
  });

  it('is silent where a template may bring tables along, and not where it stands for a value', async () => {
    const found = (sql: string) => diagnosticsOf(second, { [first]: tables, [second]: sql });
    assert.deepEqual(await found('SELECT p.id FROM users {{ joins }} WHERE p.id = 1;\n'), []);
    assert.deepEqual(await found('SELECT nope FROM {{ source }};\n'), []);
    assert.equal((await found('SELECT nope FROM users WHERE id = {{ id }};\n')).length, 1);
  });

  it('is silent behind SQL that is only known when it runs', async () => {
    const use = 'SELECT id FROM user_s; SELECT emial FROM users;\n';
    for (const [statement, count] of [
      ['SELECT 1', 2],
      ["DO $$ BEGIN EXECUTE current_setting('my.sql'); END $$", 0],
      ["DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN emial text', 'users'); END $$", 1],
      ["DO $$ DECLARE q text := format('DROP TRIGGER %I ON users', 'x'); BEGIN EXECUTE q; END $$", 2],
      ['SELECT some_function_of_an_extension()', 0],
      ['SELECT now(), count(*) FROM users', 2],
      ['CREATE EXTENSION postgis', 1],
      ['CREATE EXTENSION citext', 2],
      ['\\i other.sql\nSELECT 1', 0],
      ['CREATE TABLE broken (id int,,)', 2],
    ] as const)
      assert.equal(
        (await diagnosticsOf(third, { [first]: tables, [second]: `${statement};\n`, [third]: use })).length,
        count,
        statement,
      );
  });

  describe('in the bodies of functions', () => {
    const body = (name: string, sql: string): string =>
      `CREATE OR REPLACE FUNCTION ${name}() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  ${sql};\nEND\n$$;\n`;
    const messages = async (path: string, files: Record<string, string>) =>
      (await diagnosticsOf(path, files)).map((d) => [d.code, String(d.message).split('\n')[0]]);

    it('what a later migration drops or renames is told in the function, with the place where it did', async () => {
      const found = await diagnosticsOf(second, {
        [first]: tables,
        [second]: body('f', 'DELETE FROM orders') + body('g', 'UPDATE users SET email = login'),
        [third]: 'SELECT 1;\nALTER TABLE orders RENAME TO purchases;\nALTER TABLE users DROP COLUMN login;\n',
      });
      assert.deepEqual(
        found.map((d) => [
          d.code,
          String(d.message).split('\n')[0],
          d.relatedInformation?.[0]?.location.range.start.line,
        ]),
        [
          ['unknown-table-in-function', 'This fails when it is reached: orders was renamed to purchases.', 1],
          [
            'unknown-column-in-function',
            'This fails when it is reached: users has no column login; it was dropped.',
            2,
          ],
        ],
      );
      assert.match(found[0]?.relatedInformation?.[0]?.location.uri ?? '', /0003_use\.sql$/);
    });

    it('a table that a later migration creates is there when the function is called', async () => {
      const files = { [first]: tables, [second]: body('f', 'DELETE FROM orderz') };
      assert.equal((await messages(second, files)).length, 1);
      assert.deepEqual(await messages(second, { ...files, [third]: 'CREATE TABLE orderz (id bigint);\n' }), []);
    });

    it('a function that a later migration replaces or drops is judged no more', async () => {
      const files = { [first]: tables, [second]: body('f', 'DELETE FROM orderz') };
      assert.deepEqual(await messages(second, { ...files, [third]: body('f', 'DELETE FROM orders') }), []);
      assert.deepEqual(await messages(second, { ...files, [third]: 'DROP FUNCTION f();\n' }), []);
      assert.deepEqual(await messages(second, { ...files, [third]: 'ALTER FUNCTION f() RENAME TO g;\n' }), []);
    });

    it('is silent where a function may create the table when it is called', async () => {
      const files = { [first]: tables, [second]: body('f', 'DELETE FROM orderz') };
      const makers = [
        body('make', 'CREATE TEMP TABLE orderz AS SELECT 1'),
        body('make', "EXECUTE 'CREATE TABLE orderz ()'"),
        body('make', "EXECUTE format('CREATE TABLE %I ()', 'orderz')"),
      ];
      for (const maker of makers) assert.deepEqual(await messages(second, { ...files, [third]: maker }), [], maker);
      assert.equal(
        (await messages(second, { ...files, [third]: body('keep', "PERFORM 'orderz are kept'") })).length,
        1,
      );
    });

    it('of a file by itself nothing is claimed but what it creates', async () => {
      assert.deepEqual(
        await messages('functions.sql', { 'functions.sql': body('f', 'DELETE FROM orderz WHERE idd = 1') }),
        [],
      );
      const own = `CREATE TABLE orderz (id bigint);\n${body('f', 'DELETE FROM orderz WHERE idd = 1')}`;
      assert.equal((await messages('functions.sql', { 'functions.sql': own })).length, 1);
    });

    it('columns of triggers: another trigger, or another table, is seen at once', async () => {
      const touch =
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email := 1; RETURN NEW; END $$;\n';
      const on = (table: string): string =>
        `CREATE TRIGGER t BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION touch();\n`;
      const files = { [first]: tables, [second]: touch };
      assert.deepEqual(await messages(second, { ...files, [third]: on('users') }), []);
      assert.deepEqual(await messages(second, { ...files, [third]: on('users') + on('orders') }), [
        [
          'unknown-record-field',
          'This fails when it is reached: new has no field email, as orders has no such column.',
        ],
      ]);
      assert.deepEqual(await messages(second, { ...files, [third]: `${on('orders')}DROP TRIGGER t ON orders;\n` }), []);
      const added = `${on('orders')}ALTER TABLE orders ADD COLUMN email text;\n`;
      assert.deepEqual(await messages(second, { ...files, [third]: added }), []);
    });
  });
});
