/** A PL/pgSQL body's tokens, read from left to right; what is found on the way is collected here. */
import type { Parser } from '../../parser.ts';
import { type Span, Tokens } from '../../tokens.ts';
import { beginsDeclaration, beginsStatement, isAssignment } from './beginners.ts';
import type { BodyEdit, BodyProblem, BodyStatement, DynamicStatement, EmbeddedKind, RowTarget } from './plpgsqlBody.ts';

export interface ReadOptions {
  /** Words and marks outside parentheses that end the piece; `;` ends it always. */
  readonly stops: readonly string[];
  /** What to say is missing when another statement begins inside of the piece. */
  readonly missing: string;
  /** Written before the piece to make it whole SQL. */
  readonly prefix: string;
  /** Ranges that are no SQL, such as INTO's targets. */
  readonly blanks?: readonly Span[];
  readonly mayBeEmpty?: boolean;
}

/** What a piece ended at: a stop, `;`, '' for the end of the body, or another statement because the stop is missing. */
export type Stop = string | 'another statement';
export const anotherStatement = 'another statement';

/** How far before an error another statement may have begun: its first words can pass for an alias. */
const aliasReach = 8;

export class Reader {
  readonly text: string;
  readonly tokens: Tokens;
  readonly parser: Parser;
  readonly statements: BodyStatement[] = [];
  readonly dynamic: DynamicStatement[] = [];
  readonly rowTargets: RowTarget[] = [];
  readonly bareReturns: Span[] = [];
  readonly problems: BodyProblem[] = [];
  /** Index of the next token. */
  at = 0;
  /** Blocks can no longer be told from one another: further problems of structure would only follow from the first. */
  lost = false;
  /** In a DECLARE section any name at the start of a line begins a declaration. */
  declaring = false;
  /** A type in this DECLARE section is none: perhaps its lines are statements and BEGIN is missing. */
  wrongType = false;

  constructor(text: string, parser: Parser) {
    this.text = text;
    this.tokens = new Tokens(text, 0, text.length);
    this.parser = parser;
  }

  /** The word or mark `ahead` tokens from here; for operators, as written. */
  word(ahead = 0): string {
    return this.wordAt(this.at + ahead);
  }

