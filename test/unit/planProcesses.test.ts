import assert from 'node:assert/strict';
import { processesOf } from '../../server/src/explain/processes.ts';
import { describeProcesses } from '../../server/src/explain/shown/processes.ts';
import type { PlanProcess } from '../../server/src/protocol.ts';

const scan = { 'Node Type': 'Seq Scan', 'Total Cost': 1, 'Plan Rows': 1 };
const ran = (rows: number, loops: number, ms = 10) => ({
  'Actual Rows': rows,
  'Actual Loops': loops,
  'Actual Total Time': ms,
});

describe('Processes of a node', () => {
  it('are the workers, and the leader with what they leave', () => {
    const told = processesOf({
      ...scan,
      ...ran(100, 3, 20),
      'Shared Hit Blocks': 30,
      Workers: [
        { 'Worker Number': 0, ...ran(40, 1, 5), 'Shared Hit Blocks': 9 },
        { 'Worker Number': 1, ...ran(200, 1, 30), 'Shared Hit Blocks': 21 },
      ],
    });
    assert.deepEqual(
      told.map(({ worker, rows, loops, ms, sharedHit }) => [worker, rows, loops, ms, sharedHit]),
      [
        [null, 60, 1, 25, 0],
        [0, 40, 1, 5, 9],
        [1, 200, 1, 30, 21],
      ],
    );
  });

  it('have no leader where the workers did all, and are none where nobody tells of them', () => {
    const alone = processesOf({ ...scan, ...ran(7, 1), Workers: [{ 'Worker Number': 3, ...ran(7, 1) }] });
    assert.deepEqual(
      alone.map(({ worker }) => worker),
      [3],
    );
    assert.deepEqual(processesOf({ ...scan, ...ran(7, 1) }), []);
    assert.deepEqual(processesOf({ ...scan, ...ran(7, 1), Workers: [] }), []);
    assert.deepEqual(processesOf({ ...scan, Workers: [null, 7] as unknown }), []);
  });

  it('tell of their memory without VERBOSE', () => {
    const sorted = (kb: number, type: string) => ({ 'Sort Space Used': kb, 'Sort Space Type': type });
    const told = processesOf({
      ...scan,
      ...ran(7, 2),
      ...sorted(25, 'Memory'),
      Workers: [{ 'Worker Number': 0, ...sorted(900, 'Disk') }],
    });
    assert.deepEqual(
      told.map(({ worker, rows, memoryKb, diskKb }) => [worker, rows, memoryKb, diskKb]),
      [
        [null, null, 25, null],
        [0, null, null, 900],
      ],
    );
  });

  it('are a line: who gave most is told where that is uneven', () => {
    const line = (...rows: (number | null)[]): string =>
      describeProcesses(rows.map((n, i) => ({ worker: i === 0 ? null : i - 1, rows: n })) as PlanProcess[]);
    assert.equal(line(33_000, 34_000, 33_000), '3 processes, 33,000 to 34,000 rows each');
    assert.equal(line(10, 980, 10), '3 processes, 10 to 980 rows each: worker 0 gave 98 %');
    assert.equal(line(1_000, 1_000, 0), '3 processes, 0 to 1,000 rows each: leader gave 50 %');
    assert.equal(line(9, 0), '2 processes, 0 to 9 rows each');
    assert.equal(line(0, 0), '2 processes, 0 rows each');
    assert.equal(line(1), '1 process, 1 row');
    assert.equal(line(null, null), '2 processes');
  });
});
