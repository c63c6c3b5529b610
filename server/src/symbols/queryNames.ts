/** The names in the queries of a statement. */
import type { Node } from '@pgsql/types';
import type { QueryLevel, RangeItem, Reference, ScopeColumn } from '../query/scope.ts';
import { scopesOf } from '../query/scopes.ts';
import { type Collector, columnSymbol } from './collector.ts';
import type { SchemaSymbol } from './symbol.ts';

/** @throws RangeError for a tree too deep to walk */
export function collectQueryNames(names: Collector, statement: Node): void {
  const { levels, resolutionOf } = scopesOf(statement, names.meeting.before);
  for (const level of levels) collectLevel(names, level);
  for (const reference of resolutionOf.values()) collectReference(names, reference);
}

function collectLevel(names: Collector, level: QueryLevel): void {
  const { tokens } = names;
  for (const { name, node } of level.ctes) names.add(tokens.at(node.location ?? -1), queryOf(name, node.location));
  for (const item of level.items) {
    const symbol = itemSymbol(item, level);
    const last = names.lastWordAt(item.rangeVar?.location);
    if (!symbol || last < 0) continue;
    names.add(last, symbol);
    const alias = last + (tokens.word(last + 1) === 'as' ? 2 : 1);
    if (item.rangeVar?.alias && names.nameAt(alias) === item.rangeVar.alias.aliasname) names.add(alias, symbol);
  }
  for (const { node, column } of level.assignments)
    if (column) names.add(tokens.at(node.location ?? -1), symbolOf(column));
  const target = level.items[0]?.key;
  const conflict =
    'InsertStmt' in level.node && level.node.InsertStmt.onConflictClause ? ['on', 'conflict', '('] : null;
  if (conflict && target) names.addColumnList(tokens.find(conflict) + 2, target);
  collectUsing(names, level);
}

/** JOIN … USING (a, b): the column of whoever has it. */
function collectUsing(names: Collector, { items }: QueryLevel): void {
  const { tokens } = names;
  for (let i = tokens.find(['using', '(']); i >= 0; i = tokens.find(['using', '('], i + 1))
    for (const { key } of items) if (key !== null) names.addColumnList(i + 1, key);
}

function collectReference(names: Collector, { node, resolution }: Reference & { readonly level: QueryLevel }): void {
  const { tokens } = names;
  const first = tokens.at(node.location ?? -1);
  if (first < 0) return;
  const last = tokens.afterName(first) - 1;
  const item = 'item' in resolution ? resolution.item : null;
  const level = 'level' in resolution ? resolution.level : null;
  const rowAt = resolution.kind === 'row' ? (tokens.written(last) === '*' ? last - 2 : last) : last - 2;
  const row = item && itemSymbol(item, level);
  if (row && rowAt >= first) names.add(rowAt, row);
  if (resolution.kind === 'column' || resolution.kind === 'output') names.add(last, symbolOf(resolution.column));
}

const symbolOf = ({ origin, name, type }: ScopeColumn): SchemaSymbol =>
  origin ? columnSymbol(origin.table, origin.column) : { kind: 'local', what: 'column', name, type, madeAt: null };

const queryOf = (name: string, madeAt: number | undefined): SchemaSymbol => ({
  kind: 'local',
  what: 'query',
  name,
  type: null,
  madeAt: madeAt ?? null,
});

function itemSymbol(item: RangeItem, level: QueryLevel | null): SchemaSymbol | null {
  if (item.kind === 'relation' || item.kind === 'pseudo') return item.key === null ? null : relation(item.key);
  if (item.kind !== 'cte') return null;
  const name = item.rangeVar?.relname ?? '';
  for (let l: QueryLevel | null = level; l; l = l.parent) {
    const found = l.ctes.find((cte) => cte.name === name);
    if (found) return queryOf(name, found.node.location);
  }
  return queryOf(name, undefined);
}

const relation = (key: string): SchemaSymbol => ({ kind: 'relation', key });
