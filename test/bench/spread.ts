export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const at = (i: number): number => sorted[Math.max(0, Math.min(sorted.length - 1, i))]!;
  return {
    median: (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2,
    p95: at(Math.ceil(sorted.length * 0.95) - 1),
    max: at(sorted.length - 1),
  };
}
