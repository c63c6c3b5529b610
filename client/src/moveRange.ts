// Finds text again after the document around it was edited. Positions are LSP's; knows nothing of VS Code.
import type { Position, Range } from 'vscode-languageserver-types';

/** `range` after the text that it lies in moved from `from` to `to` (both the start of that text). */
export function moveRange(range: Range, from: Position, to: Position): Range {
  return { start: movePosition(range.start, from, to), end: movePosition(range.end, from, to) };
}

function movePosition(position: Position, from: Position, to: Position): Position {
  const line = position.line - from.line + to.line;
  // Only what shares the first line with the start moves sideways.
  const character =
    position.line === from.line ? position.character - from.character + to.character : position.character;
  return { line, character };
}

/**
 * The offset in `document` at which `text` stands, the nearest to `near`; -1 when it is not there any more.
 *
 * @param isIt says of a place, by where `text` ends there, whether it counts
 */
export function nearestOccurrence(
  document: string,
  text: string,
  near: number,
  isIt: (end: number) => boolean = () => true,
): number {
  if (text === '') return -1;
  let before = document.lastIndexOf(text, near);
  while (before !== -1 && !isIt(before + text.length))
    before = before === 0 ? -1 : document.lastIndexOf(text, before - 1);
  let after = document.indexOf(text, near);
  while (after !== -1 && !isIt(after + text.length)) after = document.indexOf(text, after + 1);
  if (before === -1 || after === -1) return Math.max(before, after);
  return near - before <= after - near ? before : after;
}
