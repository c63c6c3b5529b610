/** From offsets in a piece of SQL to LSP positions and edits in its file. */

import type { Range, TextEdit } from 'vscode-languageserver-types';
import type { PlacedFinding } from '../document.ts';
import type { Fix } from '../rules/rule.ts';
import type { Span } from '../syntax/tokens.ts';
import type { LineDocument } from '../text/text.ts';

export const rangeOf = (document: LineDocument, span: Span): Range => ({
  start: document.positionAt(span.start),
  end: document.positionAt(span.end),
});

/** The edits of a fix in the file; null when the file's own language cannot hold them. */
export function editsOf(document: LineDocument, { piece, statementStart }: PlacedFinding, fix: Fix): TextEdit[] | null {
  const edits: TextEdit[] = [];
  for (const edit of fix.edits) {
    const newText = piece.map.encode(edit.newText);
    if (newText === null) return null;
    const start = piece.map.toFile(statementStart + edit.start);
    const end = edit.end > edit.start ? piece.map.toFile(statementStart + edit.end) : start;
    edits.push({ range: rangeOf(document, { start, end }), newText: withLineEnds(document, newText) });
  }
  return edits;
}

/** New lines as the file ends its own. */
export function withLineEnds(document: LineDocument, text: string): string {
  return text.includes('\n') &&
    /\r\n/.test(document.getText({ start: { line: 0, character: 0 }, end: { line: 2, character: 0 } }))
    ? text.replaceAll('\n', '\r\n')
    : text;
}
