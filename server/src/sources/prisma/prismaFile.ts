/** A file of Prisma's schema language as its blocks; blocks whose text is unchanged stay the same objects. */
import { readBlock } from './readBlock.ts';
import type { Block } from './syntax.ts';

export class PrismaFile {
  readonly blocks: readonly Block[];
  /** Offset in the file at which each block's text begins. */
  readonly starts: readonly number[];

  private constructor(blocks: readonly Block[]) {
    this.blocks = blocks;
    const starts: number[] = [];
    let start = 0;
    for (const block of blocks) {
      starts.push(start);
      start += block.text.length;
    }
    this.starts = starts;
  }

  /** @param before the file as it was: what is unchanged is taken over */
  static of(text: string, before: PrismaFile | null = null): PrismaFile {
    // of two that look alike, each is an object of its own: it stands for its place
    const known = new Map<string, Block[]>();
    for (const block of before?.blocks ?? []) {
      const same = known.get(block.text);
      if (same) same.push(block);
      else known.set(block.text, [block]);
    }
    return new PrismaFile(splitBlocks(text).map((part) => known.get(part)?.shift() ?? readBlock(part)));
  }

  /** Offset in the file of a block of it. */
  startOf(block: Block): number {
    return this.starts[this.blocks.indexOf(block)] as number;
  }
}

/** A block's first line. A field's cannot look like it: nothing opens a brace there. */
const head = /^[ \t]*(?:model|view|enum|type|datasource|generator)[ \t]+[\p{L}_][\p{L}\p{N}_-]*[ \t]*\{/u;

/**
 * The text in parts, each with at most one block at its end. A block ends with the line of its closing brace; one that is not
 * closed ends where the next begins, with the comments right above that.
 */
export function splitBlocks(text: string): string[] {
  const parts: string[] = [];
  /** Of the part at hand; of the comments right above the line at hand. */
  let [from, comments] = [0, 0];
  let [isOpen, inComment] = [false, false];
  let lineStart = 0;
  for (let end = 0; lineStart < text.length; lineStart = end) {
    end = endOfLine(text, lineStart);
    const line = text.slice(lineStart, end);
    const began = inComment;
    inComment = endsInComment(line, inComment);
    if (!began && head.test(line)) {
      if (isOpen && comments > from) {
        parts.push(text.slice(from, comments));
        from = comments;
      }
      isOpen = true;
    }
    const closes = !began && isOpen && /^[ \t]*\}/.test(line);
    if (closes) {
      parts.push(text.slice(from, end));
      from = end;
      isOpen = false;
    }
    if (!began && !/^[ \t]*\/[/*]/.test(line)) comments = end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function endOfLine(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10) return i + 1;
    if (c === 13) return text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1;
  }
  return text.length;
}

/** Whether a comment between `/*` and its end goes on on the next line. */
function endsInComment(line: string, began: boolean): boolean {
  if (!began && !line.includes('/*')) return false;
  let inside = began;
  for (const [mark] of line.matchAll(/"(?:\\.|[^"\\\r\n])*"?|\/\/|\/\*|\*\//g)) {
    if (inside) {
      // a quote within a comment hides nothing
      if (mark === '*/' || mark.includes('*/')) inside = false;
    } else if (mark === '//') return false;
    else if (mark === '/*') inside = true;
  }
  return inside;
}
