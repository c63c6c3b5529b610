// Databases that files of the workspace and of the user name; asked for in a trusted workspace only, and opened only when chosen.
import { homedir } from 'node:os';
import { Uri, workspace } from 'vscode';
import type { Connection } from '../connections.ts';
import { urlsInAlembicIni } from './alembicIni.ts';
import { type FoundUrl, plainUrl, urlsInDotEnv, variablesIn } from './dotEnv.ts';
import { type Environment, urlsInPrismaConfig, urlsInPrismaSchema } from './prisma.ts';
import { serviceFilePath, urlsInServiceFile } from './serviceFile.ts';

const mostFiles = 30;

type Read = (text: string, environment: Environment) => FoundUrl[];

const sources: readonly { readonly pattern: string; readonly read: Read }[] = [
  { pattern: '**/{.env,.env.local,.env.development,.env.development.local}', read: urlsInDotEnv },
  { pattern: '**/alembic.ini', read: urlsInAlembicIni },
  { pattern: '**/*.prisma', read: urlsInPrismaSchema },
  { pattern: '**/prisma.config.{ts,mts,cts,js,mjs,cjs}', read: urlsInPrismaConfig },
];

/** Each once, whatever names it; the name tells where it was found. */
export async function findConnections(): Promise<readonly Connection[]> {
  if (!workspace.isTrusted) return [];
  const found: Connection[] = [];
  for (const { pattern, read } of sources)
    for (const uri of await workspace.findFiles(pattern, '**/{node_modules,.venv,venv,dist}/**', mostFiles))
      found.push(...(await namedIn(uri, workspace.asRelativePath(uri), read)));
  const inherited = plainUrl(process.env.DATABASE_URL ?? '');
  if (inherited !== null) found.push({ name: 'DATABASE_URL (environment)', url: inherited });
  const services = serviceFilePath(process.env, homedir());
  if (services !== null) found.push(...(await namedIn(Uri.file(services), 'pg_service.conf', urlsInServiceFile)));
  const urls = new Set<string>();
  return found.filter(({ url }) => !urls.has(url) && urls.add(url));
}

async function namedIn(uri: Uri, file: string, read: Read): Promise<Connection[]> {
  const text = await textOf(uri);
  if (text === null) return [];
  const beside = await variablesBeside(uri, text);
  return read(text, (name) => beside.get(name) ?? process.env[name]).map(({ key, url }) => ({
    name: `${key} (${file})`,
    url,
  }));
}

/** Of the `.env` beside a file that asks for variables, and of those in the folders above it: the nearest counts. */
async function variablesBeside(uri: Uri, text: string): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  const root = workspace.getWorkspaceFolder(uri)?.uri.path;
  if (root === undefined || !/\benv\b/.test(text)) return variables;
  for (let folder = Uri.joinPath(uri, '..'); folder.path.startsWith(root); folder = Uri.joinPath(folder, '..')) {
    for (const [name, value] of variablesIn((await textOf(Uri.joinPath(folder, '.env'))) ?? ''))
      if (!variables.has(name)) variables.set(name, value);
    if (folder.path === '/') break;
  }
  return variables;
}

/** Null when there is none, or it cannot be read. */
async function textOf(uri: Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}
