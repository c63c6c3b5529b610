import { type Advice, count, percent } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { remedy } from './indexRemedy.ts';

const manyRemoved = 5_000;
const manyOfBoth = 2_000;
const why = 'One index on all of these columns finds only what is wanted';
const fewKept = 0.1;
const manyEachTime = 10;

export const indexFiltersMost: Advice = {
  code: 'index-finds-too-much',
  summary:
    'An index that finds far more rows than are kept of them, or two that are put together for the few that both find.',
  at(node) {
    if (!['Index Scan', 'Index Only Scan', 'Bitmap Heap Scan'].includes(node.type)) return null;
    const [below] = node.children;
    if (below?.type === 'BitmapAnd') return bothFind(node, below);
    if (node.removed('Index Recheck') > node.removed('Filter')) return rechecked(node);
    const removed = node.removed('Filter');
    const kept = node.allRows;
    if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
    // of a row that is looked up by its key no index finds less
    if ((kept + removed) / node.loops < manyEachTime) return null;
    // in the order of an index, and as many as are wanted: that is what the index is read for
    const forOrder = node.type !== 'Bitmap Heap Scan' && node.text('Index Cond') === null;
    const name = node.own.index ?? below?.own.index ?? null;
    const found = remedy(node, conditionsOf(node), { why, served: servedOf(node) });
    if (!found) return null;
    return {
      message: `${name ? `The index ${name}` : 'The index'} ${forOrder ? 'gave the order, and' : 'found'} ${count(kept + removed)}, of which the filter threw ${percent(removed, kept + removed)} away: ${node.text('Filter')}.`,
      help: found.help,
      severity: 'information',
      saves: node.ms,
      ...(found.index ? { index: found.index } : {}),
      ...(node.known?.parent ? { alike: node.known.parent.name } : {}),
    };
  },
};

const servedOf = (node: AnalysedNode) => [...node.conditions('Index Cond'), ...node.conditions('Recheck Cond')];

/** Those that the index serves first. */
const conditionsOf = (node: AnalysedNode) =>
  [...servedOf(node), ...node.conditions('Filter')].filter(
    ({ sql }, i, all) => all.findIndex((other) => other.sql === sql) === i,
  );

function bothFind(node: AnalysedNode, and: AnalysedNode) {
  const found = and.children.map((child) => child.allRows);
  const fewest = Math.min(...found);
  if (fewest < manyOfBoth || node.allRows >= fewKept * fewest) return null;
  const better = remedy(node, conditionsOf(node), { why });
  if (!better?.index || better.index.keys.length < 2) return null;
  const each = and.children.map((child) => `${child.own.index ?? 'one'} found ${count(child.allRows)}`).join(', ');
  return {
    message: `Two indexes were read and put together for the ${count(node.allRows)} that both find: ${each}.`,
    help: better.help,
    severity: 'information' as const,
    saves: and.msWithin,
    index: better.index,
  };
}

/** An index that keeps less than the value: trigrams, what is around a shape, words without their places. */
function rechecked(node: AnalysedNode) {
  const removed = node.removed('Index Recheck');
  const kept = node.allRows + node.removed('Filter');
  if (removed < manyRemoved || kept >= fewKept * (kept + removed) || (node.number('Lossy Heap Blocks') ?? 0) > 0)
    return null;
  const name = node.own.index ?? node.children[0]?.own.index ?? 'its index';
  const condition = node.text('Recheck Cond') ?? node.text('Index Cond') ?? '';
  return {
    message: `The index ${name} found ${count(kept + removed)}, and of those ${percent(removed, kept + removed)} turned out not to fit: ${condition}.`,
    help: 'This kind of index keeps less than the values themselves (trigrams, boxes around shapes, hashes). A longer pattern or a narrower condition finds less in it; so does a condition beside it that another index serves exactly.',
    severity: 'information' as const,
    saves: node.ms,
  };
}
