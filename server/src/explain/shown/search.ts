// Finding nodes by what is written in them.
import { nodeName } from './nodeText.ts';
import type { TreeNode } from './planTree.ts';

/** The nodes that hold all words of `text` somewhere: in their name, what they work on, conditions or findings. */
export function search(tree: readonly TreeNode[], text: string): readonly TreeNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return tree.filter((entry) => {
    const all = textOf(entry);
    return words.every((word) => all.includes(word));
  });
}

const known = new WeakMap<TreeNode, string>();

function textOf(entry: TreeNode): string {
  let text = known.get(entry);
  if (text === undefined) {
    const { node, findings } = entry;
    text = [
      nodeName(node),
      node.subplan ?? '',
      ...node.details.map(([label, value]) => `${label}: ${value}`),
      ...findings.map(({ message, code }) => `${message} ${code}`),
    ]
      .join('\n')
      .toLowerCase();
    known.set(entry, text);
  }
  return text;
}
