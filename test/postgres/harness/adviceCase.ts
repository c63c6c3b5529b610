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
  readonly set?: readonly string[];
}

export const hit = (code: string, sql: string, more: Partial<AdviceCase> = {}): AdviceCase => ({ code, sql, ...more });

export const miss = (silent: string, sql: string, more: Partial<AdviceCase> = {}): AdviceCase => ({
  code: null,
  silent,
  sql,
  ...more,
});
