/**
 * Where one statement ends, by lexical rules alone: `;` outside quotes, comments, CREATE RULE's parentheses and BEGIN
 * ATOMIC bodies; psql's meta-commands; the data behind COPY … FROM stdin. (psql's own rule also keeps `;` inside any
 * parentheses; here an unclosed parenthesis must not swallow the statements behind it.)
 */
import { Lexer, type Token } from './lexer.ts';

export interface Boundary {
  /** First significant token; equals `end` when there is nothing but white space and comments. */
  readonly bodyStart: number;
  /** End of the last significant token, the terminator not counted. */
  readonly bodyEnd: number;
  /** Where the next statement's leading white space begins. */
  readonly end: number;
  readonly kind: 'sql' | 'meta' | 'blank';
  /** False when the text ended first. */
  readonly terminated: boolean;
  /** How far the text was read to decide this; an edit at or before it may change the decision. */
  readonly readTo: number;
  /** psql meta-commands or `\;` inside the body, which the server never sees. */
  readonly metas: readonly Token[];
}

/** Meta-commands that send the query buffer, as `;` does; one may follow another on its line (`\bind 1 \g`). */
const sends = /\\(?:g|gx|gset|gexec|gdesc|bind_named|crosstabview|watch|sendpipeline)(?:[\s(]|$)/;
/** Marks of goose and dbmate between statements, which need no `;` before them. */
const endsStatement = /^--[ \t]*(?:\+goose[ \t]|migrate:(?:up|down)\b)/i;
const copiesFromStdin = /^\\copy\s.*\sfrom\s+p?stdin\b/i;

/** Finds the statement that begins at `start` (leading white space and comments included). */
export function nextBoundary(text: string, start: number): Boundary {
  const lexer = new Lexer(text, start);
  const boundary = readBoundary(lexer, text, start);
  return lexer.lookedTo > boundary.readTo ? { ...boundary, readTo: lexer.lookedTo } : boundary;
}

function readBoundary(lexer: Lexer, text: string, start: number): Boundary {
  const shape = new StatementShape(text);
  const metas: Token[] = [];
  let bodyStart = -1;
  let bodyEnd = start;
  let readTo = start;
  for (let token = lexer.next(); token; token = lexer.next()) {
    readTo = token.unterminated ? text.length : token.end;
    if (token.kind === 'comment') {
      if (bodyStart < 0 || !endsStatement.test(text.slice(token.start, token.start + 40))) continue;
      return { bodyStart, bodyEnd, end: bodyEnd, kind: 'sql', terminated: true, readTo: token.end + 1, metas };
    }
    if (token.kind === 'meta') {
      if (bodyStart < 0) {
        metas.push(token);
        const data = copiesFromStdin.test(text.slice(token.start, token.end)) ? copyDataEnd(text, token.end, 1) : null;
        const end = data?.end ?? token.end;
        return {
          bodyStart: token.start,
          bodyEnd: token.end,
          end,
          kind: 'meta',
          terminated: true,
          readTo: data?.readTo ?? end + 1,
          metas,
        };
      }
      metas.push(token);
      if (text[token.start + 1] === ';') shape.separate();
      if (sends.test(text.slice(token.start, token.end)))
        return { bodyStart, bodyEnd, end: token.end, kind: 'sql', terminated: true, readTo: token.end + 1, metas };
      continue;
    }
    if (bodyStart < 0) bodyStart = token.start;
    if (token.kind === 'punctuation' && text.charCodeAt(token.start) === 59 && shape.endsAtSemicolon()) {
      const end = copyDataEnd(text, token.end, shape.copiesFromStdin);
      return { bodyStart, bodyEnd, end: end.end, kind: 'sql', terminated: true, readTo: end.readTo, metas };
    }
    shape.add(token);
    bodyEnd = token.end;
  }
  const end = text.length;
  if (bodyStart < 0) return { bodyStart: end, bodyEnd: end, end, kind: 'blank', terminated: true, readTo: end, metas };
  return { bodyStart, bodyEnd, end, kind: 'sql', terminated: false, readTo: Math.max(readTo, end), metas };
}

/** The data behind `COPY … FROM stdin;`: so many runs of lines, each up to a line `\.`; without that line there is none. */
function copyDataEnd(text: string, semicolon: number, copies: number): { end: number; readTo: number } {
  let end = semicolon;
  if (copies === 0) return { end, readTo: end };
  // data begins on the next line: a statement behind the semicolon means that none follows
  const rest = /^[ \t]*(?:--[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(semicolon, semicolon + 1000));
  if (!rest) return { end, readTo: semicolon + 1000 };
  for (let i = 0; i < copies; i++) {
    const mark = /\r?\n\\\.[ \t]*(?=\r?\n|$)/g;
    mark.lastIndex = end;
    const found = mark.exec(text);
    if (!found) return { end, readTo: text.length };
    end = found.index + found[0].length;
  }
  return { end, readTo: end + 1 };
}

/** The little that must be known of a statement to tell which `;` ends it. */
class StatementShape {
  readonly #text: string;
  readonly #firstWords: string[] = [];
  #parentheses = 0;
  #atomic = 0;
  #lastWord = '';
  /** How many COPY … FROM stdin the text sent at once holds (psql's `\;` joins statements). */
  copiesFromStdin = 0;

  constructor(text: string) {
    this.#text = text;
  }

  add(token: Token): void {
    if (token.kind === 'punctuation') {
      const c = this.#text.charCodeAt(token.start);
      if (c === 40) this.#parentheses++;
      else if (c === 41) this.#parentheses = Math.max(0, this.#parentheses - 1);
      return;
    }
    if (token.kind !== 'word') return;
    const length = token.end - token.start;
    if (length > 12) {
      this.#lastWord = '';
      return;
    }
    const word = this.#text.slice(token.start, token.end).toLowerCase();
    if (this.#firstWords.length < 4) this.#firstWords.push(word);
    if (this.#definesRoutine()) this.#trackAtomic(word);
    if ((word === 'stdin' || word === 'stdout') && this.#lastWord === 'from' && this.#firstWords[0] === 'copy')
      this.copiesFromStdin++;
    this.#lastWord = word;
  }

  endsAtSemicolon(): boolean {
    return this.#atomic === 0 && !(this.#parentheses > 0 && this.#creates('rule'));
  }

  /** psql's `\;`: another statement begins, sent together with this one. */
  separate(): void {
    this.#firstWords.length = 0;
    this.#parentheses = 0;
    this.#atomic = 0;
    this.#lastWord = '';
  }

  #trackAtomic(word: string): void {
    if (word === 'atomic' && this.#lastWord === 'begin') this.#atomic++;
    else if (word === 'case' && this.#atomic > 0 && this.#lastWord !== 'end') this.#atomic++;
    else if (word === 'end' && this.#atomic > 0) this.#atomic--;
  }

  #definesRoutine(): boolean {
    return this.#creates('function') || this.#creates('procedure');
  }

  /** CREATE [OR REPLACE] what */
  #creates(what: string): boolean {
    const [first, second, third, fourth] = this.#firstWords;
    return first === 'create' && (second === what || (second === 'or' && third === 'replace' && fourth === what));
  }
}
