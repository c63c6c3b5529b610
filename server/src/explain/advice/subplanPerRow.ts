import { type Advice, count, percent } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

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
      help: notIn(node)
        ? 'NOT IN of more rows than fit in work_mem goes through them for every row; NOT EXISTS with the same subquery is a join. (NOT IN finds nothing at all as soon as the subquery has a NULL; NOT EXISTS does not mind.)'
        : helpOf(node),
      severity: 'warning',
      saves: node.msWithin,
    };
  },
};

/** `NOT (ANY (id = (SubPlan 1).col1))`, before 17 `NOT (SubPlan 1)`. */
function notIn(node: AnalysedNode): boolean {
  const name = node.own.subplan;
  const filter = node.parent?.text('Filter');
  if (!name || !filter || node.type !== 'Materialize') return false;
  return filter.includes(`(NOT (${name}))`) || /NOT \(ANY \(/.test(filter);
}

function helpOf(node: AnalysedNode): string {
  const inside = within(node);
  const isLimited = inside.some(({ type }) => type === 'Limit');
  const join = isLimited
    ? 'Where all outer rows are wanted, row_number() OVER (PARTITION BY what it is compared with ORDER BY …) ranks the rows of all of them in one reading.'
    : 'A join with the subquery, grouped by what it is compared with, reads its table once.';
  const scan = inside.find(({ type }) => type === 'Seq Scan');
  return scan ? `${join} An index on ${scan.table} (the column that it is looked up by) makes each run short.` : join;
}

const within = (node: AnalysedNode): AnalysedNode[] => [node, ...node.children.flatMap(within)];
