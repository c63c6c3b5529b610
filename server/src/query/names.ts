/** Looking a column reference up, as Postgres does it: from the innermost query outwards (src/backend/parser/parse_relation.c). */
import type { ColumnRef } from '@pgsql/types';
import { stringOf } from '../catalog/names.ts';
import type { QueryLevel, RangeItem, Resolution, ScopeColumn, Visible } from './scope.ts';

export interface Namespace {
  readonly level: QueryLevel;
  readonly entries: readonly Visible[];
  /** The query around. */
  readonly outer: Namespace | null;
}

const systemColumns = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

export function resolve(reference: ColumnRef, namespace: Namespace): Resolution {
  const fields = reference.fields ?? [];
  const names = fields.map(stringOf);
  const last = names.at(-1);
  if (last === null || last === undefined) {
    if (fields.length === 1) return { kind: 'all' };
    return tableNamed(names.slice(0, -1) as string[], namespace);
  }
  return names.length === 1 ? bare(last, namespace) : qualified(names.slice(0, -1) as string[], last, namespace);
}

function bare(name: string, namespace: Namespace): Resolution {
  for (let n: Namespace | null = namespace; n; n = n.outer) {
    const found = bareIn(name, n);
    if (found) return found;
    const open = n.entries.filter((e) => e.byColumn && !e.item.complete).map((e) => e.item);
    if (open.length === 0) continue;
    // a table that is all there is has the column, or nothing has
    const [only] = n.entries.length === 1 && !n.outer ? open : [];
    return { kind: 'uncertain', item: only ?? null, level: only ? n.level : null };
  }
  const row = tableNamed([name], namespace);
  return row.kind === 'unknown' ? { kind: 'unknown', what: 'column', item: null } : row;
}

/** @returns null when no item of that level is known to have the column */
export function bareIn(name: string, { entries, level }: Pick<Namespace, 'entries' | 'level'>): Resolution | null {
  const found: { item: RangeItem; column: ScopeColumn }[] = [];
  for (const { item, byColumn } of entries)
    if (byColumn) for (const column of columnsNamed(item, name)) found.push({ item, column });
  const [first] = found;
  if (!first) return null;
  if (found.length > 1) return { kind: 'ambiguous', items: found.map((f) => base(f).item) };
  return { kind: 'column', ...base(first), level };
}

function qualified(qualifier: readonly string[], name: string, namespace: Namespace): Resolution {
  const table = tableNamed(qualifier, namespace);
  if (table.kind !== 'row') return table;
  const { item } = table;
  const columns = columnsNamed(item, name);
  if (columns.length > 1) return { kind: 'ambiguous', items: [item] };
  const level = levelOf(item, namespace);
  if (columns[0]) return { kind: 'column', ...base({ item, column: columns[0] }), level };
  // `t.f` may call the function f on the row
  return item.complete ? { kind: 'unknown', what: 'column', item } : { kind: 'uncertain', item, level };
}

/** The row that `name` or `schema.name` stands for. */
function tableNamed(names: readonly string[], namespace: Namespace): Resolution {
  const name = names.at(-1);
  const schema = names.at(-2);
  for (let n: Namespace | null = namespace; n; n = n.outer) {
    const found = n.entries.filter(
      ({ item, byName }) =>
        byName &&
        item.name === name &&
        (schema === undefined || (item.key === `${schema}.${name}` && !item.rangeVar?.alias)),
    );
    if (found.length > 1) return { kind: 'ambiguous', items: found.map((f) => f.item) };
    if (found[0]) return { kind: 'row', item: found[0].item };
  }
  return { kind: 'unknown', what: 'table', item: null };
}

function levelOf(item: RangeItem, namespace: Namespace): QueryLevel {
  for (let n: Namespace | null = namespace; n; n = n.outer) if (n.entries.some((e) => e.item === item)) return n.level;
  return namespace.level;
}

export function columnsNamed(item: RangeItem, name: string): readonly ScopeColumn[] {
  const columns = item.columns.filter((c) => c.name === name);
  if (columns.length > 0 || !systemColumns.has(name)) return columns;
  const hasSystemColumns =
    (item.kind === 'relation' || item.kind === 'pseudo') && item.relation !== null && item.relation.kind !== 'view';
  return hasSystemColumns ? [{ name, type: null, notNull: null, origin: null, through: null }] : [];
}

/** The item and column that a join has it from. */
function base(found: { item: RangeItem; column: ScopeColumn }): { item: RangeItem; column: ScopeColumn } {
  let at = found;
  while (at.column.through) at = at.column.through;
  return at;
}
