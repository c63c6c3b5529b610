/**
 * The requests that pgreview adds to LSP, as types shared by server and client. JSON only; positions are LSP's.
 */
import type { Range } from 'vscode-languageserver-types';

/** Where a plan is asked for: the embedded Postgres, or a saved connection. */
export type ExplainTarget =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'connection'; readonly name: string; readonly url: string; readonly password?: string };

/** `pgreview/explain`: plan the statement under `range.start` (or the selected text when the range is not empty). */
export interface ExplainParams {
  /** LSP's token for reports of progress. */
  readonly workDoneToken?: string | number;
  readonly textDocument: { readonly uri: string };
  readonly range: Range;
  readonly analyze: boolean;
  /**
   * Exactly these besides ANALYZE; what the server does not have or does not take together is left out, and the report's notes
   * say so. Absent: what serves the statement best.
   */
  readonly options?: readonly ExplainOption[];
  readonly target: ExplainTarget;
  /** The user has agreed to run a statement that writes; only then is it analysed (and rolled back). */
  readonly confirmed?: boolean;
  /**
   * Values by parameter name (`1` for `$1`, `name` for `:name`), as text; null is SQL NULL. Absent: generic plan, or a question
   * for them where `options` do not ask for that.
   */
  readonly parameters?: Readonly<Record<string, string | null>>;
  /** Milliseconds; the default is 30,000. */
  readonly statementTimeoutMs?: number;
}

/** Options of EXPLAIN; `generic plan`: for unknown values of the parameters, with ANALYZE too. */
export type ExplainOption =
  | 'buffers'
  | 'verbose'
  | 'settings'
  | 'wal'
  | 'memory'
  | 'serialize'
  | 'timing off'
  | 'generic plan';

export interface QueryParameter {
  readonly name: string;
  /** How it is written in the file: `$1`, `:name`, `%(name)s`. */
  readonly text: string;
  /** What Postgres takes it as, and why: `text, as it is compared with users.email`; absent where that is not certain. */
  readonly type?: string;
}

export type ExplainResult =
  | { readonly kind: 'plan'; readonly report: PlanReport }
  /** ANALYZE would run something that writes: ask, then send the request again with `confirmed`. */
  | { readonly kind: 'confirm'; readonly reason: string }
  /** ANALYZE, or the plan for given values, needs them: ask, then send the request again with `parameters`. */
  | { readonly kind: 'parameters'; readonly parameters: readonly QueryParameter[] }
  /** One clear sentence; `range` is where in the file, when it is about the SQL text. */
  | { readonly kind: 'error'; readonly message: string; readonly range?: Range };

/** A plan, computed on, ready to be shown. Times are milliseconds, exclusive of children, summed over loops. */
export interface PlanReport {
  /** Where the statement stands; null for a plan that came as a file or text of its own. */
  readonly source: { readonly uri: string; readonly range: Range } | null;
  /** The statement; '' where only its plan is known. */
  readonly sql: string;
  /** Where it was planned; null where the plan does not tell. */
  readonly target: { readonly name: string; readonly version: string } | null;
  readonly analyzed: boolean;
  /** The options that were chosen for it; absent where none were, and where the plan came as text. */
  readonly options?: readonly ExplainOption[];
  /** True when parameters were left open and Postgres planned for unknown values. */
  readonly generic: boolean;
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  /** EXPLAIN (FORMAT JSON) as Postgres gave it: one element of its array. */
  readonly plan: unknown;
  /** Depth first, the root first; `parent` is an index into this list. */
  readonly nodes: readonly PlanNode[];
  readonly findings: readonly PlanFinding[];
  /** What the user should know about how this came to be: tables assumed empty, a migration that could not be replayed. */
  readonly notes: readonly string[];
}

export interface PlanNode {
  readonly id: number;
  readonly parent: number | null;
  readonly type: string;
  /** `schema.table` or `table` as Postgres printed it; null where the node reads no relation. */
  readonly relation: string | null;
  readonly alias: string | null;
  readonly index: string | null;
  readonly subplan: string | null;
  /** Conditions and keys worth reading, as Postgres printed them, in order: label, text. */
  readonly details: readonly (readonly [label: string, text: string])[];
  readonly rows: { readonly planned: number; readonly actual: number | null };
  /** Null where the plan was not analysed; 0 for a node that never ran. */
  readonly loops: number | null;
  readonly inclusive: { readonly ms: number | null; readonly cost: number };
  readonly exclusive: Exclusive;
  /** Of a node that parallel workers ran, where they tell of themselves. */
  readonly processes?: readonly PlanProcess[];
  /** The text in the file that this node comes from; null where that cannot be known. */
  readonly range: Range | null;
}

