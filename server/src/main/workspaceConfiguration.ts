/** pgreview.json of the workspace's folders. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import {
  type Configuration,
  ConfigurationError,
  readFileConfiguration,
  type TransactionSetting,
} from '../configuration.ts';

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
  const configuration = readFileConfiguration(value, path, base);
  if (configuration.histories === base.histories) return configuration;
  const histories = configuration.histories.map(({ tool, folder }) => {
    const there = resolve(dirname(path), folder);
    if (!existsSync(there))
      throw new ConfigurationError(`${path}: "histories" names "${folder}", and there is no such folder`);
    return { tool, folder: pathToFileURL(there).href };
  });
  return { ...configuration, histories };
}

/** Whether `ignore` of pgreview.json leaves a file out. Its globs count from the folder that holds it. */
export function ignoredIn(folder: string, configuration: Configuration): (path: string) => boolean {
  if (configuration.ignore.length === 0) return () => false;
  const matches = picomatch([...configuration.ignore], { dot: true });
  return (path) => {
    const inFolder = relative(folder, path);
    return !inFolder.startsWith('..') && matches(inFolder.replaceAll('\\', '/'));
  };
}

/** The `transactions` of pgreview.json, whose globs count from the folder that holds it. */
export function transactionIn(
  folder: string,
  configuration: Configuration,
): (path: string) => TransactionSetting | null {
  const settings = Object.entries(configuration.transactions).map(
    ([glob, set]) => [picomatch(glob, { dot: true }), set] as const,
  );
  return (path) => {
    const inFolder = relative(folder, path).replaceAll('\\', '/');
    if (inFolder.startsWith('..')) return null;
    return settings.findLast(([matches]) => matches(inFolder))?.[1] ?? null;
  };
}
