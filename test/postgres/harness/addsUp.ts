import assert from 'node:assert/strict';
import type { PlanNode, PlanReport } from '../../../server/src/protocol.ts';

const counters = [
  ['sharedHit', 'Shared Hit Blocks'],
  ['sharedRead', 'Shared Read Blocks'],
  ['sharedDirtied', 'Shared Dirtied Blocks'],
  ['sharedWritten', 'Shared Written Blocks'],
  ['tempRead', 'Temp Read Blocks'],
  ['tempWritten', 'Temp Written Blocks'],
  ['walBytes', 'WAL Bytes'],
  ['walRecords', 'WAL Records'],
  ['walImages', 'WAL FPI'],
] as const;

/** @throws unless what the nodes took by themselves is the whole: milliseconds within 1 % (or rounding), buffers exactly, nothing negative */
export function addsUp({ nodes, plan }: Pick<PlanReport, 'nodes' | 'plan'>, sql: string): void {
  const root = nodes[0] as PlanNode;
  const sum = (pick: (node: PlanNode) => number | null) => nodes.reduce((total, node) => total + (pick(node) ?? 0), 0);
  // a data-modifying WITH query goes on after the root has ended
  const afterRoot = sum((node) =>
    node.subplan?.startsWith('CTE') && node.type === 'ModifyTable' ? node.inclusive.ms : 0,
  );
  const ms = sum((node) => node.exclusive.ms);
  const whole = root.inclusive.ms ?? Number.NaN;
  assert.ok(ms >= whole * 0.99 - 0.005 && ms <= whole * 1.01 + afterRoot + 0.005, `${sql}: ${ms} of ${whole} ms`);
  for (const node of nodes) {
    assert.ok((node.exclusive.ms ?? -1) >= 0 && (node.exclusive.sharedHit ?? -1) >= 0, `${sql}: node ${node.id}`);
    assert.ok((node.exclusive.ms ?? 0) <= (node.inclusive.ms ?? 0) + 0.005, `${sql}: node ${node.id}`);
  }
  const json = (plan as { Plan: Record<string, number> }).Plan;
  for (const [name, key] of counters) {
    const total = sum((node) => node.exclusive[name]);
    if (afterRoot === 0) assert.equal(total, json[key] ?? 0, `${sql}: ${key}`);
    else assert.ok(total >= (json[key] ?? 0), `${sql}: ${key}: ${total}`);
  }
  assert.ok(Math.abs(sum((node) => node.exclusive.cost) - (json['Total Cost'] ?? 0)) < 0.01, `${sql}: cost`);
}
