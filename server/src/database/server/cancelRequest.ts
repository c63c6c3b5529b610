import type { Socket } from 'node:net';
import pg from 'pg';

/** A second connection that does not come about in this time will not help any more. */
const patienceMs = 2_000;

/** What pg keeps of a session for this, and does not declare. */
interface Keys {
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly host: string;
  readonly port: number;
  readonly connection: {
    readonly stream: Socket;
    readonly ssl: unknown;
    readonly sslNegotiation?: string;
    connect(port: number | string, host?: string): void;
    requestSsl(): void;
    cancel(processID: number, secretKey: number): void;
    on(event: 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void): void;
  };
}

/**
 * Has the server end what a session runs, as psql's Ctrl-C does: by a message of its own kind, which needs no login, no free
 * connection and no rights, and which poolers pass on to the right server process
 * (postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS). Over TLS where the session is.
 *
 * @returns when the server has passed it on to the session, or when nothing more can be done from here
 */
export function requestCancel(session: pg.Client, config: pg.ClientConfig): Promise<void> {
  const { processID, secretKey } = session as unknown as Keys;
  if (processID === null || secretKey === null) return Promise.resolve();
  const { connection, host, port } = new pg.Client(config) as unknown as Keys;
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.stream.destroy(), patienceMs);
    const done = (): void => {
      clearTimeout(timer);
      connection.stream.destroy();
      resolve();
    };
    const send = (): void => connection.cancel(processID, secretKey);
    connection.on('connect', () => {
      if (!connection.ssl) send();
      else if (connection.sslNegotiation !== 'direct') connection.requestSsl();
    });
    connection.on('sslconnect', send);
    connection.on('error', done);
    // the server answers by closing
    connection.on('end', done);
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
