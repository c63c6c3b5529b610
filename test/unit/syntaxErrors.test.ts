import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { applyEdits } from '../../server/src/syntax/errors/edits.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { findingsOf, readExamples, written } from '../harness/syntaxFixture.ts';

const folder = new URL('../fixtures/syntax/', import.meta.url);

describe('syntax errors say what is wrong', () => {
  for (const file of readdirSync(folder).sort()) {
    describe(file, () => {
      for (const { title, line, sql, text } of readExamples(readFileSync(new URL(file, folder), 'utf8')))
        it(`${title} (line ${line})`, () => {
          const findings = findingsOf(sql, parser);
          assert.equal(written(title, sql, findings), text);
          for (const finding of findings)
            for (const fix of finding.fixes)
              assertHelps(sql, finding.span.start, applyEdits(sql, fix.edits), fix.title);
        });
    });
  }
});

/** After a fix the first error stands further on, or there is none. */
function assertHelps(before: string, at: number, after: string, title: string): void {
  const first = (sql: string): number => {
    const text = SqlText.of(sql, parser);
    const i = text.statements.findIndex((s) => s.parsed.kind === 'error');
    const parsed = text.statements[i]?.parsed;
    return parsed?.kind === 'error' ? (text.starts[i] as number) + parsed.problem.offset : Number.POSITIVE_INFINITY;
  };
  assert.ok(first(after) > at, `“${title}” does not help: ${before} → ${after}`);
}

describe('the cost of explaining a syntax error', () => {
  interface CountingParser extends Parser {
    calls: number;
    read: number;
  }
  const counting = (): CountingParser =>
    Object.assign(Object.create(parser) as Parser, {
      calls: 0,
      read: 0,
      parse(this: CountingParser, sql: string) {
        this.calls++;
        this.read += sql.length;
        return parser.parse(sql);
      },
    });
  const explain = (sql: string): { calls: number; read: number } => {
    const counted = counting();
    const [statement] = SqlText.of(sql, counted).statements;
    assert.ok(statement && statement.parsed.kind === 'error', sql.slice(0, 80));
    const { calls, read } = counted;
    findingsOfStatement(sql, counted);
    return { calls: counted.calls - 2 * calls, read: counted.read - 2 * read };
  };
  const findingsOfStatement = (sql: string, p: Parser): void => {
    assert.equal(findingsOf(sql, p).length, 1);
  };

  it('asks the parser at most 60 times', () => {
    for (const file of readdirSync(folder))
      for (const { sql } of readExamples(readFileSync(new URL(file, folder), 'utf8'))) {
        const statements = SqlText.of(sql, parser).statements;
        if (statements.length === 1 && statements[0]?.parsed.kind === 'error')
          assert.ok(explain(sql).calls <= 60, `${explain(sql).calls} questions: ${sql}`);
      }
  });

  it('reads a statement of 100 kB only three times more', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `(${i}, 'name ${i}', now(), 3.5)`).join(', ');
    for (const sql of [
      `INSERT INTO t VALUES ${rows} foo`,
      `INSERT INTO t VALUES (${rows}`,
      `SELECT 'x FROM (VALUES ${rows})`,
    ])
      assert.ok(explain(sql).read <= 3.6 * sql.length, sql.slice(-40));
  });
});
