/** Preview SQL: what a revision runs, where each statement comes from, and what could not be worked out. */
import assert from 'node:assert/strict';
import type { Range } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/versions/a1.py';

const revision = `from alembic import op
import sqlalchemy as sa
from app import flag, names
revision = "a1"
down_revision = None

def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer), sa.Column("email", sa.Text, index=True))
    if flag():
        op.add_column("users", sa.Column("x", Money()))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY i ON users (email); SELECT 1")
        op.create_index("j", "users", ["id"], postgresql_concurrently=True)
    for n in names:
        op.drop_table(n)

def downgrade():
    op.drop_table("users")
    op.drop_column("others",
        "x")

def never_called():
    op.execute("DELETE FROM users")
`;

const inRange = (text: string, { start, end }: Range): string => {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, end.character);
  lines[0] = (lines[0] ?? '').slice(start.character);
  return lines.join('\n');
};

describe('Preview SQL', () => {
  let service: LanguageService;
  beforeEach(() => {
    service = new LanguageService(parser, filesInMemory({}));
    service.open(uri, 'python', 1, revision);
  });

  it('is what the function runs, with what is not known in comments', () => {
    assert.equal(
      service.previewSql({ uri, backward: false })?.text,
      `CREATE TABLE users (id INTEGER, email TEXT);

CREATE INDEX ix_users_email ON users (email);

-- Line 9: the condition is not known.

-- Line 10: a part of the SQL is not known.

-- Only under a condition that the file does not tell:
ALTER TABLE users ADD COLUMN x /* not known */;

-- Outside of the transaction, in one with the rest of its string:
CREATE INDEX CONCURRENTLY i ON users (email);

-- Outside of the transaction, in one with the rest of its string:
SELECT 1;

-- Outside of the transaction:
CREATE INDEX CONCURRENTLY j ON users (id);

-- Line 14: what the loop goes through is not known.

-- Line 14: the name of the table is not known.
`,
    );
  });

  it('of downgrade() as well; nothing of functions that are not called', () => {
    assert.equal(
      service.previewSql({ uri, backward: true })?.text,
      'DROP TABLE users;\n\nALTER TABLE others DROP COLUMN x;\n',
    );
  });

  it('knows where each statement comes from', () => {
    const preview = service.previewSql({ uri, backward: false });
    const pairs = preview?.blocks.map(({ source, preview: range }) => [
      inRange(revision, source).replace(/\s+/g, ' ').slice(0, 40),
      inRange(preview.text, range).split('\n').at(-1)?.slice(0, 40),
    ]);
    assert.deepEqual(pairs, [
      ['op.create_table("users", sa.Column("id",', 'CREATE TABLE users (id INTEGER, email TE'],
      ['op.create_table("users", sa.Column("id",', 'CREATE INDEX ix_users_email ON users (em'],
      ['flag()', '-- Line 9: the condition is not known.'],
      ['Money()', '-- Line 10: a part of the SQL is not kno'],
      ['op.add_column("users", sa.Column("x", Mo', 'ALTER TABLE users ADD COLUMN x /* not kn'],
      ['CREATE INDEX CONCURRENTLY i ON users (em', 'CREATE INDEX CONCURRENTLY i ON users (em'],
      ['SELECT 1', 'SELECT 1;'],
      ['op.create_index("j", "users", ["id"], po', 'CREATE INDEX CONCURRENTLY j ON users (id'],
      ['names', '-- Line 14: what the loop goes through i'],
      ['names', '-- Line 14: the name of the table is not'],
    ]);
    const down = service.previewSql({ uri, backward: true });
    assert.equal(inRange(revision, down?.blocks[1]?.source as Range), 'op.drop_column("others",\n        "x")');
  });

  it('follows what is typed', () => {
    const at = { line: 17, character: 19 };
    service.change(uri, 2, [{ range: { start: at, end: at }, text: 'old_' }]);
    assert.match(service.previewSql({ uri, backward: true })?.text ?? '', /^DROP TABLE old_users;/);
  });

  it('has lenses above both functions, in revisions only', () => {
    const lenses = service.codeLenses(uri).filter(({ command }) => command?.command === 'pgreview.previewSql');
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.arguments]),
      [
        [6, [uri, false]],
        [16, [uri, true]],
      ],
    );
    const other = 'file:///project/app.py';
    service.open(other, 'python', 1, 'def upgrade():\n    db.execute("SELECT 1")\n');
    assert.deepEqual(
      service.codeLenses(other).map(({ command }) => command?.title),
      ['Explain', 'Analyze'].slice(0, service.codeLenses(other).length),
    );
  });

  it('of a file of SQL: its statements', () => {
    const sql = 'file:///project/1.sql';
    service.open(sql, 'sql', 1, '-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\nDROP TABLE a;\n');
    assert.equal(service.previewSql({ uri: sql, backward: false })?.text, 'CREATE TABLE a (b int);\n');
    assert.equal(service.previewSql({ uri: sql, backward: true })?.text, 'DROP TABLE a;\n');
  });

  it('of a file that nobody has opened there is none', () => {
    assert.equal(service.previewSql({ uri: 'file:///project/nowhere.py', backward: false }), null);
  });
});
