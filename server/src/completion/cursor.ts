/** What stands around the cursor in a statement, as words: the statement is half typed and need not parse. */
import { nameOf } from '../symbols/collector.ts';
import { type Token, tokenize } from '../text/lexer.ts';

export interface SqlCursor {
  /** Of one statement, as far as that can be told. */
  readonly text: string;
  /** Where the statement begins in it, behind white space and comments. */
  readonly start: number;
  readonly offset: number;
}

export interface WordAtCursor extends SqlCursor {
  /** What is replaced: the word that the cursor is in or behind. */
  readonly from: number;
  readonly to: number;
  /** Whether it is written in double quotes. */
  readonly quoted: boolean;
  /** `schema.table.` in front of it. */
  readonly qualifier: readonly string[];
  /** Where the qualifier, or without one the word, begins. */
  readonly first: number;
  /** The words before that. */
  readonly before: Words;
}

/** Null inside of strings, comments and numbers, where nothing is named. */
export function wordAt(cursor: SqlCursor): WordAtCursor | null {
  const { text, start, offset } = cursor;
  const tokens = tokenize(text, start);
  const isWord = (t: Token | undefined): boolean => t?.kind === 'word' || t?.kind === 'identifier';
  const behind = tokens.findIndex((t) => t.start >= offset);
  const count = behind < 0 ? tokens.length : behind;
  const last = tokens[count - 1];
  const touched = last && (last.end >= offset || last.unterminated) ? last : null;
  if (touched && !isWord(touched)) {
    const open =
      touched.end > offset || touched.unterminated || (touched.kind === 'comment' && text[touched.start] === '-');
    if (open || touched.kind === 'number' || touched.kind === 'parameter' || touched.kind === 'placeholder')
      return null;
  }
  // right behind a closing quote nothing is begun
  const isClosed = touched !== null && touched.end === offset && !touched.unterminated;
  if (isClosed && (touched.kind === 'string' || touched.kind === 'dollar')) return null;
  if (isClosed && touched.kind === 'identifier' && touched.end - touched.start > 2) return null;
  const word = touched && isWord(touched) ? touched : null;
  // editors replace within one line only
  if (word && /[\r\n]/.test(text.slice(word.start, offset))) return null;
  const behindCursor = word ? /^[^\r\n]*/.exec(text.slice(offset, word.end))?.[0].length : 0;
  const done = tokens.slice(0, word ? count - 1 : count).filter((t) => t.kind !== 'comment');
  const qualifier: string[] = [];
  let first = word?.start ?? offset;
  while (written(text, done.at(-1)) === '.' && isWord(done.at(-2))) {
    const name = done.at(-2) as Token;
    qualifier.unshift(nameOf(text.slice(name.start, name.end)));
    first = name.start;
    done.length -= 2;
  }
  return {
    ...cursor,
    from: word?.start ?? offset,
    // an open quote swallows all that is behind it
    to: word?.unterminated ? offset : offset + (behindCursor ?? 0),
    quoted: word?.kind === 'identifier',
    qualifier,
    first,
    before: new Words(text, done),
  };
}

/** Words of PL/pgSQL behind which a statement begins. */
const beforeStatement = new Set(['begin', 'then', 'else', 'loop', 'declare']);

/** The statement at the cursor in the body of a function; the cursor itself where it is in none. */
export function insideBody(cursor: SqlCursor): SqlCursor {
  const { text, start, offset } = cursor;
  const body = tokenize(text, start).find((t) => t.kind === 'dollar' && t.start < offset && offset < t.end);
  if (!body) return cursor;
  const tag = /^\$[^$]*\$/.exec(text.slice(body.start, body.end))?.[0].length ?? 0;
  const from = body.start + tag;
  const end = body.unterminated ? text.length : body.end - tag;
  if (offset < from || offset > end) return cursor;
  const inner = text.slice(from, end);
  const tokens = tokenize(inner);
  const at = offset - from;
  const ends = (t: Token): boolean => {
    const word = inner.slice(t.start, t.end).toLowerCase();
    return word === ';' || (t.kind === 'word' && beforeStatement.has(word));
  };
  const first = tokens.findLast((t) => t.end <= at && ends(t))?.end ?? 0;
  const last = tokens.find((t) => t.start >= at && inner[t.start] === ';')?.start ?? inner.length;
  // the white space stands for what is before, so that offsets hold
  return insideBody({ text: ' '.repeat(from + first) + inner.slice(first, last), start: from + first, offset });
}

const written = (text: string, token: Token | undefined): string => (token ? text.slice(token.start, token.end) : '');

/** Words in front of the cursor, looked at from the last one backwards. */
export class Words {
  readonly #text: string;
  readonly all: readonly Token[];

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.all = tokens;
  }

  get length(): number {
    return this.all.length;
  }

  /** In lower case where it is a word, '' where there is none. @param i negative: from the end */
  at(i: number): string {
    const token = this.all.at(i);
    if (!token || (i < 0 && -i > this.all.length)) return '';
    const text = this.#text.slice(token.start, token.end);
    return token.kind === 'word' ? text.toLowerCase() : text;
  }

  /** Index of the first such word; -1 when there is none. */
  indexOf(word: string): number {
    for (let i = 0; i < this.length; i++) if (this.at(i) === word) return i;
    return -1;
  }

  includes(word: string): boolean {
    return this.indexOf(word) >= 0;
  }

  /** The identifier at `i`; null for what is none. */
  nameAt(i: number): string | null {
    const token = this.all.at(i);
    return token?.kind === 'word' || token?.kind === 'identifier'
      ? nameOf(this.#text.slice(token.start, token.end))
      : null;
  }

  /** The name that ends at `i`, with the schema in front of it, and where it begins. */
  dottedName(i: number): { readonly schema: string | null; readonly name: string; readonly first: number } | null {
    const at = i < 0 ? this.length + i : i;
    const name = this.nameAt(at);
    if (name === null) return null;
    const schema = this.at(at - 1) === '.' ? this.nameAt(at - 2) : null;
    return { schema, name, first: schema === null ? at : at - 2 };
  }

  /** Index of the parenthesis that is open at the end; -1 when none is. */
  get openParenthesis(): number {
    return this.openBefore(this.length);
  }

  openBefore(end: number): number {
    let depth = 0;
    for (let i = end - 1; i >= 0; i--) {
      const word = this.at(i);
      if (word === ')' || word === ']') depth++;
      else if ((word === '(' || word === '[') && depth-- === 0) return i;
    }
    return -1;
  }

  /** The last of these words outside of parentheses that are closed, and not before one that is open; -1 when there is none. */
  lastOf(words: ReadonlySet<string>): number {
    let depth = 0;
    for (let i = this.length - 1; i >= 0; i--) {
      const word = this.at(i);
      if (word === ')' || word === ']') depth++;
      else if (word === '(' || word === '[') {
        if (depth-- === 0) return -1;
      } else if (depth === 0 && this.all[i]?.kind === 'word' && words.has(word)) return i;
    }
    return -1;
  }

  upTo(i: number): Words {
    return new Words(this.#text, this.all.slice(0, i));
  }
}
