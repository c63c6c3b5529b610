/** What rules on queries ask about the columns that they find. */
import type { Node } from '@pgsql/types';
import type { TypeName } from '../../catalog/catalog.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import type { RangeItem, ScopeColumn } from '../../query/scope.ts';

export interface FoundColumn {
  readonly item: RangeItem;
  readonly column: ScopeColumn;
}

/** As a message names it: `orders.user_id`. */
export const nameOf = ({ item, column }: FoundColumn): string =>
  item.name === null ? column.name : `${item.name}.${column.name}`;

export const sameColumn = (a: FoundColumn, b: FoundColumn): boolean =>
  a.item === b.item && a.column.name === b.column.name;

/** Name of a type of Postgres's own that is no array; null for any other. */
export const builtInType = (type: TypeName | null): string | null =>
  type === null || type.schema !== null || type.array ? null : type.name;

/**
 * The name of an index that a comparison with the bare column could use: a whole-table btree that begins with it. Null
 * where the files show none. @throws nothing
 */
export function leadingIndex({ column }: FoundColumn, schema: SchemaReader): string | null {
  if (!column.origin) return null;
  const {
    table,
    column: { name },
  } = column.origin;
  const relation = schema.relation(table);
  for (const constraint of relation?.constraints ?? [])
    if ((constraint.kind === 'primary' || constraint.kind === 'unique') && constraint.columns[0] === name)
      return constraint.name ?? `the ${constraint.kind} key`;
  for (const key of relation?.indexes ?? []) {
    const index = schema.relation(key)?.index;
    if (index?.method === 'btree' && !index.where && index.keys[0]?.column === name)
      return key.slice(key.indexOf('.') + 1);
  }
  return null;
}

/** The text of a string constant; null for anything else. */
export const stringConstant = (node: Node | undefined): string | null =>
  node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;

/** A whole number written as one; null for anything else. */
export function integerConstant(node: Node | undefined): number | null {
  return node && 'A_Const' in node && node.A_Const.ival ? (node.A_Const.ival.ival ?? 0) : null;
}

/** Equal for constants that are written alike; null for what is no constant, and for NULL. */
export function constantKey(node: Node | undefined): string | null {
  if (!node || !('A_Const' in node) || node.A_Const.isnull) return null;
  const { location: _, ...value } = node.A_Const;
  return JSON.stringify(value);
}
