/** `*` in a select list, and the columns that it stands for. */
import type { Node } from '@pgsql/types';
import type { QueryLevel, RangeItem } from '../../query/scope.ts';
import type { Span } from '../../syntax/tokens.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Fix } from '../rule.ts';
import { type LevelContext, selectOf } from './queryLevels.ts';

export interface Star {
  readonly span: Span;
  /** Names of the tables whose columns it takes. */
  readonly tables: readonly string[];
  readonly items: readonly RangeItem[];
}

/** The stars of a select list that stand for the columns of tables, not of subqueries that name theirs. */
export function starsOf(level: QueryLevel, { scopes, tokens }: LevelContext): Star[] {
  return (selectOf(level)?.targetList ?? []).flatMap((target) => {
    const reference = referenceOf(target);
    if (!reference) return [];
    const found = scopes.resolutionOf.get(reference)?.resolution;
    const items = found?.kind === 'row' ? [found.item] : found?.kind === 'all' ? level.items : [];
    const tables = items.filter((i) => i.kind === 'relation').map((i) => i.key as string);
    const first = tokens.at(reference.location ?? 0);
    let last = first;
    while (tokens.written(last) !== '*' && last < tokens.length) last++;
    return tables.length > 0 && first >= 0 ? [{ span: tokens.span(first, last), tables, items }] : [];
  });
}

function referenceOf(target: Node) {
  const val = 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!val || !('ColumnRef' in val)) return null;
  return val.ColumnRef.fields?.some((f) => 'A_Star' in f) ? val.ColumnRef : null;
}

/** Writes the columns out; nothing where they are not all known, or where a join merges some. */
export function writeOut({ span, items }: Star, level: QueryLevel): Fix[] {
  const merges = level.namespace.some((v) => v.item.kind === 'join' && v.item.columns.length !== width(v.item, level));
  if (merges || items.some((i) => !i.complete || i.name === null)) return [];
  const qualify = level.items.length > 1;
  const columns = items.flatMap((item) =>
    item.columns.map((c) => `${qualify ? `${quoteIdentifier(item.name as string)}.` : ''}${quoteIdentifier(c.name)}`),
  );
  return [{ title: 'Write the columns out', edits: [{ ...span, newText: columns.join(', ') }], safe: false }];
}

/** How many columns the items of a join have together. */
const width = (join: RangeItem, level: QueryLevel): number => {
  // a join of joins has each of them once for every column: what is added while the set is gone through is gone through as well
  const own = new Set([join]);
  for (const item of own)
    if (item.kind === 'join') for (const { through } of item.columns) if (through) own.add(through.item);
  return level.items.filter((i) => own.has(i)).reduce((n, i) => n + i.columns.length, 0);
};
