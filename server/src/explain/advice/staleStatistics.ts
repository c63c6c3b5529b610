import { type Advice, count } from './advice.ts';
import { mayStopEarly } from './stopping.ts';

const matters = 1_000;
const off = 10;

export const staleStatistics: Advice = {
  code: 'stale-statistics',
  summary: 'A scan of a whole table that gave far more or fewer rows than Postgres believes the table has.',
  ofStatistics: true,
  at(node) {
    // with a condition, the estimate of that may be at fault
    if (node.type !== 'Seq Scan' || node.text('Filter') !== null || node.placed.json['Parallel Aware'] === true)
      return null;
    const { rows, plannedRows } = node;
    if (node.loops !== 1 || Math.max(rows, plannedRows) < matters || mayStopEarly(node)) return null;
    if (Math.max(rows, plannedRows) < off * Math.max(1, Math.min(rows, plannedRows))) return null;
    return {
      message: `Postgres believes that ${node.table} has ${count(plannedRows)}; it has ${count(rows)}.`,
      help: `ANALYZE ${node.table}; if it is so again and again, autovacuum does not keep up with the table.`,
      severity: 'warning',
      saves: node.parent?.msWithin ?? node.ms,
    };
  },
};
