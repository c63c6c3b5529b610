/** pgreview.json of the workspace's folders. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Configuration, ConfigurationError, readConfiguration } from '../configuration.ts';

/**
 * @param folders URIs, the first one's settings weakest
 * @throws ConfigurationError that names the file and the mistake
 */
export async function readWorkspaceConfiguration(
  folders: readonly string[],
  base: Configuration,
): Promise<Configuration> {
  let configuration = base;
  for (const folder of folders) {
    if (!folder.startsWith('file:')) continue;
    configuration = await readConfigurationFile(join(fileURLToPath(folder), 'pgreview.json'), configuration);
  }
  return configuration;
}

/** A file that is not there changes nothing. */
export async function readConfigurationFile(path: string, base: Configuration): Promise<Configuration> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return base;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`${path}: not valid JSON: ${(error as Error).message}`);
  }
  return readConfiguration(value, path, base);
}
