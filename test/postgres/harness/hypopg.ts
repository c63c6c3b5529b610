// A server with the extension hypopg, which the servers from npm do not bring: its files come out of Debian's package.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverBinaries } from './install.ts';
import { serverFrom, type TestServer, type Version } from './servers.ts';

/** Null where Debian's package for that version cannot be had. */
export async function serverWithHypopg(version: Version): Promise<TestServer | null> {
  const folder = mkdtempSync(join(tmpdir(), 'pgreview-hypopg-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('apt-get', ['download', `postgresql-${version}-hypopg`], { cwd: folder, stdio: 'ignore' });
    const [archive] = readdirSync(folder);
    execFileSync('dpkg-deb', ['-x', archive as string, 'package'], { cwd: folder, stdio: 'ignore' });
  } catch {
    return null;
  }
  const server = join(folder, 'server');
  cpSync(await serverBinaries(version), server, { recursive: true, verbatimSymlinks: true });
  const library = execFileSync('find', [server, '-name', 'plpgsql.so'], { encoding: 'utf8' }).trim();
  const control = execFileSync('find', [server, '-name', 'plpgsql.control'], { encoding: 'utf8' }).trim();
  const from = (path: string): string => join(folder, 'package', 'usr', path);
  cpSync(from(`lib/postgresql/${version}/lib/hypopg.so`), join(library, '..', 'hypopg.so'));
  cpSync(from(`share/postgresql/${version}/extension`), join(control, '..'), { recursive: true });
  // the server runs as another user than root
  await chmod(folder, 0o755);
  return serverFrom(version, server);
}
