// Numbers as the panel writes them. One locale, so that a copied plan reads the same everywhere.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** `0.5`, `1,234`, `12.3 M`, `4.56 G`. Fractions show below ten only, where Postgres averages rows over loops. */
export function formatCount(value: number): string {
  if (value >= 1e13) return value.toExponential(1).replace('e+', 'e');
  if (value >= 999_500_000) return `${significant(value / 1e9)} G`;
  if (value >= 999_999.5) return `${significant(value / 1e6)} M`;
  return formatExact(value);
}

/** All digits: `12,345,678`. */
export function formatExact(value: number): string {
  return value < 10 ? fraction.format(value) : whole.format(value);
}

/** Milliseconds with their unit: `0.042 ms`, `12.3 ms`, `1.23 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${ms.toFixed(3)} ms`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  if (ms < 99_950) return `${significant(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${whole.format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** `312 B`, `12.3 kB`, `4.56 MB`: 1,024 bytes are a kB, as for Postgres. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 1_023.5 && unit < units.length - 1; unit++) value /= 1_024;
  return `${unit === 0 ? formatExact(value) : significant(value)} ${units[unit]}`;
}

/** `0.29`, `12.5`, `1,234`, `12.3 M`: Postgres's cost has no unit, and its decimals matter only when it is small. */
export function formatCost(cost: number): string {
  if (cost < 10) return cost.toFixed(2);
  return cost < 100 ? cost.toFixed(1) : formatCount(cost);
}

/** `37 %`, `0.4 %`, `0 %`. */
export function formatShare(part: number): string {
  const percent = part * 100;
  return `${percent > 0 && percent < 1 ? Math.max(0.1, Number(percent.toFixed(1))) : Math.round(percent)} %`;
}

/** `×120` for more rows than planned, `÷40` for fewer; null when the estimate was good enough to say nothing (under 2). */
export function formatFactor(factor: number | null): string | null {
  if (factor === null || (factor > 0.5 && factor < 2)) return null;
  return factor >= 1 ? `×${significant(factor)}` : `÷${significant(1 / factor)}`;
}

/** The same for people who cannot see the sign: `120 times more rows than planned`. */
export function describeFactor(factor: number): string {
  return factor >= 1
    ? `${significant(factor)} times more rows than planned`
    : `${significant(1 / factor)} times fewer rows than planned`;
}

/** Three digits where they say something: `1.23`, `12.3`, `123`, `1,234`. */
function significant(value: number): string {
  if (value >= 99.95) return whole.format(value);
  const digits = value >= 9.995 ? 1 : 2;
  return value.toFixed(digits).replace(/\.0+$/, '');
}

/** From a glance: what takes most of the time is red. */
export function heat(share: number): 'hot' | 'warm' | 'cool' {
  return share >= 0.4 ? 'hot' : share >= 0.15 ? 'warm' : 'cool';
}
