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
/** Bounds on the work for one broken statement: statements that are tried, and characters that are read for it. */
const maxTries = 60;
const maxRead = 1_000_000;
/** So many valid statements in a row are no accident. */
const longChain = 12;

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
  const reader = new Reader(text, parser);
  const prefixParses = (offset: number): boolean => reader.isWhole(body, trimmedLength(text, body, offset));
  for (const candidate of candidates(text, body, end, tokens, error)) {
    if (reader.isTired) break;
    const { offset, strong, afterSemicolon } = candidate;
    const around = tokens.find((t) => t.start < offset && offset < t.end);
    const swallowing = around ? roleOf(around, error) : 'none';
    const alignedAndStrong = strong && candidate.column === column && (afterSemicolon || column >= 0);
    // A routine's body is full of statements: only one that stands where the routine itself began can follow it. And a
    // string behind the error may well be whole. But what reads on rightly across its end was no part of it.
    if (around && swallowing !== 'culprit') {
      if (swallowing === 'body' && alignedAndStrong) return { cut: offset, readTo: Math.max(end, reader.readTo) };
      if (reader.readsAcross(offset, around)) return { cut: offset, readTo: Math.max(end, reader.readTo) };
      continue;
    }
    // an earlier clause of the same statement, unless what stands before is a whole statement
    if (!around && offset < error && (offset < error - 200 || !prefixParses(offset))) continue;
    if (
      alignedAndStrong ||
      (reader.statementAt(offset).valid &&
        (afterSemicolon || strong || prefixParses(offset) || blankLineBefore(text.slice(body, offset))))
    )
      return { cut: offset, readTo: Math.max(end, reader.readTo) };
  }
  return { cut: null, readTo: Math.max(end, reader.readTo) };
}

/** Reads statements at supposed beginnings, each once. */
class Reader {
  readonly #text: string;
  readonly #parser: Parser;
  readonly #statements = new Map<number, { readonly end: number; readonly valid: boolean }>();
  #tries = 0;
  #read = 0;
  /** How far the text was read. */
  readTo = 0;

  constructor(text: string, parser: Parser) {
    this.#text = text;
    this.#parser = parser;
  }

  get isTired(): boolean {
    return this.#tries >= maxTries || this.#read >= maxRead;
  }

  /** Whether these characters are one valid statement. */
  isWhole(from: number, length: number): boolean {
    this.#tries++;
    this.#read += length;
    return parseBody(this.#text.slice(from, from + length), 0, length, [], this.#parser).kind === 'tree';
  }

  statementAt(offset: number): { readonly end: number; readonly valid: boolean } {
    let statement = this.#statements.get(offset);
    if (!statement) {
      const { bodyStart, bodyEnd, end, kind, readTo, metas } = nextBoundary(this.#text, offset);
      this.readTo = Math.max(this.readTo, readTo);
      this.#tries++;
      this.#read += readTo - offset;
      const valid =
        kind !== 'sql' ||
        parseBody(
          this.#text.slice(offset, end),
          bodyStart - offset,
          bodyEnd - offset,
          metas.map((m) => ({ ...m, start: m.start - offset, end: m.end - offset })),
          this.#parser,
        ).kind !== 'error';
      statement = { end, valid };
      this.#statements.set(offset, statement);
    }
    return statement;
  }

  /** Whether statement after statement from `offset` on is valid, until one has passed the end of that token. */
  readsAcross(offset: number, { end }: Token): boolean {
    let position = offset;
    for (let count = 0; position < end; count++) {
      if (count === longChain) return true;
      if (this.isTired) return false;
      const statement = this.statementAt(position);
      if (!statement.valid) return false;
      position = statement.end;
    }
    return true;
  }
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
 * What a string, identifier or comment that a candidate lies in has to do with the error: `culprit` when it ran away (it is
 * unterminated, or the error comes at it or behind it, as with quotes paired the wrong way round), `body` when it is such a
 * dollar-quoted one; `later` when it stands behind the error.
 */
function roleOf(token: Token, error: number): 'culprit' | 'body' | 'later' {
  const suspect = token.unterminated || (token.kind !== 'comment' && token.start <= error);
  if (!suspect) return 'later';
  return token.kind === 'dollar' ? 'body' : 'culprit';
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
