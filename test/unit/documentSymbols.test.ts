import assert from 'node:assert/strict';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

describe('Outline', () => {
  function outline(text: string, name = 'a.sql'): DocumentSymbol[] {
    const service = new LanguageService(parser, filesInMemory({}));
    const uri = `file:///project/${name}`;
    service.open(uri, name.endsWith('.py') ? 'python' : 'sql', 1, text);
    return service.documentSymbols(uri);
  }
  const names = (text: string): string[] => outline(text).map((symbol) => symbol.name);

  it('names what is created as far as its name, and other statements by their first words', () => {
    const cases: readonly (readonly [sql: string, name: string])[] = [
      ['CREATE TABLE IF NOT EXISTS "my shop".orders (id int)', 'CREATE TABLE IF NOT EXISTS "my shop".orders'],
      ['create table a as select 1', 'create table a'],
      ['CREATE UNIQUE INDEX CONCURRENTLY i ON orders (id)', 'CREATE UNIQUE INDEX CONCURRENTLY i'],
      ['CREATE INDEX ON orders (id)', 'CREATE INDEX'],
      ['CREATE FUNCTION total(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'CREATE FUNCTION total'],
      ['CREATE TRIGGER t BEFORE UPDATE ON orders EXECUTE FUNCTION f()', 'CREATE TRIGGER t'],
      ['CREATE POLICY own ON orders USING (true)', 'CREATE POLICY own'],
      ["CREATE TYPE mood AS ENUM ('ok')", 'CREATE TYPE mood'],
      ['ALTER TABLE orders\n  -- why\n  ADD COLUMN note text', 'ALTER TABLE orders ADD COLUMN note text'],
      ['/* a */ UPDATE orders SET note = 1', 'UPDATE orders SET note = 1'],
      [`SELECT ${'a, '.repeat(50)}b`, `SELECT ${'a, '.repeat(17)}a…`],
      ['SELCT 1', 'SELCT 1'],
    ];
    for (const [sql, name] of cases) assert.deepEqual(names(`${sql};\n`), [name]);
    assert.deepEqual(names('-- nothing\n;\n\n-- more\n'), []);
  });

  it('shows the columns of a new table, at their places', () => {
    const [table, index, ...others] = outline(
      '\nCREATE TABLE t (\n  id int,\n  "a ""b" text,\n  CHECK (id > 0)\n);\nCREATE INDEX i ON t (id);\n',
    );
    assert.ok(table && index && others.length === 0);
    assert.deepEqual(table.range, { start: { line: 1, character: 0 }, end: { line: 5, character: 1 } });
    assert.deepEqual([table.kind, index.kind], [SymbolKind.Struct, SymbolKind.Key]);
    assert.deepEqual(
      table.children?.map(({ name, range: { start, end } }) => [name, start.line, start.character, end.character]),
      [
        ['id', 2, 2, 4],
        ['a "b', 3, 2, 9],
      ],
    );
  });

  it('ends somewhere, and is left to others in other languages', () => {
    assert.equal(outline('SELECT 1;\n'.repeat(2500)).length, 2000);
    assert.deepEqual(outline('op.execute("SELECT 1")\n', 'a.py'), []);
  });
});
