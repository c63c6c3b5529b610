/** Hover on the first words of a statement: what it locks, whom that blocks, what it rewrites and scans. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { sqlName } from '../facts/blocking.ts';
import type { Effects, LockMode } from '../facts/effects.ts';
import type { FileEffects } from '../review/statementEffects.ts';
import type { LineDocument } from '../text/text.ts';
import { rangeOf } from './place.ts';

export function hoverAt(document: LineDocument, effects: FileEffects, position: Position): Hover | null {
  const offset = document.offsetAt(position);
  for (const { piece, statement, start, effects: found } of effects.between(offset, offset)) {
    const from = start + statement.bodyStart;
    const words = /^[a-z]+(?:\s+[a-z]+)?/i.exec(statement.body)?.[0].length ?? 0;
    const span = piece.map.toRange(from, from + words);
    if (offset < span.start || offset > span.end || found.locks.length === 0) continue;
    const value = inWords(found, effects.targetVersion);
    return { contents: { kind: 'markdown', value }, range: rangeOf(document, span) };
  }
  return null;
}

/** The conflict table of postgresql.org/docs/current/explicit-locking.html. Autovacuum takes SHARE UPDATE EXCLUSIVE. */
const blocked: Readonly<Record<LockMode, string>> = {
  AccessShareLock: 'only what takes ACCESS EXCLUSIVE',
  RowShareLock: 'only what takes EXCLUSIVE or ACCESS EXCLUSIVE',
  RowExclusiveLock: 'neither reads nor writes, but CREATE INDEX and most ALTER TABLE',
  ShareUpdateExclusiveLock: 'neither reads nor writes, but DDL and autovacuum',
  ShareLock: 'writes, DDL and autovacuum, not reads',
  ShareRowExclusiveLock: 'writes, DDL and autovacuum, not reads',
  ExclusiveLock: 'writes, SELECT … FOR UPDATE, DDL and autovacuum, not plain reads',
  AccessExclusiveLock: 'reads, writes, DDL and autovacuum',
};

const code = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(', ');

/** What a statement locks, rewrites and scans, as Markdown. */
export function inWords(effects: Effects, targetVersion: number): string {
  const { locks, rewrites, scans, transaction, certain } = effects;
  const lines = locks.map(({ relation, mode }) => `- **${sqlName(mode)}** on \`${relation}\`: blocks ${blocked[mode]}`);
  if (rewrites.length > 0) lines.push(`- New storage for ${code(rewrites)}`);
  if (scans.length > 0) lines.push(`- Reads ${code(scans)} from end to end`);
  lines.push(transaction ? '- May run in a transaction' : '- Cannot run in a transaction');
  if (!certain) lines.push('- Maybe more, which the files do not tell');
  return `PostgreSQL ${targetVersion}:\n\n${lines.join('\n')}`;
}
