import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type ServerUser, serverBinaries, serverUser } from './install.ts';

export const versions = [14, 15, 16, 17, 18] as const;
export type Version = (typeof versions)[number];

/** The versions to test on: all, or those that PGREVIEW_TEST_VERSIONS names (`18` or `14,18`). */
export const testedVersions: readonly Version[] = readTestedVersions(process.env.PGREVIEW_TEST_VERSIONS);

export interface TestServer {
  version: Version;
  /** A connection string to its `postgres` database, as superuser `postgres`. */
  url: string;
  /** A new superuser session on the `postgres` database; the caller ends it. */
  connect(): Promise<pg.Client>;
  /** A database of its own: an empty one (some 60 ms), or a copy of that one, in which no session may be open. */
  freshDatabase(original?: string): Promise<TestDatabase>;
}

export interface TestDatabase {
  name: string;
  url: string;
  version: Version;
  /** A new session as superuser `postgres`; `drop` ends it. */
  client(): Promise<pg.Client>;
  /** Ends the sessions and drops the database. */
  drop(): Promise<void>;
}

/**
 * The server of a major version on 127.0.0.1: one a process, started on first use (some 0.7 s; the first time ever it is
 * downloaded). It ends, and its data goes, when this process ends in whatever way.
 */
export function startServer(version: Version): Promise<TestServer> {
  let server = started.get(version);
  if (!server) {
    server = start(version);
    started.set(version, server);
  }
  return server;
}

/**
 * A server that nobody else uses, for a test that crashes it or needs settings of its own. It goes with this process, at the
 * latest.
 */
export const serverOfItsOwn = (version: Version, more: Settings = {}): Promise<TestServer> => start(version, more);

/** The same, of other binaries. @param binaries the folder that holds `bin/postgres` */
export const serverFrom = (
  version: Version,
  binaries: string,
  { settings = {}, env = process.env }: { settings?: Settings; env?: NodeJS.ProcessEnv } = {},
): Promise<TestServer> => start(version, settings, { folder: binaries, env });

/** Stops every server of this process and waits until their data is gone. The end of the process does it too. */
export async function stopServers(): Promise<void> {
  started.clear();
  await Promise.all([...keepers].map(stop));
}

const started = new Map<Version, Promise<TestServer>>();
const keepers = new Set<ChildProcess>();

/**
 * Runs Postgres until standard input closes, then throws everything away. The pipe closes however the tests end, by
 * SIGKILL too, so no server and no data are left behind.
 */
const keeperScript = `
data=$1; shift
"$@" >"$data/server.log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$data"
`;

type Settings = Readonly<Record<string, string>>;

const settings: Settings = {
  listen_addresses: '127.0.0.1',
  // Speed: the data need not survive.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  // Quiet: no background process may take locks or move statistics while a test looks at them.
  autovacuum: 'off',
  timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'log',
};

interface Binaries {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

async function start(version: Version, more: Settings = {}, other?: Binaries): Promise<TestServer> {
  const binaries = other ?? { folder: await serverBinaries(version), env: process.env };
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const problem = await startOn(port, binaries, more);
    if (!problem) return testServer(version, port);
    // Another process can take the free port first; anything else will not mend itself.
    if (attempt === 5 || !problem.includes('could not bind')) {
      throw new Error(`Postgres ${version} did not start:\n${problem}`);
    }
  }
}

/** Starts a server with data of its own; answers with its log when it did not come up. */
async function startOn(port: number, binaries: Binaries, more: Settings): Promise<string | undefined> {
  const user = serverUser();
  const data = await mkdtemp(join(tmpdir(), 'pgreview-postgres-'));
  try {
    if (user) await chown(data, user.uid, user.gid);
    await initdb(binaries, data, user);
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw error;
  }
  return launch(binaries, data, { ...settings, ...more, port: String(port) }, user);
}

async function initdb({ folder, env }: Binaries, data: string, user: ServerUser | undefined): Promise<void> {
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  try {
    await promisify(execFile)(join(folder, 'bin', 'initdb'), args, { ...user, cwd: data, env });
  } catch (error) {
    throw new Error(`initdb failed: ${(error as { stderr?: string }).stderr || (error as Error).message}`);
  }
}

async function launch(
  { folder, env }: Binaries,
  data: string,
  given: Settings,
  user: ServerUser | undefined,
): Promise<string | undefined> {
  const options = Object.entries({ ...given, unix_socket_directories: data });
  const postgres = [join(folder, 'bin', 'postgres'), '-D', data, ...options.flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  const keeper = spawn('/bin/sh', ['-c', keeperScript, 'keeper', data, ...postgres], {
    ...user,
    cwd: '/',
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C in a terminal must not end the keeper before it has cleaned up.
    detached: true,
  });
  keepers.add(keeper);
  const log = () => readFile(join(data, 'server.log'), 'utf8').catch(() => '');
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = await log();
    if (text.includes('ready to accept connections')) {
      // Neither the process nor its pipe may keep the tests from ending.
      keeper.unref();
      (keeper.stdin as unknown as { unref(): void }).unref();
      return undefined;
    }
    if (text.includes('database system is shut down') || text.includes('FATAL')) break;
  }
  const text = (await log()) || 'no log within 30 seconds';
  await stop(keeper);
  return text;
}

function stop(keeper: ChildProcess): Promise<void> {
  keepers.delete(keeper);
  if (keeper.exitCode !== null) return Promise.resolve();
  keeper.ref();
  return new Promise((resolve) => {
    keeper.once('close', () => resolve());
    keeper.stdin?.end();
  });
}

function testServer(version: Version, port: number): TestServer {
  const urlOf = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const admin = new pg.Pool({ connectionString: urlOf('postgres'), max: 2, allowExitOnIdle: true });
  admin.on('error', () => {}); // An idle session dies with its server.
  let databases = 0;
  return {
    version,
    url: urlOf('postgres'),
    connect: () => connect(urlOf('postgres')),
    async freshDatabase(original = 'template1') {
      const name = `test_${++databases}`;
      const url = urlOf(name);
      const sessions: pg.Client[] = [];
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${original}`);
      return {
        name,
        url,
        version,
        async client() {
          const session = await connect(url);
          sessions.push(session);
          return session;
        },
        async drop() {
          await Promise.all(sessions.map((session) => session.end().catch(() => {})));
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'pgreview tests' });
  client.on('error', () => {}); // The failing query tells; an idle session that is cut off must not end the tests.
  await client.connect();
  return client;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function readTestedVersions(wanted: string | undefined): readonly Version[] {
  if (!wanted) return versions;
  const numbers = wanted.split(',').map((part) => Number(part.trim()));
  const known = versions.filter((version) => numbers.includes(version));
  if (known.length !== new Set(numbers).size) {
    throw new Error(`PGREVIEW_TEST_VERSIONS is "${wanted}"; it takes some of ${versions.join(',')}, with commas.`);
  }
  return known;
}
