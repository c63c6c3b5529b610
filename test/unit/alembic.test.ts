/** Alembic revisions: the SQL that they run, as Alembic itself writes it, and where in the file it comes from. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parser as python } from '@lezer/python';
import { LanguageService } from '../../server/src/languageService.ts';
import { evaluateRevision } from '../../server/src/sources/alembic/evaluate.ts';
import { compare, type Judged } from '../alembic/judge.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const folder = new URL('../fixtures/alembic/', import.meta.url);

describe('Alembic revisions run the SQL that Alembic writes', () => {
  for (const name of ['alembic', 'alembicLibraries']) {
    const revisions = new URL(`../fixtures/${name}/`, import.meta.url);
    for (const judged of JSON.parse(readFileSync(new URL('expected.json', revisions), 'utf8')) as Judged[])
      it(`${judged.file} ${judged.function}`, () => {
        const text = readFileSync(new URL(judged.file, revisions), 'utf8');
        assert.deepEqual(compare(text, judged, parser), { kind: 'equal' });
      });
  }
});

const revision = (body: string, top = ''): string =>
  `from alembic import op\nimport sqlalchemy as sa\n\nrevision = "1"\ndown_revision = None\n${top}\n\ndef upgrade() -> None:\n${body}\n`;

const evaluated = (text: string) => {
  const [upgrade] = evaluateRevision(text, python.parse(text));
  assert.ok(upgrade);
  return {
    sql: upgrade.operations.flatMap((o) => o.statements.map((s) => s.text)),
    doubts: upgrade.doubts.map((d) => text.slice(d.span.start, d.span.end)),
  };
};

describe('What a revision does not tell', () => {
  const cases: readonly (readonly [what: string, body: string, sql: readonly string[], doubts: readonly string[]])[] = [
    [
      'what an except runs',
      '    try:\n        op.drop_index("a")\n    except Exception:\n        op.drop_index("b")',
      ['DROP INDEX a', 'DROP INDEX b'],
      ['except'],
    ],
    ['a name from elsewhere', '    op.drop_table(name)', [], ['name']],
    [
      'a type of the application',
      '    op.add_column("t", sa.Column("a", Money()))',
      ['ALTER TABLE t ADD COLUMN a {{ }}'],
      ['Money()'],
    ],
    [
      'a condition: both ways',
      '    if flag:\n        op.drop_table("a")\n    else:\n        op.drop_table("b")',
      ['DROP TABLE a', 'DROP TABLE b'],
      ['flag'],
    ],
    [
      'a guard: what follows is what it is for',
      '    if done(op):\n        return\n    op.drop_table("a")',
      ['DROP TABLE a'],
      [],
    ],
    [
      'a dict that is asked for what is not known',
      '    to = {"a": "b"}.get(table(), "")\n    if to:\n        op.rename_table("a", to)',
      [],
      ['to', '{"a": "b"}.get(table(), "")'],
    ],
    ['rows from elsewhere', '    op.bulk_insert(sa.table("t", sa.column("a")), rows)', [], ['rows']],
    ['a function of another file', '    helper(op)\n    op.drop_table("a")', ['DROP TABLE a'], ['helper(op)']],
    [
      'a value assigned under a condition',
      '    x = "a"\n    if flag:\n        x = "b"\n    op.drop_table(x)',
      [],
      ['flag', '"b"'],
    ],
    [
      'a loop through what is not known',
      '    for t in tables():\n        op.execute(f"DROP TABLE {t}")',
      ['DROP TABLE {{ }}'],
      ['tables()', '{t}'],
    ],
    ['an endless recursion', '    f()', [], []],
  ];
  for (const [what, body, sql, doubts] of cases)
    it(what, () => assert.deepEqual(evaluated(revision(body, 'def f():\n    f()\n')), { sql, doubts }));
});

describe('Findings in Alembic revisions', () => {
  const uri = 'file:///versions/a.py';
  const found = (text: string): [code: string, at: string][] => {
    const service = new LanguageService(parser, filesInMemory({}));
    service.open(uri, 'python', 1, text);
    const lines = text.split('\n');
    return service.diagnostics(uri).map(({ code, range: { start, end } }) => {
      const within = lines.slice(start.line, end.line + 1);
      within[within.length - 1] = (within.at(-1) as string).slice(0, end.character);
      return [String(code), within.join('\n').slice(start.character)];
    });
  };
  const at = (text: string, rule: string): string[] =>
    found(text).flatMap(([code, where]) => (code === rule ? [where] : []));

  it('stand on the argument that causes them', () => {
    assert.deepEqual(at(revision('    op.alter_column("t", "a", nullable=False)'), 'set-not-null-scans-table'), [
      '"a", nullable=False',
    ]);
    assert.deepEqual(at(revision('    op.drop_column("t", "a")'), 'drop-column'), ['a']);
  });

  it('do not concern a table that the same revision created', () => {
    const create = '    op.create_table("t", sa.Column("a", sa.Integer()))\n';
    const index = '    op.create_index("i", "t", ["a"])';
    assert.deepEqual(at(revision(index), 'index-without-concurrently').length, 1);
    assert.deepEqual(at(revision(create + index), 'index-without-concurrently'), []);
  });

  it('say nothing of an index that is built concurrently in an autocommit block', () => {
    const body =
      '    with op.get_context().autocommit_block():\n        op.create_index("i", "t", ["a"], postgresql_concurrently=True)';
    assert.deepEqual(
      found(revision(body)).filter(([code]) => /concurrently/.test(code)),
      [],
    );
    for (const run of ['connection.exec_driver_sql', 'op.execute']) {
      const connection = 'connection = op.get_bind().execution_options(isolation_level="AUTOCOMMIT")';
      const text = revision(`    ${connection}\n    ${run}("CREATE INDEX CONCURRENTLY i ON t (a)")`);
      assert.deepEqual(
        found(text).filter(([code]) => /concurrently/.test(code)),
        [],
      );
    }
    assert.notDeepEqual(
      found(revision('    op.create_index("i", "t", ["a"], postgresql_concurrently=True)')).filter(([code]) =>
        /concurrently/.test(code),
      ),
      [],
    );
  });

  it('tell that statements of one string are one transaction, also in an autocommit block', () => {
    const block = (sql: string): string =>
      `    with op.get_context().autocommit_block():\n        op.execute("""${sql}""")`;
    const one = 'CREATE INDEX CONCURRENTLY i ON t (a);';
    assert.deepEqual(at(revision(block(one)), 'concurrently-in-transaction'), []);
    assert.deepEqual(at(revision(block(`${one} -- and no more`)), 'concurrently-in-transaction'), []);
    const two = `${one} CREATE INDEX CONCURRENTLY j ON t (a);`;
    assert.deepEqual(at(revision(block(two)), 'concurrently-in-transaction'), ['CONCURRENTLY', 'CONCURRENTLY']);
  });

  it('are the same after edits as of the text read anew', () => {
    const service = new LanguageService(parser, filesInMemory({}));
    const text = readFileSync(new URL('python.py', folder), 'utf8');
    service.open(uri, 'python', 1, text);
    let now = text;
    for (let i = 0; i < 40; i++) {
      const offset = (i * 97) % now.length;
      const inserted = ['x', '"', '(', '\n', '#', ')'][i % 6] as string;
      const before = now.slice(0, offset).split('\n');
      const position = { line: before.length - 1, character: (before.at(-1) as string).length };
      now = now.slice(0, offset) + inserted + now.slice(offset);
      service.change(uri, i + 2, [{ range: { start: position, end: position }, text: inserted }]);
      const fresh = new LanguageService(parser, filesInMemory({}));
      fresh.open(uri, 'python', 1, now);
      assert.deepEqual(service.diagnostics(uri), fresh.diagnostics(uri), `edit ${i}`);
    }
  });
});

describe('Damaged revisions', () => {
  const whole = readFileSync(new URL('python.py', folder), 'utf8');
  const upgradeAt = whole.indexOf('    for name, kind');

  it('keep what stands before the damage', () => {
    const full = evaluated(whole).sql;
    for (let cut = upgradeAt; cut < whole.length; cut += 53) {
      const { sql } = evaluated(whole.slice(0, cut));
      const kept = full.findIndex((s, i) => s !== sql[i]);
      // the statement that is cut may be missing or shorter; all before it is there
      assert.ok(kept < 0 || kept >= sql.length - 1, `cut at ${cut}: ${sql.slice(kept, kept + 2).join('\n')}`);
    }
  });

  it('never crash', () => {
    const pieces = [
      '(',
      ')',
      '[',
      '"',
      "'''",
      '{',
      '}',
      ':',
      '\n',
      '    ',
      'def',
      'for',
      'in',
      'if',
      '=',
      'f"{',
      '%',
      'op.',
      'sa.Column(',
      'lambda',
      '*',
      '**',
      ',',
      '\\',
      'é',
      '😀',
    ];
    let seed = 1;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % n;
    };
    for (let i = 0; i < 400; i++) {
      let text = whole;
      for (let k = 0; k <= random(6); k++) {
        const at = random(text.length);
        text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(8));
      }
      evaluateRevision(text, python.parse(text));
    }
  });
});
