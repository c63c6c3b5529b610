import type { Node } from '@pgsql/types';
import { parse as parseDml } from 'pgsql-ast-parser';
import { Tokens } from '../syntax/tokens.ts';
import { walk } from '../syntax/walk.ts';
import type { TextRange } from './references.ts';

/** A join's ON condition and the aliases that it compares. */
export interface JoinCondition {
  readonly aliases: ReadonlySet<string>;
  readonly range: TextRange;
}

/** UTF-16 units; the parser that knows ends takes quadratic time. */
const longestParsed = 10_000;

/**
 * The ON conditions all of whose columns are written `alias.column`. Postgres's grammar says only where an expression
 * starts, pgsql-ast-parser also where it ends: a condition counts when both agree on its start.
 */
export function joinConditions(sql: string, root: Node): JoinCondition[] {
  const ends = expressionEnds(sql);
  const tokens = new Tokens(sql, 0, sql.length);
  const found: JoinCondition[] = [];
  walk(root, (type, node) => {
    const quals = type === 'JoinExpr' ? (node as { quals?: Node }).quals : undefined;
    if (!quals) return;
    const aliases = new Set<string>();
    let qualified = true;
    let start = Number.POSITIVE_INFINITY;
    walk(quals, (inner, fields) => {
      const { location } = fields as { location?: number };
      if (location !== undefined && location >= 0) start = Math.min(start, location);
      if (inner === 'SubLink') qualified = false;
      if (inner !== 'ColumnRef') return;
      const names = (fields as { fields?: { String?: { sval?: string } }[] }).fields ?? [];
      const alias = names.length === 2 ? names[0]?.String?.sval : undefined;
      if (alias === undefined) qualified = false;
      else aliases.add(alias);
    });
    const end = ends.get(start);
    const range = end === undefined ? null : withParentheses({ start, end }, tokens);
    if (qualified && aliases.size >= 2 && range) found.push({ aliases, range });
  });
  return found;
}

/** Neither parser counts the parentheses around the first and last operand: take in those that are needed. */
function withParentheses({ start, end }: TextRange, tokens: Tokens): TextRange | null {
  let first = tokens.at(start);
  let last = tokens.at(end - 1);
  if (first < 0 || last < first) return null;
  let depth = 0;
  let lowest = 0;
  for (let i = first; i <= last; i++) {
    if (tokens.word(i) === '(') depth++;
    if (tokens.word(i) === ')') lowest = Math.min(lowest, --depth);
  }
  for (let missing = -lowest; missing > 0; missing--) if (tokens.word(--first) !== '(') return null;
  for (let missing = depth - lowest; missing > 0; missing--) if (tokens.word(++last) !== ')') return null;
  return { start: tokens.all[first]?.start ?? start, end: tokens.all[last]?.end ?? end };
}

/** Where the longest expression that starts at an offset ends; empty where pgsql-ast-parser cannot read the statement. */
function expressionEnds(sql: string): Map<number, number> {
  const ends = new Map<number, number>();
  if (sql.length > longestParsed || !/\bjoin\b/i.test(sql)) return ends;
  let statements: unknown;
  try {
    // it knows no letters outside of ASCII in names, and only positions are wanted of it
    statements = parseDml(sql.replace(/[^\x00-\x7f]/g, 'x'), { locationTracking: true });
  } catch {
    return ends;
  }
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const { on } = value as { on?: { _location?: { start: number; end: number } } };
    if (on?._location) ends.set(on._location.start, Math.max(on._location.end, ends.get(on._location.start) ?? 0));
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(statements);
  return ends;
}
