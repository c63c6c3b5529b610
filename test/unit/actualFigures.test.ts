import assert from 'node:assert/strict';
import { actualFigures } from '../../client/src/actualFigures.ts';
import type { PlanNode, PlanReport } from '../../server/src/protocol.ts';
import { own } from '../harness/exclusive.ts';
import { node, plannedReport, shopReport } from '../panel/reports.ts';

const range = (line: number) => ({ start: { line, character: 5 }, end: { line, character: 13 } });

/** A node that took 2 ms by itself and gave 10 rows in one loop, written on a line of its own. */
const ran = (id: number, parent: number | null, type: string, rest: Partial<PlanNode> = {}): PlanNode =>
  node(id, parent, type, {
    range: range(id),
    rows: { planned: 1, actual: 10 },
    inclusive: { ms: 2, cost: 0 },
    exclusive: own({ ms: 2 }),
    ...rest,
  });
const reportOf = (...nodes: PlanNode[]): PlanReport => ({ ...shopReport, nodes });
const labels = (...nodes: PlanNode[]) => actualFigures(reportOf(...nodes)).map(({ label }) => label);

describe('The figures of an analysed statement', () => {
  it('are rows and time by itself, at the end of tables and join conditions', () => {
    const found = actualFigures(shopReport).map(({ position: { line, character }, label }) => [line, character, label]);
    assert.deepEqual(
      found.find(([line, character]) => line === 4 && character === 13),
      [4, 13, '71,989 rows · 979 ms'],
    );
    assert.deepEqual(
      found.find(([line, character]) => line === 4 && character === 34),
      [4, 34, '71,522 rows · 44.9 ms'],
    );
    // Limit, Sort and Aggregate have texts as well
    assert.ok(found.every(([line]) => (line as number) < 8));
  });

  it('say in the tooltip what they are of, and where they were measured', () => {
    const join = actualFigures(shopReport).find(({ label }) => label.startsWith('71,522'));
    assert.equal(
      join?.tooltip,
      'Hash Join: 71,522 rows, 44.9 ms by itself, 1.10 s with what ran inside it\non staging, PostgreSQL 17.5',
    );
  });

  it('are none before the statement has run, and of nodes whose text is not known', () => {
    assert.deepEqual(actualFigures({ ...plannedReport, nodes: shopReport.nodes }), []);
    assert.deepEqual(labels(ran(0, null, 'Seq Scan', { range: null })), []);
  });

  it('multiply no averages', () => {
    const looped = { loops: 71_522, rows: { planned: 1, actual: 3 } };
    assert.deepEqual(labels(ran(0, null, 'Index Scan', looped)), ['3 rows × 71,522 · 2 ms']);
    assert.deepEqual(labels(ran(0, null, 'Index Scan', { loops: 4, rows: { planned: 1, actual: 0.25 } })), [
      '0.25 rows × 4 · 2 ms',
    ]);
    assert.deepEqual(labels(ran(0, null, 'Index Scan', { rows: { planned: 1, actual: 1 } })), ['1 row · 2 ms']);
  });

  it('tell how far off rounding may be', () => {
    const exclusive = own({ ms: 40, msError: 20 });
    assert.deepEqual(labels(ran(0, null, 'Index Scan', { loops: 40_000, exclusive })), [
      '10 rows × 40,000 · 40 ms ±20 ms',
    ]);
  });

  it('add up the partitions of a table, where that can be done', () => {
    const partition = (id: number, rest: Partial<PlanNode> = {}) =>
      ran(id, 0, 'Seq Scan', { range: range(1), ...rest });
    const append = ran(0, null, 'Append', { range: null });
    const idle = { loops: 0, rows: { planned: 1, actual: 0 }, exclusive: own({ ms: 0 }) };
    assert.deepEqual(labels(append, partition(1), partition(2)), ['20 rows · 4 ms']);
    assert.deepEqual(labels(append, partition(1, { loops: 3 }), partition(2, { loops: 3 })), ['20 rows × 3 · 4 ms']);
    assert.deepEqual(labels(append, partition(1), partition(2, idle)), ['10 rows · 2 ms']);
    assert.deepEqual(labels(append, partition(1), partition(2, { loops: 3 })), ['4 ms'], 'not each read as often');
    assert.deepEqual(labels(append, partition(1, idle), partition(2, idle)), ['never ran']);
    const many = Array.from({ length: 14 }, (_, i) => partition(i + 1));
    const [all] = actualFigures(reportOf(append, ...many));
    assert.equal(all?.tooltip.split('\n').length, 12);
    assert.match(all?.tooltip ?? '', /\nand 4 more\n/);
  });

  it('count the rows of a bitmap once, and the time of both scans', () => {
    const heap = ran(0, null, 'Bitmap Heap Scan', { range: range(1) });
    const both = ran(1, 0, 'BitmapAnd', { range: range(1) });
    const index = ran(2, 1, 'Bitmap Index Scan', { range: range(1), rows: { planned: 1, actual: 500 } });
    assert.deepEqual(labels(heap, both, index), ['10 rows · 4 ms']);
  });

  it('do without the time where it was not taken', () => {
    assert.deepEqual(labels(ran(0, null, 'Seq Scan', { exclusive: own({ ms: null }) })), ['10 rows']);
  });

  it('are not of a scan that only passes a subquery on, nor of what writes', () => {
    assert.deepEqual(labels(ran(0, null, 'Subquery Scan'), ran(1, 0, 'ModifyTable')), []);
  });
});
