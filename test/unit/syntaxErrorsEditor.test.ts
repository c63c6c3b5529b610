/** Syntax errors as an editor gets them. */
import assert from 'node:assert/strict';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-types';
import type { FileSystem } from '../../server/src/history/fileSystem.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { parser } from '../harness/parser.ts';

const noFiles: FileSystem = {
  list: async () => [],
  read: async () => null,
};

function open(uri: string, languageId: string, text: string): LanguageService {
  const service = new LanguageService(parser, noFiles);
  service.open(uri, languageId, 1, text);
  return service;
}

const syntaxErrors = (service: LanguageService, uri: string): Diagnostic[] =>
  service.diagnostics(uri).filter((d) => d.code === 'syntax-error');

describe('syntax errors in an editor', () => {
  const uri = 'file:///queries.sql';

  it('point at the other place, behind wide characters and CRLF', () => {
    const service = open(uri, 'sql', "SELECT '👍 日本';\r\nSELECT 'ü', (a + b\r\n  FROM t;\r\n");
    const [diagnostic, ...more] = syntaxErrors(service, uri);
    assert.equal(more.length, 0);
    assert.equal(diagnostic?.message, 'A ) is missing behind b.');
    assert.deepEqual(diagnostic.range, { start: { line: 1, character: 17 }, end: { line: 1, character: 18 } });
    assert.deepEqual(diagnostic.relatedInformation, [
      {
        location: { uri, range: { start: { line: 1, character: 12 }, end: { line: 1, character: 13 } } },
        message: 'This ( is not closed.',
      },
    ]);
  });

  it('offer the fix, also inside a string of another language', () => {
    const python = 'file:///versions/a.py';
    const text = [
      'from alembic import op',
      "revision = 'a'",
      'down_revision = None',
      'def upgrade():',
      '    op.execute("ALTER TABLE users ADD COLUMN a int AFTER b")',
    ].join('\n');
    const service = open(python, 'python', text);
    const [diagnostic] = syntaxErrors(service, python);
    assert.ok(diagnostic);
    const [action] = service.codeActions(python, diagnostic.range) as CodeAction[];
    assert.equal(action?.title, 'Remove AFTER b');
    assert.deepEqual(action.edit?.changes?.[python], [
      { range: { start: { line: 4, character: 50 }, end: { line: 4, character: 58 } }, newText: '' },
    ]);
  });

  const typed = [
    "SELECT o.id, count(*) FROM orders o JOIN items i ON i.order_id = o.id WHERE o.status IN ('a', 'b') GROUP BY o.id ORDER BY 2 DESC LIMIT 5",
    'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(10, 2) NOT NULL DEFAULT 0, "note" text)',
    "INSERT INTO orders (id, note) VALUES (1, 'it''s'), (2, $$x$$) ON CONFLICT (id) DO NOTHING",
    'ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 1, DROP COLUMN b /* why */ CASCADE',
    "UPDATE orders SET total = total * 2, note = CASE WHEN true THEN 'a' ELSE 'b' END WHERE id = 1",
  ];
  for (const text of typed)
    it(`are one at most while this is typed: ${text.slice(0, 30)}…`, () => {
      for (let length = 1; length <= text.length; length++) {
        const alone = syntaxErrors(open(uri, 'sql', text.slice(0, length)), uri);
        assert.ok(alone.length <= 1, `${text.slice(0, length)}: ${alone.map((d) => d.message).join(' / ')}`);
        const between = `SELECT 1;\n\n${text.slice(0, length)}\n\nDELETE FROM t WHERE a = 'x';\n`;
        const found = syntaxErrors(open(uri, 'sql', between), uri);
        assert.ok(found.length <= 1, `${text.slice(0, length)}: ${found.map((d) => d.message).join(' / ')}`);
      }
    });
});
