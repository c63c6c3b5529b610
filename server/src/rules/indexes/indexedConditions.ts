/** Conditions of a query on columns that the files know to be indexed. */
import type { A_Expr, DeleteStmt, Node, SelectStmt, UpdateStmt } from '@pgsql/types';
import type { Column, Relation } from '../../catalog/catalog.ts';
import { nameParts } from '../../catalog/names.ts';
import type { Scopes } from '../../query/scope.ts';
import { scopesOf } from '../../query/scopes.ts';
import type { ConclusionContext, RuleDefinition } from '../rule.ts';
import { indexesOf, type KnownIndex } from './sameIndexes.ts';

export interface Indexed {
  readonly table: Relation;
  readonly column: Column;
  readonly indexes: readonly KnownIndex[];
}

export interface QueryConditions {
  readonly context: ConclusionContext;
  /** The comparisons that each row must meet: those joined by AND. */
  readonly comparisons: readonly A_Expr[];
  /** Of a SELECT. */
  readonly select: SelectStmt | null;
  /** What a column reference of a table stands for; null where that is not known, or the table has no known index. */
  indexed(node: Node | undefined): Indexed | null;
}

/** Calls `look` for each query of a SELECT, UPDATE or DELETE. */
export function inQueries(look: (query: QueryConditions) => void): RuleDefinition['conclude'] {
  return {
    SelectStmt: (stmt, context) => each({ SelectStmt: stmt }, context, look),
    UpdateStmt: (stmt, context) => each({ UpdateStmt: stmt }, context, look),
    DeleteStmt: (stmt, context) => each({ DeleteStmt: stmt }, context, look),
  };
}

/** Several rules look at the same statement with the same schema. */
const lastScopes = new WeakMap<object, { readonly schema: object; readonly scopes: Scopes }>();

function scopesFor(statement: Node, key: object, schema: ConclusionContext['after']): Scopes {
  const seen = lastScopes.get(key);
  if (seen?.schema === schema) return seen.scopes;
  const scopes = scopesOf(statement, schema);
  lastScopes.set(key, { schema, scopes });
  return scopes;
}

function each(
  statement: { SelectStmt: SelectStmt } | { UpdateStmt: UpdateStmt } | { DeleteStmt: DeleteStmt },
  context: ConclusionContext,
  look: (query: QueryConditions) => void,
): void {
  const scopes = scopesFor(statement, Object.values(statement)[0] as object, context.after);
  for (const { node } of scopes.levels) {
    const select = 'SelectStmt' in node ? node.SelectStmt : null;
    const where =
      select?.whereClause ??
      ('UpdateStmt' in node
        ? node.UpdateStmt.whereClause
        : 'DeleteStmt' in node
          ? node.DeleteStmt.whereClause
          : undefined);
    look({
      context,
      select,
      comparisons: joinedByAnd(where),
      indexed(ref) {
        if (!ref || !('ColumnRef' in ref)) return null;
        const resolution = scopes.resolutionOf.get(ref.ColumnRef)?.resolution;
        if (resolution?.kind !== 'column' || resolution.item.kind !== 'relation') return null;
        const { origin } = resolution.column;
        const table = resolution.item.relation;
        if (!origin || !table || table.kind !== 'table') return null;
        const indexes = indexesOf(table, context.after);
        return indexes.length > 0 ? { table, column: origin.column, indexes } : null;
      },
    });
  }
}

function joinedByAnd(node: Node | undefined): A_Expr[] {
  if (!node) return [];
  if ('A_Expr' in node) return [node.A_Expr];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(joinedByAnd);
  return [];
}

export const operatorOf = (comparison: A_Expr): string => nameParts(comparison.name).at(-1) ?? '';

/** Whole btree indexes whose first column it is. */
export const leadingIndexes = ({ column, indexes }: Indexed): KnownIndex[] =>
  indexes.filter(
    ({ definition }) =>
      definition.method === 'btree' && definition.where === null && definition.keys[0]?.column === column.name,
  );
