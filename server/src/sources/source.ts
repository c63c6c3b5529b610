/** A file format that holds SQL. A source knows nothing of rules; it only finds the SQL. */
import type { Parser } from '../syntax/parser.ts';
import type { Span } from '../syntax/tokens.ts';
import type { Text } from '../text/text.ts';
import type { Beside } from '../tools/tool.ts';
import type { Piece } from './piece.ts';

export interface TextEdit {
  /** UTF-16 offsets into the text before the edit. */
  readonly from: number;
  readonly to: number;
  readonly inserted: string;
}

/** What a piece is to run instead of what it runs. */
export interface WantedSql {
  /** The piece's whole SQL; only comments where it is to run nothing. */
  readonly sql: string;
  /** Each statement is to be a transaction of its own, also where the tool wraps the file in one. */
  readonly outside: boolean;
}

/** What is to become of a migration's backward part. */
export interface BackwardChange {
  /** Statements that are to run before all else. */
  readonly undo: readonly string[];
  /** Statements that are to run behind all else. */
  readonly behind?: readonly string[];
  /** It is to be written where there is none. */
  readonly anew?: true;
  /** Name of an index or constraint that is no longer made here. */
  readonly moved: string | null;
}

/** A fix that is about the language around the SQL. */
export interface OwnFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** For a source whose SQL is not, or not always, text of the file. */
export interface Rewriter {
  /** Edits after which the piece runs other SQL; null where that cannot be written. */
  rewrite(text: string, piece: Piece, wanted: WantedSql, parser: Parser): readonly TextEdit[] | null;
  /** Edits of what undoes the file; null where that cannot be written. */
  rewriteBackward(text: string, piece: Piece, change: BackwardChange, parser: Parser): readonly TextEdit[] | null;
  /**
   * What else can be done there about a finding on the piece's SQL.
   * @param rule of the finding
   */
  ownFixes(rule: string, text: string, piece: Piece, parser: Parser): readonly OwnFix[];
  /** How a quick fix says that its statements run outside the tool's transaction. */
  readonly outsideWords: string;
}

export interface Source {
  readonly id: string;
  readonly rewriter?: Rewriter;
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
  /** What could not be worked out of the file that these pieces were read from, in its order. */
  gapsIn?(pieces: readonly Piece[]): readonly Gap[];
  /** What is written in the part that undoes a migration. For sources that are programs. */
  backwardCode?(text: string): BackwardCode;
  /** What the argument of a migration call at that offset names; null where there is none. For sources that have such calls. */
  argumentAt?(text: string, offset: number): ArgumentAt | null;
}

/**
 * A part that undoes a migration and is a program: not there; without any statement; with words alone, or an error that it
 * raises on purpose; or with statements.
 */
export type BackwardCode = 'absent' | 'empty' | 'explained' | 'code';

/** SQL that the file runs and that is not known. */
export interface Gap {
  /** UTF-16 offsets into the file. */
  readonly span: Span;
  /** The end of a sentence: `the condition is not known`. */
  readonly reason: string;
  /** In the part that undoes the migration. */
  readonly backward: boolean;
}

/** `table.column`: both in one string. */
export type ArgumentNames = 'table' | 'column' | 'index' | 'constraint' | 'table.column';

export interface ArgumentAt {
  readonly names: ArgumentNames;
  /** The name itself, without quotes, as UTF-16 offsets into the file. */
  readonly span: Span;
  readonly call: Span;
  /** For columns, indexes and constraints: the table that the call names; null where it is not told. */
  readonly table: string | null;
  /** Null for the usual one. */
  readonly schema: string | null;
  /** In the part that undoes the migration. */
  readonly backward: boolean;
}
