/** A file format that holds SQL. A source knows nothing of rules; it only finds the SQL. */
import type { Parser } from '../syntax/parser.ts';
import type { Text } from '../text/text.ts';
import type { Beside } from '../tools/tool.ts';
import type { Piece } from './piece.ts';

export interface TextEdit {
  /** UTF-16 offsets into the text before the edit. */
  readonly from: number;
  readonly to: number;
  readonly inserted: string;
}

export interface Source {
  readonly id: string;
  /** @param languageId LSP's, or '' when only the path is known */
  handles(uri: string, languageId: string): boolean;
  /** @param beside what migration tools keep beside the file; nothing when absent */
  read(uri: string, text: Text, parser: Parser, beside?: Beside): readonly Piece[];
  /** As {@link read} of the edited text, reusing what the edit left alone. */
  edit(
    uri: string,
    pieces: readonly Piece[],
    edit: TextEdit,
    text: Text,
    parser: Parser,
    beside?: Beside,
  ): readonly Piece[];
}
