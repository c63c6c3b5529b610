/** A statement's words, for finding the place that a message or a fix is about: parse trees only say where nodes start. */
import { type Token, tokenize } from '../text/lexer.ts';

export interface Span {
  /** UTF-16 offsets into the statement's text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

export class Tokens {
  readonly #text: string;
  /** Without comments. */
  readonly all: readonly Token[];
  readonly #words: readonly string[];

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.all = tokenize(text, start, end).filter((t) => t.kind !== 'comment');
    this.#words = this.all.map((t) =>
      t.kind === 'word' || t.kind === 'punctuation' ? text.slice(t.start, t.end).toLowerCase() : '',
    );
  }

  get length(): number {
    return this.all.length;
  }

  /** A keyword, unquoted identifier (both in lower case) or punctuation mark; '' for anything else or out of bounds. */
  word(i: number): string {
    return this.#words[i] ?? '';
  }

  /** As written. */
  written(i: number): string {
    const token = this.all[i];
    return token ? this.#text.slice(token.start, token.end) : '';
  }

  /** Index of the first place at or behind `from` (and before `to`) where these words follow one another; -1 if none. */
  find(words: readonly string[], from = 0, to = this.length): number {
    for (let i = from; i + words.length <= to; i++) if (words.every((w, k) => this.word(i + k) === w)) return i;
    return -1;
  }

  /** As {@link find}, outside parentheses and brackets opened at or behind `from`. */
  findOutside(words: readonly string[], from = 0, to = this.length): number {
    let depth = 0;
    for (let i = from; i < to; i++) {
      const w = this.word(i);
      if (w === '(' || w === '[') depth++;
      else if (w === ')' || w === ']') depth--;
      else if (depth === 0 && words.every((word, k) => this.word(i + k) === word)) return i;
    }
    return -1;
  }

  /** Index of the token that begins at `offset` or contains it; -1 if none. */
  at(offset: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as Token).end <= offset) low = middle + 1;
      else high = middle;
    }
    const token = this.all[low];
    return token && token.start <= offset ? low : -1;
  }

  /** From the start of token `first` to the end of token `last`. */
  span(first: number, last = first): Span {
    const a = this.all[Math.max(0, Math.min(first, this.length - 1))];
    const b = this.all[Math.max(0, Math.min(last, this.length - 1))];
    return { start: a?.start ?? 0, end: b?.end ?? 0 };
  }

  /** The parts between top-level commas of tokens [from, to), as index ranges. */
  split(from: number, to = this.length): { readonly first: number; readonly last: number }[] {
    const parts: { first: number; last: number }[] = [];
    let depth = 0;
    let first = from;
    for (let i = from; i < to; i++) {
      const w = this.word(i);
      if (w === '(' || w === '[') depth++;
      else if (w === ')' || w === ']') depth--;
      else if (w === ',' && depth === 0) {
        parts.push({ first, last: i - 1 });
        first = i + 1;
      }
    }
    if (first < to) parts.push({ first, last: to - 1 });
    return parts;
  }

  /** Index behind a possibly qualified name that begins at token `i`. */
  afterName(i: number): number {
    let next = i + 1;
    while (this.word(next) === '.') next += 2;
    return next;
  }
}
