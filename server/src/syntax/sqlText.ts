/**
 * A text of SQL as a row of statements. Immutable: an edit gives a new one that shares every statement it did not touch,
 * by identity, so whatever is remembered about a statement stays valid. Splitting reads strictly left to right and depends
 * only on the text behind a boundary; so an edit starts at the first statement that had read as far as the edit, and stops
 * where an old boundary behind it is met again.
 */
import { tokenize } from '../text/lexer.ts';
import { type Boundary, nextBoundary } from '../text/split.ts';
import type { Text } from '../text/text.ts';
import type { Parser } from './parser.ts';
import { resynchronise } from './resync.ts';
import { Statement } from './statement.ts';

/** Characters behind an edit that are looked at first; more when a statement turns out to be longer. */
const windowLength = 4096;

export class SqlText {
  readonly statements: readonly Statement[];
  /** UTF-16 offset at which `statements[i].text` begins; one more than there are statements: the text's length. */
  readonly starts: Int32Array;
  /** Indexes of the notable statements, ascending. */
  readonly notable: readonly number[];

  private constructor(statements: readonly Statement[], starts: Int32Array, notable: readonly number[]) {
    this.statements = statements;
    this.starts = starts;
    this.notable = notable;
  }

  get length(): number {
    return this.starts[this.statements.length] as number;
  }

  static of(text: string, parser: Parser): SqlText {
    const statements: Statement[] = [];
    const starts: number[] = [];
    const notable: number[] = [];
    let position = 0;
    while (position < text.length) {
      const statement = readStatement(text, position, parser, false);
      if (statement.notable) notable.push(statements.length);
      statements.push(statement);
      starts.push(position);
      position += statement.text.length;
    }
    starts.push(text.length);
    return new SqlText(statements, Int32Array.from(starts), notable);
  }

  /**
   * Replaces the characters from `from` to `to` by `inserted`.
   * @param text the whole text after the edit
   */
  edit(from: number, to: number, inserted: string, parser: Parser, text: Text): SqlText {
    const shift = inserted.length - (to - from);
    const first = this.#firstThatReadTo(from);
    const added: Statement[] = [];
    const addedStarts: number[] = [];
    const add = (statement: Statement): void => {
      added.push(statement);
      addedStarts.push(position);
      position += statement.text.length;
    };
    const base = this.starts[first] as number;
    let position = base;
    let windowEnd = Math.min(text.length, from + inserted.length + windowLength);
    let window = text.slice(base, windowEnd);
    const read = (): Statement => {
      for (;;) {
        const statement = readStatement(window, position - base, parser, true);
        const readTo = position + statement.text.length + statement.lookahead;
        if (readTo < windowEnd || windowEnd === text.length) return statement;
        windowEnd = Math.min(text.length, base + 8 * (windowEnd - base));
        window = text.slice(base, windowEnd);
      }
    };
    let old = first;
    /** Old statements from here on are as they were, only moved. */
    let suffix = this.statements.length;
    while (position < text.length) {
      // behind one that reads far ahead, statements that had read nothing of the edit are as they were
      const there = this.statements[old];
      if (there && this.starts[old] === position && this.#readTo(old) < from) {
        add(there);
        old++;
        continue;
      }
      // an old boundary behind the edit: all the rest is unchanged text, and reads as it did
      if (position >= from + inserted.length) {
        const same = lowerBound(this.starts, position - shift);
        if (same < this.statements.length && this.starts[same] === position - shift && position - shift >= to) {
          suffix = same;
          break;
        }
      }
      add(read());
      while (old < this.statements.length && (this.starts[old] as number) < position) old++;
    }
    return this.#spliced(text.length, first, suffix, shift, added, addedStarts);
  }

  /** Index of the first statement whose end was decided by text at or behind `offset`. */
  #firstThatReadTo(offset: number): number {
    let first = Math.max(0, this.indexAt(offset));
    while (first > 0 && this.#readTo(first - 1) >= offset) first--;
    for (const i of this.notable) {
      if (i >= first) break;
      if (this.#readTo(i) >= offset) return i;
    }
    return first;
  }

  #readTo(i: number): number {
    const statement = this.statements[i] as Statement;
    return (this.starts[i] as number) + statement.text.length + statement.lookahead;
  }

