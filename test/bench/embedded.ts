/** The embedded Postgres as the judge starts it: how long until it answers, until a history has run in it, and its memory. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeHistory } from './history.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface EmbeddedRun {
  /** Milliseconds from nothing to the first answer. */
  readonly start: number;
  /** Until all files before the last one have run, and the last one is judged. */
  readonly replayed: number;
  /** Until the last file, edited, is judged again. */
  readonly edit: number;
  /** Reports of progress meanwhile. */
  readonly reports: number;
  /** The highest resident set of its process so far, in MB; null on systems without /proc. */
  readonly peakMB: number | null;
}

export interface EmbeddedTimes {
  readonly migrations: number;
  readonly start: Spread;
  readonly replayed: Spread;
  readonly edit: Spread;
  readonly reports: number;
  /** The highest of all runs. */
  readonly peakMB: number | null;
}

/** @param dist the folder of the build */
export async function measureEmbedded(
  folder: string,
  migrations: number,
  runs: number,
  dist: string,
): Promise<EmbeddedTimes> {
  writeHistory(folder, migrations);
  const script = fileURLToPath(new URL('embeddedRun.ts', import.meta.url));
  const results: EmbeddedRun[] = [];
  for (let n = 0; n < runs; n++) {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, dist]);
    results.push(JSON.parse(stdout));
  }
  const peaks = results.flatMap(({ peakMB }) => peakMB ?? []);
  return {
    migrations,
    start: spreadOf(results.map((r) => r.start)),
    replayed: spreadOf(results.map((r) => r.replayed)),
    edit: spreadOf(results.map((r) => r.edit)),
    reports: Math.min(...results.map((r) => r.reports)),
    peakMB: peaks.length > 0 ? Math.max(...peaks) : null,
  };
}
