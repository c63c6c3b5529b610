/** Which nodes may have been stopped before their last row: fewer rows than planned say nothing there. */
import type { AnalysedNode } from './analysedPlan.ts';

/**
 * LIMIT, a semi- or anti-join or unique inner side that needs the first match only, a merge join whose other side ended, a
 * hash join with nothing in its hash table, a window that has its first rows, EXISTS.
 */
export function mayStopEarly(node: AnalysedNode): boolean {
  for (let at: AnalysedNode | null = node; at; at = at.parent) {
    if (at.relationship === 'SubPlan' || at.relationship === 'InitPlan') return true;
    const above: AnalysedNode | null = at.parent;
    if (!above) return false;
    if (above.type === 'Limit' || above.type === 'Merge Join') return true;
    if (above.text('Run Condition') !== null) return true;
    if (above.type === 'Hash Join' && at.relationship === 'Outer') {
      const hash = above.children.find((child) => child.type === 'Hash');
      if (hash && hash.rows === 0) return true;
    }
    if (above.type === 'Nested Loop' && at.relationship === 'Inner')
      if (above.placed.json['Inner Unique'] === true || above.text('Join Type') !== 'Inner') return true;
  }
  return false;
}
