/**
 * Units of position. Everywhere in this project a plain `number` offset counts UTF-16 code units, as JavaScript strings
 * and LSP do. Two foreign units exist, and only this module turns them into ours:
 * - the Postgres grammar (libpg_query) counts UTF-8 bytes in parse trees,
 * - and code points (its `cursorPosition`, like a server's error position) in errors.
 */

declare const unit: unique symbol;
/** An offset in UTF-8 bytes. Deliberately not assignable to `number`. */
export interface ByteOffset {
  readonly [unit]: 'byte';
}
/** An offset in Unicode code points. Deliberately not assignable to `number`. */
export interface CodePointOffset {
  readonly [unit]: 'code point';
}
export const byteOffset = (n: number): ByteOffset => n as unknown as ByteOffset;
export const codePointOffset = (n: number): CodePointOffset => n as unknown as CodePointOffset;

/** True when every character is one byte, so that all units agree. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** UTF-8 bytes of the UTF-16 unit at `i`; a surrogate pair counts 4 on its first half and 0 on its second. */
function bytesAt(text: string, i: number): number {
  const c = text.charCodeAt(i);
  if (c < 0x80) return 1;
  if (c < 0x800) return 2;
  if (c >= 0xd800 && c <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) return 4;
  if (isLowSurrogate(c) && i > 0 && isHighSurrogate(text.charCodeAt(i - 1))) return 0;
  return 3; // a lone surrogate is written as U+FFFD, three bytes as well
}

const isHighSurrogate = (c: number): boolean => c >= 0xd800 && c <= 0xdbff;
const isLowSurrogate = (c: number): boolean => c >= 0xdc00 && c <= 0xdfff;

/** Turns byte offsets into one text into UTF-16 offsets; asking in ascending order costs O(text) in all. */
export class ByteIndex {
  readonly #text: string;
  #bytes = 0;
  #units = 0;

  constructor(text: string) {
    this.#text = text;
  }

  toUtf16(offset: ByteOffset): number {
    const target = offset as unknown as number;
    if (target < this.#bytes) {
      this.#bytes = 0;
      this.#units = 0;
    }
    const text = this.#text;
    while (this.#bytes < target && this.#units < text.length) {
      this.#bytes += bytesAt(text, this.#units);
      this.#units++;
    }
    // never stop between the halves of a surrogate pair
    while (this.#units < text.length && bytesAt(text, this.#units) === 0) this.#units++;
    return this.#units;
  }
}

export function codePointToUtf16(text: string, offset: CodePointOffset): number {
  let left = offset as unknown as number;
  let i = 0;
  while (left > 0 && i < text.length) {
    i += isHighSurrogate(text.charCodeAt(i)) && isLowSurrogate(text.charCodeAt(i + 1)) ? 2 : 1;
    left--;
  }
  return i;
}
