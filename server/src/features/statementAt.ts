/** The statement under the cursor, in whatever piece of the file it stands. */

import type { Piece } from '../sources/piece.ts';
import type { Statement } from '../syntax/statement.ts';
import type { FileState } from '../workspace.ts';

export interface StatementAt {
  readonly piece: Piece;
  readonly statement: Statement;
  /** Offset of the statement's text in the piece's SQL. */
  readonly start: number;
}

/** @param offset UTF-16 offset into the file */
export function statementAt(file: FileState, offset: number): StatementAt | null {
  for (const piece of file.pieces) {
    const inSql = piece.map.fromFile(offset);
    if (inSql === null) continue;
    const { sql } = piece;
    let index = sql.indexAt(inSql);
    const at = sql.statements[index];
    // a cursor right behind the `;`, or in the white space after it, belongs to the statement before
    if (at && index > 0 && (at.parsed.kind === 'none' || inSql - (sql.starts[index] as number) <= lineLead(at.text)))
      index--;
    const statement = sql.statements[index];
    if (statement && statement.parsed.kind !== 'none') return { piece, statement, start: sql.starts[index] as number };
  }
  return null;
}

/** Length of what follows the previous statement on its own line: spaces up to and without the line's end. */
function lineLead(text: string): number {
  return /^[ \t]*(?=\r?\n)/.exec(text)?.[0].length ?? -1;
}
