/** The same plan in the formats of EXPLAIN, and what has to be the same in them. */
import type { Client } from 'pg';
import { readPlans } from '../../../server/src/explain/formats/index.ts';
import { type JsonNode, type JsonPlan, placeNodes } from '../../../server/src/explain/plan.ts';
import type { PlanShape } from './planShapes.ts';

export type Format = 'JSON' | 'TEXT' | 'YAML' | 'XML';

/** What a server prints; what ran is rolled back. */
export async function explain(
  client: Client,
  { sql, set = [] }: PlanShape,
  options: string,
  format: Format,
): Promise<string> {
  await client.query('BEGIN');
  try {
    for (const setting of set) await client.query(`SET LOCAL ${setting}`);
    const { rows } = await client.query({
      text: `EXPLAIN (${options}, FORMAT ${format}) ${sql}`,
      rowMode: 'array',
      // JSON as it was sent
      types: { getTypeParser: () => (value: string) => value },
    });
    return (rows as string[][]).map(([line]) => line).join('\n');
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Different each time, or from worker to worker. */
const volatile =
  /Time$|Blocks$|Cost$|^Plan Rows$|^WAL|Memory|Disk|Sort Space|^Sort Method|Workers?$|^Actual Rows$|Timing|^Planning$|^Query Identifier$|^Heap Fetches$|^Triggers$|^JIT$|^Index Searches$/;

/** Without what is different from run to run. */
export function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (volatile.test(key) ? [] : [[key, steady(inner)]])),
  );
}

/** Fields that the text tells as plainly as JSON does. */
const told = [
  'Node Type',
  'Parent Relationship',
  'Subplan Name',
  'Strategy',
  'Partial Mode',
  'Join Type',
  'Operation',
  'Command',
  'Relation Name',
  'Schema',
  'Alias',
  'Index Name',
  'CTE Name',
  'Function Name',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Actual Loops',
  'Sort Key',
  'Presorted Key',
  'Filter',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'TID Cond',
  'One-Time Filter',
  'Run Condition',
  'Output',
  'Workers Planned',
  'Hash Buckets',
  'HashAgg Batches',
  'Conflict Resolution',
  'Storage',
  'Disabled',
  'Window',
] as const;

/** What writes leaves dead rows behind, also when it is rolled back: estimates go by them. */
const estimated = /Cost$|^Plan Rows$/;

/** What text tells as plainly as JSON. @param ran with ANALYZE */
export function comparable(plan: JsonPlan, ran: boolean): Record<string, unknown>[] {
  const placed = placeNodes(plan.Plan);
  // how often its workers run a node is different each time
  const isParallel = placed.some(({ json }) => /^Gather/.test(json['Node Type']));
  const varies = (key: string): boolean => (ran && estimated.test(key)) || (isParallel && key === 'Actual Loops');
  return placed.map(({ parent, json }) => ({
    parent,
    ...Object.fromEntries(told.flatMap((key) => (isTold(json, key) && !varies(key) ? [[key, json[key]]] : []))),
  }));
}

function isTold(json: JsonNode, key: (typeof told)[number]): boolean {
  const value = json[key];
  if (value === undefined || value === false) return false;
  // `Function Scan on f` is a function f, or several under the alias f
  if (key === 'Function Name' && value === json.Alias) return false;
  // a member of what appends has no relationship of its own in text
  if (key === 'Parent Relationship') return value === 'InitPlan' || value === 'SubPlan' || value === 'Inner';
  return true;
}

/** @throws {Error} with the text */
export function readPlansOf(text: string): JsonPlan[] {
  try {
    return readPlans(text);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${text}`);
  }
}
