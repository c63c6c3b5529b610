/** Plain SQL files: the file is the SQL. The migration tool it belongs to tells which part undoes it and who opens the transaction. */
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { sqlToolOf } from '../../tools/index.ts';
import { marksOf } from '../../tools/marks.ts';
import { type Beside, nothingBeside } from '../../tools/tool.ts';
import { type Piece, plainMap } from '../piece.ts';
import type { Source } from '../source.ts';
import { sectionsByDatabase } from './databaseHeadings.ts';
import { readSections } from './sections.ts';

const extensions = /\.(?:sql|pgsql|psql|ddl)$/i;

export const sqlSource: Source = {
  id: 'sql',
  handles: (uri, languageId) => languageId === 'sql' || languageId === 'postgres' || extensions.test(uri),
  read(uri, text, parser, beside = nothingBeside) {
    const whole = text.toString();
    return piecesOf(uri, () => whole, SqlText.of(whole, parser), parser, beside, []);
  },
  edit(uri, pieces, edit, text, parser, beside = nothingBeside) {
    const [old] = pieces;
    // a file in sections is read again, but for those that are as they were
    if (!old || pieces.length > 1 || old.begins)
      return piecesOf(uri, () => text.toString(), SqlText.of(text.toString(), parser), parser, beside, pieces);
    const sql = old.sql.edit(edit.from, edit.to, edit.inserted, parser, text);
    return piecesOf(uri, () => text.toString(), sql, parser, beside, pieces);
  },
};

function piecesOf(
  uri: string,
  text: () => string,
  sql: SqlText,
  parser: Parser,
  beside: Beside,
  known: readonly Piece[],
): readonly Piece[] {
  const file = { uri, text: marksOf(sql) };
  const tool = sqlToolOf(file, beside);
  const sections = tool ? tool.sections?.(text()) : sectionsByDatabase(sql);
  if (sections) return readSections(sections, text(), parser, known);
  const { wrapping, downFrom, declared } = tool?.running(file, sql, beside) ?? {
    wrapping: 'none',
    downFrom: sql.length,
    declared: false,
  };
  return [
    {
      sql,
      map: plainMap(sql.length),
      wrapping,
      declared,
      begins: false,
      downFrom,
      reviewed: true,
      conditional: false,
      uncertain: false,
      host: null,
    },
  ];
}
