/** A fix that writes what a migration's backward part forgets, where the file's language can hold that. */

import type { Undo } from './ddl/undoDdl.ts';
import type { PlacedFinding, Undoing } from './document.ts';
import { type BackwardPart, backwardCalls } from './review/backwardPart.ts';
import type { ReviewOptions } from './review/review.ts';
import type { Fix } from './rules/rule.ts';
import { plainMap } from './sources/piece.ts';
import type { TextEdit } from './sources/source.ts';
import type { Parser } from './syntax/parser.ts';
import { SqlText } from './syntax/sqlText.ts';
import { Text } from './text/text.ts';
import type { Beside } from './tools/tool.ts';
import type { FileState } from './workspace.ts';

export interface BackwardWriting {
  readonly file: FileState;
  readonly part: BackwardPart;
  readonly options: ReviewOptions;
  /** What is left to undo behind a part; null where that cannot be said. */
  readonly left: (undoing: Undoing) => Undo | null;
  readonly parser: Parser;
  readonly beside: Beside;
}

/** The finding with the fix, which is worked out when somebody asks for it. */
export function withUndoFix(placed: PlacedFinding, writing: BackwardWriting): PlacedFinding {
  if (!writing.file.source.rewriter) return placed;
  let fixes: readonly Fix[] | null = null;
  return {
    ...placed,
    statementStart: 0,
    piece: { ...placed.piece, map: plainMap(writing.file.text.length), sql: SqlText.of('', writing.parser) },
    finding: {
      ...placed.finding,
      // its edits are of the file
      span: { start: 0, end: 0 },
      get fixes() {
        fixes ??= undoFixes(writing);
        return fixes;
      },
    },
  };
}

function undoFixes({ file, part, options, left, parser, beside }: BackwardWriting): Fix[] {
  const { source, text, pieces, uri } = file;
  const host = pieces.find((piece) => piece.host);
  const undo = left({ part, options });
  if (!undo || undo.statements.length === 0 || !host || !source.rewriter) return [];
  const { statements, late } = undo;
  const split = statements.length - late;
  const before = text.toString();
  // types and functions go behind what may use them; where the part's own statements are in the way, all goes behind them
  const ways = [split, statements.length, 0].filter((n, i, all) => all.indexOf(n) === i);
  for (const n of ways) {
    const change = { undo: statements.slice(0, n), behind: statements.slice(n), moved: null, anew: true as const };
    const edits = source.rewriter.rewriteBackward(before, host, change, parser);
    if (!edits || edits.length === 0) continue;
    const after = applied(before, edits);
    const read = source.read(uri, Text.of(after), parser, beside);
    const written = backwardCalls(read, source.gapsIn?.(read) ?? [], source.backwardCode?.(after) ?? 'code');
    const rest = written.known ? left({ part: written, options }) : null;
    // run in thought behind the migration, nothing of it fails, and all is as it was
    if (rest?.statements.length !== 0) continue;
    return [
      {
        title: titleOf(statements),
        safe: false,
        edits: edits.map(({ from, to, inserted }) => ({ start: from, end: to, newText: inserted })),
      },
    ];
  }
  return [];
}

const longest = 60;

function titleOf([first = '', ...others]: readonly string[]): string {
  const line = first.replace(/\s+/g, ' ');
  const shown = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return others.length === 0 ? `Undo the rest: ${shown}` : `Undo the rest: ${shown}, and ${others.length} more`;
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => b.from - a.from || b.order - a.order);
  return ordered.reduce((t, { from, to, inserted }) => t.slice(0, from) + inserted + t.slice(to), text);
}
