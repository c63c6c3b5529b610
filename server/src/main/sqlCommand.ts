/** `pgreview sql`: the SQL that a migration file runs, in order; what could not be worked out stands in comments. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sqlPreviewOf } from '../features/sqlPreview.ts';
import { sourceFor } from '../sources/index.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';
import { UsageError } from './check.ts';
import { nodeFiles } from './nodeFiles.ts';

/** @param downgrade the backward part instead */
export async function sqlOf(path: string, downgrade: boolean, parser: Parser): Promise<string> {
  const uri = pathToFileURL(resolve(path)).href;
  const source = sourceFor(uri);
  if (!source) throw new UsageError(`${path}: pgreview reads .sql, .pgsql, .psql, .ddl and .py files`);
  const text = await nodeFiles.read(uri);
  if (text === null) throw new UsageError(`${path}: no such file, or it cannot be read`);
  const content = Text.of(text);
  return sqlPreviewOf({ source, text: content, pieces: source.read(uri, content, parser) }, downgrade).text;
}
