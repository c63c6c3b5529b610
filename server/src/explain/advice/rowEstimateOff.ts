import { type Advice, count } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { mayStopEarly } from './stopping.ts';

/** Rows below which a wrong estimate changes no plan worth the name. */
const matters = 1_000;
const off = 100;

export const rowEstimateOff: Advice = {
  code: 'row-estimate-off',
  summary: 'Estimates that are off a hundredfold, where that begins: those above it only pass it on.',
  ofStatistics: true,
  at(node) {
    if (!isOff(node) || node.children.some(isOff)) return null;
    const columns = [
      ...new Set(
        (['Filter', 'Index Cond', 'Recheck Cond'] as const)
          .flatMap((key) => node.conditions(key))
          .flatMap((c) => (c.column && c.form === 'plain' && c.operator === '=' && !c.joins ? [c.column.name] : [])),
      ),
    ];
    return {
      message: `Postgres expected ${count(node.plannedRows)} here and got ${count(node.rows)}${
        node.loops > 1 ? ' per loop' : ''
      }: its statistics do not describe this data or condition.`,
      help:
        columns.length > 1 && node.table !== null
          ? `If ${columns.join(' and ')} depend on each other, tell Postgres: CREATE STATISTICS ON ${columns.join(', ')} FROM ${node.table}; ANALYZE ${node.table};`
          : 'ANALYZE the table; where that does not help, the condition is one that Postgres has no statistics on: an expression index, or CREATE STATISTICS on the expression, gives it some.',
      severity: 'warning',
      saves: node.parent?.msWithin ?? node.ms,
    };
  },
};

export function isOff(node: AnalysedNode): boolean {
  if (node.loops === 0) return false;
  // how many rows the table has: advice of its own tells that
  if (node.type === 'Seq Scan' && node.text('Filter') === null) return false;
  const { rows: actual, plannedRows: planned } = node;
  if (Math.max(actual, planned) < matters) return false;
  // a merge join reads equal rows of its inner side again and again, and each time counts
  if (node.relationship === 'Inner' && node.parent?.type === 'Merge Join') return false;
  // a bitmap's rows are not counted when it is combined, and a writing node returns none
  if (['BitmapAnd', 'BitmapOr', 'ModifyTable'].includes(node.type)) return false;
  // from 18 on rows are averaged with decimals; before, rounded to whole rows: an average below one can be printed as 0
  const factor = Math.max(actual, planned, 1) / Math.max(1, Math.min(actual, planned));
  return factor >= off && !(actual < planned && mayStopEarly(node));
}
