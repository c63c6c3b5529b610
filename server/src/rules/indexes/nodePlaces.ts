/** Where a node of a parse tree begins in the statement's text. */
import type { Node } from '@pgsql/types';
import type { RuleContext } from '../rule.ts';

/**
 * UTF-16 offset of the node's first word; null for nodes that do not tell it. (The parser leaves a location out when it is
 * 0; no expression begins a statement.)
 */
export function startOf(node: Node | undefined, context: Pick<RuleContext, 'tokens'>): number | null {
  const inner = node ? (Object.values(node)[0] as { location?: number }) : undefined;
  const at = inner?.location;
  return at !== undefined && at > 0 && context.tokens.at(at) >= 0 ? at : null;
}
