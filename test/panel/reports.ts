// Plan reports to show: a believable one, and large ones.

import type { PlanNode, PlanReport } from '../../server/src/protocol.ts';
import { own } from '../harness/exclusive.ts';

const range = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

const blank: Omit<PlanNode, 'id' | 'parent' | 'type'> = {
  relation: null,
  alias: null,
  index: null,
  subplan: null,
  details: [],
  rows: { planned: 1, actual: 1 },
  loops: 1,
  inclusive: { ms: 0, cost: 0 },
  exclusive: own({ ms: 0, sharedHit: 0, sharedRead: 0, cost: 0 }),
  range: null,
};

export function node(id: number, parent: number | null, type: string, rest: Partial<PlanNode> = {}): PlanNode {
  return { ...blank, id, parent, type, ...rest };
}

const sql = `SELECT c.name, sum(i.quantity * i.unit_price) AS spent
FROM customers c
JOIN orders o ON o.customer_id = c.id
JOIN order_items i ON i.order_id = o.id
WHERE o.status = 'pending' AND o.placed_at > now() - interval '30 days'
  AND NOT EXISTS (SELECT FROM refunds r WHERE r.order_id = o.id)
GROUP BY c.name
ORDER BY spent DESC
LIMIT 20`;

/** A customer ranking that reads all of orders for want of an index, and misjudges how many are pending. */
export const shopReport: PlanReport = {
  source: {
    uri: 'file:///shop/queries.sql',
    range: { start: { line: 2, character: 0 }, end: { line: 10, character: 8 } },
  },
  sql,
  target: { name: 'staging', version: '17.5' },
  analyzed: true,
  generic: false,
  planningMs: 1.214,
  executionMs: 1873.2,
  plan: { Plan: { 'Node Type': 'Limit', 'Plan Rows': 20 }, 'Planning Time': 1.214, 'Execution Time': 1873.2 },
  nodes: [
    node(0, null, 'Limit', {
      rows: { planned: 20, actual: 20 },
      inclusive: { ms: 1871.9, cost: 48_211.4 },
      exclusive: own({ ms: 0.012, sharedHit: 0, sharedRead: 0, cost: 0.05 }),
      range: range(10, 0, 8),
    }),
    node(1, 0, 'Sort', {
      details: [
        ['Sort Key', 'sum(((i.quantity)::numeric * i.unit_price)) DESC'],
        ['Sort Method', 'top-N heapsort  Memory: 27kB'],
      ],
      rows: { planned: 412, actual: 20 },
      inclusive: { ms: 1871.8, cost: 48_211.4 },
      exclusive: own({ ms: 3.41, sharedHit: 3, sharedRead: 0, cost: 11.2 }),
      range: range(9, 9, 19),
    }),
    node(2, 1, 'Aggregate', {
      details: [
        ['Strategy', 'Hashed'],
        ['Group Key', 'c.name'],
      ],
      rows: { planned: 412, actual: 18_204 },
      inclusive: { ms: 1868.4, cost: 48_200.1 },
      exclusive: own({ ms: 96.3, sharedHit: 0, sharedRead: 0, cost: 6.2 }),
      range: range(8, 0, 15),
    }),
    node(3, 2, 'Nested Loop', {
      rows: { planned: 498, actual: 214_880 },
      inclusive: { ms: 1772.1, cost: 48_193.9 },
      exclusive: own({ ms: 61.7, sharedHit: 0, sharedRead: 0, cost: 21.9 }),
    }),
    node(4, 3, 'Hash Join', {
      details: [['Hash Cond', '(o.customer_id = c.id)']],
      rows: { planned: 166, actual: 71_522 },
      inclusive: { ms: 1098.5, cost: 46_902.7 },
      exclusive: own({ ms: 44.9, sharedHit: 0, sharedRead: 0, cost: 9.8 }),
      range: range(4, 14, 34),
    }),
    node(5, 4, 'Hash Join', {
      details: [
        ['Join Type', 'Anti'],
        ['Hash Cond', '(o.id = r.order_id)'],
      ],
      rows: { planned: 166, actual: 71_522 },
      inclusive: { ms: 1021.4, cost: 46_014.2 },
      exclusive: own({ ms: 39.2, sharedHit: 0, sharedRead: 0, cost: 12.4 }),
      range: range(7, 6, 64),
    }),
    node(6, 5, 'Seq Scan', {
      relation: 'orders',
      alias: 'o',
      details: [
        ['Filter', "((status = 'pending'::text) AND (placed_at > (now() - '30 days'::interval)))"],
        ['Rows Removed by Filter', '4,928,011'],
      ],
      rows: { planned: 170, actual: 71_989 },
      inclusive: { ms: 978.6, cost: 45_900.1 },
      exclusive: own({ ms: 978.6, sharedHit: 1204, sharedRead: 31_877, cost: 45_900.1 }),
      range: range(4, 5, 13),
    }),
    node(7, 5, 'Hash', {
      rows: { planned: 4210, actual: 4188 },
      inclusive: { ms: 3.6, cost: 101.7 },
      exclusive: own({ ms: 1.1, sharedHit: 0, sharedRead: 0, cost: 0 }),
    }),
    node(8, 7, 'Seq Scan', {
      relation: 'refunds',
      alias: 'r',
      rows: { planned: 4210, actual: 4188 },
      inclusive: { ms: 2.5, cost: 101.7 },
      exclusive: own({ ms: 2.5, sharedHit: 28, sharedRead: 0, cost: 101.7 }),
      range: range(7, 34, 43),
    }),
    node(9, 4, 'Hash', {
      rows: { planned: 20_000, actual: 20_000 },
      inclusive: { ms: 32.2, cost: 878.7 },
      exclusive: own({ ms: 11.8, sharedHit: 0, sharedRead: 0, cost: 0 }),
    }),
    node(10, 9, 'Seq Scan', {
      relation: 'customers',
      alias: 'c',
      rows: { planned: 20_000, actual: 20_000 },
      inclusive: { ms: 20.4, cost: 878.7 },
      exclusive: own({ ms: 20.4, sharedHit: 412, sharedRead: 0, cost: 878.7 }),
      range: range(3, 5, 16),
    }),
    node(11, 3, 'Index Scan', {
      relation: 'order_items',
      alias: 'i',
      index: 'order_items_order_id_idx',
      details: [['Index Cond', '(order_id = o.id)']],
      rows: { planned: 3, actual: 3 },
      loops: 71_522,
      inclusive: { ms: 611.9, cost: 1269.3 },
      exclusive: own({ ms: 611.9, sharedHit: 286_410, sharedRead: 402, cost: 1269.3 }),
      range: range(5, 5, 18),
    }),
  ],
  findings: [
    {
      code: 'seq-scan-filters-most',
      node: 6,
      message:
        'Seq Scan reads 5,000,000 rows of orders to keep 71,989: an index on (status, placed_at) would serve this filter.',
      help: 'CREATE INDEX CONCURRENTLY ON orders (status, placed_at)',
      severity: 'warning',
      proof: 'verified',
    },
    {
      code: 'rows-misjudged',
      node: 6,
      message:
        'Postgres expected 170 rows and got 71,989: status and placed_at depend on each other; CREATE STATISTICS tells it.',
      help: 'CREATE STATISTICS ON status, placed_at FROM orders; ANALYZE orders;',
      severity: 'information',
      proof: 'estimated',
    },
  ],
  notes: [],
};

