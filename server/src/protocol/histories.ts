/** The workspace's migration histories, and the schema anywhere in them. */
import type { ExplainTarget } from './explain.ts';

/** `pgreview/histories`: no params; every migration history of the workspace, once its folders have been read. */
export const historiesRequest = 'pgreview/histories';

export interface HistoryInfo {
  /** Tells it from all others, as long as its folder stays where it is. */
  readonly key: string;
  /** The tool's own name: `Prisma`. */
  readonly tool: string;
  /** URI. */
  readonly folder: string;
  /** In the order in which they run. */
  readonly migrations: readonly MigrationInfo[];
}

export interface MigrationInfo {
  readonly uri: string;
  /** What tells it from the others: the file's name, or its folder's where all files are called the same. */
  readonly name: string;
  /** Whether it can be undone by what the files say; null where the tool knows no way back. */
  readonly backward: boolean | null;
  /** Of a history that branches: lines to the migrations above and below; '' otherwise. */
  readonly lanes: string;
  /** What is to be said of its place: `head`, `merges a1 and b2`. */
  readonly notes: readonly string[];
}

/** `pgreview/rescan`: no params; looks through the folders again, then answers as `pgreview/histories`. */
export const rescanRequest = 'pgreview/rescan';

/** `pgreview/migrationFindings`: params {@link MigrationFindingsParams}, answer a {@link FindingCounts} for each, null where it is not reviewed. */
export const migrationFindingsRequest = 'pgreview/migrationFindings';

export interface MigrationFindingsParams {
  readonly uris: readonly string[];
}

export interface FindingCounts {
  readonly error: number;
  readonly warning: number;
  readonly information: number;
  readonly hint: number;
}

/** A point in a history. */
export interface SchemaPoint {
  /** Of a migration, or of any file that is open: the schema that it meets. */
  readonly uri: string;
  /** Before the file runs, or behind it. */
  readonly when: 'before' | 'after';
}

/** `pgreview/tablesAt`: params {@link SchemaPoint}; the tables and views there, sorted. */
export const tablesAtRequest = 'pgreview/tablesAt';

export interface TableInfo {
  /** `schema.name`. */
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table';
}

/** `pgreview/schemaAt`: params {@link SchemaAtParams}; the schema there as one SQL script, or one table of it. */
export const schemaAtRequest = 'pgreview/schemaAt';

export interface SchemaAtParams extends SchemaPoint {
  /** A table's key; absent: the whole schema. */
  readonly table?: string;
}

/** From the server: the histories, or the schema somewhere in them, may be others than before. No params. */
export const historiesChanged = 'pgreview/historiesChanged';

/**
 * `pgreview/reviewAll`: reviews every migration and publishes what is found, with progress; can be cancelled.
 * Params {@link ReviewAllParams}.
 */
export const reviewAllRequest = 'pgreview/reviewAll';

export interface ReviewAllParams {
  readonly workDoneToken?: string | number;
}

/** `pgreview/drift`: what a database has against what a history makes. Params {@link DriftParams}, answer {@link DriftResult}. */
export const driftRequest = 'pgreview/drift';

export interface DriftParams {
  /** {@link HistoryInfo.key}. */
  readonly history: string;
  /** URI of the last migration that the database has run; absent: the history's last. */
  readonly upTo?: string;
  readonly target: Extract<ExplainTarget, { kind: 'connection' }>;
}

export interface DriftResult {
  readonly differences: readonly DriftDifference[];
  /** The tables that differ, as SQL: from the files, and from the database. */
  readonly files: string;
  readonly database: string;
}

export interface DriftDifference {
  /** `missing`: the database does not have what the files make; `extra`: the other way round. */
  readonly kind: 'missing' | 'extra' | 'different';
  /** `column users.email`. */
  readonly object: string;
  /** For `different`: what the files say and what the database has. */
  readonly files: string | null;
  readonly database: string | null;
}

export interface ReviewAllResult {
  readonly files: number;
  readonly counts: FindingCounts;
}
