/** Plans of any size, as a server would have written them; the same for the same number of nodes. */
import type { JsonNode, JsonPlan } from '../../server/src/explain/plan.ts';

/** Joins of partitioned tables, some of them nested, under a sort. */
export function planOf(nodes: number): JsonPlan {
  let left = nodes;
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const node = (type: string, more: Partial<JsonNode>, children: JsonNode[] = []): JsonNode => {
    left--;
    const own = 1 + random(40) / 10;
    const sum = (key: string): number => children.reduce((total, child) => total + Number(child[key] ?? 0), 0);
    const rows = 1 + random(50_000);
    return {
      'Node Type': type,
      'Parent Relationship': 'Outer',
      'Startup Cost': 0.29,
      'Total Cost': sum('Total Cost') + own * 100,
      'Plan Rows': Math.max(1, Math.round(rows / [1, 1, 2, 30][random(4)]!)),
      'Plan Width': 4 + random(300),
      'Actual Startup Time': 0.01,
      'Actual Total Time': Math.round((sum('Actual Total Time') + own) * 1_000) / 1_000,
      'Actual Rows': rows,
      'Actual Loops': 1,
      'Shared Hit Blocks': sum('Shared Hit Blocks') + random(900),
      'Shared Read Blocks': sum('Shared Read Blocks') + random(90),
      ...more,
      ...(children.length > 0 ? { Plans: children } : {}),
    };
  };
  const scan = (i: number): JsonNode =>
    node(random(2) === 0 ? 'Seq Scan' : 'Index Scan', {
      'Relation Name': `orders_${i}`,
      Alias: `o_${i}`,
      Filter: `((customer_id = ${random(999)}) AND (status = 'open'::text))`,
      'Rows Removed by Filter': random(90_000),
    });
  const partitions = (): JsonNode => {
    const members: JsonNode[] = [];
    for (let i = 0; i < 20 && left > 4; i++) members.push({ ...scan(i), 'Parent Relationship': 'Member' });
    return node('Append', {}, members);
  };
  const branches: JsonNode[] = [];
  while (left > 30) {
    let joined = partitions();
    for (let i = 0; i < 6 && left > 30; i++) {
      const hash = node('Hash', { 'Parent Relationship': 'Inner', 'Hash Batches': 1 }, [
        i % 3 === 0 ? partitions() : scan(i),
      ]);
      joined = node('Hash Join', { 'Join Type': 'Inner', 'Hash Cond': '(a.id = b.order_id)' }, [joined, hash]);
    }
    branches.push({ ...joined, 'Parent Relationship': 'Member' });
  }
  while (left > 3) branches.push({ ...scan(left), 'Parent Relationship': 'Member' });
  const all = node('Append', {}, branches);
  const sorted = node(
    'Sort',
    { 'Sort Key': ['o.created_at DESC'], 'Sort Method': 'quicksort', 'Sort Space Used': 90 },
    [all],
  );
  const root = node('Limit', {}, [sorted]);
  return { Plan: root, 'Planning Time': 3.2, 'Execution Time': (root['Actual Total Time'] ?? 0) + 1 };
}
