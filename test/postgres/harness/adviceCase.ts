/** A situation built on a real server, and the advice that is right or wrong in it. */
export interface AdviceCase {
  readonly sql: string;
  /** Code of the advice that is right here; null for a look-alike, of which nothing of `silent` may be said. */
  readonly code: string | null;
  /** For a look-alike: the advice that would be wrong; absent: any. */
  readonly silent?: string;
  /** What its message or help has to hold. */
  readonly says?: RegExp;
  /** It proposes no index: none would serve. */
  readonly noIndex?: boolean;
  /** For a look-alike that only the server or the statement tells apart. */
  readonly plainPlanMisleads?: boolean;
  /** The statements that its help names do away with it. */
  readonly mendedByHelp?: boolean;
  /** What does away with it, as its help says; run behind all other cases. */
  readonly mend?: string;
  /** The statement as its help has it: the same rows, and nothing of that code. */
  readonly instead?: string;
  readonly set?: readonly string[];
}

export const hit = (code: string, sql: string, more: Partial<AdviceCase> = {}): AdviceCase => ({ code, sql, ...more });

export const miss = (silent: string, sql: string, more: Partial<AdviceCase> = {}): AdviceCase => ({
  code: null,
  silent,
  sql,
  ...more,
});
