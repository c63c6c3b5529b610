/**
 * A tolerant lexer for PostgreSQL as people keep it in files: the server's lexical rules
 * (postgresql.org/docs/current/sql-syntax-lexical.html), psql's meta-commands, variables and COPY data
 * (postgresql.org/docs/current/app-psql.html), and the placeholders of drivers and templates.
 * It never fails: an unterminated string, identifier or comment runs to the end of the text and is marked so.
 */

export type TokenKind =
  | 'word' // keyword or unquoted identifier
  | 'identifier' // "quoted", U&"quoted"
  | 'string' // 'x', E'x', B'x', X'x', N'x', U&'x'
  | 'dollar' // $tag$ … $tag$
  | 'number'
  | 'parameter' // $1
  | 'placeholder' // :name, :'name', :"name", %(name)s, %s, {{ … }}, {% … %}, ${…}
  | 'operator'
  | 'punctuation' // ( ) [ ] , ; . :
  | 'comment' // -- … and /* … */
  | 'meta' // a psql meta-command, to the end of its line
  | 'unknown';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets into the text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** A string, identifier or comment that the text ends inside of. */
  readonly unterminated?: true;
}

const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === 0xfeff;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isWordStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c >= 0x80;
const isWordPart = (c: number): boolean => isWordStart(c) || isDigit(c) || c === 36;
const operatorCharacters = new Set([...'+-*/<>=~!@#%^&|`?'].map((c) => c.charCodeAt(0)));

/** Words after which a value may begin, so that `%s` behind them is a driver's placeholder and not modulo. */
const beforeValue =
  /^(select|where|and|or|not|in|like|ilike|between|limit|offset|values|set|then|else|when|case|returning|on|having|by|any|all|some|is|from|join|into|table|using|interval|date|timestamp)$/i;

/** UTF-16 units; what is longer between `{{` and `}}` is no template that stands in a statement. */
const longestTemplate = 4000;

/** One pass over a text; `next()` gives the next token or null at the end. White space is skipped. */
export class Lexer {
  readonly text: string;
  position: number;
  /** How far the search for the end of a template went that was not found: what comes there later may be that end. */
  lookedTo = 0;
  readonly #end: number;
  #brackets = 0;
  #previous: Token | null = null;

  constructor(text: string, start = 0, end = text.length) {
    this.text = text;
    this.position = start;
    this.#end = end;
  }

