// Statements that goose and sql-migrate cut at a semicolon, and those that they do not.
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/db/migrations/001_a.sql';
const body = '$$\nBEGIN\n  RETURN NEW;\nEND;\n$$';
const makes = (name = 'f') => `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS ${body};\n`;

function opened(text: string, at = uri): LanguageService {
  const service = new LanguageService(parser, filesInMemory({}));
  service.open(at, 'sql', 1, text);
  return service;
}

/** `line: message` of each. */
const cut = (text: string, at = uri): string[] =>
  opened(text, at)
    .diagnostics(at)
    .filter(({ code }) => code === 'statement-cut-by-tool')
    .map(({ range, message }) => `${range.start.line + 1}: ${String(message).split('\n')[0]}`);

const told = (line: number, semicolon: number, tool = 'goose') =>
  `${line}: This fails: ${tool} ends the statement at the semicolon of line ${semicolon}, and Postgres is sent the part before it.`;

describe('Statements that a tool cuts', () => {
  const up = '-- +goose Up\n';
  const begin = '-- +goose StatementBegin\n';
  const end = '-- +goose StatementEnd\n';
  const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    ['a function', `${up}${makes()}`, [told(2, 4)]],
    ['in sql-migrate', `-- +migrate Up\n${makes()}`, [told(2, 4, 'sql-migrate')]],
    ['a DO block, going back', `${up}SELECT 1;\n-- +goose Down\nDO $$\nBEGIN\n  NULL; -- why\nEND $$;\n`, [told(4, 6)]],
    ['a string', `${up}INSERT INTO t VALUES ('a;\nb');\n`, [told(2, 2)]],
    ['BEGIN ATOMIC', `${up}CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nSELECT 1;\nEND;\n`, [told(2, 3)]],
    [
      'only what is not marked',
      `${up}${begin}${makes('a')}${end}${makes('b')}${begin}${makes('c')}${end}`,
      [told(9, 11)],
    ],
    ['behind a block', `${up}${begin}SELECT 1;\n${makes('a')}${end}${makes('b')}`, [told(10, 12)]],
    [
      'nothing in blocks',
      `${up}${begin}${makes('a')}\n${makes('b')}${end}-- +goose Down\n${begin}${makes()}${end}`,
      [],
    ],
    [
      'nothing on one line',
      `${up}CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql;\n`,
      [],
    ],
    ['no semicolon in comments', `${up}SELECT 1 -- one;\n  -- two;\n  , 2;--three;\nSELECT 3;\n`, []],
    ['no semicolon before other words', `${up}DO $$\nBEGIN NULL; END\n$$;\n`, []],
    [
      'not what Postgres refuses anyway',
      `${up}CREATE FUNCTION f() RETRNS int AS $$\nSELECT 1;\n$$ LANGUAGE sql;\n`,
      [],
    ],
    ['no file of another tool', `-- migrate:up\n${makes()}`, []],
    ['no other file', makes(), []],
  ];
  for (const [what, text, expected] of cases) it(what, () => assert.deepEqual(cut(text), expected));

  function mended(text: string): string {
    const service = opened(text);
    const found = service.diagnostics(uri).filter(({ code }) => code === 'statement-cut-by-tool');
    const [first] = found;
    assert.ok(first);
    const action = service
      .codeActions(uri, first.range)
      .find(({ title }: CodeAction) => /StatementBegin and StatementEnd around it$/.test(title));
    const edits =
      action?.edit?.changes?.[uri] ?? action?.edit?.documentChanges?.flatMap((c) => ('edits' in c ? c.edits : []));
    assert.ok(edits, 'no fix');
    return TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, text), edits as never);
  }

  it('are marked by the fix, with their comments and line ends', () => {
    assert.equal(mended(`${up}\n-- why\n${makes()}`), `${up}\n-- why\n${begin}${makes()}${end}`);
    const trailing = makes().replace(/\n$/, ' -- more\n');
    assert.equal(mended(`${up}${trailing}SELECT 1;\n`), `${up}${begin}${trailing}${end}SELECT 1;\n`);
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    assert.equal(mended(windows(up + makes())), windows(`${up}${begin}${makes()}${end}`));
    assert.deepEqual(cut(mended(`${up}${makes()}`)), []);
    assert.equal(mended(`-- +migrate Up\n${makes()}`).split('\n')[1], '-- +migrate StatementBegin');
  });
});
