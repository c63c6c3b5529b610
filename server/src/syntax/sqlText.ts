/**
 * A text of SQL as a row of statements. Immutable: an edit gives a new one that shares every statement it did not touch,
 * by identity, so whatever is remembered about a statement stays valid. Splitting reads strictly left to right and depends
 * only on the text behind a boundary; so an edit starts at the first statement that had read as far as the edit, and stops
 * where an old boundary behind it is met again.
 */
import { type Boundary, nextBoundary } from '../text/split.ts';
import type { Parser } from './parser.ts';
import { resynchronise } from './resync.ts';
import { Statement } from './statement.ts';

export class SqlText {
  readonly text: string;
  readonly statements: readonly Statement[];
  /** UTF-16 offset at which `statements[i].text` begins; one more than there are statements: the text's length. */
  readonly starts: readonly number[];

  private constructor(text: string, statements: readonly Statement[], starts: readonly number[]) {
    this.text = text;
    this.statements = statements;
    this.starts = starts;
  }

  static of(text: string, parser: Parser): SqlText {
    const statements: Statement[] = [];
    const starts: number[] = [];
    let position = 0;
    while (position < text.length) {
      const statement = readStatement(text, position, parser, false);
      statements.push(statement);
      starts.push(position);
      position += statement.text.length;
    }
    starts.push(text.length);
    return new SqlText(text, statements, starts);
  }

  /**
   * Replaces the characters from `from` to `to` by `inserted`.
   * @param text the whole text after the edit, when the caller has it
   */
  edit(
    from: number,
    to: number,
    inserted: string,
    parser: Parser,
    text = this.text.slice(0, from) + inserted + this.text.slice(to),
  ): SqlText {
    const shift = inserted.length - (to - from);
    const statements: Statement[] = [];
    const starts: number[] = [];
    /** First old boundary whose whole future is unchanged text. */
    const oldAfter = lowerBound(this.starts, to);
    let old = 0;
    let position = 0;
    while (position < text.length) {
      // an old statement that had read nothing of the edit is as it was
      const before = this.statements[old];
      const start = this.starts[old] as number;
      if (before && start === position && start + before.text.length + before.lookahead < from) {
        statements.push(before);
        starts.push(position);
        position += before.text.length;
        old++;
        continue;
      }
      // an old boundary behind the edit: all the rest is as it was, only moved
      if (position >= from + inserted.length) {
        const same = indexOf(this.starts, position - shift, oldAfter);
        if (same >= 0 && same < this.statements.length) {
          for (let i = same; i < this.statements.length; i++) {
            statements.push(this.statements[i] as Statement);
            starts.push((this.starts[i] as number) + shift);
          }
          break;
        }
      }
      const statement = readStatement(text, position, parser, true);
      statements.push(statement);
      starts.push(position);
      position += statement.text.length;
      while (old < this.statements.length && (this.starts[old] as number) < position) old++;
    }
    starts.push(text.length);
    return new SqlText(text, statements, starts);
  }

  /** Index of the statement that an offset lies in; behind the last one, the last. -1 for an empty text. */
  indexAt(offset: number): number {
    return Math.min(upperBound(this.starts, offset) - 1, this.statements.length - 1);
  }
}

function readStatement(text: string, start: number, parser: Parser, copy: boolean): Statement {
  const boundary = nextBoundary(text, start);
  const statement = new Statement(text, start, boundary, parser, copy);
  if (statement.parsed.kind !== 'error') return statement;
  const error = start + statement.parsed.problem.offset;
  const { cut, readTo } = resynchronise(text, start, boundary.bodyStart, boundary.end, error, parser);
  if (cut === null)
    return readTo > boundary.readTo ? new Statement(text, start, { ...boundary, readTo }, parser, copy) : statement;
  return new Statement(text, start, cutAt(text, boundary, cut, readTo), parser, copy);
}

/** The boundary of a statement that ends before `cut` although no `;` stands there. */
function cutAt(text: string, boundary: Boundary, cut: number, readTo: number): Boundary {
  const body = text.slice(boundary.bodyStart, cut);
  // the comments above the next statement are its own
  const bodyEnd = boundary.bodyStart + body.replace(/(?:\s|--[^\n]*(?=\n|$))+$/, '').length;
  const terminated = text[bodyEnd - 1] === ';';
  const end = Math.max(bodyEnd, boundary.bodyStart + 1);
  return {
    ...boundary,
    bodyEnd: terminated ? bodyEnd - 1 : end,
    end,
    terminated,
    readTo,
    metas: boundary.metas.filter((m) => m.end <= end),
  };
}

/** First index whose value is ≥ `value`. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const upperBound = (sorted: readonly number[], value: number): number => lowerBound(sorted, value + 1);

function indexOf(sorted: readonly number[], value: number, from: number): number {
  const i = lowerBound(sorted, value);
  return i >= from && sorted[i] === value ? i : -1;
}
