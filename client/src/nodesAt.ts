// From a place in the explained statement to the plan's nodes that come from there. Knows nothing of VS Code.
import type { Position, Range } from 'vscode-languageserver-types';
import type { PlanNode } from '../../server/src/protocol.ts';

/**
 * The ids of the nodes whose text holds the whole selection (a cursor is an empty one), of the smallest such text: inside of a
 * subquery's table that is the table's scan, not the subquery's. Several for partitions of one table.
 *
 * @param selection where it would be if the statement still stood where it was explained
 */
export function nodesAt(nodes: readonly Pick<PlanNode, 'id' | 'range'>[], selection: Range): number[] {
  const around = nodes.flatMap(({ id, range }) => (range && isWithin(selection, range) ? [{ id, range }] : []));
  const hasSmaller = (range: Range) =>
    around.some(({ range: other }) => isWithin(other, range) && !isWithin(range, other));
  return around.filter(({ range }) => !hasSmaller(range)).map(({ id }) => id);
}

const isWithin = (inner: Range, outer: Range): boolean =>
  compare(outer.start, inner.start) <= 0 && compare(inner.end, outer.end) <= 0;

const compare = (a: Position, b: Position): number => a.line - b.line || a.character - b.character;
