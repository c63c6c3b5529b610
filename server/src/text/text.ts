/**
 * A file's text in chunks. Immutable: an edit gives a new one that shares all chunks it did not touch, so that a key press
 * in a file of megabytes copies some kilobytes. Lines end with \n, \r\n or \r, as in LSP.
 */
import type { Position, Range } from 'vscode-languageserver-types';

/** UTF-16 units; edits copy a few chunks, and every edit walks over all chunks' lengths. */
const chunkLength = 8192;

interface Chunk {
  readonly text: string;
  /** Offsets in the chunk at which a line begins, because a line end stands right before. */
  readonly lineStarts: readonly number[];
}

/** What features need of a document; vscode-languageserver-textdocument's TextDocument has it too. */
export interface LineDocument {
  readonly uri: string;
  positionAt(offset: number): Position;
  /** Positions beyond a line's or the text's end mean that end. */
  offsetAt(position: Position): number;
  getText(range?: Range): string;
}

export class Text {
  readonly #chunks: readonly Chunk[];
  /** Offset at which each chunk begins; one more: the length. */
  readonly #offsets: Int32Array;
  /** Number of line starts before each chunk; one more: of all. */
  readonly #lines: Int32Array;
  #whole: string | null;

  private constructor(chunks: readonly Chunk[], whole: string | null) {
    this.#chunks = chunks;
    this.#whole = whole;
    this.#offsets = new Int32Array(chunks.length + 1);
    this.#lines = new Int32Array(chunks.length + 1);
    let offset = 0;
    let lines = 0;
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i] as Chunk;
      this.#offsets[i] = offset;
      this.#lines[i] = lines;
      offset += chunk.text.length;
      lines += chunk.lineStarts.length;
    }
    this.#offsets[chunks.length] = offset;
    this.#lines[chunks.length] = lines;
  }

  static of(text: string): Text {
    return new Text(chunksOf(text), text);
  }

  get length(): number {
    return this.#offsets[this.#chunks.length] as number;
  }

  toString(): string {
    this.#whole ??= this.#chunks.map((c) => c.text).join('');
    return this.#whole;
  }

  slice(from: number, to: number): string {
    const until = Math.min(to, this.length);
    if (from >= until) return '';
    const first = this.#chunkAt(from);
    const last = this.#chunkAt(until - 1);
    const start = this.#offsets[first] as number;
    let text = (this.#chunks[first] as Chunk).text;
    for (let i = first + 1; i <= last; i++) text += (this.#chunks[i] as Chunk).text;
    return text.slice(from - start, until - start);
  }

  /** Replaces the characters from `from` to `to` by `inserted`. */
  edit(from: number, to: number, inserted: string): Text {
    if (this.#chunks.length === 0) return Text.of(inserted);
    let first = this.#chunkAt(from);
    let last = Math.max(first, this.#chunkAt(Math.max(from, to)));
    // a chunk must not begin between \r and \n: its neighbours are read again with it
    if (first > 0) first--;
    if (last < this.#chunks.length - 1) last++;
    const start = this.#offsets[first] as number;
    const end = this.#offsets[last + 1] as number;
    const changed = this.slice(start, from) + inserted + this.slice(to, end);
    return new Text([...this.#chunks.slice(0, first), ...chunksOf(changed), ...this.#chunks.slice(last + 1)], null);
  }

  positionAt(offset: number): Position {
    let at = Math.max(0, Math.min(offset, this.length));
    const i = this.#chunkAt(at);
    const chunk = this.#chunks[i];
    if (!chunk) return { line: 0, character: 0 };
    const within = countUpTo(chunk.lineStarts, at - (this.#offsets[i] as number));
    const line = (this.#lines[i] as number) + within;
    const start = this.#startOfLine(line);
    while (at > start && isLineEnd(this.#charCodeAt(at - 1))) at--;
    return { line, character: at - start };
  }

  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    const lines = this.#lines[this.#chunks.length] as number;
    if (line > lines) return this.length;
    const start = this.#startOfLine(line);
    const end = line === lines ? this.length : this.#startOfLine(line + 1);
    let at = Math.min(start + Math.max(0, character), end);
    while (at > start && isLineEnd(this.#charCodeAt(at - 1))) at--;
    return at;
  }

  #startOfLine(line: number): number {
    if (line === 0) return 0;
    const i = lastUpTo(this.#lines, line - 1, this.#chunks.length);
    const within = (this.#chunks[i] as Chunk).lineStarts[line - 1 - (this.#lines[i] as number)] as number;
    return (this.#offsets[i] as number) + within;
  }

  #charCodeAt(offset: number): number {
    const i = this.#chunkAt(offset);
    return (this.#chunks[i] as Chunk).text.charCodeAt(offset - (this.#offsets[i] as number));
  }

  /** The chunk that holds an offset; the last one for the text's end. */
  #chunkAt(offset: number): number {
    return Math.max(0, lastUpTo(this.#offsets, offset, this.#chunks.length));
  }
}

/** A document of an editor: a text with a name and a version. */
export class SourceDocument implements LineDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: Text;

  constructor(uri: string, version: number, text: Text) {
    this.uri = uri;
    this.version = version;
    this.text = text;
  }

  positionAt(offset: number): Position {
    return this.text.positionAt(offset);
  }

  offsetAt(position: Position): number {
    return this.text.offsetAt(position);
  }

  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text.toString();
  }
}

const isLineEnd = (c: number): boolean => c === 10 || c === 13;

function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + chunkLength);
    if (end < text.length && text.charCodeAt(end - 1) === 13 && text.charCodeAt(end) === 10) end++;
    const part = text.slice(start, end);
    chunks.push({ text: part, lineStarts: lineStartsOf(part) });
    start = end;
  }
  return chunks;
}

function lineStartsOf(text: string): number[] {
  const starts: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!isLineEnd(c)) continue;
    if (c === 13 && text.charCodeAt(i + 1) === 10) i++;
    starts.push(i + 1);
  }
  return starts;
}

/** How many of the ascending values are at most `value`. */
function countUpTo(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last index below `count` whose value is at most `value`; -1 when there is none. */
function lastUpTo(sorted: Int32Array, value: number, count: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
