import assert from 'node:assert/strict';
import { readPlan } from '../../server/src/explain/planFile.ts';
import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import { diffPlans } from '../../server/src/explain/shown/planDiff.ts';
import { buildTree } from '../../server/src/explain/shown/planTree.ts';
import { planOf } from '../bench/plans.ts';
import { parser } from '../harness/parser.ts';

function tree(text: string) {
  const read = readPlan(text, parser);
  assert.ok(read.kind === 'plans');
  return buildTree(read.reports[0]!);
}

/** `later node ← earlier node`, `+ added`, `- gone`. */
function diff(earlier: string, later: string): string[] {
  const [a, b] = [tree(earlier), tree(later)];
  const { before, gone } = diffPlans(a, b);
  return [
    ...b.map((entry) => {
      const old = before.get(entry.node.id);
      return old ? `${nodeName(entry.node)} ← ${nodeName(old.node)}` : `+ ${nodeName(entry.node)}`;
    }),
    ...gone.map((entry) => `- ${nodeName(entry.node)}`),
  ];
}

const seq = `Sort  (cost=20.00..21.00 rows=10 width=4)
  Sort Key: o.id
  ->  Hash Join  (cost=10.00..18.00 rows=10 width=4)
        Hash Cond: (o.customer_id = c.id)
        ->  Seq Scan on orders o  (cost=0.00..8.00 rows=10 width=4)
        ->  Hash  (cost=4.00..4.00 rows=10 width=4)
              ->  Seq Scan on customers c  (cost=0.00..4.00 rows=10 width=4)`;

describe('Two plans compared', () => {
  it('are the same, node by node', () => {
    assert.ok(diff(seq, seq).every((line) => /^(.*) ← \1$/.test(line)));
  });

  it('tell a scan that another kind of scan has taken the place of', () => {
    assert.deepEqual(
      diff(seq, seq.replace('Seq Scan on orders o', 'Index Scan using orders_x on orders o'))[2],
      'Index Scan on orders o using orders_x ← Seq Scan on orders o',
    );
  });

  it('tell a step that came in between, and one that went', () => {
    const gathered = seq
      .replace('Sort  (cost', 'Gather Merge  (cost=0.00..9.00 rows=1 width=4)\n  Workers Planned: 2\n  ->  Sort  (cost')
      .split('\n')
      .map((line, i) => (i > 2 ? `      ${line}` : line))
      .join('\n');
    assert.deepEqual(diff(seq, gathered).slice(0, 3), ['+ Gather Merge', 'Sort ← Sort', 'Hash Join ← Hash Join']);
    assert.deepEqual(diff(gathered, seq).at(-1), '- Gather Merge');
  });

  it('pair the sides of a join by what they read, in whatever order', () => {
    const turned = `Nested Loop  (cost=10.00..18.00 rows=10 width=4)
  ->  Seq Scan on customers c  (cost=0.00..4.00 rows=10 width=4)
  ->  Index Scan using orders_customer on orders o  (cost=0.00..8.00 rows=10 width=4)`;
    assert.deepEqual(diff(seq, turned), [
      'Nested Loop ← Hash Join',
      'Seq Scan on customers c ← Seq Scan on customers c',
      'Index Scan on orders o using orders_customer ← Seq Scan on orders o',
      '- Sort',
      '- Hash',
    ]);
  });

  it('take no longer than a blink for thousands of nodes', () => {
    const large = JSON.stringify([planOf(5_000)]);
    const lines = diff(large, large);
    assert.equal(lines.length, 5_000);
    assert.ok(lines.every((line) => !line.startsWith('+') && !line.startsWith('-')));
  });
});
