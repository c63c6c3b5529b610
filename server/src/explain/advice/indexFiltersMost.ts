import { type Advice, count, percent, quoted } from './advice.ts';

const manyRemoved = 10_000;
const fewKept = 0.1;

export const indexFiltersMost: Advice = {
  code: 'index-finds-too-much',
  summary: 'An index that finds far more rows than are kept of them.',
  at(node) {
    if (!['Index Scan', 'Index Only Scan', 'Bitmap Heap Scan'].includes(node.type)) return null;
    const removed = node.removed('Filter');
    const kept = node.allRows;
    if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
    const index = node.own.index ?? node.children[0]?.own.index ?? null;
    const columns = node
      .conditions('Filter')
      .flatMap(({ column, form, operator }) =>
        column && form === 'plain' && ['=', '= any', '<', '<=', '>', '>='].includes(operator)
          ? [quoted(column.name)]
          : [],
      );
    return {
      message: `${index ? `The index ${index}` : 'The index'} found ${count(kept + removed)}, of which the filter threw ${percent(removed, kept + removed)} away: ${node.text('Filter')}.`,
      help:
        columns.length > 0
          ? `An index that has ${[...new Set(columns)].join(' and ')} too would find only what is wanted.`
          : 'An index that fits this condition too would find only what is wanted.',
      severity: 'information',
      saves: node.ms,
    };
  },
};
