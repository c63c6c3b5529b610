/**
 * A server as Debian builds it: with JIT, which the servers from npm are built without, and with the extension hypopg. Its packages are
 * taken apart into the cache; nothing is installed, so it needs no root, and no cluster is started on this machine.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, exists } from './install.ts';
import { serverFrom, type TestDatabase, type TestServer, testedVersions } from './servers.ts';

/**
 * A mocha suite on that server, of whatever version the distribution has; left out, with a line that says why, where it cannot be had.
 * `server()` answers inside hooks and tests; `freshDatabase()` is an empty database that goes after the suite.
 */
export function onDebianServer(
  title: string,
  suite: (postgres: { server(): TestServer; freshDatabase(): Promise<TestDatabase> }) => void,
): void {
  describe(`${title} (Debian's Postgres)`, function () {
    this.timeout(120_000);
    let server: TestServer | undefined;
    const databases: TestDatabase[] = [];
    const running = (): TestServer => {
      if (!server) throw new Error('The server runs in hooks and tests only.');
      return server;
    };
    before(async function () {
      this.timeout(10 * 60_000);
      const started = await debianServer();
      if (typeof started !== 'string') server = started;
      else {
        console.log(`      (left out: ${started})`);
        this.skip();
      }
    });
    after(() => Promise.all(databases.map((database) => database.drop())));
    suite({
      server: running,
      async freshDatabase() {
        const database = await running().freshDatabase();
        databases.push(database);
        return database;
      },
    });
  });
}

let started: Promise<TestServer | string> | undefined;

/** One a process, or a sentence that says why there is none. */
function debianServer(): Promise<TestServer | string> {
  started ??= start();
  return started;
}

async function start(): Promise<TestServer | string> {
  if (process.platform !== 'linux') return `Debian's Postgres runs on Linux only`;
  let root: string;
  try {
    root = await unpacked();
  } catch (error) {
    const [line = ''] = ((error as { stderr?: string }).stderr || (error as Error).message).trim().split('\n');
    return `Debian's packages of Postgres are not to be had here: ${line}`;
  }
  const [name = ''] = await readdir(join(root, 'usr/lib/postgresql'));
  const version = testedVersions.find((tested) => `${tested}` === name);
  if (!version) return `Debian's Postgres is ${name}, which is not among the versions to test`;
  const folder = join(root, 'usr/lib/postgresql', name);
  const env = { ...process.env, LD_LIBRARY_PATH: await librariesIn(root) };
  for (const file of ['bin/postgres', 'bin/initdb', 'lib/llvmjit.so']) {
    const { stdout } = await promisify(execFile)('ldd', [join(folder, file)], { env });
    const [missing] = /^.*not found.*$/m.exec(stdout) ?? [];
    if (missing) return `Debian's Postgres lacks a library: ${missing.trim()}`;
  }
  // Debian's is built to read the system's time zones, which small images lack: GMT needs none
  return serverFrom(version, folder, { settings: { timezone: 'GMT', log_timezone: 'GMT' }, env });
}

/** Where packages put what is loaded at run time: beside the system's own. */
async function librariesIn(root: string): Promise<string> {
  const names = await readdir(join(root, 'usr/lib'), { withFileTypes: true });
  const folders = names.filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'));
  return folders.map(({ name }) => join(root, 'usr/lib', name)).join(':');
}

/**
 * The folder with the packages' files; made first when it is not there. Several processes may do so at once.
 * @throws where there is no apt-get, or it does not have the packages or cannot reach them
 */
async function unpacked(): Promise<string> {
  const cache = await cacheFolder();
  const target = join(cache, 'debian-postgres-1');
  if (await exists(target)) return target;
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(`${target}.tmp-`);
  try {
    const root = join(temporary, 'root');
    await mkdir(root);
    const archives = await download(temporary);
    for (const archive of archives) await promisify(execFile)('dpkg-deb', ['-x', archive, root]);
    // the server runs as another user than root
    await chmod(root, 0o755);
    await rename(root, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

/** @returns the archives' paths */
async function download(folder: string): Promise<string[]> {
  try {
    return await downloadWith([], folder);
  } catch {
    // This machine has no lists of packages, or old ones: with lists of our own.
    for (const name of ['lists/partial', 'cache/archives/partial'])
      await mkdir(join(folder, name), { recursive: true });
    const own = ['-o', `Dir::State::Lists=${join(folder, 'lists')}`, '-o', `Dir::Cache=${join(folder, 'cache')}`];
    await apt('apt-get', [...own, 'update']);
    return downloadWith(own, folder);
  }
}

async function downloadWith(options: readonly string[], folder: string): Promise<string[]> {
  const ofPostgres = await packagesOfPostgres(options);
  // as if nothing was installed: what is there may be broken, or on hold
  const simulated = ['-o', 'Dir::State::status=/dev/null', '--simulate', '--no-install-recommends', 'install'];
  const plan = await apt('apt-get', [...options, ...simulated, ...ofPostgres]);
  // `libpq5:amd64   install`
  const { stdout } = await promisify(execFile)('dpkg', ['--get-selections']);
  const installed = new Set([...stdout.matchAll(/^([^\s:]+)\S*\s+(?:install|hold)$/gm)].map(([, name = '']) => name));
  const libraries = [...plan.matchAll(/^Inst (lib\S+) /gm)].flatMap(([, name = '']) =>
    installed.has(name) ? [] : [name],
  );
  const archives = join(folder, 'archives');
  await mkdir(archives, { recursive: true });
  await apt('apt-get', [...options, 'download', ...ofPostgres, ...libraries], archives);
  return (await readdir(archives)).map((name) => join(archives, name));
}

/** The server of the version that the distribution stands for, hypopg, and JIT where it is a package of its own. */
async function packagesOfPostgres(options: readonly string[]): Promise<string[]> {
  const depends = await apt('apt-cache', [...options, 'depends', 'postgresql']);
  const server = /Depends: (postgresql-\d+)$/m.exec(depends)?.[1];
  if (!server) throw new Error('apt knows no package postgresql');
  const known = await apt('apt-cache', [...options, 'pkgnames', `${server}-`]);
  const jit = known.split('\n').includes(`${server}-jit`) ? [`${server}-jit`] : [];
  return [server, `${server}-hypopg`, ...jit];
}

async function apt(program: 'apt-get' | 'apt-cache', args: readonly string[], cwd = '/'): Promise<string> {
  // Nothing is installed: the lock of who installs meanwhile does not matter.
  const options = ['-q', '-o', 'Debug::NoLocking=1', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=30'];
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)(program, [...options, ...args], { cwd, env, timeout: 4 * 60_000 });
  return stdout;
}
