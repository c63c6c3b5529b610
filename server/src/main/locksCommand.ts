/** `pgreview locks`: what each statement of a file locks, rewrites and scans. */
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { defaultConfiguration } from '../configuration.ts';
import type { StatementEffects } from '../review/statementEffects.ts';
import { sourceFor } from '../sources/index.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';
import { Workspace } from '../workspace.ts';
import { projectRoot, UsageError } from './check.ts';
import { nodeFiles } from './nodeFiles.ts';
import { readConfigurationFile, transactionIn } from './workspaceConfiguration.ts';

export interface LocksOptions {
  readonly format: 'json' | 'pretty';
  readonly targetVersion: number | null;
}

/** @throws UsageError for a file that cannot be read */
export async function locksOf(path: string, options: LocksOptions, parser: Parser): Promise<string> {
  const uri = pathToFileURL(resolve(path)).href;
  if (!sourceFor(uri)) throw new UsageError(`${path}: pgreview reads .sql, .pgsql, .psql, .ddl and .py files`);
  const text = await nodeFiles.read(uri);
  if (text === null) throw new UsageError(`${path}: no such file, or it cannot be read`);
  const root = projectRoot(resolve(path));
  const read = await readConfigurationFile(join(root, 'pgreview.json'), defaultConfiguration);
  const configuration = { ...read, targetVersion: options.targetVersion ?? read.targetVersion };
  const workspace = new Workspace(parser, nodeFiles, configuration);
  const transactionOf = transactionIn(root, configuration);
  workspace.configure(configuration, [], (other) => transactionOf(fileURLToPath(other)));
  await workspace.scan([pathToFileURL(root).href]);
  workspace.open(uri, '', Text.of(text));
  const file = workspace.get(uri);
  if (file && file.refused !== null) throw new UsageError(`${path}: ${file.refused}`);
  const document = TextDocument.create(uri, '', 1, text);
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
  for (const { relation, mode } of locks) lines.push(`  ${mode} on ${relation}`);
  if (rewrites.length > 0) lines.push(`  rewrites ${rewrites.join(', ')}`);
  if (scans.length > 0) lines.push(`  scans ${scans.join(', ')}`);
  if (!transaction) lines.push('  cannot run in a transaction');
  if (!certain) lines.push('  and maybe more, which the files do not tell');
  return `${lines.join('\n')}\n`;
}
