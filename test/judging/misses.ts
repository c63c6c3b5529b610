/** Statements that fail, or that keep people waiting while a whole table is read or written, without a finding that says so. */
import { fileURLToPath } from 'node:url';
import { inWords } from './inWords.ts';
import { type Project, placeKey } from './project.ts';
import type { Observed } from './replay.ts';

export interface Miss {
  readonly place: string;
  readonly what: string;
  readonly sql: string;
}

export function missesAmong(projects: readonly Project[], observed: readonly Observed[]): Miss[] {
  const told = new Set(
    projects.flatMap(({ findings }) =>
      findings.filter((f) => f.severity === 'error' || f.severity === 'warning').map(placeKey),
    ),
  );
  return observed
    .filter((seen) => !told.has(placeKey(seen)) && isGrave(seen))
    .map((seen) => ({ place: fileURLToPath(seen.uri), what: inWords(seen), sql: seen.sql }));
}

const isGrave = ({ fails, failsWithRows, locks, held, rewrites, scans }: Observed): boolean =>
  fails !== null ||
  // a whole table is read or written while somebody waits for a table that was there before
  ((rewrites.length > 0 || scans.length > 0) && locks.length + held.length > 0) ||
  failsWithRows !== null;
