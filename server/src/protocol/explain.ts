/** Plans: how they are asked for, and indexes tried and written. */
import type { Range } from 'vscode-languageserver-types';
import type { IndexProposal, IndexTrial, PlanReport } from './plan.ts';

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
 * Commands of the client, of what a plan has shown in a file: to go to its node in the plan, to try its index. Arguments: the file's
 * URI, {@link PlanReport.sql}, the finding's place in {@link PlanReport.findings}.
 */
export const showPlanCommand = 'pgreview.showPlanOfFinding';
export const tryPlanIndexCommand = 'pgreview.tryIndexOfFinding';

/** Command of the server: takes away the diagnostics that plans have brought. Argument: the file's URI. */
export const clearPlanFindingsCommand = 'pgreview.clearPlanFindings';
