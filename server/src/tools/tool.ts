/** What a migration tool is: how its files are known, in which order they run, how it runs one, and how a new one is written. */
import type { Wrapping } from '../catalog/session.ts';
import type { SqlText } from '../syntax/sqlText.ts';

export type ToolId =
  | 'prisma'
  | 'goose'
  | 'dbmate'
  | 'golang-migrate'
  | 'flyway'
  | 'liquibase'
  | 'sqitch'
  | 'supabase'
  | 'drizzle'
  | 'atlas'
  | 'tern'
  | 'node-pg-migrate'
  | 'sql-migrate'
  | 'diesel'
  | 'hasura'
  | 'graphile-migrate'
  | 'numbered'
  | 'dump'
  | 'alembic';

/**
 * What tools keep beside their migrations (plans, journals, settings): texts by URI. Under {@link namedToolKey} of a folder
 * the id of the tool that the settings name for it.
 */
export type Beside = ReadonlyMap<string, string>;

/** No file has such a URI. */
export const namedToolKey = (folder: string): string => `${folder}/`;

export const nothingBeside: Beside = new Map();

export interface ToolFile {
  readonly uri: string;
  /** The whole text, or at least all comments that may hold a tool's marks. */
  readonly text: string;
}

/** How one file is run. */
export interface Running {
  readonly wrapping: Wrapping;
  /** Offset of the backward part; the text's length when there is none, 0 when the whole file undoes another. */
  readonly downFrom: number;
  /** The file itself says how it is run: that holds against what settings say of many files. */
  readonly declared: boolean;
}

/** A part of a file that is run by itself. */
export interface Section {
  /** UTF-16 offsets into the file. */
  readonly from: number;
  readonly to: number;
  readonly wrapping: Wrapping;
  readonly declared: boolean;
  /** False: it is not SQL for Postgres, or not split the way that we split. */
  readonly reviewed: boolean;
}

/** A migration to be written behind all others of a history. */
export interface NewMigration {
  /** In snake_case. */
  readonly name: string;
  /** Without terminators. */
  readonly statements: readonly string[];
  /** What undoes them, in order; empty when that is nothing, or not known. */
  readonly undo: readonly string[];
  readonly outsideTransaction: boolean;
}

export interface NewFile {
  readonly uri: string;
  readonly text: string;
}

export interface ListedMigration {
  readonly created: readonly NewFile[];
  /** URI of the file that lists them. */
  readonly list: string;
  readonly added: string;
}

/** Where a new migration goes. */
export interface Place {
  /** URI of the history's folder, without a slash at the end. */
  readonly folder: string;
  /** URIs of the history's files in order; not empty. */
  readonly files: readonly string[];
  /** The text of one of them, or of what stands beside them; '' where there is none. */
  read(uri: string): string;
  readonly now: Date;
}

export interface MigrationTool {
  readonly id: ToolId;
  /** Whether a file is one of its own, by its text, its name, and what stands beside it. */
  owns(file: ToolFile, beside: Beside): boolean;
  /** Whether a file in a folder that the settings give to the tool is a migration, by its name; when absent, whether it begins with a digit. */
  readonly isNamed?: (uri: string) => boolean;
  /** Whether the file is run when all migrations are run forward; true when absent. */
  readonly isForward?: (file: ToolFile, beside: Beside) => boolean;
  /** URI of the folder that holds the history of that file; the file's own folder when absent. */
  readonly folderOf?: (uri: string) => string;
  /** For a tool whose histories may lie in several folders: to each folder of files the one that its history is known by. */
  readonly joinFolders?: (files: readonly ToolFile[], beside: Beside) => ReadonlyMap<string, string>;
  /** URIs in the order in which they run, without those that never run; null where the files do not tell. By version when absent. */
  readonly order?: (files: readonly ToolFile[], folder: string, beside: Beside) => readonly string[] | null;
  /**
   * The files of a new migration, in the order in which they run; null when it cannot be written. Absent for tools whose new
   * files would share a transaction with the one before, or need more than a file.
   */
  readonly write?: (migration: NewMigration, place: Place) => readonly NewFile[] | null;
  /** For a tool whose files hold several migrations: the text of a new one, to be put at the end of `text`. */
  readonly append?: (migration: NewMigration, text: string) => string | null;
  /** For a tool that reads its migrations' order from a file beside them: the new files, and what is put at the end of that one. */
  readonly writeListed?: (migration: NewMigration, place: Place) => ListedMigration | null;
  /** Why it has none of {@link write}, {@link append} and {@link writeListed}, in one sentence. */
  readonly whyNoNewFile?: string;
  /** What makes a migration run outside a transaction: what to insert, and where; null when it cannot be told. */
  readonly runOutside?: (text: string) => { readonly at: number; readonly inserted: string } | null;
  /** URI of the file that undoes that one, where a file of its own does. */
  readonly backwardOf?: (uri: string) => string;
}

/** Marks around what a tool takes as one statement. */
export interface StatementBlocks {
  readonly begin: RegExp;
  readonly end: RegExp;
  /** As they are written, each on a line of its own. */
  readonly written: readonly [begin: string, end: string];
}

/** A tool whose migrations are .sql files. */
export interface SqlTool extends MigrationTool {
  /** It ends a statement at each line that ends in a semicolon, within quotes too, but not between these marks. */
  readonly blocks?: StatementBlocks;
  running(file: ToolFile, sql: SqlText, beside: Beside): Running;
  /** For a tool whose files hold several migrations. */
  readonly sections?: (text: string) => readonly Section[];
}
