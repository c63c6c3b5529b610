// Where the statement of a plan stands by now: the file may have been edited since it was explained.
import type { Position, Range, TextDocument } from 'vscode';
import { nearestOccurrence } from './moveRange.ts';
import type { ShownPlan } from './panelMessages.ts';

/** The text of a statement, as a plan keeps it. */
export type ExplainedText = Pick<ShownPlan, 'sourceText' | 'textAfter'>;

type TextHolder = Pick<TextDocument, 'getText' | 'offsetAt' | 'positionAt'>;

export function explainedText(document: TextHolder, range: Range): ExplainedText {
  const text = document.getText();
  const end = document.offsetAt(range.end);
  return { sourceText: text.slice(document.offsetAt(range.start), end), textAfter: firstAfter(text, end) };
}

/** Where the statement begins in its file now; null when its text is gone or was changed. */
export function startNow(
  document: TextHolder,
  {
    report: { source },
    sourceText,
    textAfter,
  }: ExplainedText & { readonly report: Pick<ShownPlan['report'], 'source'> },
): Position | null {
  if (!source) return null;
  const text = document.getText();
  const near = offsetIn(text, source.range.start);
  const found = nearestOccurrence(
    text,
    sourceText,
    near,
    (end) => textAfter === undefined || firstAfter(text, end) === textAfter,
  );
  return found === -1 ? null : document.positionAt(found);
}

/** Of LSP's position, which VS Code's own documents do not take: a line that is no longer there is the end. */
function offsetIn(text: string, { line, character }: { readonly line: number; readonly character: number }): number {
  let start = 0;
  for (let i = 0; i < line; i++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + character, text.length);
}

/** What is not blank: a `;`, the quote that ends a string; '' at the end of the file. */
function firstAfter(text: string, offset: number): string {
  const visible = /\S/g;
  visible.lastIndex = offset;
  return visible.exec(text)?.[0] ?? '';
}
