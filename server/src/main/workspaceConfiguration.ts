/** pgreview.json of the workspace's folders. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import native, { dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import {
  type Configuration,
  ConfigurationError,
  readFileConfiguration,
  type TransactionSetting,
} from '../configuration.ts';
import { pathOf, uriOf } from './clientUris.ts';

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

/** Bytes. Nobody writes a longer one, and the file may be anybody's. */
const maxSize = 1_000_000;

/**
 * A file that is not there changes nothing.
 * @throws ConfigurationError that names the file and the mistake
 */
export async function readConfigurationFile(path: string, base: Configuration): Promise<Configuration> {
  const text = await textOf(path);
  if (text === null) return base;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`${path}: not valid JSON: ${withoutExcerpt((error as Error).message)}`);
  }
  const configuration = readFileConfiguration(value, path, base);
  if (configuration.histories === base.histories) return configuration;
  const histories = configuration.histories.map(({ tool, folder }) => {
    const there = resolve(dirname(path), folder);
    if (!existsSync(there))
      throw new ConfigurationError(`${path}: "histories" names "${folder}", and there is no such folder`);
    return { tool, folder: uriOf(there) };
  });
  return { ...configuration, histories };
}

/** Null where there is no such file. */
async function textOf(path: string): Promise<string | null> {
  try {
    const about = await stat(path);
    // a pipe or a device may never end
    if (!about.isFile()) throw new ConfigurationError(`${path}: this is no file`);
    if (about.size > maxSize) throw new ConfigurationError(`${path}: too large: at most ${maxSize} bytes are read`);
    // editors on Windows may begin it with a mark of its encoding
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new ConfigurationError(`${path}: cannot be read: ${message}`);
  }
}

/** The file may be a link to another one, whose words are none of a log's business. */
const withoutExcerpt = (message: string): string =>
  message.replace(/,? (?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON$/, '');

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
