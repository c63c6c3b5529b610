/** Searches for nearest vectors in a query: SELECT … FROM one table ORDER BY column <distance> value LIMIT n. */
import type { Node, SelectStmt } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey, stringOf } from '../../catalog/names.ts';
import {
  defaultOperator,
  distanceOperators,
  operatorOfClass,
  vectorMethodOf,
  vectorTypeOf,
} from '../../facts/pgvector.ts';
import type { Span } from '../../syntax/tokens.ts';
import { walk } from '../../syntax/walk.ts';
import type { ConclusionContext } from '../rule.ts';
import { indexesOf, type KnownIndex } from './sameIndexes.ts';

export interface VectorSearch {
  readonly select: SelectStmt;
  readonly table: Relation;
  readonly column: string;
  /** `<->` and the like. */
  readonly operator: string;
  readonly operatorSpan: Span;
  /**
   * The order is that of the distance alone, the nearest first, which indexes serve; otherwise it is computed from it
   * (`1 - distance`) or turned round.
   */
  readonly byDistance: boolean;
  readonly descending: boolean;
  /** Token indexes of the first and the last word that is ordered by. */
  readonly ordered: Node;
}

const operators = new Set(Object.values(distanceOperators));

/** Searches on columns that the files know to be vectors. */
export function vectorSearches(statement: SelectStmt, context: ConclusionContext): VectorSearch[] {
  const found: VectorSearch[] = [];
  const look = (select: SelectStmt): void => {
    const search = select.limitCount && select.sortClause ? searchOf(select, context) : null;
    if (search) found.push(search);
  };
  look(statement);
  walk(statement, (type, node) => {
    if (type === 'SelectStmt') look(node as SelectStmt);
  });
  return found;
}

function searchOf(select: SelectStmt, context: ConclusionContext): VectorSearch | null {
  const [from] = select.fromClause ?? [];
  if (select.fromClause?.length !== 1 || !from || !('RangeVar' in from)) return null;
  // the name of a common table expression hides the table's
  if (select.withClause || !from.RangeVar.relname) return null;
  const table = context.after.relation(rangeVarKey(from.RangeVar, context.session.schema));
  if (!table || (table.kind !== 'table' && table.kind !== 'partitioned')) return null;
  const [sort] = select.sortClause ?? [];
  if (!sort || !('SortBy' in sort) || !sort.SortBy.node) return null;
  const ordered = meant(sort.SortBy.node, select);
  const distances: { operator: string; column: string; location: number; node: Node }[] = [];
  walk([ordered], (type, inner) => {
    if (type !== 'A_Expr') return;
    const node = inner as { name?: Node[]; lexpr?: Node; rexpr?: Node; location?: number };
    const operator = nameParts(node.name).at(-1) ?? '';
    const column = [node.lexpr, node.rexpr].map(plainColumn).find((name) => name !== null && name !== undefined);
    if (!operators.has(operator) || !column || node.location === undefined) return;
    distances.push({ operator, column, location: node.location, node: { A_Expr: inner } as Node });
  });
  const [distance] = distances;
  if (distances.length !== 1 || !distance || !vectorTypeOf(columnOf(table, distance.column)?.type)) return null;
  const at = context.tokens.at(distance.location);
  if (at < 0) return null;
  const descending = sort.SortBy.sortby_dir === 'SORTBY_DESC';
  return {
    select,
    table,
    column: distance.column,
    operator: distance.operator,
    operatorSpan: context.tokens.span(at),
    byDistance: !descending && 'A_Expr' in ordered && ordered.A_Expr === (distance.node as { A_Expr: unknown }).A_Expr,
    descending,
    ordered,
  };
}

/** ORDER BY may name what the select list computes. */
function meant(node: Node, select: SelectStmt): Node {
  const name = plainColumn(node);
  for (const target of select.targetList ?? [])
    if (name !== null && 'ResTarget' in target && target.ResTarget.name === name && target.ResTarget.val)
      return target.ResTarget.val;
  return node;
}

function plainColumn(node: Node | undefined): string | null {
  return node && 'ColumnRef' in node ? stringOf(node.ColumnRef.fields?.at(-1)) : null;
}

export interface VectorIndex extends KnownIndex {
  /** Null where it is not known which distance it serves. */
  readonly operator: string | null;
}

/** The hnsw and ivfflat indexes of that column; `expressions` tells whether there are some of expressions too. */
export function vectorIndexes(
  { table, column }: VectorSearch,
  context: ConclusionContext,
): { readonly indexes: readonly VectorIndex[]; readonly others: boolean } {
  let others = false;
  const indexes = indexesOf(table, context.after).flatMap((index): VectorIndex[] => {
    const method = vectorMethodOf(index.definition.method);
    const [key] = index.definition.keys;
    const builtIn = ['btree', 'hash', 'gin', 'gist', 'spgist', 'brin'].includes(index.definition.method);
    if (!method || !key) {
      others ||= !builtIn;
      return [];
    }
    if (key.column !== column) {
      others ||= key.column === null;
      return [];
    }
    const type = vectorTypeOf(columnOf(table, column)?.type);
    const operator = key.operatorClass ? operatorOfClass(key.operatorClass) : type && defaultOperator(method, type);
    return [{ ...index, operator }];
  });
  return { indexes, others };
}
