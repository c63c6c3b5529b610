import type { Parser } from '../syntax/parser.ts';
import type { PlacedNode } from './plan.ts';
import type { ExplainableStatement } from './statement.ts';

/** UTF-16 offsets in the statement's sql. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export function rangesOfNodes(
  placed: readonly PlacedNode[],
  _statement: ExplainableStatement,
  _parser: Parser,
): (TextRange | null)[] {
  return placed.map(() => null);
}
