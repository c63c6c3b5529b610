/** Reviews a text of SQL as a file would be, for tests. */
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import { emptyCatalog } from '../../server/src/catalog/catalog.ts';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { FileReviewer, type PlacedFinding } from '../../server/src/document.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from './parser.ts';

export interface ReviewSqlOptions {
  /** Instead of what the path and the markers in the text tell. */
  readonly wrapping?: Wrapping;
  /** 18 when absent. */
  readonly targetVersion?: number;
  /** A migration tool is known by it; `file.sql` when absent. */
  readonly path?: string;
  /** What earlier files left behind: their SQL, or the schema itself. */
  readonly schema?: string | Catalog;
  /** Whether the schema tells everything that was ever done; it does when one is given and this is absent. */
  readonly wholeHistory?: boolean;
  /** Whether fixes may have follow-up migrations; they may not when absent. */
  readonly takesFollowUps?: boolean;
}

export interface SqlFinding extends Pick<Finding, 'rule' | 'severity' | 'message' | 'help' | 'fixes'> {
  /** UTF-16 offsets into the SQL. */
  readonly start: number;
  readonly end: number;
  /** 0-based, of `start`. */
  readonly line: number;
  readonly column: number;
  /** The words that are marked. */
  readonly text: string;
  readonly placed: PlacedFinding;
}

export function reviewSql(sql: string, options: ReviewSqlOptions = {}): SqlFinding[] {
  return fileReview(sql, options).findings.map((placed) => {
    const { rule, severity, message, help, fixes } = placed.finding;
    const { start, end } = placed.range;
    const lineStart = sql.lastIndexOf('\n', start - 1) + 1;
    return {
      rule,
      severity,
      message,
      help,
      fixes,
      start,
      end,
      line: sql.slice(0, lineStart).split('\n').length - 1,
      column: start - lineStart,
      text: sql.slice(start, end),
      placed,
    };
  });
}

/** The schema after the SQL ran as a file of its own. */
export function schemaAfter(sql: string, options: ReviewSqlOptions = {}): Catalog {
  return fileReview(sql, options).after;
}

/** The SQL after the finding's fix number `i`. @throws when it has no such fix. */
export function applyFix(sql: string, finding: SqlFinding, i = 0): string {
  const fix = finding.fixes[i];
  if (!fix) throw new Error(`${finding.rule} has no fix number ${i}.`);
  // Of several insertions at one place, the first stays first: as LSP has it.
  const edits = fix.edits.map((edit, order) => ({ ...edit, order }));
  edits.sort((a, b) => b.start - a.start || b.order - a.order);
  return edits.reduce((text, { start, end, newText }) => {
    const at = finding.placed.statementStart;
    return text.slice(0, at + start) + newText + text.slice(at + end);
  }, sql);
}

function fileReview(
  sql: string,
  { wrapping, targetVersion = 18, path = 'file.sql', schema, takesFollowUps, wholeHistory }: ReviewSqlOptions,
) {
  const base = typeof schema === 'string' ? schemaAfter(schema) : (schema ?? emptyCatalog);
  const pieces = sqlSource.read(`file:///${path}`, Text.of(sql), parser);
  const wrapped = wrapping ? pieces.map((piece) => ({ ...piece, wrapping })) : pieces;
  const reviewer = new FileReviewer({
    targetVersion,
    takesFollowUps,
    wholeHistory: wholeHistory ?? schema !== undefined,
  });
  const review = reviewer.review(wrapped, base);
  return { ...review, after: reviewer.catalogAfter() };
}
