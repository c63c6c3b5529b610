import assert from 'node:assert/strict';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { tokenize } from '../../server/src/text/lexer.ts';
import { type CorpusFile, ownCorpus, regressionCorpus } from '../harness/corpus.ts';
import { parser } from '../harness/parser.ts';

type Extent = readonly [start: number, end: number];

/** The grammar's own statements, from first to last token; null when the text does not parse as a whole. */
function grammarExtents(text: string): Extent[] | null {
  const outcome = parser.parse(text);
  if (outcome.kind !== 'tree') return null;
  return outcome.stmts.map(({ stmt_location: from = 0, stmt_len: length = 0 }) => {
    const end = length === 0 ? text.length : from + length;
    const tokens = tokenize(text, from, end).filter((t) => t.kind !== 'comment');
    return [tokens[0]?.start ?? from, tokens.at(-1)?.end ?? end];
  });
}

function ourExtents(statements: readonly Statement[]): Extent[] {
  let start = 0;
  return statements.flatMap((s) => {
    const at = start;
    start += s.text.length;
    return s.bodyEnd > s.bodyStart ? [[at + s.bodyStart, at + s.bodyEnd] as const] : [];
  });
}

/** Statements in a row that the grammar can read as one text: no psql meta-command, placeholder or COPY data among them. */
function* runs({ statements }: SqlText): Generator<readonly Statement[]> {
  let run: Statement[] = [];
  for (const statement of statements) {
    const { text, bodyEnd, parsed } = statement;
    // as it stands, without the parts of it that we read past for psql's or a driver's sake
    const plain = parsed.kind === 'tree' && parser.parse(text.slice(0, bodyEnd)).kind === 'tree';
    const [terminator, ...more] = tokenize(text, bodyEnd).filter((t) => t.kind !== 'comment');
    if (plain && terminator && text[terminator.start] === ';' && more.length === 0) run.push(statement);
    else {
      if (run.length > 1) yield run;
      run = [];
    }
  }
  if (run.length > 1) yield run;
}

/** @returns how many files and how many statements were compared */
function compare(corpus: readonly CorpusFile[]): { readonly files: number; readonly statements: number } {
  let files = 0;
  let statements = 0;
  for (const { name, text } of corpus) {
    const sql = SqlText.of(text, parser);
    const whole = grammarExtents(text);
    if (whole) {
      files++;
      assert.deepEqual(ourExtents(sql.statements), whole, name);
    }
    for (const run of runs(sql)) {
      const extents = grammarExtents(run.map((s) => s.text).join(''));
      assert.ok(extents, `${name}: valid one by one, invalid together, from ${run[0]?.body}`);
      assert.deepEqual(ourExtents(run), extents, name);
      statements += run.length;
    }
  }
  return { files, statements };
}

describe('Splitting', function () {
  this.timeout(300_000);
  it("agrees with the grammar's own boundaries: our own SQL", () => {
    const { files, statements } = compare(ownCorpus);
    assert.ok(files > 20 && statements > 300, `${files} files, ${statements} statements`);
  });

  if (regressionCorpus)
    it("agrees with the grammar's own boundaries: PostgreSQL's regression suite", () => {
      const { files, statements } = compare(regressionCorpus!);
      console.log(`      ${files} whole files and ${statements} statements compared`);
      assert.ok(statements > 0);
    });
});
