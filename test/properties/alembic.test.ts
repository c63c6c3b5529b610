/** Alembic revisions under edits, whole and damaged. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Tree } from '@lezer/common';
import { parser as python } from '@lezer/python';
import { alembicSource } from '../../server/src/sources/alembic/alembicSource.ts';
import type { Piece } from '../../server/src/sources/piece.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

const folder = new URL('../fixtures/alembic/', import.meta.url);
const revisions = readdirSync(folder)
  .filter((f) => f.endsWith('.py'))
  .sort()
  .map((f) => [f, readFileSync(new URL(f, folder), 'utf8')] as const);

const uri = 'file:///versions/a.py';

const written = [
  ...[
    'x',
    '"',
    "'''",
    '(',
    ')',
    '[',
    '\n',
    '#',
    ':',
    ',',
    '{',
    '}',
    '%',
    '\\',
    '    ',
    '1',
    'é',
    '😀',
    '**',
    'f"{',
    'lambda',
  ],
  ...['op.', 'sa.Column(', '    op.drop_table("q")\n', '# a\n', 'if x:\n        ', 'x = 1\n    ', 'return\n    '],
  ...[
    'sa.Column("z", sa.Integer()), ',
    'with op.batch_alter_table("t") as batch_op:\n        batch_op.drop_column("z")\n    ',
  ],
];

/** Whether there is nothing in it that is no Python. */
function isWhole(tree: Tree): boolean {
  let whole = true;
  tree.iterate({
    enter: ({ type }) => {
      whole &&= !type.isError;
      return whole;
    },
  });
  return whole;
}

/** All that a piece tells. */
const told = (pieces: readonly Piece[]): unknown => [
  pieces.map(({ sql, map, host, ...rest }) => ({
    ...rest,
    sql: sql.slice(0, sql.length),
    host,
    places: Array.from({ length: sql.length + 1 }, (_, i) => map.toFile(i)),
    range: map.toRange(0, sql.length),
  })),
  alembicSource.gapsIn?.(pieces),
];

/** A row of random edits. */
function* editsOf(
  text: string,
  seed: number,
  count: number,
): Generator<{ from: number; to: number; inserted: string; now: string }> {
  let state = seed;
  const random = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % n;
  };
  let now = text;
  for (let i = 0; i < count; i++) {
    // what has been damaged is put right now and then
    const restored = i % 4 === 3;
    const lines = [...now.matchAll(/\n/g)].map((m) => m.index + 1);
    const at = random(3) ? (lines[random(lines.length)] ?? 0) + (random(2) ? 4 : 0) : random(now.length);
    const from = restored ? 0 : Math.min(at, now.length);
    const to = restored ? now.length : Math.min(now.length, from + (random(4) ? 0 : random(30)));
    const inserted = restored ? text : (written[random(written.length)] as string);
    now = now.slice(0, from) + inserted + now.slice(to);
    yield { from, to, inserted, now };
  }
}

describe('Alembic revisions under random edits', () => {
  for (const [name, whole] of revisions)
    it(name, () => {
      let compared = 0;
      let text = Text.of(whole);
      let pieces = alembicSource.read(uri, text, parser);
      for (const { now, ...edit } of editsOf(whole, name.length, 120)) {
        text = text.edit(edit.from, edit.to, edit.inserted);
        pieces = alembicSource.edit(uri, pieces, edit, text, parser);
        // what is no Python may be taken apart in more than one way
        if (!isWhole(python.parse(now))) continue;
        compared++;
        assert.deepEqual(told(pieces), told(alembicSource.read(uri, Text.of(now), parser)), now);
      }
      assert.ok(compared > 20, `only ${compared} compared`);
    });
});

