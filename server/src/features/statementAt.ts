/** The statement under the cursor, in whatever piece of the file it stands. */
import type { FileReview } from '../document.ts';
import type { ReviewedStatement } from '../review/review.ts';
import type { Piece } from '../sources/piece.ts';
import type { FileState } from '../workspace.ts';

export interface StatementAt {
  readonly piece: Piece;
  readonly pieceIndex: number;
  readonly reviewed: ReviewedStatement;
  /** Index in the piece's statements. */
  readonly index: number;
}

/** @param offset UTF-16 offset into the file */
export function statementAt(file: FileState, review: FileReview, offset: number): StatementAt | null {
  for (let pieceIndex = 0; pieceIndex < file.pieces.length; pieceIndex++) {
    const piece = file.pieces[pieceIndex] as Piece;
    const inSql = piece.map.fromFile(offset);
    if (inSql === null) continue;
    const statements = review.reviews[pieceIndex]?.statements ?? [];
    let index = piece.sql.indexAt(inSql);
    // a cursor right behind the `;`, or in the white space after it, belongs to the statement before
    const at = statements[index];
    if (at && at.statement.parsed.kind === 'none' && index > 0) index--;
    else if (at && index > 0 && inSql - at.start <= lineLead(at.statement.text)) index--;
    const reviewed = statements[index];
    if (reviewed && reviewed.statement.parsed.kind !== 'none') return { piece, pieceIndex, reviewed, index };
  }
  return null;
}

/** Length of what follows the previous statement on its own line: spaces up to and without the line's end. */
function lineLead(text: string): number {
  return /^[ \t]*(?=\r?\n)/.exec(text)?.[0].length ?? -1;
}
