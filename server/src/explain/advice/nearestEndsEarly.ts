import { type Advice, count } from './advice.ts';

export const nearestEndsEarly: Advice = {
  code: 'nearest-search-ends-early',
  summary: 'A search for the nearest in an index of pgvector that gave fewer rows than were asked for.',
  at(node) {
    if (node.type !== 'Limit') return null;
    const [scan] = node.children;
    if (scan?.type !== 'Index Scan' || !/<(?:->|=>|#>|\+>|~>|%>)/.test(scan.text('Order By') ?? '')) return null;
    const method = scan.known?.indexes.find(({ name }) => name === scan.own.index)?.method;
    if (method !== 'hnsw' && method !== 'ivfflat') return null;
    const { rows, plannedRows } = node;
    // it may have no more rows
    const table = scan.known?.estimatedRows ?? 0;
    if (rows >= plannedRows || table < 2 * plannedRows) return null;
    const removed = scan.removed('Filter');
    const filtered = removed > 0 ? ` The filter threw ${count(removed)} of what it found away.` : '';
    return {
      message: `${count(plannedRows)} were asked for, and the index ${scan.own.index} gave ${count(rows)}: it looks at so many candidates only.${filtered}`,
      help:
        method === 'hnsw'
          ? `SET hnsw.ef_search to at least the LIMIT (it is 40 unless set); with a filter, hnsw.iterative_scan = relaxed_order (pgvector 0.8) goes on until there are enough.`
          : `SET ivfflat.probes higher (it is 1 unless set), about the root of the number of lists; with a filter, ivfflat.iterative_scan = relaxed_order (pgvector 0.8) goes on until there are enough.`,
      severity: 'warning',
      // rows are missing: that comes before any time
      saves: node.plan.ms ?? 0,
    };
  },
};