describe('What a statement runs changes with', () => {
  const base = `from alembic import op
import sqlalchemy as sa

revision = "1"
TABLE = "orders"


def kind():
    return sa.Integer()


def upgrade(name="a"):
    column = "b"
    rows = ["x"]
    op.drop_column(TABLE, column)
    op.add_column(TABLE, sa.Column(name, kind()))
    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_column(rows[0])
    batch_op.drop_column("y")
    op.drop_column(TABLE, column)
    op.execute(f"SELECT '{TABLE}'")
`;
  const edits: readonly (readonly [what: string, from: string, to: string])[] = [
    ['a constant', '"orders"', '"order"'],
    ['a variable', 'column = "b"', 'column = "c"'],
    ['a helper function', 'sa.Integer()', 'sa.Text()'],
    ['an import', 'sqlalchemy as sa', 'sqlalchemy as sq'],
    ['a parameter', 'name="a"', 'name="z"'],
    ['a list that grows', '    op.add_column', '    rows.insert(0, "q")\n    op.add_column'],
    ['a guard before it', '    op.drop_column', '    if done(op):\n        return\n    op.drop_column'],
    ['an end of the function before it', '    op.add_column', '    return\n    op.add_column'],
    ['the block before it', 'op.batch_alter_table("t")', 'op.batch_alter_table("u")'],
    ['the one of two same statements that goes', '    op.drop_column(TABLE, column)\n', ''],
    [
      'a connection that commits by itself before it',
      '    op.add_column',
      '    op.get_bind().execution_options(isolation_level="AUTOCOMMIT")\n    op.add_column',
    ],
    [
      'what is executed in its batch',
      '        batch_op.drop_column(rows[0])\n',
      '        batch_op.drop_column(rows[0])\n        op.execute("SELECT 2")\n',
    ],
    ['a comment above it', '    op.add_column', '    # pgreview-ignore drop-column\n    op.add_column'],
    ['a comment for the file', 'import sqlalchemy', '# pgreview-ignore-file drop-column\nimport sqlalchemy'],
  ];
  for (const [what, old, by] of edits)
    it(what, () => {
      const before = Text.of(base);
      const from = base.indexOf(old);
      const edit = { from, to: from + old.length, inserted: by };
      const text = before.edit(edit.from, edit.to, by);
      const pieces = alembicSource.edit(uri, alembicSource.read(uri, before, parser), edit, text, parser);
      assert.deepEqual(told(pieces), told(alembicSource.read(uri, Text.of(text.toString()), parser)));
    });
});

describe('A call that is being typed', () => {
  const before = '    op.drop_column("t", "a")\n';
  const behind = '    with op.batch_alter_table("u") as b:\n        b.drop_column("c")\n    op.execute("SELECT 1")\n';
  const head = 'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "1"\n\n\ndef upgrade():\n';
  const kept = ['ALTER TABLE t DROP COLUMN a', 'ALTER TABLE u DROP COLUMN c', 'SELECT 1'];
  const call = 'op.create_table("q", sa.Column("id", sa.Integer(), server_default=sa.text("1")))';
  it('leaves out nothing but itself', () => {
    let text = Text.of(head + before + behind);
    let pieces = alembicSource.read(uri, text, parser);
    // a line of its own, behind the one before it
    const at = head.length + before.length - 1;
    let typedSoFar = '';
    for (const key of `\n    ${call}`) {
      const edit = { from: at + typedSoFar.length, to: at + typedSoFar.length, inserted: key };
      typedSoFar += key;
      text = text.edit(edit.from, edit.to, key);
      pieces = alembicSource.edit(uri, pieces, edit, text, parser);
      if (!typedSoFar.includes('(')) continue;
      const sql = sqlIn(pieces).filter((s) => !s.startsWith('CREATE TABLE q'));
      assert.deepEqual(sql, kept, typedSoFar);
    }
    assert.equal(sqlIn(pieces).length, kept.length + 1);
  });
});

describe('Alembic revisions that are being typed', () => {
  for (const [name, whole] of revisions)
    it(`${name}: what stands before the end is kept`, () => {
      const full = sqlIn(alembicSource.read(uri, Text.of(whole), parser));
      const start = whole.indexOf('\n', whole.indexOf('def upgrade'));
      let text = Text.of(whole.slice(0, start));
      let pieces = alembicSource.read(uri, text, parser);
      for (let at = start; at < whole.length; at += 7) {
        const inserted = whole.slice(at, at + 7);
        const edit = { from: at, to: at, inserted };
        text = text.edit(at, at, inserted);
        pieces = alembicSource.edit(uri, pieces, edit, text, parser);
        const sql = sqlIn(pieces);
        // what a batch is told runs at its end, behind what stands there then
        const known = (s: string, i: number): boolean => (name === 'batches.py' ? full.includes(s) : s === full[i]);
        const changed = sql.findIndex((s, i) => !known(s, i));
        // only the statement that is being typed may be another one
        assert.ok(changed < 0 || changed >= sql.length - 1, `${text.toString()}\n${sql.slice(changed).join('\n')}`);
      }
      assert.deepEqual(sqlIn(pieces), full);
    });
});

/** Of operations; what no operation runs stands behind these. */
const sqlIn = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap(({ sql, wrapping, reviewed }) => (reviewed && wrapping !== 'unknown' ? sql.slice(0, sql.length) : []));
