import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../servers/package.json', import.meta.url));
const lockfile = fileURLToPath(new URL('../servers/package-lock.json', import.meta.url));

/** The user that initdb and postgres run as, when the tests run as root: both refuse root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * The user to run Postgres as: nobody else (undefined) for an ordinary user; for root the system user `postgres`, created
 * when it is missing.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  const find = () => ({ uid: id('-u'), gid: id('-g') });
  try {
    return find();
  } catch {
    // When another process creates it meanwhile this fails, and there it is.
    spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  }
  try {
    return find();
  } catch {
    throw new Error(
      'Postgres refuses to run as root: create a system user `postgres`, or run the tests as another user.',
    );
  }
}

/**
 * The folder that holds `bin/postgres` of a major version; installs all versions first when they are not there yet.
 * Safe when several processes do it at once: each installs beside, and the first rename wins.
 * @throws when the platform has no binaries, or npm cannot install them; the message says what to do.
 */
export async function serverBinaries(version: number): Promise<string> {
  installing ??= install();
  return binaries(await installing, version);
}

let installing: Promise<string> | undefined;

interface Manifest {
  optionalDependencies: Record<string, string>;
}

const offlineHelp = `The tests on real servers need the npm registry once.
Offline, copy the cache folder from a machine that has it and name it in PGREVIEW_CACHE.`;

const platform = `${process.platform}-${process.arch}`;

async function binaries(folder: string, version: number): Promise<string> {
  const found = join(folder, 'node_modules', `postgres-${version}-${platform}`, 'native');
  if (await exists(found)) return found;
  throw new Error(`There is no Postgres ${version} for ${platform} among the dependencies of test/postgres/servers.
Add it there, or name the versions to test in PGREVIEW_TEST_VERSIONS.`);
}

async function install(): Promise<string> {
  if (process.platform === 'win32') {
    throw new Error('The tests on real Postgres servers need Linux or macOS; on Windows, run them in WSL.');
  }
  const hash = createHash('sha256')
    .update(await readFile(lockfile))
    .digest('hex')
    .slice(0, 12);
  const cache = await cacheFolder();
  const target = join(cache, `servers-${hash}`);
  if (await exists(target)) return target;

  progress(`installing Postgres 14–18 (about 300 MB) into ${target} …`);
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(`${target}.tmp-`);
  try {
    // mkdtemp makes it private, but the user that runs Postgres has to read it.
    await chmod(temporary, 0o755);
    await copyFile(manifest, join(temporary, 'package.json'));
    await copyFile(lockfile, join(temporary, 'package-lock.json'));
    // The packages' install scripts only restore links, and npm may skip them: do without them, restore the links here.
    await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], temporary);
    const { optionalDependencies } = JSON.parse(await readFile(manifest, 'utf8')) as Manifest;
    for (const name of Object.keys(optionalDependencies).filter((name) => name.endsWith(`-${platform}`))) {
      const folder = join(temporary, 'node_modules', name);
      // They are optional, as each is for one platform: npm succeeds without those that it could not fetch.
      if (!(await exists(folder))) throw new Error(`npm could not fetch ${optionalDependencies[name]}. ${offlineHelp}`);
      await complete(folder);
    }
    await rename(temporary, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      progress('another process has installed it meanwhile');
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  progress('installed');
  return target;
}

/** Restores the library links of one version's package and shows that its server runs. */
async function complete(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, target);
    await symlink(relative(dirname(link), join(folder, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const bin = join(folder, 'native', 'bin');
  for (const program of await readdir(bin)) await chmod(join(bin, program), 0o755);
  progress(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim());
}

/**
 * PGREVIEW_CACHE, else ~/.cache/pgreview. When root runs the tests, the user that runs Postgres must get there too, and
 * root's home is closed to it: then /var/cache/pgreview.
 */
export async function cacheFolder(): Promise<string> {
  const wanted =
    process.env.PGREVIEW_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pgreview');
  return process.getuid?.() !== 0 || (await openToAll(wanted)) ? wanted : '/var/cache/pgreview';
}

/** Whether every existing folder on the way to `path` can be entered by any user. */
async function openToAll(path: string): Promise<boolean> {
  const mode = await stat(path).then(
    (stats) => stats.mode,
    () => 0o001,
  );
  if ((mode & 0o001) === 0) return false;
  return dirname(path) === path || openToAll(dirname(path));
}

export function npm(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const last = output.trim().split('\n').slice(-8).join('\n');
      reject(
        new Error(`Postgres for the tests could not be installed: npm ${args.join(' ')} ended with ${code}.
${last}
It needs the npm registry once. Offline, copy the cache folder from a machine that has it and name it in PGREVIEW_CACHE.`),
      );
    });
  });
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function progress(line: string): void {
  process.stderr.write(`postgres servers: ${line}\n`);
}