/** What one process did at a node and in what ran inside it, all its loops together; null where that is not told. */
export interface PlanProcess {
  /** Its number; null for the leader. */
  readonly worker: number | null;
  readonly loops: number | null;
  readonly rows: number | null;
  readonly ms: number | null;
  readonly sharedHit: number | null;
  readonly sharedRead: number | null;
  /** kB that its sort, hash table or cache took. */
  readonly memoryKb: number | null;
  readonly diskKb: number | null;
  /** What it took to compile expressions. */
  readonly jitMs: number | null;
}

/** What a node took by itself, without the nodes that ran inside it; null where the plan does not count it. */
export interface Exclusive {
  readonly ms: number | null;
  /** How far off `ms` can be: Postgres rounds what it prints for one loop. */
  readonly msError: number;
  readonly cost: number;
  /** Blocks of 8 kB, all loops together. */
  readonly sharedHit: number | null;
  readonly sharedRead: number | null;
  readonly sharedDirtied: number | null;
  readonly sharedWritten: number | null;
  readonly localHit: number | null;
  readonly localRead: number | null;
  readonly localWritten: number | null;
  readonly tempRead: number | null;
  readonly tempWritten: number | null;
  readonly walBytes: number | null;
  readonly walRecords: number | null;
  /** Whole pages that went into the WAL. */
  readonly walImages: number | null;
  /** Milliseconds that the server waited for reads and writes, with `track_io_timing`. */
  readonly ioReadMs: number | null;
  readonly ioWriteMs: number | null;
}

export interface PlanFinding {
  readonly code: string;
  readonly node: number;
  readonly message: string;
  /** What to do. */
  readonly help: string;
  readonly severity: 'warning' | 'information' | 'hint';
  /** Names of the schema in these sentences; they may stand nowhere in the plan. */
  readonly names?: readonly string[];
  /** An index that would serve. */
  readonly index?: IndexProposal;
  /** What came of trying the index. */
  readonly trial?: IndexTrial;
  /**
   * verified: counted by Postgres, or an index that was tried and made the statement faster; estimated: by the planner's costs only;
   * none: an index that was not tried, or was of no use.
   */
  readonly proof: 'verified' | 'estimated' | 'none';
}

/** An index that would serve. */
export interface IndexProposal {
  /** As SQL, with its schema where the plan tells that. */
  readonly table: string;
  readonly method: 'btree' | 'gin' | 'gist' | 'hnsw';
  /** Columns and expressions, as SQL, in order, with an operator class or order behind them where it is not the default. */
  readonly keys: readonly string[];
  /** Columns of INCLUDE, as SQL. */
  readonly include?: readonly string[];
  /** Of a partial index: its condition, as SQL. */
  readonly where?: string;
}

/** The whole statement without and with an index. */
export interface IndexTrial {
  /**
   * ran: the index was made, and the statement run; planned: the index was made, and the statement only planned (it writes, or takes
   * too long); hypothetical: the planner was told of an index that was never made.
   */
  readonly how: 'ran' | 'planned' | 'hypothetical';
  /** Whether the planner makes use of it. */
  readonly isUsed: boolean;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Of the fastest run; null when it was not run. */
  readonly msBefore: number | null;
  readonly msAfter: number | null;
  /** Of the result; null when it was not run. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  /** Of the index; null where that is not known. */
  readonly bytes: number | null;
}

/**
 * `pgreview/tryIndex`: what an index would do for a statement. On a server with hypopg nothing is made; without it, the index is
 * made in a transaction that is rolled back, for which the user has to agree: writers of the table wait meanwhile. Params
 * {@link TryIndexParams}, answer {@link TryIndexResult}.
 */
export const tryIndexRequest = 'pgreview/tryIndex';

export interface TryIndexParams extends Omit<ExplainParams, 'analyze' | 'confirmed' | 'options'> {
  readonly index: IndexProposal;
  /** Make it, though hypopg could tell what the planner would do. */
  readonly really?: boolean;
  /** The user has agreed that it is made on the server. */
  readonly confirmed?: boolean;
}

