/** Nodes of the Python tree. */
import type { SyntaxNode, Tree } from '@lezer/common';
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

/** Where the first thing stands that is no Python; null where all is. */
export function damageIn(tree: Tree): number | null {
  let found: number | null = null;
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) found ??= from;
      return found === null;
    },
  });
  return found;
}

/** Whether something in the node is no Python; what stands behind it does not count. */
export function hasDamage(node: SyntaxNode): boolean {
  let damaged = false;
  node.cursor().iterate(({ type }) => {
    damaged ||= type.isError;
    return !damaged;
  });
  return damaged;
}
