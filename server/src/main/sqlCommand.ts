/** `pgreview sql`: the SQL that a migration file runs, in order; what could not be worked out stands in comments. */
import { sqlPreviewOf } from '../features/sqlPreview.ts';
import type { Parser } from '../syntax/parser.ts';
import { openProjectFile } from './projectFile.ts';

/**
 * @param downgrade the backward part instead
 * @throws UsageError for a file that cannot be read
 */
export async function sqlOf(path: string, downgrade: boolean, parser: Parser): Promise<string> {
  const { file } = await openProjectFile(path, null, parser);
  return sqlPreviewOf(file, downgrade).text;
}
