/**
 * Where a broken statement should have ended. A missing `;`, an open quote, `$$`, comment or parenthesis makes the lexer
 * read on into the statements behind it; this finds the place where the next one begins, asking the parser.
 */
import { type Token, tokenize } from '../text/lexer.ts';
import { nextBoundary } from '../text/split.ts';
import { parseBody } from './parseBody.ts';
import type { Parser } from './parser.ts';

/** Words that begin a statement. */
const beginners =
  'abort|alter|analyze|begin|call|checkpoint|close|cluster|comment|commit|copy|create|deallocate|declare|delete|discard|do|drop|end|execute|explain|fetch|grant|import|insert|listen|load|lock|merge|move|notify|prepare|reassign|refresh|reindex|release|reset|revoke|rollback|savepoint|security|select|set|show|start|table|truncate|unlisten|update|vacuum|values|with';
const objects =
  'access|aggregate|cast|collation|conversion|database|default|domain|event|extension|foreign|function|global|group|index|language|large|local|materialized|operator|or|policy|procedure|procedural|publication|recursive|role|routine|rule|schema|sequence|server|statistics|subscription|system|table|tablespace|temp|temporary|text|transform|trigger|trusted|type|unique|unlogged|user|view';
/** Two words that hardly ever stand inside another statement. */
const strong = new RegExp(
  `^(?:(?:create|alter|drop)\\s+(?:${objects})\\b|comment\\s+on\\s|insert\\s+into\\s|delete\\s+from\\s|truncate\\s+table\\s)`,
  'i',
);
const candidatePattern = new RegExp(`(^[ \\t]*|;[ \\t]*)((?:${beginners})\\b)`, 'gim');
const beginner = new RegExp(`^(?:${beginners})$`, 'i');
/** A bound on the parser calls for one broken statement. */
const maxTries = 40;

interface Candidate {
  readonly offset: number;
  /** The text before it ends with `;`. */
  readonly afterSemicolon: boolean;
  readonly strong: boolean;
  readonly column: number;
}

/**
 * @param start end of the statement before; `body` its first token, `end` where the lexer ended it
 * @param error where the parser complains (all are offsets into `text`)
 * @returns where the broken statement should end, or null when it is broken within its own bounds;
 *   `readTo` is how far the text was read to find that out
 */
export function resynchronise(
  text: string,
  start: number,
  body: number,
  end: number,
  error: number,
  parser: Parser,
): { readonly cut: number | null; readonly readTo: number } {
  const tokens = tokenize(text, body, end);
  const column = columnOf(text, body, start);
  let readTo = end;
  let tries = 0;
  const prefixParses = (offset: number): boolean =>
    parseBody(text.slice(body, offset), 0, trimmedLength(text, body, offset), [], parser).kind === 'tree';
  for (const candidate of candidates(text, body, end, tokens, error)) {
    if (tries >= maxTries) break;
    const beforeError = candidate.offset < error;
    const swallowing = swallowedBy(tokens, candidate.offset, error);
    if (swallowing === 'innocent') continue;
    // a routine's body is full of statements: only one that stands where the routine itself began can follow it
    if (swallowing === 'body' && !(candidate.strong && candidate.column === column)) continue;
    if (swallowing === 'none' && beforeError) {
      // an earlier clause of the same statement, unless what stands before is a whole statement
      tries++;
      if (candidate.offset < error - 200 || !prefixParses(candidate.offset)) continue;
    }
    const sure = candidate.strong && candidate.column === column && (candidate.afterSemicolon || candidate.column >= 0);
    const next = nextBoundary(text, candidate.offset);
    readTo = Math.max(readTo, next.readTo);
    tries++;
    const parses =
      parseBody(text.slice(candidate.offset, next.end), 0, next.bodyEnd - candidate.offset, [], parser).kind === 'tree';
    if (
      sure ||
      (parses &&
        (candidate.afterSemicolon ||
          candidate.strong ||
          prefixParses(candidate.offset) ||
          blankLineBefore(text.slice(body, candidate.offset))))
    )
      return { cut: candidate.offset, readTo };
  }
  return { cut: null, readTo };
}

/** Line starts and places behind `;` where a statement may begin, and the word at the error itself, in order. */
function* candidates(
  text: string,
  body: number,
  end: number,
  tokens: readonly Token[],
  error: number,
): Generator<Candidate> {
  const inline = tokens.filter(
    (t) =>
      t.kind === 'word' &&
      t.start > body &&
      Math.abs(t.start - error) <= 64 &&
      t.start <= error &&
      beginner.test(text.slice(t.start, t.end)),
  );
  const lines: number[] = [];
  // only within the statement: a search that ran on would read the whole file for each broken statement
  for (const m of text.slice(body, end).matchAll(candidatePattern)) {
    const offset = body + m.index + (m[1] as string).length;
    if (offset > body) lines.push(offset);
    if (lines.length > 400) break;
  }
  const offsets = [...new Set([...lines, ...inline.map((t) => t.start)])].sort((a, b) => a - b);
  for (const offset of offsets) {
    const before = text.slice(Math.max(body, offset - 200), offset).trimEnd();
    yield {
      offset,
      afterSemicolon: before.endsWith(';'),
      strong: strong.test(text.slice(offset, offset + 60)),
      column: lines.includes(offset) ? columnOf(text, offset, body) : -1,
    };
  }
}

/**
 * Whether a candidate lies inside a string, identifier or comment: `culprit` when that token ran away (it is
 * unterminated, or the error comes right after it, as with quotes paired the wrong way round), `body` when it is a
 * dollar-quoted one, else `innocent`.
 */
function swallowedBy(
  tokens: readonly Token[],
  offset: number,
  error: number,
): 'none' | 'culprit' | 'body' | 'innocent' {
  const token = tokens.find((t) => t.start < offset && offset < t.end);
  if (!token) return 'none';
  if (token.kind === 'dollar') return token.unterminated || token.end <= error ? 'body' : 'innocent';
  if (token.unterminated) return 'culprit';
  return token.kind !== 'comment' && token.end <= error ? 'culprit' : 'innocent';
}

/**
 * Characters from the start of its line, counted only when nothing but white space stands before; else -1. Nothing before
 * `floor` is looked at: how a statement reads must not depend on the statements before it.
 */
function columnOf(text: string, offset: number, floor: number): number {
  let i = offset;
  while (i > floor && (text[i - 1] === ' ' || text[i - 1] === '\t')) i--;
  return i === floor || text[i - 1] === '\n' || text[i - 1] === '\r' || text[i - 1] === '\uFEFF' ? offset - i : -1;
}

const blankLineBefore = (before: string): boolean => /\n[ \t\r]*\n[ \t]*$/.test(before.slice(-200));

function trimmedLength(text: string, from: number, to: number): number {
  return text.slice(from, to).trimEnd().length;
}
