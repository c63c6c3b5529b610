// The services of a pg_service.conf (postgresql.org/docs/current/libpq-pgservice.html).
import { posix, win32 } from 'node:path';
import type { FoundUrl } from './dotEnv.ts';

/** Where libpq looks for the user's services; null where Windows names no folder for settings. */
export function serviceFilePath(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
  platform = process.platform,
): string | null {
  const { PGSERVICEFILE, APPDATA } = environment;
  if (PGSERVICEFILE) return PGSERVICEFILE;
  if (platform !== 'win32') return posix.join(home, '.pg_service.conf');
  return APPDATA ? win32.join(APPDATA, 'postgresql', '.pg_service.conf') : null;
}

/** A service without a host is one of the machine's own socket, and left out. */
export function urlsInServiceFile(text: string): FoundUrl[] {
  const services = new Map<string, Map<string, string>>();
  let current: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) {
      current = new Map();
      services.set(section, current);
    }
    const entry = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    if (entry && current) current.set(entry[1] as string, entry[2] as string);
  }
  return [...services].flatMap(([key, settings]) => {
    const host = settings.get('host') ?? settings.get('hostaddr');
    if (host === undefined || host.startsWith('/')) return [];
    const url = new URL('postgresql://localhost');
    url.hostname = host;
    url.port = settings.get('port') ?? '';
    url.username = settings.get('user') ?? '';
    url.password = settings.get('password') ?? '';
    url.pathname = `/${encodeURIComponent(settings.get('dbname') ?? settings.get('user') ?? 'postgres')}`;
    const sslmode = settings.get('sslmode');
    if (sslmode !== undefined) url.searchParams.set('sslmode', sslmode);
    return [{ key, url: url.href }];
  });
}
