/** pgreview.json of the workspace's folders. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import native, { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import {
  type Configuration,
  ConfigurationError,
  readFileConfiguration,
  type TransactionSetting,
} from '../configuration.ts';
import { pathOf } from './clientUris.ts';

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
    const path = pathOf(folder);
    if (path !== null) configuration = await readConfigurationFile(join(path, 'pgreview.json'), configuration);
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
    const inFolder = pathWithin(folder, path);
    return inFolder !== null && matches(inFolder);
  };
}

/** As globs are matched against it, with slashes; null for what lies elsewhere, on Windows also on another drive. */
export function pathWithin(folder: string, path: string, { relative, isAbsolute, sep } = native): string | null {
  const inFolder = relative(folder, path);
  if (inFolder === '..' || inFolder.startsWith(`..${sep}`) || isAbsolute(inFolder)) return null;
  return inFolder.replaceAll(sep, '/');
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
    const inFolder = pathWithin(folder, path);
    if (inFolder === null) return null;
    return settings.findLast(([matches]) => matches(inFolder))?.[1] ?? null;
  };
}
