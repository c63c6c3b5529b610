import { type Advice, count, percent } from './advice.ts';

const manyLoops = 1_000;
const part = 0.2;

export const subplanPerRow: Advice = {
  code: 'subquery-for-each-row',
  summary: 'A subquery that ran once for every row.',
  at(node) {
    const whole = node.plan.ms;
    if (node.relationship !== 'SubPlan' || node.loops < manyLoops || whole === null) return null;
    if (node.msWithin < part * whole) return null;
    return {
      message: `This subquery ran ${count(node.loops, 'time')}, once for each row outside of it: ${percent(node.msWithin, whole)} of the time.`,
      help: 'A join with the subquery, grouped by what it is compared with, reads its table once; an index on the column that it is looked up by makes each run short.',
      severity: 'warning',
      saves: node.msWithin,
    };
  },
};
