/** In words: the columns that a query could have meant. */
import type { QueryLevel, RangeItem } from '../../query/scope.ts';

/** Those of the query and of the queries around it. */
export function visibleItems(level: QueryLevel): RangeItem[] {
  const items: RangeItem[] = [];
  for (let at: QueryLevel | null = level; at; at = at.role === 'expression' ? at.parent : null) items.push(...at.items);
  return items;
}

/** `users has no column emial`, `none of users and orders has a column emial`. */
export function withoutColumn(name: string, items: readonly RangeItem[], isOfOne: boolean): string {
  const [only] = items;
  if (!only) return `there is no column ${name} here`;
  return isOfOne
    ? `${only.name ?? 'the subquery'} has no column ${name}`
    : `none of ${listed(items)} has a column ${name}`;
}

export function columnList(items: readonly RangeItem[]): string {
  const names = [...new Set(items.flatMap((i) => i.columns.map((c) => c.name)))];
  if (names.length === 0) return 'Correct the name, or name a table in FROM that has it.';
  const shown = names.slice(0, 20).join(', ');
  return `Columns there are ${shown}${names.length > 20 ? ', …' : ''}.`;
}

const listed = (items: readonly RangeItem[]): string => inWords(items.map((i) => i.name ?? 'the subquery'));

/** `a, b and c`, each once. */
export function inWords(all: readonly string[]): string {
  const names = [...new Set(all)];
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? 'them');
}
