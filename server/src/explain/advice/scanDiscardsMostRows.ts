import { type Advice, count } from './advice.ts';
import { remedy } from './indexRemedy.ts';

const manyRemoved = 10_000;
const fewKept = 0.02;

export const scanDiscardsMostRows: Advice = {
  code: 'scan-discards-most-rows',
  summary:
    'A scan of a whole table that keeps next to nothing of it, where an index or another condition would find that.',
  at(node) {
    if (node.type !== 'Seq Scan' || node.table === null) return null;
    const removed = node.removed('Filter');
    const kept = node.allRows;
    if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
    const found = remedy(node, node.conditions('Filter'));
    if (!found) return null;
    const each = node.loops > 1 && !node.isParallel ? `, in ${count(node.loops, 'loop')},` : '';
    // averages of loops, rounded to whole rows before 18
    const about = node.loops > 1 ? 'about ' : '';
    const left = about && kept === 0 ? 'next to none' : `${about}${count(kept)}`;
    return {
      message: `This scan read ${about}${count(kept + removed)} of ${node.table}${each} and kept ${left}: ${node.text('Filter') ?? 'its condition'}.`,
      help: found.help,
      severity: 'information',
      saves: node.ms,
      ...(found.index ? { index: found.index } : {}),
      ...(node.known?.parent ? { alike: node.known.parent.name } : {}),
    };
  },
};