  next(): Token | null {
    const { text } = this;
    let i = this.position;
    while (i < this.#end && isSpace(text.charCodeAt(i))) i++;
    if (i >= this.#end) {
      this.position = i;
      return null;
    }
    const token = this.#scan(i, text.charCodeAt(i));
    this.position = token.end;
    if (token.kind !== 'comment') this.#previous = token;
    return token;
  }

  #scan(i: number, c: number): Token {
    const { text } = this;
    const d = i + 1 < this.#end ? text.charCodeAt(i + 1) : 0;
    if (isWordStart(c)) return this.#word(i, c, d);
    if (c === 39) return this.#string(i, i + 1, false);
    if (c === 34) return this.#quotedIdentifier(i, i + 1);
    if (isDigit(c) || (c === 46 && isDigit(d))) return this.#number(i);
    if (c === 36) return this.#dollar(i, d);
    if (c === 45 && d === 45) return { kind: 'comment', start: i, end: this.#lineEnd(i) };
    if (c === 47 && d === 42) return this.#blockComment(i);
    if (c === 92) return { kind: 'meta', start: i, end: this.#metaEnd(i) };
    if (c === 123 && (d === 123 || d === 37)) return this.#jinja(i, d);
    if (c === 123 && (d === 125 || isWordStart(d))) return this.#braces(i);
    if (c === 37) {
      const placeholder = this.#percent(i, d);
      if (placeholder) return placeholder;
    }
    if (c === 58) return this.#colon(i, d);
    if (c === 91) this.#brackets++;
    else if (c === 93) this.#brackets = Math.max(0, this.#brackets - 1);
    else if (c === 59) this.#brackets = 0;
    if (c === 40 || c === 41 || c === 91 || c === 93 || c === 44 || c === 59 || c === 46)
      return { kind: 'punctuation', start: i, end: i + 1 };
    if (operatorCharacters.has(c)) return this.#operator(i);
    return { kind: 'unknown', start: i, end: i + 1 };
  }

  #word(i: number, c: number, d: number): Token {
    const { text } = this;
    if (d === 39) {
      if (c === 69 || c === 101) return this.#string(i, i + 2, true);
      if (c === 66 || c === 98 || c === 88 || c === 120 || c === 78 || c === 110) return this.#string(i, i + 2, false);
    }
    if ((c === 85 || c === 117) && d === 38) {
      const quote = text.charCodeAt(i + 2);
      if (quote === 39) return this.#string(i, i + 3, false);
      if (quote === 34) return this.#quotedIdentifier(i, i + 3);
    }
    let end = i + 1;
    while (end < this.#end && isWordPart(text.charCodeAt(end))) end++;
    return { kind: 'word', start: i, end };
  }

  #string(start: number, from: number, escapes: boolean): Token {
    const { text } = this;
    for (let i = from; i < this.#end; i++) {
      const c = text.charCodeAt(i);
      if (c === 92 && escapes) i++;
      else if (c === 39) {
        if (text.charCodeAt(i + 1) === 39 && i + 1 < this.#end) i++;
        else return { kind: 'string', start, end: i + 1 };
      }
    }
    return { kind: 'string', start, end: this.#end, unterminated: true };
  }

  #quotedIdentifier(start: number, from: number): Token {
    const { text } = this;
    for (let i = from; i < this.#end; i++) {
      if (text.charCodeAt(i) !== 34) continue;
      if (text.charCodeAt(i + 1) === 34 && i + 1 < this.#end) i++;
      else return { kind: 'identifier', start, end: i + 1 };
    }
    return { kind: 'identifier', start, end: this.#end, unterminated: true };
  }

  #number(start: number): Token {
    const { text } = this;
    let i = start;
    const radix = text.charCodeAt(i) === 48 ? text.charCodeAt(i + 1) | 32 : 0;
    if (radix === 120 || radix === 111 || radix === 98) {
      i += 2;
      while (i < this.#end && /[0-9a-f_]/i.test(text[i] as string)) i++;
      return { kind: 'number', start, end: i };
    }
    const digits = (): void => {
      while (i < this.#end && (isDigit(text.charCodeAt(i)) || text.charCodeAt(i) === 95)) i++;
    };
    digits();
    // `1..10` is a PL/pgSQL range, not two decimal points
    if (text.charCodeAt(i) === 46 && text.charCodeAt(i + 1) !== 46 && i < this.#end) {
      i++;
      digits();
    }
    if ((text.charCodeAt(i) | 32) === 101 && i < this.#end) {
      const sign = text.charCodeAt(i + 1) === 43 || text.charCodeAt(i + 1) === 45 ? 2 : 1;
      if (isDigit(text.charCodeAt(i + sign))) {
        i += sign;
        digits();
      }
    }
    return { kind: 'number', start, end: Math.min(i, this.#end) };
  }

  /** `$1`, `$$ … $$`, `$tag$ … $tag$`, `${name}`. */
  #dollar(start: number, d: number): Token {
    const { text } = this;
    let i = start + 1;
    if (isDigit(d)) {
      while (i < this.#end && isDigit(text.charCodeAt(i))) i++;
      return { kind: 'parameter', start, end: i };
    }
    if (d === 123) {
      const lineEnd = this.#lineEnd(i);
      const close = text.slice(i, lineEnd).indexOf('}');
      if (close >= 0) return { kind: 'placeholder', start, end: i + close + 1 };
      this.lookedTo = Math.max(this.lookedTo, lineEnd);
    }
    if (isWordStart(d)) while (i < this.#end && (isWordStart(text.charCodeAt(i)) || isDigit(text.charCodeAt(i)))) i++;
    if (text.charCodeAt(i) !== 36 || i >= this.#end) return { kind: 'unknown', start, end: start + 1 };
    const tag = text.slice(start, i + 1);
    const close = text.indexOf(tag, i + 1);
    if (close < 0 || close + tag.length > this.#end)
      return { kind: 'dollar', start, end: this.#end, unterminated: true };
    return { kind: 'dollar', start, end: close + tag.length };
  }

  #blockComment(start: number): Token {
    const { text } = this;
    let depth = 1;
    let i = start + 2;
    while (i < this.#end) {
      const c = text.charCodeAt(i);
      if (c === 47 && text.charCodeAt(i + 1) === 42) {
        depth++;
        i += 2;
      } else if (c === 42 && text.charCodeAt(i + 1) === 47) {
        i += 2;
        if (--depth === 0) return { kind: 'comment', start, end: i };
      } else i++;
    }
    return { kind: 'comment', start, end: this.#end, unterminated: true };
  }

  /** `{name}` and `{}`, as programs fill them in that keep a query in a file. */
  #braces(start: number): Token {
    const { text } = this;
    let i = start + 1;
    while (i < this.#end && (isWordStart(text.charCodeAt(i)) || isDigit(text.charCodeAt(i)))) i++;
    const closes = i < this.#end && text.charCodeAt(i) === 125;
    return closes ? { kind: 'placeholder', start, end: i + 1 } : { kind: 'unknown', start, end: start + 1 };
  }

  /** `{{ … }}` and `{% … %}`. */
  #jinja(start: number, d: number): Token {
    const limit = Math.min(this.#end, start + longestTemplate);
    const close = this.text.slice(start + 2, limit).indexOf(d === 123 ? '}}' : '%}');
    if (close >= 0) return { kind: 'placeholder', start, end: start + 2 + close + 2 };
    this.lookedTo = Math.max(this.lookedTo, limit);
    return { kind: 'unknown', start, end: start + 1 };
  }

  /** `%(name)s` and `%s` of Python drivers, where a value may stand; otherwise null, and `%` is an operator. */
  #percent(start: number, d: number): Token | null {
    const { text } = this;
    if (d === 40) {
      const match = /^%\([A-Za-z_]\w*\)s/.exec(text.slice(start, start + 80));
      return match ? { kind: 'placeholder', start, end: start + match[0].length } : null;
    }
    if (d !== 115 || isWordPart(text.charCodeAt(start + 2))) return null;
    const before = this.#previous;
    const value =
      before === null ||
      before.kind === 'operator' ||
      (before.kind === 'punctuation' && !')].'.includes(text[before.start] as string)) ||
      (before.kind === 'word' && beforeValue.test(text.slice(before.start, before.end)));
    return value ? { kind: 'placeholder', start, end: start + 2 } : null;
  }

  /** `::`, `:=`, `:name`, `:'name'`, `:"name"`, or the colon of an array slice. */
  #colon(start: number, d: number): Token {
    const { text } = this;
    if (d === 58 || d === 61) return { kind: 'operator', start, end: start + 2 };
    if (this.#brackets > 0) return { kind: 'punctuation', start, end: start + 1 };
    if (d === 39 || d === 34) {
      const match = /^:(?:'\w+'|"\w+")/.exec(text.slice(start, start + 80));
      if (match) return { kind: 'placeholder', start, end: start + match[0].length };
    }
    if (!isWordStart(d)) return { kind: 'punctuation', start, end: start + 1 };
    let end = start + 2;
    while (end < this.#end && isWordPart(text.charCodeAt(end))) end++;
    return { kind: 'placeholder', start, end };
  }

  /** An operator ends before a comment, and a trailing `+` or `-` belongs to it only behind `~!@#%^&|`?`. */
  #operator(start: number): Token {
    const { text } = this;
    let end = start;
    while (end < this.#end && operatorCharacters.has(text.charCodeAt(end))) {
      const two = text.slice(end, end + 2);
      if (end > start && (two === '--' || two === '/*')) break;
      end++;
    }
    const special = /[~!@#%^&|`?]/.test(text.slice(start, end));
    while (!special && end - start > 1 && (text[end - 1] === '+' || text[end - 1] === '-')) end--;
    return { kind: 'operator', start, end };
  }

  #lineEnd(i: number): number {
    const { text } = this;
    let end = i;
    while (end < this.#end && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
    return end;
  }

  /** A meta-command ends with its line, except `\;` (a separator within psql's buffer) and `\\` (back to SQL). */
  #metaEnd(start: number): number {
    if (this.text[start + 1] === ';' || this.text[start + 1] === '\\') return Math.min(start + 2, this.#end);
    const end = this.#lineEnd(start);
    if (takesWholeLine.test(this.text.slice(start, Math.min(end, start + 8)))) return end;
    const back = this.text.indexOf('\\\\', start + 1);
    return back >= 0 && back < end ? back : end;
  }
}

/** Those whose arguments are all that is left of the line, `\\` as well (postgresql.org/docs/current/app-psql.html). */
const takesWholeLine = /^\\(?:!|(?:copy|help|h|ef|ev|sf\+?|sv\+?)(?![\w+]))/;

/** All tokens of `text.slice(start, end)`, comments included. Offsets are into `text`. */
export function tokenize(text: string, start = 0, end = text.length): Token[] {
  const lexer = new Lexer(text, start, end);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token; token = lexer.next()) tokens.push(token);
  return tokens;
}
