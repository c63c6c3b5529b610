import assert from 'node:assert/strict';
import {
  describeFactor,
  formatCost,
  formatCount,
  formatExact,
  formatFactor,
  formatMs,
  formatShare,
} from '../../server/src/explain/shown/format.ts';

function table<T>(format: (value: T) => string | null, cases: readonly [T, string | null][]): void {
  for (const [value, text] of cases) assert.equal(format(value), text, `of ${value}`);
}

describe('panel numbers', () => {
  it('writes counts', () => {
    table(formatCount, [
      [0, '0'],
      [0.5, '0.5'],
      [1.234, '1.23'],
      [12.6, '13'],
      [1234, '1,234'],
      [999_999, '999,999'],
      [1_234_567, '1.23 M'],
      [12_345_678, '12.3 M'],
      [5_000_000_000, '5 G'],
      [45_600_000_000, '45.6 G'],
      [1e15, '1.0e15'],
    ]);
  });

  it('writes all digits where there is room', () => {
    table(formatExact, [
      [0.5, '0.5'],
      [12_345_678, '12,345,678'],
    ]);
  });

  it('writes milliseconds with their unit', () => {
    table(formatMs, [
      [0, '0.000 ms'],
      [0.0421, '0.042 ms'],
      [1, '1 ms'],
      [9.87, '9.87 ms'],
      [12.34, '12.3 ms'],
      [999.4, '999 ms'],
      [999.6, '1 s'],
      [1234, '1.23 s'],
      [61_000, '61 s'],
      [125_000, '2 min 5 s'],
      [119_999, '2 min 0 s'],
    ]);
  });

  it('writes costs and shares', () => {
    table(formatCost, [
      [0.285, '0.28'],
      [12.54, '12.5'],
      [1234.4, '1,234'],
    ]);
    table(formatShare, [
      [0, '0 %'],
      [0.0001, '0.1 %'],
      [0.004, '0.4 %'],
      [0.374, '37 %'],
      [1, '100 %'],
    ]);
  });

  it('writes how far an estimate was off, and nothing when it was about right', () => {
    table(formatFactor, [
      [null, null],
      [1, null],
      [1.9, null],
      [0.6, null],
      [2, '×2'],
      [120, '×120'],
      [0.5, '÷2'],
      [0.025, '÷40'],
    ]);
    assert.equal(describeFactor(120), '120 times more rows than planned');
    assert.equal(describeFactor(0.025), '40 times fewer rows than planned');
  });
});
