// Databases that files of the workspace and of the user name; asked for in a trusted workspace only, and opened only when chosen.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import type { Connection } from '../connections.ts';
import { urlsInAlembicIni } from './alembicIni.ts';
import { type FoundUrl, urlsInDotEnv } from './dotEnv.ts';
import { urlsInServiceFile } from './serviceFile.ts';

const mostFiles = 30;

const sources: readonly { readonly pattern: string; readonly read: (text: string) => FoundUrl[] }[] = [
  { pattern: '**/.env{,.local,.development,.development.local}', read: urlsInDotEnv },
  { pattern: '**/alembic.ini', read: urlsInAlembicIni },
];

/** Each once, whatever names it; the name tells where it was found. */
export async function findConnections(): Promise<readonly Connection[]> {
  if (!workspace.isTrusted) return [];
  const found: Connection[] = [];
  for (const { pattern, read } of sources)
    for (const uri of await workspace.findFiles(pattern, '**/{node_modules,.venv,venv,dist}/**', mostFiles))
      found.push(...(await namedIn(uri, workspace.asRelativePath(uri), read)));
  const services = process.env.PGSERVICEFILE ?? join(homedir(), '.pg_service.conf');
  found.push(...(await namedIn(Uri.file(services), 'pg_service.conf', urlsInServiceFile)));
  const urls = new Set<string>();
  return found.filter(({ url }) => !urls.has(url) && urls.add(url));
}

async function namedIn(uri: Uri, file: string, read: (text: string) => FoundUrl[]): Promise<Connection[]> {
  try {
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    return read(text).map(({ key, url }) => ({ name: `${key} (${file})`, url }));
  } catch {
    // there is none, or it cannot be read
    return [];
  }
}
