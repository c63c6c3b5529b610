/** The value of a Python string literal, character by character with its place in the file. */
import type { PieceMap } from '../piece.ts';

export interface StringValue {
  readonly text: string;
  /** File offset of each UTF-16 unit of `text`, and one more: where the content ends. */
  readonly offsets: readonly number[];
  readonly map: PieceMap;
}

interface Literal {
  readonly raw: boolean;
  readonly formatted: boolean;
  readonly quote: string;
  readonly contentStart: number;
  readonly contentEnd: number;
}

/** @param start where the literal's prefix begins in `source`; null for bytes and for what is no complete literal */
function readLiteral(source: string, start: number, end: number): Literal | null {
  const match = /^([a-zA-Z]{0,2})('''|"""|'|")/.exec(source.slice(start, start + 5));
  if (!match) return null;
  const prefix = (match[1] as string).toLowerCase();
  const quote = match[2] as string;
  const contentStart = start + prefix.length + quote.length;
  const closed = end - quote.length >= contentStart && source.slice(end - quote.length, end) === quote;
  if (prefix.includes('b')) return null;
  return {
    raw: prefix.includes('r'),
    formatted: prefix.includes('f'),
    quote,
    contentStart,
    contentEnd: closed ? end - quote.length : end,
  };
}

/** A template placeholder, which the SQL lexer takes for a value or a name that is filled in later. */
const unknownValue = '{{ }}';

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};

/** @param literals ranges of adjacent literals, which Python joins into one string */
export function stringValue(source: string, literals: readonly { from: number; to: number }[]): StringValue | null {
  let text = '';
  const offsets: number[] = [];
  let last: Literal | null = null;
  const put = (value: string, at: number): void => {
    for (let i = 0; i < value.length; i++) offsets.push(at);
    text += value;
  };
  for (const { from, to } of literals) {
    const literal = readLiteral(source, from, to);
    if (!literal) return null;
    last = literal;
    for (let i = literal.contentStart; i < literal.contentEnd; ) i = readCharacter(source, i, literal, put);
  }
  if (!last) return null;
  offsets.push(last.contentEnd);
  return { text, offsets, map: literalMap(offsets, last) };
}

/** @returns the offset behind what was read */
function readCharacter(source: string, i: number, literal: Literal, put: (value: string, at: number) => void): number {
  const c = source[i] as string;
  if (c === '\\' && !literal.raw) {
    const next = source[i + 1] ?? '';
    if (next === '\n') return i + 2;
    if (next === '\r') return source[i + 2] === '\n' ? i + 3 : i + 2;
    const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(source.slice(i, i + 10));
    if (code) {
      const value = Number.parseInt((code[1] ?? code[2] ?? code[3]) as string, 16);
      put(value <= 0x10ffff ? String.fromCodePoint(value) : '\uFFFD', i);
      return i + code[0].length;
    }
    const value = simple[next];
    if (value !== undefined) put(value, i);
    else {
      // Python keeps a backslash that starts no escape
      put('\\', i);
      put(next, i + 1);
    }
    return i + 2;
  }
  if (literal.formatted && (c === '{' || c === '}')) {
    if (source[i + 1] === c) {
      put(c, i);
      return i + 2;
    }
    if (c === '{') {
      // what stands there is not known: a placeholder takes its place
      const close = closingBrace(source, i, literal.contentEnd);
      put(unknownValue, i);
      return close + 1;
    }
  }
  put(c, i);
  return i + 1;
}

function closingBrace(source: string, open: number, end: number): number {
  let depth = 0;
  for (let i = open; i < end; i++) {
    if (source[i] === '{') depth++;
    else if (source[i] === '}' && --depth === 0) return i;
  }
  return end - 1;
}

function literalMap(offsets: readonly number[], literal: Literal): PieceMap {
  return {
    toFile: (offset) => offsets[Math.min(offset, offsets.length - 1)] as number,
    toRange(start, end) {
      const first = this.toFile(start);
      return { start: first, end: end > start ? Math.max(first, this.toFile(end)) : first };
    },
    fromFile(offset) {
      if (offset < (offsets[0] as number) || offset > (offsets.at(-1) as number)) return null;
      const found = offsets.findIndex((o) => o >= offset);
      return found < 0 ? null : found;
    },
    encode(sql) {
      const triple = literal.quote.length === 3;
      if (literal.raw)
        return sql.includes(literal.quote[0] as string) || sql.includes('\\') || (!triple && sql.includes('\n'))
          ? null
          : sql;
      let encoded = sql.replaceAll('\\', '\\\\').replaceAll(literal.quote[0] as string, `\\${literal.quote[0]}`);
      if (!triple) encoded = encoded.replaceAll('\n', '\\n');
      if (literal.formatted) encoded = encoded.replaceAll('{', '{{').replaceAll('}', '}}');
      return encoded;
    },
  };
}
