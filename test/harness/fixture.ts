/**
 * Fixtures of the rules: SQL that says itself which findings it must get. A comment of carets under a line of SQL marks the
 * words, from its dashes on, and names the rule, if wanted with a part of the message:
 *
 *     CREATE INDEX ON orders (customer_id);
 *     --^^^^^^^^^^ index-without-concurrently: blocks writes to orders
 *
 * A mark that goes on on further lines is drawn on its first one. Lines without carets below get no finding. `-- file: PATH`
 * begins a new file, which runs on the schema that the files above it left; words behind the path set what it does not
 * tell: `wrapping: tool`, `target: 14`.
 */
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { type ReviewSqlOptions, reviewSql, schemaAfter } from './review.ts';

export interface FixtureFile {
  readonly sql: string;
  readonly options: ReviewSqlOptions;
}

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly rule: string;
  readonly message: string;
}

const header = /^-- file: (\S+)(.*)$/;
const caretLine = /^(\s*)(--\^+) ([a-z-]+)(?:: (.*))?$/;

/** The files of a fixture, each with the schema that the ones above it left. */
export function filesOf(fixture: string): FixtureFile[] {
  const files: FixtureFile[] = [];
  let schema: Catalog | undefined;
  for (const sql of fixture.split(/^(?=-- file: )/m)) {
    const [, path, settings = ''] = header.exec(sql.slice(0, sql.indexOf('\n'))) ?? [];
    const wrapping = /wrapping: (\w+)/.exec(settings)?.[1] as Wrapping | undefined;
    const target = /target: (\d+)/.exec(settings)?.[1];
    const options = { path, wrapping, schema, targetVersion: target ? Number(target) : undefined };
    files.push({ sql, options });
    schema = schemaAfter(sql, options);
  }
  return files;
}

/**
 * The file with the marks that the review gives it, in place of those written in it; equal to it when both agree. Other
 * rules than `rule` count only where the file marks them somewhere.
 */
export function withActualMarks({ sql, options }: FixtureFile, rule: string): string {
  const lines = sql.split('\n');
  const expected = marksOf(lines);
  const counted = new Set([rule, ...expected.map((mark) => mark.rule)]);
  const found: Mark[] = reviewSql(sql, options)
    .filter((finding) => counted.has(finding.rule))
    .map(({ line, column, text, rule, message }) => ({
      line,
      column,
      width: text.split(/\r?\n/, 1)[0]!.length,
      rule,
      message,
    }));
  const shown = lines.flatMap((text, line) => {
    if (caretLine.test(text)) return [];
    const marks = found.filter((mark) => mark.line === line).sort((a, b) => a.column - b.column);
    return [text, ...marks.map((mark) => drawn(withWrittenMessage(mark, expected)))];
  });
  return shown.join('\n');
}

function marksOf(lines: readonly string[]): Mark[] {
  let line = 0;
  return lines.flatMap((text, i) => {
    const [, indent = '', carets = '', rule = '', message = ''] = caretLine.exec(text) ?? [];
    if (!rule) {
      line = i;
      return [];
    }
    return [{ line, column: indent.length, width: carets.length, rule, message }];
  });
}

/** The message cut to what the fixture says of it, when that is part of it. */
function withWrittenMessage(mark: Mark, expected: readonly Mark[]): Mark {
  const same = expected.find(
    (e) => e.line === mark.line && e.column === mark.column && e.rule === mark.rule && mark.message.includes(e.message),
  );
  return { ...mark, message: same ? same.message : mark.message };
}

function drawn({ column, width, rule, message }: Mark): string {
  const carets = `--${'^'.repeat(Math.max(1, width - 2))}`;
  return `${' '.repeat(column)}${carets} ${rule}${message ? `: ${message}` : ''}`;
}
