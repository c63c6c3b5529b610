// Nodes that extensions add to plans, in the shapes of their own documentation and sources.
import assert from 'node:assert/strict';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';

const nodes = (text: string): unknown[] =>
  readPlans(text).flatMap(({ Plan }) =>
    placeNodes(Plan).map(({ parent, json }) => [parent, json['Node Type'], json.Alias ?? null]),
  );
const own = (text: string): unknown[] =>
  readNodes(placeNodes((readPlans(text)[0] as JsonPlan).Plan)).map(({ exclusive }) => [
    Math.round((exclusive.ms ?? -1) * 1_000) / 1_000,
    exclusive.sharedHit,
  ]);

describe('Plans of Citus', () => {
  const text = `Aggregate  (cost=1.00..2.00 rows=1 width=8) (actual time=10.500..10.500 rows=1 loops=1)
  Buffers: shared hit=4
  ->  Custom Scan (Citus Adaptive)  (cost=0.00..0.00 rows=100000 width=8) (actual time=10.000..10.000 rows=2 loops=1)
        Buffers: shared hit=4
        Task Count: 2
        Tuple data received from nodes: 16 bytes
        Tasks Shown: One of 2
        ->  Task
              Tuple data received from node: 8 bytes
              Node: host=worker-1 port=5432 dbname=shop
              ->  Aggregate  (cost=1.00..2.00 rows=1 width=8) (actual time=8.000..8.000 rows=1 loops=1)
                    Buffers: shared hit=70
                    ->  Seq Scan on orders_102008 orders  (cost=0.00..1.00 rows=9 width=0) (actual time=0.010..7.000 rows=9 loops=1)
                          Buffers: shared hit=70
Execution Time: 10.600 ms`;
  const node = (type: string, ms: number, hit: number, more: object): object => ({
    'Node Type': type,
    'Parent Relationship': 'Outer',
    'Startup Cost': 0,
    'Total Cost': 2,
    'Plan Rows': 1,
    'Plan Width': 8,
    'Actual Startup Time': ms,
    'Actual Total Time': ms,
    'Actual Rows': 1,
    'Actual Loops': 1,
    'Shared Hit Blocks': hit,
    ...more,
  });
  const scan = node('Seq Scan', 7, 70, { 'Relation Name': 'orders_102008', Alias: 'orders' });
  const json = JSON.stringify([
    {
      Plan: node('Aggregate', 10.5, 4, {
        Plans: [
          node('Custom Scan', 10, 4, {
            'Custom Plan Provider': 'Citus Adaptive',
            'Distributed Query': {
              Job: {
                'Task Count': 2,
                'Tuple data received from nodes': '16 bytes',
                'Tasks Shown': 'One of 2',
                Tasks: [
                  {
                    'Tuple data received from node': '8 bytes',
                    Node: 'host=worker-1 port=5432 dbname=shop',
                    'Remote Plan': [[{ Plan: node('Aggregate', 8, 70, { Plans: [scan] }), Triggers: [] }]],
                  },
                ],
              },
            },
          }),
        ],
      }),
    },
  ]);
  const expected = [
    [null, 'Aggregate', null],
    [0, 'Custom Scan', null],
    [1, 'Task', null],
    [2, 'Aggregate', null],
    [3, 'Seq Scan', 'orders'],
  ];

  it('have their tasks as nodes, in text and in JSON', () => {
    assert.deepEqual(nodes(text), expected);
    assert.deepEqual(nodes(json), expected);
    const [, scan] = placeNodes((readPlans(json)[0] as JsonPlan).Plan);
    assert.equal(scan?.json['Task Count'], 2);
    assert.equal(scan?.json['Tasks Shown'], 'One of 2');
  });

  it('have them as nodes in XML and YAML', () => {
    const query = (plan: string): string =>
      `<explain xmlns="http://www.postgresql.org/2009/explain"><Query>${plan}</Query></explain>`;
    const task = (name: string): string =>
      `<Task><Node>${name}</Node><Remote-Plan>${query(`<Plan><Node-Type>Seq Scan</Node-Type><Alias>${name}</Alias></Plan>`)}</Remote-Plan></Task>`;
    const tasks = [
      [null, 'Custom Scan', null],
      [0, 'Task', null],
      [1, 'Seq Scan', 'a'],
      [0, 'Task', null],
      [3, 'Seq Scan', 'b'],
    ];
    assert.deepEqual(
      nodes(
        query(
          `<Plan><Node-Type>Custom Scan</Node-Type><Distributed-Query><Job><Task-Count>2</Task-Count><Tasks>${task('a')}${task('b')}</Tasks></Job></Distributed-Query></Plan>`,
        ),
      ),
      tasks,
    );
    const remote = (name: string): string => `          - Node: "${name}"
            Remote Plan:
              - Plan:
                  Node Type: "Seq Scan"
                  Alias: "${name}"
                Triggers:
`;
    assert.deepEqual(
      nodes(`- Plan:
    Node Type: "Custom Scan"
    Distributed Query:
      Job:
        Task Count: 2
        Tasks:
${remote('a')}${remote('b')}  Triggers:
`),
      tasks,
    );
  });

  it('take the time of the task from the scan that waits for it, and count its pages apart', () => {
    for (const plan of [text, json])
      assert.deepEqual(own(plan), [
        [0.5, 0],
        [2, 4],
        [0, 0],
        [1, 0],
        [7, 70],
      ]);
  });

  it('have subplans and jobs as nodes; what is told behind them belongs to the scan', () => {
    const [plan] = readPlans(`Custom Scan (Citus Adaptive) (actual rows=1 loops=1)
  ->  Distributed Subplan 9_1
        Intermediate Data Size: 220 bytes
        Result destination: Send to 3 nodes
        ->  Seq Scan on t_570017 t (actual rows=4 loops=1)
              Filter: (a > 3)
  Task Count: 1
  Tasks Shown: All
  ->  MapMergeJob
        Map Task Count: 3
        Merge Task Count: 6`);
    const placed = placeNodes((plan as JsonPlan).Plan);
    assert.deepEqual(
      placed.map(({ parent, json: { 'Node Type': type } }) => [parent, type]),
      [
        [null, 'Custom Scan'],
        [0, 'Distributed Subplan 9_1'],
        [1, 'Seq Scan'],
        [0, 'MapMergeJob'],
      ],
    );
    assert.equal(placed[0]?.json['Tasks Shown'], 'All');
    assert.equal(placed[2]?.json['Task Count'], undefined);
    assert.equal(placed[3]?.json['Merge Task Count'], 6);
    const [read] = readPlans(
      JSON.stringify({
        Plan: {
          'Node Type': 'Custom Scan',
          'Distributed Query': {
            Subplans: [{ 'Result destination': 'Write locally', PlannedStmt: [{ Plan: { 'Node Type': 'Seq Scan' } }] }],
            Job: {
              'Task Count': 1,
              'Dependent Jobs': [{ 'Map Task Count': 3, 'Dependent Jobs': [{ 'Map Task Count': 2 }] }],
            },
          },
        },
      }),
    );
    assert.deepEqual(
      placeNodes((read as JsonPlan).Plan).map(({ parent, json: { 'Node Type': type } }) => [parent, type]),
      [
        [null, 'Custom Scan'],
        [0, 'Distributed Subplan'],
        [1, 'Seq Scan'],
        [0, 'MapMergeJob'],
        [3, 'MapMergeJob'],
      ],
    );
  });
});

