/**
 * Fixtures of the rules on models: schemas that say themselves which findings they must get. A comment of carets under a line
 * marks the words, from its slashes on, and names the rule, if wanted with a part of the message:
 *
 *     customerId Int
 *     //^^^^^^^^ some-rule: a part of its message
 *
 * `// before` begins the schema as the migrations have made it, `// migrations` SQL of migrations; `// schema: WORDS` begins a
 * schema, which is reviewed with what stands above it. Lines without carets below get no finding.
 */
import { migrationSql } from './prismaEngine.ts';
import { reviewModels } from './reviewModels.ts';

const sections = /^(?=\/\/ (?:before|migrations|schema)\b)/m;
const caretLine = /^(\s*)(\/\/\^+) ([a-z0-9-]+)(?:: (.*))?$/;

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly rule: string;
  readonly message: string;
}

/** The fixture with the marks that the review gives it in place of those written in it; equal to it when both agree. */
export async function withActualMarks(fixture: string, rule: string): Promise<string> {
  let migrations: string | undefined;
  const parts: string[] = [];
  for (const part of fixture.split(sections)) {
    const body = part.slice(part.indexOf('\n') + 1);
    if (part.startsWith('// before')) migrations = await migrationSql(null, body);
    else if (part.startsWith('// migrations')) migrations = (migrations ?? '') + body;
    const isReviewed = !/^\/\/ (?:before|migrations)/.test(part);
    parts.push(isReviewed ? markedBy(part, rule, migrations) : part);
    if (isReviewed) migrations = undefined;
  }
  return parts.join('');
}

function markedBy(text: string, rule: string, migrations: string | undefined): string {
  const lines = text.split('\n');
  const expected = marksOf(lines);
  const found: Mark[] = reviewModels(text, { migrations, takesFollowUps: true })
    .filter((finding) => finding.rule === rule)
    .map(({ line, column, text: words, message }) => ({
      line,
      column,
      width: (words.split(/\r?\n/, 1)[0] as string).length,
      rule,
      message,
    }));
  return lines
    .flatMap((line, i) => {
      if (caretLine.test(line)) return [];
      const marks = found.filter((mark) => mark.line === i).sort((a, b) => a.column - b.column);
      return [line, ...marks.map((mark) => drawn(mark, expected))];
    })
    .join('\n');
}

function marksOf(lines: readonly string[]): Mark[] {
  let line = 0;
  return lines.flatMap((text, i) => {
    const [, indent = '', carets = '', rule = '', message = ''] = caretLine.exec(text) ?? [];
    if (rule) return [{ line, column: indent.length, width: carets.length, rule, message }];
    line = i;
    return [];
  });
}

/** With the message cut to what the fixture says of it, when that is part of it. */
function drawn(mark: Mark, expected: readonly Mark[]): string {
  const { line, column, width, rule } = mark;
  const same = expected.find(
    (e) => e.line === line && e.column === column && e.rule === rule && mark.message.includes(e.message),
  );
  const message = same ? same.message : mark.message;
  return `${' '.repeat(column)}//${'^'.repeat(Math.max(1, width - 2))} ${rule}${message ? `: ${message}` : ''}`;
}
