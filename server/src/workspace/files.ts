/** The files of a workspace as they are read: those that are open, and those of histories that are not. */
import type { TransactionSetting } from '../configuration.ts';
import { otherDatabaseOf } from '../history/otherDatabase.ts';
import { wrappingBy } from '../sources/asSet.ts';
import { sourceFor } from '../sources/index.ts';
import type { Piece } from '../sources/piece.ts';
import type { Source, TextEdit } from '../sources/source.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';
import type { Beside } from '../tools/tool.ts';

/** UTF-16 units. A larger file is data, not something a person reviews. */
export const maxFileLength = 8_000_000;

export interface FileState {
  readonly uri: string;
  readonly source: Source;
  readonly text: Text;
  readonly pieces: readonly Piece[];
  /** Why the file is not reviewed; null when it is. */
  readonly refused: string | null;
}

/** How a file's statements share transactions by the user's settings; null where those say nothing. */
export type TransactionOf = (uri: string) => TransactionSetting | null;

export class WorkspaceFiles {
  readonly #parser: Parser;
  readonly #refusedFiles: ReadonlySet<string>;
  readonly #open = new Map<string, FileState>();
  /** Files of histories that are not open. */
  readonly #closed = new Map<string, FileState>();
  #beside: Beside = new Map();
  #transactionOf: TransactionOf = () => null;
  /** The database that migrations are for which are not for Postgres, by URI. */
  #otherDatabases: ReadonlyMap<string, string> = new Map();

  /** @param refusedFiles whose review was stopped before */
  constructor(parser: Parser, refusedFiles: readonly string[]) {
    this.#parser = parser;
    this.#refusedFiles = new Set(refusedFiles);
  }

  get(uri: string): FileState | undefined {
    return this.#open.get(uri) ?? this.#closed.get(uri);
  }

  /** The file as an editor has it. */
  opened(uri: string): FileState | undefined {
    return this.#open.get(uri);
  }

