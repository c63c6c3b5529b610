/** Nodes of the Python tree. */
import { type SyntaxNode, type Tree, TreeBuffer } from '@lezer/common';
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

/** Where the first thing stands that is no Python, counted from where the tree begins; null where all is. */
export function damageIn(tree: Tree): number | null {
  const known = damages.get(tree);
  if (known !== undefined) return known;
  let found = tree.type.isError ? 0 : null;
  for (let i = 0; i < tree.children.length && found === null; i++) {
    const child = tree.children[i] as Tree | TreeBuffer;
    const within = child instanceof TreeBuffer ? damageInBuffer(child) : damageIn(child);
    if (within !== null) found = within + (tree.positions[i] as number);
  }
  damages.set(tree, found);
  return found;
}

/** A tree of an edited file is made of parts of the one before it, which are not looked through again. */
const damages = new WeakMap<Tree, number | null>();

/** A buffer has four numbers a node: type, start, end, and the index behind its last child. */
function damageInBuffer({ buffer, set }: TreeBuffer): number | null {
  for (let i = 0; i < buffer.length; i += 4)
    if (set.types[buffer[i] as number]?.isError) return buffer[i + 1] as number;
  return null;
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
