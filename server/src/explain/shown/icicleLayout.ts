// Where the parts of an icicle stand: each node as wide as all that ran in it, its children below it.
import type { TreeNode } from './planTree.ts';

/** Beyond this, the narrowest are left out first. */
const mostBars = 1_500;

export interface Bar {
  readonly entry: TreeNode;
  /** Of the whole width, 0 to 1. */
  readonly left: number;
  readonly width: number;
  readonly depth: number;
}

/**
 * @param zoomed takes the whole width, and so does all above it
 * @param total by id: what each node took with all below it
 * @param narrowest of the whole width: what is narrower is left out
 */
export function icicleBars(zoomed: TreeNode, total: ReadonlyMap<number, number>, narrowest: number): readonly Bar[] {
  const bars: Bar[] = [];
  const above: TreeNode[] = [];
  for (let at = zoomed.parent; at; at = at.parent) above.unshift(at);
  for (const [depth, entry] of above.entries()) bars.push({ entry, left: 0, width: 1, depth });
  // without recursion: plans can be thousands deep
  const stack: Bar[] = [{ entry: zoomed, left: 0, width: 1, depth: above.length }];
  for (let bar = stack.pop(); bar; bar = stack.pop()) {
    bars.push(bar);
    const whole = total.get(bar.entry.node.id) ?? 0;
    let { left } = bar;
    for (const child of bar.entry.children) {
      const part = whole > 0 ? ((total.get(child.node.id) ?? 0) / whole) * bar.width : 0;
      if (part >= narrowest) stack.push({ entry: child, left, width: part, depth: bar.depth + 1 });
      left += part;
    }
  }
  return bars.length <= mostBars ? bars : bars.sort((a, b) => b.width - a.width).slice(0, mostBars);
}
