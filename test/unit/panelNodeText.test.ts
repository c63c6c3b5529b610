import assert from 'node:assert/strict';
import { nodeName, nodeType, shortName } from '../../server/src/explain/shown/nodeText.ts';
import type { PlanNode } from '../../server/src/protocol.ts';
import { node } from '../panel/reports.ts';

describe('plan node names', () => {
  it('are what EXPLAIN prints as text', () => {
    const cases: [type: string, details: PlanNode['details'], text: string][] = [
      ['Seq Scan', [], 'Seq Scan'],
      ['Seq Scan', [['Parallel Aware', 'yes']], 'Parallel Seq Scan'],
      ['Index Scan', [['Scan Direction', 'Backward']], 'Index Scan Backward'],
      ['Index Scan', [['Scan Direction', 'Forward']], 'Index Scan'],
      ['Hash Join', [['Join Type', 'Inner']], 'Hash Join'],
      ['Hash Join', [['Join Type', 'Right Anti']], 'Hash Right Anti Join'],
      ['Merge Join', [['Join Type', 'Left']], 'Merge Left Join'],
      ['Nested Loop', [['Join Type', 'Semi']], 'Nested Loop Semi Join'],
      ['Aggregate', [['Strategy', 'Plain']], 'Aggregate'],
      [
        'Aggregate',
        [
          ['Strategy', 'Sorted'],
          ['Partial Mode', 'Simple'],
        ],
        'GroupAggregate',
      ],
      [
        'Aggregate',
        [
          ['Strategy', 'Hashed'],
          ['Partial Mode', 'Partial'],
        ],
        'Partial HashAggregate',
      ],
      [
        'SetOp',
        [
          ['Strategy', 'Hashed'],
          ['Command', 'Except'],
        ],
        'HashSetOp Except',
      ],
      ['ModifyTable', [['Operation', 'Update']], 'Update'],
    ];
    for (const [type, details, text] of cases) assert.equal(nodeType(node(0, null, type, { details })), text);
  });

  it('tell what the node works on', () => {
    const scan = { relation: 'shop.orders', alias: 'o', index: 'orders_pkey' };
    assert.equal(nodeName(node(0, null, 'Index Scan', scan)), 'Index Scan on shop.orders o using orders_pkey');
    assert.equal(shortName(node(0, null, 'Index Scan', scan)), 'Index Scan on shop.orders o');
    const same = { ...scan, alias: 'orders', index: null };
    assert.equal(nodeName(node(0, null, 'Seq Scan', same)), 'Seq Scan on shop.orders');
    const bitmap = { index: 'orders_pkey' };
    assert.equal(nodeName(node(0, null, 'Bitmap Index Scan', bitmap)), 'Bitmap Index Scan on orders_pkey');
    assert.equal(nodeName(node(0, null, 'Limit')), 'Limit');
  });
});
