import { type Advice, count } from './advice.ts';

const manyRemoved = 10_000;
const fewKept = 0.1;

export const cteKeepsTooMuch: Advice = {
  code: 'with-query-not-narrowed',
  summary: 'A WITH query that was run as a whole, and most of it thrown away by a condition outside.',
  at(node) {
    if (node.type !== 'CTE Scan') return null;
    const removed = node.removed('Filter');
    const kept = node.allRows;
    if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
    const name = node.text('CTE Name') ?? '';
    // what another part of the statement reads too has to stay as it is
    const readers = node.plan.nodes.filter((other) => other.type === 'CTE Scan' && other.text('CTE Name') === name);
    if (readers.length > 1) return null;
    const query = node.plan.nodes.find((other) => other.text('Subplan Name') === `CTE ${name}`);
    // these cannot be merged into the query around them, whatever one writes
    if (!query || query.type === 'Recursive Union' || query.type === 'ModifyTable') return null;
    return {
      message: `The WITH query ${name} made ${count(kept + removed)}, and the condition outside kept ${count(kept)}: ${node.text('Filter')}.`,
      help: `Put the condition into ${name}, or write ${name} AS NOT MATERIALIZED, so that Postgres can do that.`,
      severity: 'information',
      saves: query.msWithin + node.ms,
    };
  },
};
