// Behind statements that make others wait, what they lock; asked for again, only what an edit concerned is looked at.
import assert from 'node:assert/strict';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///a.sql';
const everything = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };

function opened(text: string, file = uri): LanguageService {
  const service = new LanguageService(parser, filesInMemory({}));
  service.open(file, '', 1, text);
  return service;
}

/** `line:character label`. */
const hintsOf = (service: LanguageService, range = everything, file = uri): string[] =>
  service.inlayHints(file, range).map(({ position, label }) => `${position.line}:${position.character} ${label}`);

describe('Inlay hints', () => {
  it('tell lock, whom it blocks, and whether the table is rewritten or scanned', () => {
    const text = `CREATE INDEX ON orders (a);
ALTER TABLE orders ADD COLUMN b int;
/* 👍 */ ALTER TABLE orders ADD COLUMN c float DEFAULT random() ;
ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES customers -- no terminator
`;
    assert.deepEqual(hintsOf(opened(text)), [
      '0:27 SHARE · blocks writes · scans',
      '1:36 ACCESS EXCLUSIVE · blocks reads and writes',
      '2:63 ACCESS EXCLUSIVE · blocks reads and writes · rewrites',
      '3:59 SHARE ROW EXCLUSIVE · blocks writes · scans',
    ]);
  });

  it('are silent on what the file has created, and on weak locks', () => {
    const text = `CREATE TABLE t (a int);
ALTER TABLE t ADD COLUMN b int;
CREATE INDEX CONCURRENTLY i ON orders (a);
ALTER TABLE orders VALIDATE CONSTRAINT c;
UPDATE orders SET a = 1;
SELECT * FROM orders;
BEGIN;
`;
    assert.deepEqual(hintsOf(opened(text)), []);
  });

  it('come for the asked lines only', () => {
    const service = opened('DROP TABLE a;\nDROP TABLE b;\nDROP TABLE c;\n');
    const lines = (from: number, to: number) =>
      hintsOf(service, { start: { line: from, character: 0 }, end: { line: to, character: 0 } });
    assert.deepEqual(
      lines(1, 2).map((h) => h.slice(0, 4)),
      ['1:13'],
    );
    assert.deepEqual(
      lines(2, 9).map((h) => h.slice(0, 4)),
      ['2:13'],
    );
  });

  it('follow an edit above them', () => {
    const service = opened('SELECT 1;\nALTER TABLE t ADD COLUMN b int;\n');
    assert.deepEqual(hintsOf(service), ['1:31 ACCESS EXCLUSIVE · blocks reads and writes']);
    const created = { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } };
    service.change(uri, 2, [{ range: created, text: 'CREATE TABLE t (a int);' }]);
    assert.deepEqual(hintsOf(service), []);
  });

  it('stand behind SQL in Python, and not on what undoes', () => {
    const python = `revision = "1"


def upgrade():
    op.execute("DROP TABLE a")


def downgrade():
    op.execute("DROP TABLE b")
`;
    const file = 'file:///a.py';
    assert.deepEqual(hintsOf(opened(python, file), everything, file), [
      '4:28 ACCESS EXCLUSIVE · blocks reads and writes',
    ]);
  });

  it('stand behind calls, whatever argument the last word of the SQL comes from', () => {
    const python = `revision = "1"


def upgrade():
    op.create_index("i", "orders", ["a"])
    op.alter_column(
        "orders", "a", nullable=False,
    )
`;
    const file = 'file:///a.py';
    assert.deepEqual(hintsOf(opened(python, file), everything, file), [
      '4:41 SHARE · blocks writes · scans',
      '7:5 ACCESS EXCLUSIVE · blocks reads and writes · scans',
    ]);
  });

  it('can be switched off', () => {
    const service = opened('DROP TABLE a;\n');
    service.configure({ ...service.configuration, lockHints: false });
    assert.deepEqual(hintsOf(service), []);
  });

  it('are those of a fresh look after edits of a long file', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `ALTER TABLE t${i % 50} ADD COLUMN c${i} int;`);
    const service = opened(`${lines.join('\n')}\n`);
    const middle = { start: { line: 5000, character: 0 }, end: { line: 5050, character: 0 } };
    assert.equal(service.inlayHints(uri, middle).length, 50);
    const at = { line: 100, character: 12 };
    for (let i = 0; i < 15; i++) {
      service.change(uri, i + 2, [{ range: { start: at, end: at }, text: 'x' }]);
      assert.equal(service.inlayHints(uri, middle).length, 50);
    }
    lines[100] = `${lines[100]!.slice(0, 12)}${'x'.repeat(15)}${lines[100]!.slice(12)}`;
    const fresh = opened(`${lines.join('\n')}\n`);
    assert.deepEqual(service.inlayHints(uri, middle), fresh.inlayHints(uri, middle));
  });
});
