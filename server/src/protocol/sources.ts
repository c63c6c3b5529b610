/** Files of another language than SQL. */
import type { Range } from 'vscode-languageserver-types';

/** `pgreview/previewSql`: the SQL that a file runs, for one of another language. Params {@link PreviewSqlParams}, answer {@link PreviewSqlResult}. */
export const previewSqlRequest = 'pgreview/previewSql';

export interface PreviewSqlParams {
  readonly uri: string;
  /** The part that undoes the migration instead. */
  readonly backward: boolean;
}

export interface PreviewSqlResult {
  readonly text: string;
  /** Statements, and comments on what could not be worked out, in the order of the text. */
  readonly blocks: readonly {
    /** Where it comes from in the file. */
    readonly source: Range;
    /** Where it stands in the text. */
    readonly preview: Range;
  }[];
}

/**
 * Command of the server (`workspace/executeCommand`): writes the next migration of a Prisma schema. Arguments: the schema's
 * URI, the migration's name in words (optional). Answer {@link CreatedMigration}, after the edit that creates the files.
 */
export const createMigrationCommand = 'pgreview.createNextMigration';

export interface CreatedMigration {
  /** In the order in which they run. */
  readonly uris: readonly string[];
}

/** `pgreview/modelSql`: the SQL that makes a model or enum. Params {@link ModelSqlParams}, answer a string. */
export const modelSqlRequest = 'pgreview/modelSql';

export interface ModelSqlParams {
  /** A file of the schema. */
  readonly uri: string;
  readonly name: string;
}
