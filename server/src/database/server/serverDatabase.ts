import pg from 'pg';
import { parse as parseConnectionString } from 'pg-connection-string';
import {
  cancelled,
  type Database,
  DatabaseFailure,
  type OpenOptions,
  PostgresError,
  type QueryOptions,
  type Row,
  readVersion,
  type ServerVersion,
  type Session,
  throwIfCancelled,
  versionQuery,
} from '../database.ts';
import { requestCancel } from './cancelRequest.ts';
import { explainConnectError, type ServerAddress } from './connectError.ts';
import { savedPassword } from './passwordFile.ts';

export interface ServerConnection {
  /** What the user calls it. */
  readonly name: string;
  /** `postgresql://user@host:port/database?…`, or libpq's other URL forms. */
  readonly url: string;
  /** Takes the place of one in the URL. */
  readonly password?: string;
}

/** EXPLAIN's SETTINGS and plan_cache_mode came with it. */
const oldestVersion = 120000;
const connectTimeoutMs = 5_000;
/** How long after statement_timeout the server is still waited for, before the session is given up. */
const graceMs = 5_000;

/** A Postgres server; each `open` is a connection of its own, ended by `close`. */
export function serverDatabase(connection: ServerConnection): Database {
  return { name: connection.name, open: (options = {}) => open(connection, options) };
}

async function open(connection: ServerConnection, { signal, progress }: OpenOptions): Promise<Session> {
  throwIfCancelled(signal);
  const config = clientConfig(connection);
  const address = addressOf(config);
  progress?.(`connecting to ${address.host}`);
  const client = await connect(config, address, signal);
  const session = new ServerSession(client, config);
  try {
    session.version = readVersion(await session.query(versionQuery, { signal, timeoutMs: connectTimeoutMs }));
    if (session.version.number < oldestVersion)
      throw new DatabaseFailure(
        'unavailable',
        `${address.host}:${address.port} runs Postgres ${session.version.text}; pgreview needs 12 or later.`,
      );
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

function clientConfig({ name, url, password }: ServerConnection): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new DatabaseFailure(
      'unavailable',
      `The connection "${name}" has no valid URL; write it as postgresql://user@host:5432/database.`,
    );
  let parsed: ReturnType<typeof parseConnectionString>;
  try {
    // sslmode as in libpq: `require` encrypts, `verify-ca` and `verify-full` also check the server's certificate
    parsed = parseConnectionString(url, { useLibpqCompat: true });
  } catch (error) {
    throw new DatabaseFailure('unavailable', describeUrlError(error as NodeJS.ErrnoException, name));
  }
  const config: pg.ClientConfig = {
    ...(parsed as pg.ClientConfig),
    ...(password === undefined ? {} : { password }),
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'pgreview',
    keepAlive: true,
  };
  if (config.password || process.env.PGPASSWORD) return config;
  const address = addressOf(config);
  return { ...config, password: () => savedPassword(address) as Promise<string> };
}

/** Never the error's own message: it may quote the URL, password and all. */
function describeUrlError({ code, message }: NodeJS.ErrnoException, name: string): string {
  if (code === 'ENOENT') return `The connection "${name}" names a certificate or key file that does not exist.`;
  if (/verify-ca/.test(message))
    return `The connection "${name}" says sslmode=verify-ca, which needs the authority's certificate: add sslrootcert=FILE.`;
  return `The URL of the connection "${name}" cannot be read; write it as postgresql://user@host:5432/database, with special characters percent-encoded.`;
}

function addressOf(config: pg.ClientConfig): ServerAddress {
  const { host, port, user, database } = new pg.Client(config);
  return { host, port, user: user ?? '', database: database ?? '' };
}

async function connect(
  config: pg.ClientConfig,
  address: ServerAddress,
  signal: AbortSignal | undefined,
): Promise<pg.Client> {
  const client = new pg.Client(config);
  // a session that is cut off between queries must not end the process; the next query tells
  client.on('error', () => {});
  const aborted = whenAborted(signal);
  try {
    await Promise.race([client.connect(), aborted.promise]);
    return client;
  } catch (error) {
    destroy(client);
    if (error instanceof DatabaseFailure) throw error;
    throw explainConnectError(error, address);
  } finally {
    aborted.forget();
  }
}

class ServerSession implements Session {
  version: ServerVersion = { number: 0, text: '' };
  readonly schema = null;
  readonly #client: pg.Client;
  readonly #config: pg.ClientConfig;

  constructor(client: pg.Client, config: pg.ClientConfig) {
    this.#client = client;
    this.#config = config;
  }

  async query(sql: string, { signal, timeoutMs, single }: QueryOptions = {}): Promise<readonly Row[]> {
    throwIfCancelled(signal);
    const aborted = whenAborted(signal);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      if (timeoutMs === undefined) return;
      const fail = (): void =>
        reject(new DatabaseFailure('timeout', `The server did not answer within ${(timeoutMs + graceMs) / 1000} s.`));
      timer = setTimeout(fail, timeoutMs + graceMs);
    });
    try {
      const asText = { getTypeParser: () => (value: unknown) => value };
      const query = this.#client.query<(string | null)[]>({
        text: sql,
        rowMode: 'array',
        types: asText as unknown as pg.CustomTypesConfig,
        ...(single ? { queryMode: 'extended' } : {}),
      });
      const { rows } = await Promise.race([query, aborted.promise, late]);
      return rows ?? [];
    } catch (error) {
      if (error instanceof DatabaseFailure) {
        await requestCancel(this.#client, this.#config);
        destroy(this.#client);
        throw error;
      }
      // ended by an administrator, a timeout of the server's, its shutdown
      if (error instanceof pg.DatabaseError && /^(?:FATAL|PANIC)$/.test(error.severity ?? ''))
        throw new DatabaseFailure('lost', `The server closed the connection: ${error.message}.`);
      if (error instanceof pg.DatabaseError) throw new PostgresError(error.message, error);
      throw new DatabaseFailure('lost', `The connection to the server was lost: ${(error as Error).message}.`);
    } finally {
      clearTimeout(timer);
      aborted.forget();
    }
  }

  async close(): Promise<void> {
    const ended = this.#client.end().catch(() => {});
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    destroy(this.#client);
  }
}

function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

function whenAborted(signal: AbortSignal | undefined): { promise: Promise<never>; forget(): void } {
  let onAbort = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  promise.catch(() => {});
  return { promise, forget: () => signal?.removeEventListener('abort', onAbort) };
}