/** The same statement, planned only, with a parameter left open. */
export const plannedReport: PlanReport = {
  ...shopReport,
  target: { name: 'Embedded Postgres', version: '18.6' },
  analyzed: false,
  generic: true,
  planningMs: 0.8,
  executionMs: null,
  nodes: shopReport.nodes.map((each) => ({
    ...each,
    rows: { ...each.rows, actual: null },
    loops: null,
    inclusive: { ...each.inclusive, ms: null },
    exclusive: own({ ...each.exclusive, ms: null, sharedHit: null, sharedRead: null }),
  })),
  findings: [],
  notes: ['The tables are empty here: row counts come from defaults.'],
};

/** A partitioned table's plan: an Append with `count - 1` scans below it. */
export function appendReport(count: number): PlanReport {
  const scans = Array.from({ length: count - 1 }, (_, index) =>
    node(index + 1, 0, index % 2 === 0 ? 'Seq Scan' : 'Index Scan', {
      relation: `orders_p${String(index + 1).padStart(4, '0')}`,
      exclusive: own({ ms: (index % 7) / 10, sharedHit: index, sharedRead: 0, cost: index }),
      rows: { planned: index + 1, actual: index },
    }),
  );
  return {
    ...shopReport,
    nodes: [node(0, null, 'Append', { rows: { planned: count, actual: count } }), ...scans],
    findings: [],
  };
}

/** A chain of `count` nodes, each below the other. */
export function deepReport(count: number): PlanReport {
  const nodes = Array.from({ length: count }, (_, id) => node(id, id === 0 ? null : id - 1, 'Nested Loop'));
  return { ...shopReport, nodes, findings: [] };
}

const shareOf = (worker: number | null, rows: number, ms: number, sharedHit: number, sharedRead = 0) => ({
  worker,
  loops: 1,
  rows,
  ms,
  sharedHit,
  sharedRead,
  memoryKb: null,
  diskKb: null,
  jitMs: null,
});

/** A scan that one of two workers did most of. */
export const parallelReport: PlanReport = {
  ...shopReport,
  sql: 'SELECT * FROM visits ORDER BY at',
  plan: {},
  findings: [],
  nodes: [
    node(0, null, 'Gather Merge', {
      details: [['Workers Launched', '2']],
      inclusive: { ms: 190, cost: 900 },
      rows: { planned: 300_000, actual: 301_000 },
    }),
    node(1, 0, 'Sort', {
      details: [['Sort Key', 'visits.at']],
      loops: 3,
      inclusive: { ms: 150, cost: 800 },
      rows: { planned: 125_000, actual: 100_333 },
      processes: [
        { ...shareOf(null, 47_000, 40, 500), memoryKb: 25 },
        { ...shareOf(0, 4_000, 15, 40), memoryKb: 25 },
        { ...shareOf(1, 250_000, 180, 1_900, 12), diskKb: 3_072, jitMs: 82.5 },
      ],
    }),
    node(2, 1, 'Seq Scan', {
      relation: 'visits',
      details: [['Parallel Aware', 'yes']],
      loops: 3,
      inclusive: { ms: 61, cost: 700 },
      rows: { planned: 125_000, actual: 100_333 },
      processes: [shareOf(null, 47_000, 31.2, 500), shareOf(0, 4_000, 12, 40), shareOf(1, 250_000, 140, 1_900, 12)],
    }),
  ],
};
