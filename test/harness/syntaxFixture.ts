/**
 * Reads test/fixtures/syntax/*.sql. A block of lines, ended by a blank one, is an example: what it shows as a comment at the
 * beginning of the line, the SQL indented, and under each of its lines what is expected there:
 *
 *     --  ^^^^ message      the finding's range and message
 *     --  ~~~~ message      a related place
 *     -- fix: SQL           the example after the fix, lines joined by ⏎; in the order of the fixes
 *
 * A block without marks is valid SQL.
 */
import { missingSemicolon, syntaxFinding, unterminatedComment } from '../../server/src/review/syntaxFinding.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { applyEdits } from '../../server/src/syntax/errors/edits.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';

export interface Example {
  readonly title: string;
  readonly line: number;
  readonly sql: string;
  /** As it stands in the file. */
  readonly text: string;
}

const expectation = /^--\s*(?:[\^~]+ |fix: )/;

export function readExamples(file: string): Example[] {
  const examples: Example[] = [];
  let line = 1;
  for (const block of file.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((l) => l !== '');
    const title = lines.filter((l) => l.startsWith('-- ') && !expectation.test(l));
    const sql = lines.filter((l) => !l.startsWith('--')).join('\n');
    if (sql !== '') examples.push({ title: title.map((l) => l.slice(3)).join(' '), line, sql, text: lines.join('\n') });
    line += block.split('\n').length + 1;
  }
  return examples;
}

/** All findings of a text by its syntax; spans count from the beginning of the text. */
export function findingsOf(sql: string, parser: Parser): Finding[] {
  const text = SqlText.of(sql, parser);
  return text.statements.flatMap((statement, i) => {
    const start = text.starts[i] as number;
    const followed = text.statements.slice(i + 1).some((s) => s.bodyEnd > s.bodyStart);
    const whole = statement.parsed.kind === 'tree';
    const found = whole
      ? (unterminatedComment(statement) ?? (!statement.terminated && followed ? missingSemicolon(statement) : null))
      : syntaxFinding(statement);
    const move = <S extends { start: number; end: number }>(s: S): S => ({
      ...s,
      start: s.start + start,
      end: s.end + start,
    });
    return found
      ? [
          {
            ...found,
            span: move(found.span),
            related: found.related?.map((r) => ({ ...r, span: move(r.span) })),
            fixes: found.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(move) })),
          },
        ]
      : [];
  });
}

/** The example as its block should read. */
export function written(title: string, sql: string, findings: readonly Finding[]): string {
  const out = title ? title.split('\n').map((t) => `-- ${t}`) : [];
  let position = 0;
  for (const line of sql.split('\n')) {
    out.push(line);
    const end = position + line.length;
    const mark = (span: { start: number; end: number }, sign: string, message: string): void => {
      if (span.start < position || span.start > end) return;
      const column = span.start - position;
      const width = Math.max(1, Math.min(span.end, end) - span.start);
      out.push(`--${' '.repeat(Math.max(0, column - 2))}${sign.repeat(width)} ${message}`);
    };
    for (const finding of findings) {
      for (const related of finding.related ?? []) mark(related.span, '~', related.message);
      mark(finding.span, '^', finding.message);
    }
    position = end + 1;
  }
  for (const finding of findings)
    for (const fix of finding.fixes)
      out.push(`-- fix: ${applyEdits(sql, fix.edits).trim().replaceAll(/\n\s*/g, ' ⏎ ')}`);
  return out.join('\n');
}
