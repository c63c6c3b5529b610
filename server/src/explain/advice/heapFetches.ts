import { type Advice, count } from './advice.ts';

const many = 1_000;
const part = 0.5;

export const heapFetches: Advice = {
  code: 'index-only-scan-reads-table',
  summary: 'An index-only scan that had to look into the table all the same.',
  at(node) {
    if (node.type !== 'Index Only Scan') return null;
    // printed as a total of all loops
    const fetches = node.number('Heap Fetches') ?? 0;
    if (fetches < many || fetches < part * node.allRows) return null;
    return {
      message: `This index-only scan looked into the table for ${count(fetches)}: the visibility map does not know their pages to be visible to all.`,
      help: `VACUUM ${node.table}; autovacuum that runs more often on this table keeps it so.`,
      severity: 'information',
      saves: node.ms,
    };
  },
};
