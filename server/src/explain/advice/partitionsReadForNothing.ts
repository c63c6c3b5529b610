import { type Advice, count } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

const many = 4;
const empty = 0.75;
const fewRows = 1_000;

export const partitionsReadForNothing: Advice = {
  code: 'partitions-read-for-nothing',
  summary: 'Partitions that were read and had nothing: the condition does not tell which are needed.',
  at(node) {
    if (node.type !== 'Append' && node.type !== 'Merge Append') return null;
    const ran = node.children.filter(({ loops }) => loops > 0);
    const bases = new Set(ran.map(({ own }) => /^(.*)_\d+$/.exec(own.alias ?? '')?.[1] ?? ''));
    const [base = ''] = bases;
    // the branches of a UNION ALL have names of their own
    if (bases.size !== 1 || base === '' || ran.length < many) return null;
    const idle = ran.filter((child) => child.rows === 0 && child.text('Filter') !== null);
    if (idle.length < empty * ran.length) return null;
    if (idle.reduce((total, child) => total + child.removed('Filter'), 0) < fewRows) return null;
    return {
      message: `${idle.length} of ${count(ran.length, 'partition')} of ${base} were read and gave no row.`,
      help: `${whyNot(idle[0])}Compare the partition key itself with a value or a parameter, so that Postgres leaves out the partitions that cannot match.`,
      severity: 'information',
      saves: idle.reduce((total, child) => total + child.msWithin, 0),
    };
  },
};

/** The key that is in the condition, but not by itself. */
function whyNot(partition: AnalysedNode | undefined): string {
  const key = partition?.known?.parent?.key;
  if (!partition || key === undefined) return '';
  const within = partition
    .conditions('Filter')
    .find(({ column, form }) => column && form !== 'plain' && new RegExp(`\\b${column.name}\\b`).test(key));
  return within
    ? `The table is partitioned by ${key}, and the condition is on ${within.expression}. `
    : `The table is partitioned by ${key}. `;
}
