// The order of the tree grid's rows when a column's header was clicked.
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { Column } from './columns.ts';

export interface Sorting {
  /** Of a column. */
  readonly column: string;
  readonly ascending: boolean;
}

/** The largest first, then the smallest, then the tree again. */
export function nextSorting(column: string, sorted: Sorting | null): Sorting | null {
  if (!sorted) return { column, ascending: false };
  return sorted.ascending ? null : { column, ascending: true };
}

export function sortedRows(
  tree: readonly TreeNode[],
  columns: readonly Column[],
  { column, ascending }: Sorting,
): readonly TreeNode[] {
  const order = columns.find(({ id }) => id === column)?.order;
  if (!order) return tree;
  // what has no value comes last either way
  const none = ascending ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const values = new Map(tree.map((entry) => [entry, order(entry) ?? none]));
  const value = (entry: TreeNode): number => values.get(entry) ?? none;
  return [...tree].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return x === y ? 0 : x > y === ascending ? 1 : -1;
  });
}
