/** One file as the editor would see it: with its project's settings, and what stands in the files around it. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfiguration } from '../configuration.ts';
import { sourceFor } from '../sources/index.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';
import { type FileState, Workspace } from '../workspace.ts';
import { projectRoot } from './check.ts';
import { uriOf } from './clientUris.ts';
import { nodeFiles } from './nodeFiles.ts';
import { UsageError } from './usageError.ts';
import { readConfigurationFile, transactionIn } from './workspaceConfiguration.ts';

export interface ProjectFile {
  readonly workspace: Workspace;
  readonly file: FileState;
}

/**
 * @param targetVersion null: the project's
 * @throws UsageError for a file that cannot be read
 */
export async function openProjectFile(
  path: string,
  targetVersion: number | null,
  parser: Parser,
): Promise<ProjectFile> {
  const uri = uriOf(resolve(path));
  if (!sourceFor(uri)) throw new UsageError(`${path}: pgreview reads .sql, .pgsql, .psql, .ddl and .py files`);
  const text = await nodeFiles.read(uri);
  if (text === null) throw new UsageError(`${path}: no such file, or it cannot be read`);
  const root = projectRoot(resolve(path));
  const read = await readConfigurationFile(join(root, 'pgreview.json'), defaultConfiguration);
  const configuration = { ...read, targetVersion: targetVersion ?? read.targetVersion };
  const workspace = new Workspace(parser, nodeFiles, configuration);
  const transactionOf = transactionIn(root, configuration);
  workspace.configure(configuration, [], (other) => transactionOf(fileURLToPath(other)));
  await workspace.scan([uriOf(root)]);
  workspace.open(uri, '', Text.of(text));
  const file = workspace.get(uri);
  if (!file) throw new UsageError(`${path}: it cannot be read`);
  if (file.refused !== null) throw new UsageError(`${path}: ${file.refused}`);
  return { workspace, file };
}
