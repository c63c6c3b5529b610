/**
 * Hover on the first words of a statement: what it locks, whom that blocks, what it rewrites and scans; on a call of another
 * language the SQL that it stands for as well.
 */
import type { Hover, Position } from 'vscode-languageserver-types';
import { sqlName } from '../facts/blocking.ts';
import type { Effects, LockMode } from '../facts/effects.ts';
import type { FileEffects } from '../review/statementEffects.ts';
import type { Piece } from '../sources/piece.ts';
import type { Span } from '../syntax/tokens.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState } from '../workspace.ts';
import { fence } from './markdown.ts';
import { rangeOf } from './place.ts';

export function hoverAt(
  document: LineDocument,
  file: FileState,
  effects: FileEffects,
  position: Position,
): Hover | null {
  const offset = document.offsetAt(position);
  const call = callAt(document, file, offset);
  const found = [...effects.between(offset, offset)].filter(
    ({ piece, statement, start, effects: { locks } }) =>
      locks.length > 0 &&
      (call?.piece === piece || contains(firstWords(piece, start + statement.bodyStart, statement.body), offset)),
  );
  const [first] = found;
  if (!first && !call) return null;
  const span =
    call?.span ?? (first && firstWords(first.piece, first.start + first.statement.bodyStart, first.statement.body));
  const words = (call ? found : found.slice(0, 1)).map((each) => inWords(each.effects, effects.targetVersion));
  const value = [...(call ? [fence(call.sql)] : []), ...new Set(words)].join('\n\n');
  return { contents: { kind: 'markdown', value }, range: rangeOf(document, span as Span) };
}

const contains = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;

function firstWords({ map }: Piece, from: number, body: string): Span {
  return map.toRange(from, from + (/^[a-z]+(?:\s+[a-z]+)?/i.exec(body)?.[0].length ?? 0));
}

const longest = 30;

/** A call whose words are not the SQL's own, by its name. */
function callAt(
  document: LineDocument,
  file: FileState,
  offset: number,
): { piece: Piece; span: Span; sql: string } | null {
  for (const piece of file.pieces) {
    const { sql, host, map } = piece;
    const statement = sql.statements[0];
    if (host === null || !statement || map.fromFile(offset) === null) continue;
    const span = firstWords(piece, statement.bodyStart, statement.body);
    if (!contains(span, offset) || statement.body.startsWith(textOf(document, span))) continue;
    const lines = sql.slice(0, sql.length).split('\n');
    const more = lines.length > longest ? [`-- … and ${lines.length - longest} more lines`] : [];
    return { piece, span, sql: [...lines.slice(0, longest), ...more].join('\n') };
  }
  return null;
}

const textOf = (document: LineDocument, span: Span): string => document.getText(rangeOf(document, span));

/** Whom a lock makes wait: the conflict table of postgresql.org/docs/current/explicit-locking.html. Autovacuum takes SHARE UPDATE EXCLUSIVE. */
export const blocked: Readonly<Record<LockMode, string>> = {
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