  wordAt(i: number): string {
    const token = this.tokens.all[i];
    return token?.kind === 'operator' ? this.tokens.written(i) : this.tokens.word(i);
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Goes past these words if they are next. */
  accept(...words: string[]): boolean {
    if (!words.every((w, k) => this.word(k) === w)) return false;
    this.at += words.length;
    return true;
  }

  /** UTF-16 offset where token `i` begins; the text's length behind the last. */
  startOf(i: number): number {
    return this.tokens.all[i]?.start ?? this.text.length;
  }

  /** Where the last token before `i` ends. */
  endBefore(i: number): number {
    return this.tokens.all[Math.min(i, this.tokens.length) - 1]?.end ?? 0;
  }

  structureProblem(message: string, first: number, last = first, mend: BodyEdit | null = null): void {
    if (this.lost) return;
    this.problems.push({ kind: 'structure', message, mend, ...this.tokens.span(first, last) });
  }

  /** As {@link structureProblem}, for what usually follows from a mistake before it: told only when there is none. */
  consequence(message: string, first: number, last = first, mend: BodyEdit | null = null): void {
    if (this.problems.length === 0) this.structureProblem(message, first, last, mend);
  }

  /** Says that `words` are missing behind token `i`, and offers to write them there. */
  missing(words: string, i: number, where: string): void {
    const { end } = this.tokens.span(i);
    const newText = words === ';' ? words : ` ${words}`;
    const mend = { title: `Add the missing ${words}`, start: end, end, newText };
    this.structureProblem(`Missing ${words} ${where}.`, i, i, mend);
  }

  /** The edit that puts `words` in the place of tokens. */
  replaceBy(words: string, first: number, last = first): BodyEdit {
    return { title: words ? `Write ${words}` : 'Remove it', newText: words, ...this.tokens.span(first, last) };
  }

  /** The name at token `i` as Postgres folds it; null when no name stands there. */
  nameAt(i: number): string | null {
    const token = this.tokens.all[i];
    if (token?.kind === 'word') return this.tokens.word(i);
    if (token?.kind !== 'identifier' || token.unterminated) return null;
    const written = this.tokens.written(i);
    return written.slice(written.indexOf('"') + 1, -1).replaceAll('""', '"');
  }

  /** Index of the first stop outside parentheses at or behind `from`, of the next `;`, or of the end. */
  scan(from: number, stops: readonly string[]): number {
    let depth = 0;
    for (let i = from; i < this.tokens.length; i++) {
      const w = this.wordAt(i);
      if (w === ';') return i;
      if (depth === 0 && stops.includes(w)) return i;
      if (w === '(' || w === '[') depth++;
      else if (w === ')' || w === ']') depth--;
    }
    return this.tokens.length;
  }

  /** Index of the token that ends a matching bracket opened at `open`; the end when it is never closed. */
  closing(open: number): number {
    let depth = 0;
    for (let i = open; i < this.tokens.length; i++) {
      const w = this.tokens.word(i);
      if (w === '(' || w === '[') depth++;
      else if ((w === ')' || w === ']') && --depth === 0) return i;
    }
    return this.tokens.length;
  }

  /** Reads a piece of SQL up to a stop and stands there afterwards. */
  read(kind: EmbeddedKind, options: ReadOptions): Stop {
    const first = this.at;
    const end = this.scan(first, options.stops);
    return this.readTo(kind, end, options);
  }

  /** Reads a piece of SQL up to token `end` and stands there afterwards. */
  readTo(kind: EmbeddedKind, end: number, options: ReadOptions): Stop {
    const first = this.at;
    if (first === end) {
      if (!options.mayBeEmpty)
        this.structureProblem(kind === 'condition' ? 'A condition is missing here.' : 'A value is missing here.', end);
      return this.wordAt(end);
    }
    const piece = this.piece(kind, this.startOf(first), this.endBefore(end), options.prefix, options.blanks);
    this.at = end;
    // END passes for an alias
    if (this.wordAt(end - 1) === 'end' && end - 1 > first && this.beginsLine(end - 1))
      if (this.#isWhole(first, end - 1, options)) {
        this.at = first;
        const stop = this.readTo(kind, end - 1, options);
        this.missing(options.missing, end - 2, 'before END');
        return stop === anotherStatement ? stop : anotherStatement;
      }
    if (piece.parsed.kind !== 'error') {
      this.statements.push(piece);
      return this.wordAt(end);
    }
    const offset = piece.toBody(piece.parsed.offset);
    const wrong = piece.parsed.offset >= piece.sql.length ? end : Math.max(first, this.tokenAt(offset));
    const cut = this.#whereAnotherBegins(first, Math.min(wrong, end - 1), options);
    if (cut < 0) {
      const last = Math.max(first, Math.min(wrong, end - 1));
      this.problems.push({ kind: 'sql', message: piece.parsed.message, piece, ...this.tokens.span(last) });
      return this.wordAt(end);
    }
    if (cut > first)
      this.statements.push(this.piece(kind, this.startOf(first), this.endBefore(cut), options.prefix, options.blanks));
    this.missing(options.missing, cut - 1, `before the next ${this.declaring ? 'line' : 'statement'}`);
    this.at = cut;
    return anotherStatement;
  }

  /** SQL from one offset to another, parsed. */
  piece(kind: EmbeddedKind, start: number, end: number, prefix: string, blanks: readonly Span[] = []): BodyStatement {
    let sql = this.text.slice(start, end);
    for (const blank of blanks) {
      if (blank.end > end) continue;
      const from = blank.start - start;
      const to = blank.end - start;
      sql = sql.slice(0, from) + sql.slice(from, to).replace(/[^\r\n]/g, ' ') + sql.slice(to);
    }
    sql = prefix + sql;
    const parsed = this.parser.parse(sql);
    const shift = start - prefix.length;
    return { kind, sql, parsed, start, end, toBody: (offset) => Math.max(start, Math.min(end, offset + shift)) };
  }

  /** Index of the token that holds `offset`, or of the next one. */
  tokenAt(offset: number): number {
    const { all } = this.tokens;
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  beginsLine(i: number): boolean {
    return i === 0 || /[\r\n]/.test(this.text.slice(this.endBefore(i), this.startOf(i)));
  }

  /** Columns of white space that the line of token `i` begins with. */
  indentation(i: number): number {
    const start = this.startOf(i);
    const line = Math.max(this.text.lastIndexOf('\n', start - 1), this.text.lastIndexOf('\r', start - 1)) + 1;
    return /^[ \t]*/.exec(this.text.slice(line, start))?.[0].length ?? 0;
  }

  /** Goes behind the next `;`. */
  skipStatement(): void {
    while (!this.ended && this.word() !== ';') this.at++;
    this.accept(';');
  }

  /** Index of the first token, at most `wrong`, where another statement begins and all before it is whole. */
  #whereAnotherBegins(first: number, wrong: number, options: ReadOptions): number {
    for (let i = Math.max(options.mayBeEmpty ? first : first + 1, wrong - aliasReach); i <= wrong; i++) {
      const likely = this.declaring
        ? beginsDeclaration(this, i)
        : isAssignment(this, i) ||
          (this.wordAt(i) === 'end' && /^(?:if|loop|case|;)$/.test(this.wordAt(i + 1))) ||
          (beginsStatement(this, i) && (this.beginsLine(i) || i === wrong));
      // SELECT by itself is whole, but one that is written twice is no statement
      if (!likely || (i === first + 1 && this.wordAt(i) === this.wordAt(first))) continue;
      if (i === first || this.#isWhole(first, i, options)) return i;
    }
    return -1;
  }

  #isWhole(first: number, end: number, options: ReadOptions): boolean {
    const piece = this.piece('statement', this.startOf(first), this.endBefore(end), options.prefix, options.blanks);
    return piece.parsed.kind === 'tree';
  }
}