  #spliced(
    length: number,
    first: number,
    suffix: number,
    shift: number,
    added: readonly Statement[],
    addedStarts: readonly number[],
  ): SqlText {
    const statements = this.statements.slice(0, first).concat(added, this.statements.slice(suffix));
    const starts = new Int32Array(statements.length + 1);
    starts.set(this.starts.subarray(0, first));
    starts.set(addedStarts, first);
    const moved = first + added.length - suffix;
    for (let i = suffix; i < this.statements.length; i++) starts[i + moved] = (this.starts[i] as number) + shift;
    starts[statements.length] = length;
    const notable = this.notable.filter((i) => i < first);
    added.forEach((statement, i) => {
      if (statement.notable) notable.push(first + i);
    });
    for (const i of this.notable) if (i >= suffix) notable.push(i + moved);
    return new SqlText(statements, starts, notable);
  }

  slice(from: number, to: number): string {
    let text = '';
    const first = Math.max(0, this.indexAt(from));
    for (let i = first; i < this.statements.length && (this.starts[i] as number) < to; i++)
      text += (this.statements[i] as Statement).text;
    const start = this.starts[first] ?? 0;
    return text.slice(from - start, Math.max(from, to) - start);
  }

  /** Index of the statement that an offset lies in; behind the last one, the last. -1 for an empty text. */
  indexAt(offset: number): number {
    return Math.min(lowerBound(this.starts, offset + 1) - 1, this.statements.length - 1);
  }
}

function readStatement(text: string, start: number, parser: Parser, copy: boolean): Statement {
  const boundary = nextBoundary(text, start);
  const statement = new Statement(text, start, boundary, parser, copy);
  const comment = statement.parsed.kind === 'error' ? null : openCommentBehind(text, start, boundary);
  if (statement.parsed.kind !== 'error' && comment === null) return statement;
  const error = statement.parsed.kind === 'error' ? start + statement.parsed.problem.offset : (comment as number);
  const body = boundary.kind === 'blank' ? error : boundary.bodyStart;
  const { cut, readTo } = resynchronise(text, start, body, boundary.end, error, parser);
  if (cut === null)
    return readTo > boundary.readTo ? new Statement(text, start, { ...boundary, readTo }, parser, copy) : statement;
  return new Statement(text, start, cutAt(text, boundary, comment, cut, readTo), parser, copy);
}

/** Where a comment begins that the text ends inside of, behind a statement or in place of one; null when there is none. */
function openCommentBehind(text: string, start: number, { kind, bodyEnd, end }: Boundary): number | null {
  const from = kind === 'blank' ? start : bodyEnd;
  if (end !== text.length || text.indexOf('/*', from) < 0) return null;
  const last = tokenize(text, from).at(-1);
  return last?.kind === 'comment' && last.unterminated ? last.start : null;
}

/** The boundary of a statement that ends before `cut` although no `;` stands there. */
function cutAt(text: string, boundary: Boundary, comment: number | null, cut: number, readTo: number): Boundary {
  const from = comment ?? boundary.bodyStart;
  // the comments above the next statement are its own
  const kept = text.slice(from, cut).replace(/(?:\s|--[^\n]*(?=\n|$))+$/, '').length;
  const end = from + Math.max(kept, 1);
  if (boundary.kind === 'blank') return { ...boundary, bodyStart: end, bodyEnd: end, end, readTo };
  const terminated = comment === null && text[end - 1] === ';';
  const bodyEnd = comment === null ? (terminated ? end - 1 : end) : boundary.bodyEnd;
  return { ...boundary, bodyEnd, end, terminated, readTo, metas: boundary.metas.filter((m) => m.end <= end) };
}

/** First index whose value is ≥ `value`. */
function lowerBound(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
