/**
 * A call that is being typed has no closing bracket yet, and to the grammar all that follows stands inside of it. Such a call
 * is taken out before the file is read, so that what stands behind it stays what it was.
 */
import type { Span } from '../../syntax/tokens.ts';

/** Strings, comments, brackets, and the beginnings of lines. */
const tokens =
  /("""|''')(?:[^\\]|\\[\s\S])*?\1|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|#[^\n]*|[([{]|[)\]}]|\n[ \t]*/g;

/** What begins a statement, and hardly a line inside of brackets. */
const statement = /(?:(?:op|batch_op)\.\w|(?:with|def|return|raise|class|import|from|pass|try|while)\b|\w+ = )/y;

/**
 * The statements with a bracket that is still open where another statement begins, in a line that is not indented further.
 * @returns UTF-16 offsets, from the statement's beginning to the end of the line before the other one
 */
export function openCalls(text: string): Span[] {
  const found: Span[] = [];
  let depth = 0;
  /** Of the line that the outermost open bracket stands in. */
  let line = 0;
  let open = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const first = token[0] as string;
    if (first === '(' || first === '[' || first === '{') {
      if (depth === 0) open = line;
      depth++;
    } else if (first === ')' || first === ']' || first === '}') depth = Math.max(0, depth - 1);
    else if (first === '\n') {
      const start = index + 1;
      if (depth > 0 && token.length - 1 <= indentAt(text, open)) {
        statement.lastIndex = index + token.length;
        if (statement.test(text)) {
          found.push({ start: open + indentAt(text, open), end: index });
          depth = 0;
        }
      }
      line = start;
    }
  }
  return found;
}

function indentAt(text: string, line: number): number {
  let at = line;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at - line;
}

/** The text with blanks in these places: all else stays where it stands. */
export function without(text: string, spans: readonly Span[]): string {
  let kept = '';
  let copied = 0;
  for (const { start, end } of spans) {
    kept += text.slice(copied, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    copied = end;
  }
  return kept + text.slice(copied);
}
