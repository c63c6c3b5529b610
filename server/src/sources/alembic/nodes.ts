/** Nodes of the Python tree. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';

export const spanOf = (node: { readonly from: number; readonly to: number }): Span => ({
  start: node.from,
  end: node.to,
});

const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', 'Comment', 'for', '⚠']);

/** What stands in a node, without brackets, commas and comments. */
export function children(node: SyntaxNode, commas = false): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (punctuation.has(child.name) && !(commas && child.name === ',')) {
      if (child.name === 'for') {
        // what follows belongs to the loop of a comprehension
        return found;
      }
      continue;
    }
    found.push(child);
  }
  return found;
}

/** Whether the tree holds something that is no Python. */
export function hasDamage(node: SyntaxNode): boolean {
  const cursor = node.cursor();
  do if (cursor.type.isError) return true;
  while (cursor.next() && cursor.from <= node.to);
  return false;
}
