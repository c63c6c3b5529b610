/** Text edits that keep the author's layout. */
import type { Span } from '../tokens.ts';
import type { BrokenStatement } from './brokenStatement.ts';
import type { Edit } from './mistake.ts';

export const insert = (offset: number, newText: string): Edit => ({ start: offset, end: offset, newText });

export const replace = (span: Span, newText: string): Edit => ({ start: span.start, end: span.end, newText });

/** A word in front of token `place`, behind what stands before it. */
export function insertWord(broken: BrokenStatement, place: number, word: string): Edit {
  const { end } = broken.tokens.span(place - 1);
  const glued = /[\p{L}\p{N}_"'$]/u.test(broken.text[end] ?? '');
  return insert(end, ` ${word}${glued ? ' ' : ''}`);
}

/** Removes tokens `first` to `last` with the white space in front of them, or behind them where a line begins. */
export function remove(broken: BrokenStatement, first: number, last = first): Edit {
  const { text } = broken;
  let { start, end } = broken.tokens.span(first, last);
  while (start > broken.start && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  const atLineStart = start === broken.start || text[start - 1] === '\n';
  if (atLineStart) start = broken.tokens.span(first).start;
  if (atLineStart || text[start - 1] === '(') while (text[end] === ' ' || text[end] === '\t') end++;
  return { start, end, newText: '' };
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const edit of sorted(edits)) {
    result += text.slice(position, edit.start) + edit.newText;
    position = edit.end;
  }
  return result + text.slice(position);
}

/**
 * Where an offset of the edited text was before the edits. One inside new text was nowhere: then `inside` answers, given
 * the edit that wrote it.
 */
export function beforeEdits<T = null>(
  offset: number,
  edits: readonly Edit[],
  inside: (edit: Edit) => T = () => null as T,
): number | T {
  let shift = 0;
  for (const edit of sorted(edits)) {
    const start = edit.start + shift;
    if (offset < start) break;
    if (offset < start + edit.newText.length) return inside(edit);
    shift += edit.newText.length - (edit.end - edit.start);
  }
  return offset - shift;
}

const sorted = (edits: readonly Edit[]): Edit[] => [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
