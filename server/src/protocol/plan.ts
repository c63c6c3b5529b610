/** A plan as it is shown. */
import type { Range } from 'vscode-languageserver-types';
import type { ExplainOption } from './explain.ts';

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
