/**
 * A statement that Postgres cannot parse, and the means to find out why: the grammar itself is asked what it would take
 * instead. Only so many questions are answered: a statement is read again at every key press.
 */
import { parseBody } from '../parseBody.ts';
import type { Parser } from '../parser.ts';
import { type Span, Tokens } from '../tokens.ts';
import { applyEdits, beforeEdits } from './edits.ts';
import type { Edit, Mend } from './mistake.ts';

const maxQuestions = 60;
/** UTF-16 units that the parser may read in all for one broken statement; some 20 ms. */
const maxRead = 350_000;

export class BrokenStatement {
  /** The statement with the comments above it; what is not SQL (psql's meta-commands) is blank. It ends with the body. */
  readonly text: string;
  /** Where the statement itself begins and ends in `text`. */
  readonly start: number;
  readonly end: number;
  readonly tokens: Tokens;
  /** A `;` stands behind it: nobody is typing at its end. */
  readonly terminated: boolean;
  /** Where Postgres points; `end` when it points at the end of input. */
  readonly error: number;
  /** The token there; one past the last token at the end of input. */
  readonly at: number;
  /** Postgres's own message. */
  readonly message: string;
  readonly #parser: Parser;
  readonly #lowerCase: boolean;
  readonly #hasPlaceholders: boolean;
  readonly #answers = new Map<string, number | 'parses' | 'unknown'>();
  #questions = 0;
  #read = 0;

  constructor(text: string, start: number, end: number, error: number, message: string, parser: Parser) {
    this.text = text.slice(0, end);
    this.start = start;
    this.end = end;
    this.terminated = /;\s*$/.test(text.slice(end));
    this.tokens = new Tokens(this.text, start, end);
    this.error = Math.min(error, end);
    const at = this.tokens.all.findIndex((t) => this.error < t.end);
    this.at = at < 0 || this.error >= end ? this.tokens.length : at;
    this.message = message;
    this.#parser = parser;
    this.#hasPlaceholders = this.tokens.all.some((t) => t.kind === 'placeholder');
    const words = this.tokens.all.filter((t) => t.kind === 'word').map((t) => this.text.slice(t.start, t.end));
    this.#lowerCase = words[0] !== undefined && words[0] === words[0].toLowerCase();
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Offset behind the token before the error. */
  get endBefore(): number {
    return this.tokens.span(Math.max(0, this.at - 1)).end;
  }

  /** Keywords in the case in which the author writes them. */
  keyword(words: string): string {
    return this.#lowerCase ? words.toLowerCase() : words;
  }

  /**
   * How many tokens behind the edits and behind the error the grammar takes once the edits are made: Infinity when it
   * takes the whole statement, -1 when the edits do not help, or when it is not known.
   */
  gain(edits: readonly Edit[]): number {
    const outcome = this.#ask(applyEdits(this.text, edits));
    if (outcome === 'parses') return Number.POSITIVE_INFINITY;
    if (outcome === 'unknown') return -1;
    const error = beforeEdits(outcome, edits);
    const errorEnd = this.atEnd ? this.end : this.tokens.span(this.at).end;
    const behind = Math.max(errorEnd, ...edits.map((e) => e.end));
    if (error === null || error < behind || (this.atEnd && error >= this.end)) return -1;
    const taken = this.tokens.all.filter((t) => t.start >= behind && t.end <= error).length;
    // the statement is being typed: all there is of it is taken
    return error >= this.end ? Math.max(1, taken) : taken;
  }

  /** The grammar takes the statement with these edits, or at least comes past the error and some tokens further. */
  proves(edits: readonly Edit[], tokens = 1): boolean {
    return this.gain(edits) >= tokens;
  }

  /** For edits all over the statement: with them, the grammar comes past the error. */
  comesFurther(edits: readonly Edit[]): boolean {
    const outcome = this.#ask(applyEdits(this.text, edits));
    if (outcome === 'unknown' || outcome === 'parses') return outcome === 'parses';
    const reached = beforeEdits(outcome, edits, (edit) => edit.start);
    return !this.atEnd && reached >= this.tokens.span(this.at).end;
  }

  parses(edits: readonly Edit[]): boolean {
    return this.gain(edits) === Number.POSITIVE_INFINITY;
  }

  /** Those of the mends that the grammar takes. */
  proven(mends: readonly Mend[], tokens = 1): Mend[] {
    return mends.filter((mend) => this.proves(mend.edits, tokens));
  }

  /** As {@link proven}, for edits all over the statement. */
  helpful(mends: readonly Mend[]): Mend[] {
    return mends.filter((mend) => this.comesFurther(mend.edits));
  }

  /** Where the grammar stops once the edits are made: an offset into the edited text, Infinity when it takes it all. */
  errorAfter(edits: readonly Edit[]): number {
    const outcome = this.#ask(applyEdits(this.text, edits));
    return outcome === 'parses' ? Number.POSITIVE_INFINITY : outcome === 'unknown' ? -1 : outcome;
  }

  /** Whether the grammar takes `next` behind what stands before `offset`, whatever would have to follow. */
  takes(offset: number, next: string): boolean {
    const prefix = `${this.text.slice(0, offset)} `;
    const outcome = this.#ask(prefix + next);
    return outcome === 'parses' || (outcome !== 'unknown' && outcome >= prefix.length + next.length);
  }

  /** Questions that can still be asked, of the length of the statement. */
  get patience(): number {
    const byLength = Math.floor((maxRead - this.#read) / Math.max(1, this.end));
    return Math.max(0, Math.min(maxQuestions - this.#questions, byLength));
  }

  spanOf(first: number, last = first): Span {
    return this.tokens.span(first, last);
  }

  /** The offset of the error, or that it parses, or that it cannot be known. */
  #ask(text: string): number | 'parses' | 'unknown' {
    let answer = this.#answers.get(text);
    if (answer === undefined) {
      if (this.patience === 0) return 'unknown';
      this.#questions++;
      this.#read += text.length;
      answer = this.#parse(text);
      this.#answers.set(text, answer);
    }
    return answer;
  }

  #parse(text: string): number | 'parses' | 'unknown' {
    if (this.#hasPlaceholders) return this.#parseFilled(text);
    const outcome = this.#parser.parse(' '.repeat(this.start) + text.slice(this.start).trimEnd());
    if (outcome.kind === 'error') return outcome.offset;
    return outcome.kind === 'tree' ? 'parses' : 'unknown';
  }

  /** With something in the place of what a driver or a template fills in later. */
  #parseFilled(text: string): number | 'parses' | 'unknown' {
    const parsed = parseBody(text, this.start, Math.max(this.start, text.trimEnd().length), [], this.#parser);
    if (parsed.kind === 'error') return parsed.problem.offset;
    return parsed.kind === 'opaque' ? 'unknown' : 'parses';
  }
}
