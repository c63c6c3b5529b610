/** SQL inside a file, whatever the file's own language, with the way back to the file. */
import type { Wrapping } from '../catalog/session.ts';
import type { SqlText } from '../syntax/sqlText.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Span } from '../syntax/tokens.ts';

export interface PieceMap {
  /** Offset in the SQL → offset in the file (both UTF-16). */
  toFile(offset: number): number;
  /** A part of the SQL → where in the file it comes from. */
  toRange(start: number, end: number): Span;
  /** Offset in the file → offset in the SQL; null when it lies outside this piece. */
  fromFile(offset: number): number | null;
  /** How SQL text must be written there (escapes of a host language); null when it cannot be. */
  encode(sql: string): string | null;
}

/** A piece that stands inside another language: how comments of that language go with it. */
export interface Host {
  /** The call that runs it, as UTF-16 offsets into the file. */
  readonly call: Span;
  /** Comments right above it. */
  readonly comments: string;
  /** Comments anywhere in the file that speak for the whole file. */
  readonly fileComments: string;
  /** Offset in the file, and text in front of a new comment's words, where one above the piece would go. */
  readonly commentAt: number;
  readonly commentStart: string;
}

export interface Piece {
  readonly sql: SqlText;
  readonly map: PieceMap;
  /** Who wraps it in a transaction. */
  readonly wrapping: Wrapping;
  /** The file itself says how it is run: that holds against what settings say of many files. */
  readonly declared: boolean;
  /** Whether it is run by itself: in another transaction than the piece before it. */
  readonly begins: boolean;
  /** Offset in the SQL from which it undoes the migration; the SQL's length when nothing does. */
  readonly downFrom: number;
  /** False: nothing is claimed about it, since it may be for another database; it can still be explained. */
  readonly reviewed: boolean;
  /** Whether it runs at all depends on what the file does not tell: that it fails is not claimed. */
  readonly conditional: boolean;
  /** What it does to the schema may not be done; without any SQL: from here on the schema may be otherwise than the pieces tell. */
  readonly uncertain: boolean;
  /** Null in a file of SQL. */
  readonly host: Host | null;
}

/** @param from where the piece begins in a file of SQL */
export const plainMap = (length: number, from = 0): PieceMap => ({
  toFile: (offset) => from + offset,
  toRange: (start, end) => ({ start: from + start, end: from + Math.max(start, end) }),
  fromFile: (offset) => (offset >= from && offset <= from + length ? offset - from : null),
  encode: (sql) => sql,
});

/** The statements that run forward. */
export function forwardPart(piece: Piece): readonly Statement[] {
  const count = forwardCount(piece);
  return count === piece.sql.statements.length ? piece.sql.statements : piece.sql.statements.slice(0, count);
}

/** How many of the piece's statements belong to the part that runs forward. */
export function forwardCount({ sql, downFrom }: Piece): number {
  if (downFrom >= sql.length) return sql.statements.length;
  // the mark that begins the backward part stands in the comments above its first statement
  const at = sql.indexAt(downFrom);
  const statement = sql.statements[at];
  return statement && (sql.starts[at] as number) + statement.bodyStart < downFrom ? at + 1 : Math.max(at, 0);
}
