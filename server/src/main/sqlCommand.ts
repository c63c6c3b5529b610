/** `pgreview sql`: the SQL that a migration file runs, in order. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
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
  const statements: string[] = [];
  for (const { sql, downFrom } of source.read(uri, Text.of(text), parser)) {
    sql.statements.forEach((statement, i) => {
      if (statement.parsed.kind === 'none') return;
      const backward = (sql.starts[i] as number) + statement.bodyStart >= downFrom;
      if (backward === downgrade) statements.push(`${statement.body};\n`);
    });
  }
  return statements.join('\n');
}
