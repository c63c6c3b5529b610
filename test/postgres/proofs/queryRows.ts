/** Looking at what queries give, before and after a quick fix. */
import assert from 'node:assert/strict';
import type pg from 'pg';
import { rules } from '../../../server/src/rules/index.ts';
import { applyFix, reviewSql } from '../../harness/review.ts';
import type { ClaimProof, Example } from './proof.ts';

/** The rows that a statement gives, in no order, and how many it wrote; undone. */
export async function outcome(client: pg.Client, sql: string): Promise<{ rows: string[]; count: number }> {
  await client.query('BEGIN');
  try {
    const { rows, rowCount } = await client.query({ text: sql, rowMode: 'array' });
    return { rows: rows.map((row) => JSON.stringify(row)).sort(), count: rowCount ?? 0 };
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The unsafe form after the first fix of its rule's finding. @throws when there is none */
export function fixedForm(rule: string, example: Example): string {
  const schema = rules.find((r) => r.id === rule)?.examples.find((e) => e.unsafe === example.unsafe)?.schema;
  const finding = reviewSql(example.unsafe, { schema, targetVersion: example.version }).find((f) => f.rule === rule);
  assert.ok(finding, 'there is no finding');
  return applyFix(example.unsafe, finding);
}

/** After `given`, the unsafe form gives (or writes) `unsafe` rows, the safe one `safe` rows. */
export const rowCounts = (unsafe: number, safe: number, given = ''): ClaimProof => ({
  async claim(example) {
    const client = await example.freshDatabase();
    if (given) await client.query(given);
    assert.equal((await outcome(client, example.unsafe)).count, unsafe);
    assert.equal((await outcome(client, example.safe)).count, safe);
  },
});

/** After `given`, the fixed form gives what the safe form gives, and the unsafe form something else. */
export const fixGivesSafeRows = (rule: string, given = ''): ClaimProof => ({
  async claim(example) {
    const client = await example.freshDatabase();
    if (given) await client.query(given);
    const [unsafe, safe, fixed] = [example.unsafe, example.safe, fixedForm(rule, example)];
    assert.notDeepEqual(await outcome(client, unsafe), await outcome(client, safe));
    assert.deepEqual(await outcome(client, fixed), await outcome(client, safe), fixed);
  },
});

/** After `given`, the fixed form (and, unless told otherwise, the safe one) gives what the unsafe form gives. */
export async function fixGivesSameRows(
  client: pg.Client,
  rule: string,
  example: Example,
  safeToo = true,
): Promise<string> {
  const wanted = await outcome(client, example.unsafe);
  const fixed = fixedForm(rule, example);
  assert.deepEqual(await outcome(client, fixed), wanted, fixed);
  if (safeToo) assert.deepEqual(await outcome(client, example.safe), wanted);
  return fixed;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the scans of the query's tables looked at while it ran. */
export async function rowsRead(client: pg.Client, query: string): Promise<number> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`);
  const sum = (node: PlanNode): number =>
    (node['Relation Name'] ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0) +
    (node.Plans ?? []).reduce((n, inner) => n + sum(inner), 0);
  return sum(rows[0]['QUERY PLAN'][0].Plan);
}