describe('Plans of TimescaleDB', () => {
  it('have chunks, decompression and their filters', () => {
    const text = `Custom Scan (ChunkAppend) on metrics m  (cost=0.10..9.00 rows=9 width=12) (actual time=1.000..5.000 rows=70 loops=1)
  Order: m."time" DESC
  Startup Exclusion: false
  Runtime Exclusion: true
  Chunks excluded during runtime: 1
  ->  Custom Scan (ColumnarScan) on _hyper_1_1_chunk m_1  (cost=0.10..4.00 rows=9 width=12) (actual time=0.500..4.000 rows=70 loops=1)
        Vectorized Filter: (device = 3)
        Batches Removed by Filter: 2
        ->  Index Scan using compress_idx on compress_hyper_2_3_chunk  (cost=0.10..2.00 rows=1 width=9) (actual time=0.100..1.000 rows=3 loops=1)
              Index Cond: (device = 3)
  ->  Seq Scan on _hyper_1_2_chunk m_2  (never executed)`;
    assert.deepEqual(nodes(text), [
      [null, 'Custom Scan', 'm'],
      [0, 'Custom Scan', 'm_1'],
      [1, 'Index Scan', 'compress_hyper_2_3_chunk'],
      [0, 'Seq Scan', 'm_2'],
    ]);
    assert.deepEqual(
      own(text).map((node) => (node as number[])[0]),
      [1, 3, 1, 0],
    );
    const placed = placeNodes((readPlans(text)[0] as JsonPlan).Plan);
    assert.equal(placed[0]?.json['Chunks excluded during runtime'], 1);
    assert.equal(placed[1]?.json['Vectorized Filter'], '(device = 3)');
    assert.equal(placed[1]?.json['Batches Removed by Filter'], 2);
  });
});

describe('Plans of servers that are like Postgres', () => {
  it('are read: slices of Greenplum, prefixes of Redshift', () => {
    assert.deepEqual(
      nodes(`Gather Motion 3:1  (slice1; segments: 3)  (cost=0.00..431.00 rows=1 width=8) (actual time=2.000..2.000 rows=9 loops=1)
  ->  Redistribute Motion 3:3  (slice2; segments: 3)  (cost=0.00..431.00 rows=1 width=8) (actual time=1.000..1.000 rows=9 loops=1)
        Hash Key: t.a
        ->  Seq Scan on t  (cost=0.00..431.00 rows=1 width=8) (actual time=0.500..0.500 rows=9 loops=1)
Optimizer: Pivotal Optimizer (GPORCA)`),
      [
        [null, 'Gather Motion 3:1  (slice1; segments: 3)', null],
        [0, 'Redistribute Motion 3:3  (slice2; segments: 3)', null],
        [1, 'Seq Scan', 't'],
      ],
    );
    assert.deepEqual(
      nodes(`XN Hash Join DS_DIST_NONE  (cost=100.04..30000.00 rows=9 width=4)
  Hash Cond: ("outer".a = "inner".a)
  ->  XN Seq Scan on t  (cost=0.00..2.00 rows=9 width=4)
  ->  XN Hash  (cost=2.00..2.00 rows=9 width=4)`).map((node) => (node as unknown[]).slice(0, 2)),
      [
        [null, 'XN Hash Join DS_DIST_NONE'],
        [0, 'XN Seq Scan'],
        [0, 'XN Hash'],
      ],
    );
  });
});
