import { type Advice, count } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';
import { mayStopEarly } from './stopping.ts';

const matters = 1_000;
const manyPlanned = 10_000;
const off = 10;
/** Of its rows, changed since they were counted. */
const muchChanged = 0.5;

export const staleStatistics: Advice = {
  code: 'stale-statistics',
  summary: 'A table that has far more or fewer rows, or other ones, than when it was analysed last.',
  ofStatistics: true,
  at(node) {
    const { rows, plannedRows } = node;
    if (node.type === 'Seq Scan' && node.text('Filter') === null && !node.isParallel && node.loops === 1) {
      if (!isOff(node)) return null;
      return {
        message: `Postgres believes that ${node.table} has ${count(plannedRows)}; it has ${count(rows)}.${sinceWhen(node)}`,
        help: remedyOf(node),
        severity: 'warning',
        saves: node.parent?.msWithin ?? node.ms,
      };
    }
    if (!isStale(node)) return null;
    return {
      message: `Postgres expected ${count(plannedRows)} of ${node.table} and got ${count(rows)}${node.loops > 1 ? ' per loop' : ''}.${sinceWhen(node)}`,
      help: remedyOf(node),
      severity: 'warning',
      saves: node.parent?.msWithin ?? node.ms,
    };
  },
};

function isOff(node: AnalysedNode): boolean {
  const { rows, plannedRows } = node;
  if (!node.isEstimated || mayStopEarly(node)) return false;
  // of a table without statistics Postgres takes ten pages for granted
  if (rows < matters && plannedRows < manyPlanned) return false;
  return Math.max(rows, plannedRows) >= off * Math.max(1, Math.min(rows, plannedRows));
}

/** A scan whose estimate is off, of a table that the server says to have changed a lot since it was analysed. */
export function isStale(node: AnalysedNode): boolean {
  const { known } = node;
  if (!known || !['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan'].includes(node.type) || !isOff(node))
    return false;
  // of what is made of columns there are no statistics that could be old
  const conditions = (['Filter', 'Index Cond', 'Recheck Cond'] as const).flatMap((key) => node.conditions(key));
  if (conditions.some(({ form, castTo }) => form !== 'plain' && !(form === 'cast' && castTo === 'text'))) return false;
  if (known.analyzedAt === null) return known.estimatedRows === null;
  return known.changedRows >= muchChanged * Math.max(1, known.estimatedRows ?? 0);
}

function sinceWhen({ known }: AnalysedNode): string {
  if (!known) return '';
  if (known.analyzedAt === null) return known.estimatedRows === null ? ' The table was never analysed.' : '';
  return ` It was analysed last at ${known.analyzedAt}; Postgres counts changes of ${count(known.changedRows)} since.`;
}

const remedyOf = ({ table }: AnalysedNode): string =>
  `ANALYZE ${table}; if it is so again and again, autovacuum does not keep up with the table.`;
