/** The SQL that a file of another language stands for, as one text; what could not be worked out is said in comments. */

import type { PreviewSqlResult } from '../protocol.ts';
import type { Piece } from '../sources/piece.ts';
import type { Span } from '../syntax/tokens.ts';
import { type LineDocument, SourceDocument, Text } from '../text/text.ts';
import type { FileState } from '../workspace.ts';
import { rangeOf } from './place.ts';

export interface SqlPreview {
  readonly text: string;
  /** In the order of the text. */
  readonly blocks: readonly PreviewBlock[];
}

/** A statement, or a comment on what is missing. Both spans are UTF-16 offsets. */
export interface PreviewBlock {
  /** Where it comes from in the file. */
  readonly source: Span;
  readonly preview: Span;
}

/** @param backward the part that undoes the migration instead */
export function sqlPreviewOf(
  { pieces, source, text }: Pick<FileState, 'pieces' | 'source' | 'text'>,
  backward: boolean,
): SqlPreview {
  const gaps = (source.gapsIn?.(pieces) ?? []).filter((gap) => gap.backward === backward);
  const writer = new PreviewWriter();
  let next = 0;
  const tellGaps = (until: number): void => {
    for (let gap = gaps[next]; gap && gap.span.start < until; gap = gaps[++next])
      writer.add([`-- Line ${text.positionAt(gap.span.start).line + 1}: ${gap.reason}.`], gap.span);
  };
  for (const piece of pieces) {
    if (!isRun(piece)) continue;
    const { sql, downFrom } = piece;
    for (const [i, statement] of sql.statements.entries()) {
      const start = sql.starts[i] as number;
      if (statement.parsed.kind === 'none' || start + statement.bodyStart >= downFrom !== backward) continue;
      const from = sourceOf(piece, start + statement.bodyStart, start + statement.bodyEnd);
      tellGaps(from.end);
      writer.add([...remarks(piece), `${told(piece, statement.body)};`], from);
    }
  }
  tellGaps(Number.MAX_SAFE_INTEGER);
  return { text: writer.text, blocks: writer.blocks };
}

/** As {@link sqlPreviewOf}, with positions of the file and of the text. */
export function previewFor(document: LineDocument, file: FileState, backward: boolean): PreviewSqlResult {
  const { text, blocks } = sqlPreviewOf(file, backward);
  const preview = new SourceDocument('', 0, Text.of(text));
  return {
    text,
    blocks: blocks.map((block) => ({
      source: rangeOf(document, block.source),
      preview: rangeOf(preview, block.preview),
    })),
  };
}

/** What stands in a revision and is reached by neither of its functions, it does not run. */
const isRun = ({ host, wrapping, downFrom }: Piece): boolean => host === null || wrapping !== 'unknown' || downFrom > 0;

/** The place of what is not known is marked in words. */
const told = ({ host }: Piece, sql: string): string =>
  host === null ? sql : sql.replaceAll('{{ }}', '/* not known */');

function remarks({ host, wrapping, conditional }: Piece): string[] {
  if (host === null) return [];
  return [
    ...(wrapping === 'none' || wrapping === 'single' ? ['-- Outside of the transaction:'] : []),
    // one string of several statements
    ...(wrapping === 'implicit' ? ['-- Outside of the transaction, in one with the rest of its string:'] : []),
    ...(conditional ? ['-- Only under a condition that the file does not tell:'] : []),
  ];
}

/** Of SQL that was put together: the whole call. */
function sourceOf({ map, sql }: Piece, start: number, end: number): Span {
  if (map.encode('') !== null) return map.toRange(start, end);
  const whole = map.toRange(0, sql.length);
  return { start: Math.min(whole.start, map.toFile(0)), end: Math.max(whole.end, map.toFile(sql.length)) };
}

class PreviewWriter {
  text = '';
  readonly blocks: PreviewBlock[] = [];

  add(lines: readonly string[], source: Span): void {
    if (this.text !== '') this.text += '\n';
    const start = this.text.length;
    this.text += `${lines.join('\n')}\n`;
    this.blocks.push({ source, preview: { start, end: this.text.length - 1 } });
  }
}
