/** Files of SQL whose tool runs them part by part. */
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import type { Section } from '../../tools/tool.ts';
import { type Piece, plainMap } from '../piece.ts';

/** @param known the pieces before an edit: what has the same text is not read again */
export function readSections(
  sections: readonly Section[],
  text: string,
  parser: Parser,
  known: readonly Piece[],
): readonly Piece[] {
  const before = new Map(known.map(({ sql }) => [sql.slice(0, sql.length), sql]));
  return sections.map(({ from, to, wrapping, declared, reviewed }) => {
    const part = text.slice(from, to);
    const sql = before.get(part) ?? SqlText.of(part, parser);
    return {
      sql,
      map: plainMap(part.length, from),
      wrapping,
      declared,
      begins: true,
      downFrom: part.length,
      reviewed,
      conditional: false,
      uncertain: false,
      host: null,
    };
  });
}
