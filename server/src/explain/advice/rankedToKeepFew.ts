import { type Advice, count } from './advice.ts';

const many = 10_000;
const fewKept = 0.1;

export const rankedToKeepFew: Advice = {
  code: 'ranked-to-keep-few',
  summary: 'All rows ranked within their groups, to keep the first ones of each.',
  at(node) {
    const { sql } = node.plan;
    const [source] = node.children;
    if (node.type !== 'WindowAgg' || !source || !/\b(?:row_number|rank|dense_rank)\s*\(/i.test(sql)) return null;
    if (!/\bpartition\s+by\b/i.test(sql)) return null;
    // from 15 on the condition is in the window itself, before in what reads it
    const above = node.parent?.type === 'Subquery Scan' && node.parent.text('Filter') !== null ? node.parent : null;
    if (!above && node.text('Run Condition') === null) return null;
    const kept = above?.allRows ?? node.allRows;
    if (source.allRows < many || kept >= fewKept * source.allRows) return null;
    return {
      message: `${count(source.allRows)} were ranked within their groups, and ${count(kept)} of them kept.`,
      help: 'Where the groups are few, take them by themselves and join each LATERAL with its first rows (ORDER BY … LIMIT n): with an index on the group and the order, only those are read. The first row of each group is also what DISTINCT ON gives, without ranking.',
      severity: 'information',
      saves: node.msWithin,
    };
  },
};
