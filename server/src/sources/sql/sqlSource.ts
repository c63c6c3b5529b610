/** Plain SQL files: the file is the SQL. Migration tools' own comments tell which part undoes it and who opens the transaction. */
import { SqlText } from '../../syntax/sqlText.ts';
import { identityMap, type Piece } from '../piece.ts';
import type { Source } from '../source.ts';
import { markersOf } from './markers.ts';

const extensions = /\.(?:sql|pgsql|psql|ddl)$/i;

export const sqlSource: Source = {
  id: 'sql',
  handles: (uri, languageId) => languageId === 'sql' || languageId === 'postgres' || extensions.test(uri),
  read: (uri, text, parser) => [pieceOf(uri, SqlText.of(text.toString(), parser))],
  edit(uri, pieces, edit, text, parser) {
    const old = pieces[0];
    if (!old) return this.read(uri, text, parser);
    return [pieceOf(uri, old.sql.edit(edit.from, edit.to, edit.inserted, parser, text))];
  },
};

function pieceOf(uri: string, sql: SqlText): Piece {
  const { wrapping, downFrom } = markersOf(uri, sql);
  return {
    sql,
    map: identityMap(sql.length),
    wrapping,
    downFrom,
    reviewed: true,
    tablesCreatedBefore: [],
    host: null,
  };
}
