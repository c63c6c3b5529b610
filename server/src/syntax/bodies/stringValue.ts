/** The value of an SQL string constant, with the way from each of its characters back to where it is written. */
import type { Token } from '../../text/lexer.ts';

export interface StringValue {
  readonly text: string;
  /** Of the first quote, or of the letters before it, and behind the last. */
  readonly start: number;
  readonly end: number;
  /** UTF-16 offset in the value → offset in the source. The value's length gives where its closing quote stands. */
  toSource(offset: number): number;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads the string constant that begins at `tokens[first]`. Quoted constants with nothing but white space and a line
 * break between them are one constant, as in the SQL standard.
 * @param tokens of `source`, without comments
 * @returns null where there is none, one that is not closed, or one of bits (B'', X'')
 */
export function stringValue(source: string, tokens: readonly Token[], first: number): StringValue | null {
  const token = tokens[first];
  if (!token || token.unterminated) return null;
  if (token.kind === 'dollar') {
    const tag = source.indexOf('$', token.start + 1) + 1 - token.start;
    const from = token.start + tag;
    return {
      text: source.slice(from, token.end - tag),
      start: token.start,
      end: token.end,
      toSource: (offset) => from + offset,
    };
  }
  if (token.kind !== 'string') return null;
  const prefix = source.slice(token.start, source.indexOf("'", token.start)).toLowerCase();
  if (prefix === 'b' || prefix === 'x') return null;
  const value = new QuotedValue(source, prefix);
  value.read(token.start + prefix.length + 1, token.end - 1);
  let end = token.end;
  for (let i = first + 1; continues(source, end, tokens[i]); i++) {
    const next = tokens[i] as Token;
    value.read(next.start + 1, next.end - 1);
    end = next.end;
  }
  const { text, offsets } = value;
  offsets.push(end - 1);
  return {
    text,
    start: token.start,
    end,
    toSource: (offset) => offsets[Math.max(0, Math.min(offset, offsets.length - 1))] as number,
  };
}

function continues(source: string, end: number, next: Token | undefined): boolean {
  if (next?.kind !== 'string' || next.unterminated || source[next.start] !== "'") return false;
  const between = source.slice(end, next.start);
  return /[\r\n]/.test(between) && /^(?:\s|--[^\r\n]*)*$/.test(between);
}

class QuotedValue {
  text = '';
  readonly offsets: number[] = [];
  readonly #source: string;
  readonly #prefix: string;

  constructor(source: string, prefix: string) {
    this.#source = source;
    this.#prefix = prefix;
  }

  read(from: number, to: number): void {
    const source = this.#source;
    for (let i = from; i < to; ) {
      const c = source[i] as string;
      const escaped = c === '\\' ? this.#escape(i) : null;
      if (escaped) {
        this.#put(escaped.value, i);
        i += escaped.length;
      } else {
        this.#put(c, i);
        i += c === "'" ? 2 : 1;
      }
    }
  }

  #put(value: string, at: number): void {
    for (let i = 0; i < value.length; i++) this.offsets.push(at);
    this.text += value;
  }

  #escape(i: number): { value: string; length: number } | null {
    const rest = this.#source.slice(i, i + 10);
    if (this.#prefix === 'u&') {
      if (rest.startsWith('\\\\')) return { value: '\\', length: 2 };
      const code = /^\\(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/i.exec(rest);
      return code ? { value: character((code[1] ?? code[2]) as string, 16), length: code[0].length } : null;
    }
    if (this.#prefix !== 'e') return null;
    const code = /^\\(?:([0-7]{1,3})|x([0-9a-f]{1,2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/i.exec(rest);
    if (code) {
      const value = code[1] ? character(code[1], 8) : character((code[2] ?? code[3] ?? code[4]) as string, 16);
      return { value, length: code[0].length };
    }
    const next = rest[1] ?? '';
    return { value: escapes[next] ?? next, length: 2 };
  }
}

function character(digits: string, radix: number): string {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
}
