// What parallel workers did at a node, in a line: how many there were, and whether one of them did most.
import type { PlanProcess } from '../../protocol.ts';
import { formatCount, formatShare } from './format.ts';

/** More than an even share by so much is told. */
const uneven = 1.5;
/** Rows below which shares say nothing. */
const fewRows = 100;

export const processName = ({ worker }: PlanProcess): string => (worker === null ? 'Leader' : `Worker ${worker}`);

/** Of all rows; null where they are not told, or there were none. */
export function rowShares(processes: readonly PlanProcess[]): readonly number[] | null {
  const rows = processes.map((process) => process.rows);
  const all = rows.reduce<number>((sum, own) => sum + (own ?? 0), 0);
  return all === 0 || rows.includes(null) ? null : rows.map((own) => (own ?? 0) / all);
}

/** `3 processes, 12 to 62,000 rows each: worker 1 gave 95 %`. */
export function describeProcesses(processes: readonly PlanProcess[]): string {
  const number = processes.length === 1 ? '1 process' : `${processes.length} processes`;
  const rows = processes.flatMap((process) => process.rows ?? []);
  if (rows.length < processes.length) return number;
  const [least, most] = [Math.min(...rows), Math.max(...rows)];
  const each = least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
  const text = `${number}, ${each} ${most === 1 ? 'row' : 'rows'}${processes.length > 1 ? ' each' : ''}`;
  const shares = rowShares(processes) ?? [];
  const largest = Math.max(...shares, 0);
  const all = rows.reduce((sum, own) => sum + own, 0);
  const busiest = processes[shares.indexOf(largest)];
  if (!busiest || processes.length < 2 || all < fewRows || largest * processes.length < uneven) return text;
  return `${text}: ${processName(busiest).toLowerCase()} gave ${formatShare(largest)}`;
}
