/** Which elements of a FROM the conditions tie to one another. */
import type { Node } from '@pgsql/types';
import type { QueryLevel, RangeItem } from '../../query/scope.ts';
import {
  aggregatesRows,
  conjuncts,
  type LevelContext,
  nodesOf,
  operatorOf,
  referencesIn,
  selectOf,
  visitOwn,
  whereOf,
} from './queryLevels.ts';

/**
 * The items of a level in groups that a condition, or a join that is written as one, ties together. Null where a name is
 * not certain, so that it may be the tie.
 */
export function groupsOf({ level, scopes }: LevelContext): Set<RangeItem>[] | null {
  const groups = new Map<RangeItem, Set<RangeItem>>(level.items.map((item) => [item, new Set([item])]));
  const tie = (items: Iterable<RangeItem>): void => {
    const [first, ...others] = [...items].filter((i) => groups.has(i)).map((i) => groups.get(i) as Set<RangeItem>);
    for (const other of others)
      if (first && other !== first)
        for (const item of other) {
          first.add(item);
          groups.set(item, first);
        }
  };
  for (const condition of [...conjuncts(whereOf(level)), ...nodesOf(level).JoinExpr.map((join) => join.quals)]) {
    const items = itemsIn(condition, level, scopes);
    if (!items) return null;
    tie(items);
  }
  // a join is meant, whatever its condition says; LATERAL and functions follow what stands before them
  for (const element of fromOf(level)) {
    const inside = new Set<object>();
    visitOwn(element, (_, node) => inside.add(node));
    tie(level.items.filter((i) => i.node && inside.has(Object.values(i.node)[0] as object)));
  }
  const [first] = level.items;
  for (const item of level.items) if (first && followsOthers(item)) tie([first, item]);
  return [...new Set(groups.values())];
}

function itemsIn(condition: Node | undefined, level: QueryLevel, scopes: LevelContext['scopes']): RangeItem[] | null {
  const items: RangeItem[] = [];
  for (const { resolution: r } of referencesIn(condition, scopes)) {
    if (r.kind === 'unknown' || r.kind === 'ambiguous' || (r.kind === 'uncertain' && !r.item)) return null;
    if ('item' in r && r.item) items.push(...sidesOf(r.item));
  }
  return items.filter((i) => level.items.includes(i));
}

/** For a merged column of a join, all that the join is made of. */
const sidesOf = (item: RangeItem): RangeItem[] =>
  item.kind !== 'join' ? [item] : item.columns.flatMap((c) => (c.through ? sidesOf(c.through.item) : []));

const followsOthers = ({ node, kind }: RangeItem): boolean =>
  kind === 'function' || (node !== null && 'RangeSubselect' in node && node.RangeSubselect.lateral === true);

/** What commas part in FROM or USING. */
export function fromOf({ node }: QueryLevel): readonly Node[] {
  if ('SelectStmt' in node) return node.SelectStmt.fromClause ?? [];
  if ('UpdateStmt' in node) return node.UpdateStmt.fromClause ?? [];
  return 'DeleteStmt' in node ? (node.DeleteStmt.usingClause ?? []) : [];
}

/** Whether the item may give more than a row: no condition holds one of its columns to a single value. */
export function givesManyRows(item: RangeItem, { level, scopes }: LevelContext): boolean {
  if (item.level) {
    const select = selectOf(item.level);
    if (!select || select.limitCount || !select.fromClause) return false;
    if (aggregatesRows(item.level) && !select.groupClause) return false;
  }
  return !conjuncts(whereOf(level)).some((condition) => {
    if (!('A_Expr' in condition)) return false;
    const { A_Expr: expression } = condition;
    if (operatorOf(expression) !== '=' && expression.kind !== 'AEXPR_IN') return false;
    const items = referencesIn(condition, scopes).map(({ resolution: r }) => ('item' in r ? r.item : null));
    return items.includes(item) && items.every((i) => i === item || (i !== null && !level.items.includes(i)));
  });
}
