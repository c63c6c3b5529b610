/**
 * Fixtures of rules in Alembic revisions: files of a project that say themselves which findings they must get. A comment of
 * carets under a line marks the words, from its hash on, and names the rule, if wanted with a part of the message:
 *
 *     op.drop_constraint(None, "t")
 *                        #^^^ drop-constraint-without-name: has no name
 *
 * `# file: PATH` begins a file. A mark that goes on on further lines is drawn on its first one. Lines without carets below get
 * no finding.
 */
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory, rootUri } from './filesInMemory.ts';
import { parser } from './parser.ts';

const header = /^# file: (\S+)\n/;
const caretLine = /^(\s*)(#\^+) ([a-z0-9-]+)(?:: (.*))?$/;

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly rule: string;
  readonly message: string;
}

/**
 * The fixture with the marks that the review gives it in place of those written in it; equal to it when both agree.
 * @param rule other rules count only where the fixture marks them somewhere
 */
export async function withActualMarks(fixture: string, rule: string): Promise<string> {
  const parts = fixture.split(/^(?=# file: )/m).map((part) => {
    const lines = part.split('\n');
    const unmarked = lines.filter((line) => !caretLine.test(line));
    return { path: header.exec(part)?.[1] ?? 'a.py', lines: unmarked, expected: marksOf(lines) };
  });
  const counted = new Set([rule, ...parts.flatMap(({ expected }) => expected.map((mark) => mark.rule))]);
  const files = Object.fromEntries(parts.map(({ path, lines }) => [path, lines.join('\n')]));
  const service = new LanguageService(parser, filesInMemory(files));
  await service.scan([rootUri]);
  return parts
    .map(({ path, lines, expected }) => {
      const uri = `${rootUri}/${path}`;
      service.open(uri, 'python', 1, lines.join('\n'));
      const found = service
        .diagnostics(uri)
        .filter(({ code }) => counted.has(String(code)))
        .map(({ code, message, range: { start, end } }): Mark => {
          const until = end.line > start.line ? (lines[start.line] ?? '').length : end.character;
          const [says = ''] = String(message).split('\n');
          return {
            ...start,
            column: start.character,
            width: until - start.character,
            rule: String(code),
            message: says,
          };
        });
      return lines
        .flatMap((line, i) => {
          const marks = found.filter((mark) => mark.line === i);
          marks.sort((a, b) => a.column - b.column || a.width - b.width || (a.rule < b.rule ? -1 : 1));
          return [line, ...marks.map((mark) => drawn(mark, expected))];
        })
        .join('\n');
    })
    .join('');
}

/** Lines are counted without the marks. */
function marksOf(lines: readonly string[]): Mark[] {
  let line = -1;
  return lines.flatMap((text) => {
    const [, indent = '', carets = '', rule = '', message = ''] = caretLine.exec(text) ?? [];
    if (rule) return [{ line, column: indent.length, width: carets.length, rule, message }];
    line++;
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
  return `${' '.repeat(column)}#${'^'.repeat(Math.max(1, width - 1))} ${rule}${message ? `: ${message}` : ''}`;
}
