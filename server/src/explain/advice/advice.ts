/** What an advice is: one file, one thing that a plan can show to be slow, and what to do about it. */
import type { IndexProposal, PlanFinding } from '../../protocol.ts';
import type { AnalysedNode, AnalysedPlan } from './analysedPlan.ts';

export interface Told {
  readonly message: string;
  /** What to do. */
  readonly help: string;
  readonly severity: PlanFinding['severity'];
  /** Milliseconds that are gone at the best when it is mended. */
  readonly saves: number;
  readonly index?: IndexProposal;
  /** Findings of one code that are alike in this, such as those of a table's partitions, are told once. */
  readonly alike?: string;
}

export interface Advice {
  readonly code: string;
  /** What it finds, in one sentence. */
  readonly summary: string;
  /** It is about what Postgres knows of the data: nothing to say where no table was ever analysed. */
  readonly ofStatistics?: true;
  /** Looked for at every node that ran. */
  at?(node: AnalysedNode): Told | null;
  /** Looked for once. */
  of?(plan: AnalysedPlan): (Told & { readonly node: AnalysedNode }) | null;
}

export function indexStatement({ table, method, keys, include = [], where }: IndexProposal): string {
  const using = method === 'btree' ? '' : ` USING ${method}`;
  const included = include.length > 0 ? ` INCLUDE (${include.join(', ')})` : '';
  const partial = where === undefined ? '' : ` WHERE ${where}`;
  return `CREATE INDEX CONCURRENTLY ON ${table}${using} (${keys.join(', ')})${included}${partial}`;
}

export function count(rows: number, noun = 'row', plural = `${noun}s`): string {
  const whole = Math.round(rows);
  return `${whole.toLocaleString('en')} ${whole === 1 ? noun : plural}`;
}

export const percent = (part: number, whole: number): string => `${Math.min(100, Math.round((100 * part) / whole))} %`;

/** A name as it is written in SQL. */
export { quoteIdentifier as quoted } from '../../syntax/identifiers.ts';

/** kB as Postgres takes a memory setting: the next power of two in MB. */
export function memorySetting(kb: number): string {
  const mb = 2 ** Math.ceil(Math.log2(Math.max(1, kb / 1024)));
  return mb >= 1024 ? `${mb / 1024}GB` : `${mb}MB`;
}
