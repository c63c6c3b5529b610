import { type Advice, count, percent } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

const off = 10;
const manyLoops = 1_000;
const part = 0.3;

export const loopPlannedForFewer: Advice = {
  code: 'loop-planned-for-fewer-rows',
  summary: 'A nested loop that was chosen for a few rows and met many.',
  ofStatistics: true,
  at(node) {
    const whole = node.plan.ms;
    if (node.type !== 'Nested Loop' || whole === null) return null;
    const outer = node.children.find(({ relationship }) => relationship === 'Outer');
    const inner = node.children.find(({ relationship }) => relationship === 'Inner');
    if (!outer?.isEstimated || !inner || inner.loops < manyLoops) return null;
    // of one run of the inner side Postgres prints the average, rounded: often to nothing
    const ms = node.msWithin - outer.msWithin;
    if (ms < part * whole) return null;
    if (outer.rows < off * Math.max(1, outer.plannedRows)) return null;
    const start = whereItBegins(outer);
    return {
      message: `This loop was planned for ${count(outer.plannedRows)} and ran its inner side ${count(inner.loops, 'time')}: ${percent(ms, whole)} of the time. The estimate goes wrong at ${describe(start)}, where it expected ${count(start.plannedRows)} and met ${count(start.rows)}.`,
      help: 'With the right estimate Postgres would weigh a hash join: ANALYZE, or CREATE STATISTICS on columns that depend on each other.',
      severity: 'warning',
      saves: ms,
    };
  },
};

/** The lowest node whose estimate is as far off. */
function whereItBegins(node: AnalysedNode): AnalysedNode {
  let at = node;
  for (;;) {
    const below = at.children.find(
      ({ isEstimated, rows, plannedRows }) => isEstimated && rows >= off * Math.max(1, plannedRows),
    );
    if (!below) return at;
    at = below;
  }
}

const describe = (node: AnalysedNode): string => (node.table === null ? node.type : `${node.type} on ${node.table}`);
