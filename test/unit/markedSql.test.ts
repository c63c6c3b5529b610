/** SQL strings in Python files that are no revisions: which are judged, which are only known as SQL. */
import assert from 'node:assert/strict';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/app.py';

function opened(text: string): LanguageService {
  const service = new LanguageService(parser, filesInMemory({}));
  service.open(uri, 'python', 1, text);
  return service;
}

/** `rule: marked text`. */
function findings(text: string): string[] {
  const lines = text.split('\n');
  return opened(text)
    .diagnostics(uri)
    .map(({ code, range: { start, end } }) =>
      start.line === end.line ? `${code}: ${lines[start.line]?.slice(start.character, end.character)}` : String(code),
    );
}

/** What Explain would run at the mark `‸`; null where there is no statement. */
function explained(marked: string): string | null {
  const offset = marked.indexOf('‸');
  const before = marked.slice(0, offset).split('\n');
  const at = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const subject = opened(marked.replace('‸', '')).explainSubject(uri, { start: at, end: at });
  return typeof subject === 'string' ? null : subject.sql;
}

describe('Strings that a comment says are SQL', () => {
  const judged: readonly (readonly [what: string, text: string])[] = [
    ['on the line before', '# sql\nQUERY = "SELECT FROM WHERE x"\n'],
    ['at the end of the line', 'QUERY = "SELECT FROM WHERE x"  # sql\n'],
    ['as other editors have it', '# language=SQL\nQUERY = "SELECT FROM WHERE x"\n'],
    ['in several lines', '# sql\nQUERY = """\n  SELECT FROM WHERE x\n"""\n'],
    ['behind several lines', 'QUERY = """\n  SELECT FROM WHERE x\n"""  # sql\n'],
    ['as an argument', 'run(\n    # sql\n    "SELECT FROM WHERE x",\n)\n'],
    ['in a string with other quotes in it', '# sql\nQUERY = \'SELECT "a" FROM WHERE x\'\n'],
  ];
  for (const [what, text] of judged)
    it(`are judged: ${what}`, () => assert.deepEqual(findings(text), ['syntax-error: WHERE']));

  it('are marked to the character, behind escapes and emoji', () => {
    assert.deepEqual(findings('# sql\nQ = "SELECT \'👍\\n\' FROM WHERE x"\n'), ['syntax-error: WHERE']);
  });

  const silent: readonly (readonly [what: string, text: string])[] = [
    ['without the comment', 'QUERY = "SELECT FROM WHERE x"\n'],
    [
      'given to execute() or text(): it may be for another database',
      'db.execute("SELECT FROM WHERE x")\ntext("SELECT TOP 1 FROM x")\n',
    ],
    ['a part of a statement', '# sql\nWHERE = "WHERE FROM x"\n'],
    ['of which a part is filled in', '# sql\nQUERY = f"SELECT {columns} FROM {table} WHERE a = {a}"\n'],
    ['with parameters of drivers', '# sql\nQUERY = "SELECT * FROM t WHERE a = %s AND b = :b AND c = %(c)s"\n'],
    ['that is right', '# sql\nQUERY = "SELECT id FROM t WHERE a = 1"\n'],
    ['another comment', '# not sql at all\nQUERY = "SELECT FROM WHERE x"\n'],
    ['a comment in the string', 'QUERY = """# sql\nSELECT FROM WHERE x"""\n'],
    ['the next string only', '# sql\nA = "SELECT 1 AS a"\nB = "SELECT FROM WHERE x"\n'],
  ];
  for (const [what, text] of silent) it(`nothing is claimed: ${what}`, () => assert.deepEqual(findings(text), []));
});

describe('Explain in Python files', () => {
  const cases: readonly (readonly [text: string, sql: string | null])[] = [
    ['# sql\nQUERY = "SELECT ‸1"\n', 'SELECT 1'],
    ['QUERY = "SELECT ‸1"  # sql\n', 'SELECT 1'],
    ['db.execute("SELECT ‸a FROM t")\n', 'SELECT a FROM t'],
    ['x = sa.text("SELECT a FROM ‸t")\n', 'SELECT a FROM t'],
    ['x = text("""\n  SELECT a\n  FROM ‸t\n""")\n', 'SELECT a\n  FROM t'],
    ['from alembic import op\nrevision = "1"\ndef upgrade():\n    op.execute("SELECT ‸1")\n', 'SELECT 1'],
    ['QUERY = "SELECT ‸1"\n', null],
    ['x = text("now‸()")\n', null],
    ['print("‸")\n', null],
  ];
  for (const [text, sql] of cases) it(JSON.stringify(text), () => assert.equal(explained(text), sql));

  it('knows parameters of strings', () => {
    assert.equal(explained('db.execute(text("SELECT a FROM t WHERE b = :‸b"))\n'), 'SELECT a FROM t WHERE b = $1');
  });
});
