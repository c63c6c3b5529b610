/** Passwords that the user keeps for libpq's programs (postgresql.org/docs/current/libpq-pgpass.html). */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerAddress } from './connectError.ts';

const isWindows = process.platform === 'win32';

const passwordFile = (): string =>
  process.env.PGPASSFILE ??
  (isWindows ? join(process.env.APPDATA ?? '', 'postgresql', 'pgpass.conf') : join(homedir(), '.pgpass'));

/** Undefined where there is no file or none for that server, or others than the user can read it: libpq takes none from it then. */
export async function savedPassword(address: ServerAddress): Promise<string | undefined> {
  const file = passwordFile();
  try {
    const { mode } = await stat(file);
    if (!isWindows && (mode & 0o077) !== 0) return undefined;
    return passwordIn(await readFile(file, 'utf8'), address);
  } catch {
    // there is none, or it cannot be read
    return undefined;
  }
}

/** The first line that fits: `host:port:database:user:password`, `*` for any, a backslash before `:` and `\`. */
export function passwordIn(text: string, { host, port, database, user }: ServerAddress): string | undefined {
  // a socket in one of the places where Postgres makes it
  const hosts = /^(?:\/tmp|\/(?:var\/)?run\/postgresql)\/?$/.test(host) ? [host, 'localhost'] : [host];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const found = /^((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):(.*)$/.exec(line);
    if (!found) continue;
    const [ofHost, ofPort, ofDatabase, ofUser, password] = found.slice(1).map(unescaped) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const fits = (field: string, ...values: readonly string[]): boolean => field === '*' || values.includes(field);
    if (fits(ofHost, ...hosts) && fits(ofPort, String(port)) && fits(ofDatabase, database) && fits(ofUser, user))
      return password;
  }
  return undefined;
}

const unescaped = (field: string): string => field.replace(/\\(.)/g, '$1');
