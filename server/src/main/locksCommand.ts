/** `pgreview locks`: what each statement of a file locks, rewrites and scans. */
import { sqlName } from '../facts/blocking.ts';
import { blocked } from '../features/hover.ts';
import type { StatementEffects } from '../review/statementEffects.ts';
import type { Parser } from '../syntax/parser.ts';
import { SourceDocument } from '../text/text.ts';
import { openProjectFile } from './projectFile.ts';

export interface LocksOptions {
  readonly format: 'json' | 'pretty';
  readonly targetVersion: number | null;
}

/** @throws UsageError for a file that cannot be read */
export async function locksOf(path: string, options: LocksOptions, parser: Parser): Promise<string> {
  const { workspace, file } = await openProjectFile(path, options.targetVersion, parser);
  const { uri, text } = file;
  const document = new SourceDocument(uri, 0, text);
  const entries = [...(workspace.effects(uri)?.between() ?? [])].map(({ piece, statement, start, effects }) => {
    const { locks, rewrites, scans, transaction, certain } = effects;
    const span = piece.map.toRange(start + statement.bodyStart, start + statement.bodyEnd);
    const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
    return { range, sql: statement.body, locks, rewrites, scans, transaction, certain };
  });
  return options.format === 'json' ? `${JSON.stringify(entries, null, 2)}\n` : entries.map(pretty).join('\n');
}

type Entry = Pick<StatementEffects['effects'], 'locks' | 'rewrites' | 'scans' | 'transaction' | 'certain'> & {
  readonly range: { readonly start: { readonly line: number } };
  readonly sql: string;
};

function pretty({ range, sql, locks, rewrites, scans, transaction, certain }: Entry): string {
  const lines = [`${range.start.line + 1}: ${sql.replace(/\s+/g, ' ').slice(0, 100)}`];
  for (const { relation, mode } of locks) lines.push(`  ${sqlName(mode)} on ${relation}: blocks ${blocked[mode]}`);
  if (rewrites.length > 0) lines.push(`  rewrites ${rewrites.join(', ')}`);
  if (scans.length > 0) lines.push(`  scans ${scans.join(', ')}`);
  if (!transaction) lines.push('  cannot run in a transaction');
  if (!certain)
    lines.push(lines.length > 1 ? '  and maybe more, which the files do not tell' : '  nothing that the files tell');
  return `${lines.join('\n')}\n`;
}