  openUris(): string[] {
    return [...this.#open.keys()];
  }

  /** What migration tools keep beside the files. */
  get beside(): Beside {
    return this.#beside;
  }

  /** @returns whether what was known of the file is known no longer */
  open(uri: string, languageId: string, text: Text): boolean {
    const closed = this.#closed.get(uri);
    const isKnown =
      closed && closed.source === sourceFor(uri, languageId) && closed.text.toString() === text.toString();
    this.#open.set(uri, isKnown ? closed : this.#read(uri, languageId, text));
    return !isKnown;
  }

  /** @returns the file; undefined where it is not open */
  change(uri: string, edit: TextEdit): FileState | undefined {
    const before = this.#open.get(uri);
    if (!before) return undefined;
    const text = before.text.edit(edit.from, edit.to, edit.inserted);
    const after =
      before.refused !== null || this.#refusal(uri, text) !== null
        ? this.#read(uri, '', text, before.source)
        : this.#edited(before, edit, text);
    this.#open.set(uri, after);
    return after;
  }

  close(uri: string): void {
    const state = this.#open.get(uri);
    this.#open.delete(uri);
    if (state && this.#closed.has(uri)) this.#closed.set(uri, state);
  }

  /** The texts of the histories' files; all others are forgotten. */
  keepClosed(members: ReadonlySet<string>, texts: ReadonlyMap<string, string>): void {
    for (const uri of this.#closed.keys()) if (!members.has(uri)) this.#closed.delete(uri);
    for (const uri of members) {
      const text = texts.get(uri);
      if (text !== undefined && this.#closed.get(uri)?.text.toString() !== text) this.addClosed(uri, text);
    }
  }

  addClosed(uri: string, text: string): void {
    this.#closed.set(uri, this.#read(uri, '', Text.of(text)));
  }

  /** Of a file that is not kept. */
  readAlone({ uri, text }: { readonly uri: string; readonly text: string }): FileState {
    return this.#read(uri, '', Text.of(text));
  }

  /** Statements that stay as they are stay the same objects. @returns whether anything may be read otherwise now */
  setTransactions(transactionOf: TransactionOf): boolean {
    if (transactionOf === this.#transactionOf) return false;
    this.#transactionOf = transactionOf;
    this.#readAgain();
    return true;
  }

  /** As {@link setTransactions}, of what stands beside the files. */
  setBeside(beside: Beside): boolean {
    const moved = !sameTexts(beside, this.#beside);
    this.#beside = beside;
    if (moved) this.#readAgain();
    return moved;
  }

  /** New files stand beside the others; none of those is read otherwise for it. */
  addBeside(files: readonly { readonly uri: string; readonly text: string }[]): void {
    this.#beside = this.#besideWith(files);
  }

  /** @param others the database that migrations are for which are not for Postgres, by URI */
  setOtherDatabases(others: ReadonlyMap<string, string>): void {
    const before = this.#otherDatabases;
    this.#otherDatabases = others;
    for (const [uri, { source, text }] of this.#open)
      if (others.get(uri) !== before.get(uri)) this.#open.set(uri, this.#read(uri, '', text, source));
  }

  /** What a file would be read as that is not there yet, beside others that are not. */
  piecesOf(
    file: { readonly uri: string; readonly text: string },
    others: readonly { readonly uri: string; readonly text: string }[],
  ): readonly Piece[] {
    const pieces =
      sourceFor(file.uri)?.read(file.uri, Text.of(file.text), this.#parser, this.#besideWith(others)) ?? [];
    return this.#asSet(file.uri, pieces);
  }

  #besideWith(files: readonly { readonly uri: string; readonly text: string }[]): Beside {
    return new Map([...this.#beside, ...files.map(({ uri, text }) => [uri, text] as const)]);
  }

  #readAgain(): void {
    const unchanged = { from: 0, to: 0, inserted: '' };
    for (const files of [this.#open, this.#closed])
      for (const [uri, file] of files)
        if (file.refused === null) files.set(uri, this.#edited(file, unchanged, file.text));
  }

  #edited({ uri, source, pieces }: FileState, edit: TextEdit, text: Text): FileState {
    return this.#withPieces({ uri, source, text }, () =>
      source.edit(uri, pieces, edit, text, this.#parser, this.#beside),
    );
  }

  /** One file that is too much for the stack must not take the others along. */
  #withPieces(file: Pick<FileState, 'uri' | 'source' | 'text'>, read: () => readonly Piece[]): FileState {
    try {
      return { ...file, pieces: this.#asSet(file.uri, read()), refused: null };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { ...file, pieces: [], refused: 'This file is nested too deeply to be read. It was not reviewed.' };
    }
  }

  /** The pieces, run as the settings say, where the file itself does not. */
  #asSet(uri: string, pieces: readonly Piece[]): readonly Piece[] {
    const set = this.#transactionOf(uri);
    // what is remembered of a row of pieces stays with it
    return set === null || pieces.every((piece) => piece.declared)
      ? pieces
      : pieces.map((piece) => (piece.declared ? piece : { ...piece, wrapping: wrappingBy(set, piece) }));
  }

  #read(uri: string, languageId: string, text: Text, source = sourceFor(uri, languageId)): FileState {
    if (!source) throw new Error(`pgreview reads no files like ${uri}`);
    const refused = this.#refusal(uri, text) ?? this.#otherRefusal(uri, source, text);
    return refused === null
      ? this.#withPieces({ uri, source, text }, () => source.read(uri, text, this.#parser, this.#beside))
      : { uri, source, text, pieces: [], refused };
  }

  #refusal(uri: string, text: Text): string | null {
    return this.#refusedFiles.has(uri)
      ? 'The review of this file took too long and was stopped. It is left out until the language server is restarted.'
      : refusal(text);
  }

  /** Asked when a file is opened, not on every key: who is writing is told what is wrong with the statement. */
  #otherRefusal(uri: string, source: Source, text: Text): string | null {
    if (source.id !== 'sql') return null;
    const ofHistory = this.#otherDatabases.get(uri);
    if (ofHistory) return `This file is not reviewed: its migrations are for ${ofHistory}, not for Postgres.`;
    const own = otherDatabaseOf(text.toString(), uri);
    return own === null ? null : `This file is not reviewed: it is for ${own}, not for Postgres.`;
  }
}

const sameTexts = (a: Beside, b: Beside): boolean =>
  a.size === b.size && [...a].every(([uri, text]) => b.get(uri) === text);

function refusal(text: Text): string | null {
  if (text.length > maxFileLength)
    return `This file is too large to be reviewed: ${(text.length / 1e6).toFixed(1)} million characters, at most ${maxFileLength / 1e6} are read.`;
  // a byte that no text file holds, early on
  return text.slice(0, 8000).includes('\0')
    ? 'This file is not text: it contains NUL bytes. It was not reviewed.'
    : null;
}