export type TryIndexResult =
  | { readonly kind: 'trial'; readonly trial: IndexTrial; readonly report: PlanReport }
  /** It would have to be made: ask, then send the request again with `confirmed`. */
  | {
      readonly kind: 'confirm';
      /** As SQL. */
      readonly table: string;
      /** Null where it cannot be told. */
      readonly bytes: number | null;
      readonly rows: number | null;
      /** Making the index may take minutes. */
      readonly isLarge: boolean;
    }
  /** Ask, then send the request again with `parameters`. */
  | { readonly kind: 'parameters'; readonly parameters: readonly QueryParameter[] }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Command of the server (`workspace/executeCommand`): writes an index as a migration. Arguments: URI of the file with the
 * statement, an {@link IndexProposal}. Answer {@link WrittenIndex}, after the edit that creates the files.
 */
export const writeIndexCommand = 'pgreview.writeIndexMigration';

export type WrittenIndex =
  | {
      readonly kind: 'migration';
      /** In the order in which they run. */
      readonly uris: readonly string[];
      /** Other files that were edited, such as Prisma's schema. */
      readonly changed: readonly string[];
      /** What else is to be known, in one sentence. */
      readonly note: string | null;
    }
  /** No migration can be written, for that reason: the statement that makes the index. */
  | { readonly kind: 'script'; readonly sql: string; readonly reason: string }
  | { readonly kind: 'error'; readonly message: string };

/** `pgreview/readPlan`: params {@link ReadPlanParams}, answer {@link ReadPlanResult}. */
export const readPlanRequest = 'pgreview/readPlan';

export interface ReadPlanParams {
  /** As EXPLAIN writes it in any format, or a client, a log or a mail around it. */
  readonly text: string;
}

export type ReadPlanResult =
  /** At least one. */
  | { readonly kind: 'plans'; readonly reports: readonly PlanReport[] }
  | { readonly kind: 'error'; readonly message: string };

export const explainRequest = 'pgreview/explain';
/** Tries a connection; answers the server's version or throws with a clear message. Params: {@link ExplainTarget}. */
export const testConnectionRequest = 'pgreview/testConnection';

/**
 * `pgreview/connection`, from the server: what `pgreview.database` names, a saved connection or a URL. The answer is an
 * {@link ExplainTarget} of the kind `connection`; null where there is none of that name, or the workspace is not trusted. Asked of
 * clients only whose `initializationOptions` have `connections: true`.
 */
export const connectionRequest = 'pgreview/connection';

/** What clients may say in `initializationOptions`. */
export interface InitializationOptions {
  readonly connections?: boolean;
  /** The client has {@link showPlanCommand} and {@link tryPlanIndexCommand}. */
  readonly plans?: boolean;
}

/**
 * Commands of the client, of what a plan has shown in a file: to go to its node in the plan, to try its index. Arguments: the file's
 * URI, {@link PlanReport.sql}, the finding's place in {@link PlanReport.findings}.
 */
export const showPlanCommand = 'pgreview.showPlanOfFinding';
export const tryPlanIndexCommand = 'pgreview.tryIndexOfFinding';

/** Command of the server: takes away the diagnostics that plans have brought. Argument: the file's URI. */
export const clearPlanFindingsCommand = 'pgreview.clearPlanFindings';

/** `pgreview/readDatabase`: no params; reads the connected database's schema again, even when it looks as before. Answer {@link DatabaseStatus}. */
export const readDatabaseRequest = 'pgreview/readDatabase';

/** To the server: the database may have changed, or may be reached again: the window has the focus, connections were edited. No params. */
export const lookAtDatabase = 'pgreview/lookAtDatabase';

/** From the server: how it stands with the connected database. Params {@link DatabaseStatus}. */
export const databaseStatusNotification = 'pgreview/databaseStatus';

export interface DatabaseStatus {
  /** `none`: no connection is set, or the workspace is not trusted. */
  readonly state: 'none' | 'reading' | 'ready' | 'failed';
  /** What the user calls it. */
  readonly name: string | null;
  /** `18.4`; null until it has been read. */
  readonly version: string | null;
  /** Tables and views; null until it has been read. What was read stays in use after a failure. */
  readonly relations: number | null;
  /** Why it failed, in one clear sentence. */
  readonly message: string | null;
}

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
