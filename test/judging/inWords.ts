/** What was observed of a statement, in a line. */
import type { Effects } from '../postgres/harness/effects.ts';
import type { Observed } from './replay.ts';

const modes: Readonly<Record<string, string>> = {
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

const bare = (name: string): string => name.replace(/^public\./, '');

const locked = (locks: Effects['locks']): string =>
  locks.map(({ relation, mode }) => `${modes[mode]} on ${bare(relation)}`).join(', ');

export function inWords(seen: Observed): string {
  const parts: string[] = [];
  if (seen.fails) parts.push(`fails: ${seen.fails}`);
  else if (seen.failsWithRows) parts.push(`fails on tables with rows: ${seen.failsWithRows}`);
  if (seen.outside) parts.push('runs outside a transaction');
  if (seen.locks.length > 0) parts.push(`takes ${locked(seen.locks)}`);
  if (seen.rewrites.length > 0) parts.push(`rewrites ${seen.rewrites.map(bare).join(', ')}`);
  if (seen.scans.length > 0) parts.push(`reads all of ${seen.scans.map(bare).join(', ')}`);
  if (parts.length === 0) parts.push('nobody waits');
  if (seen.held.length > 0) parts.push(`the transaction held ${locked(seen.held)}`);
  return parts.join('; ');
}
