/** SQL that is put together for an operation, each word of it with the place in the file that it came from. */
import type { Span } from '../../syntax/tokens.ts';
import { concatenated, type Mapped, mappedTo } from './mapped.ts';

/** A word of SQL: its own text comes from the operation as a whole. */
export type Part = string | Mapped;

/** What an operation cannot be turned into SQL for, and where that stands. */
export class NotEvaluable extends Error {
  readonly span: Span;

  constructor(span: Span, reason: string) {
    super(reason);
    this.span = span;
  }
}

/** One statement. Words of its own have places of -1, which the map takes for the operation's name. */
export function assemble(parts: readonly Part[]): Mapped {
  return concatenated(parts.map((part) => (typeof part === 'string' ? ownWord(part) : part)));
}

/** The words that Alembic adds by itself are few, and the same again and again. */
const words = new Map<string, Mapped>();

function ownWord(text: string): Mapped {
  let word = words.get(text);
  if (!word) {
    word = mappedTo(text, ownWords);
    words.set(text, word);
  }
  return word;
}

/** Marks the words that Alembic adds by itself. */
export const ownWords: Span = { start: -1, end: -1 };

/** Parts with a separator between them. */
export function joined(parts: readonly (readonly Part[])[], separator: string): Part[] {
  return parts.flatMap((part, i) => (i === 0 ? part : [separator, ...part]));
}
