import { DatabaseFailure } from '../database.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** One sentence with where, who and the mend; never the password. */
export function explainConnectError(error: unknown, address: ServerAddress): DatabaseFailure {
  return new DatabaseFailure('unavailable', describe(error as { code?: string; message?: string }, address));
}

function describe({ code = '', message = '' }: { code?: string; message?: string }, address: ServerAddress): string {
  const { host, port, user, database } = address;
  const server = `${host}:${port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${server}. Is Postgres running there, and are host and port right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} is not known. Check its name in the connection's URL.`;
    case 'ENOENT':
      return `There is no Postgres socket at ${host}. Is Postgres running there?`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `${server} cannot be reached (${code}). Check the network, a VPN or a firewall between.`;
    case 'ECONNRESET':
      return `${server} closed the connection at once. Is it a Postgres server, and does it need TLS (?sslmode=require)?`;
    case '28P01':
      return `The server at ${server} rejected the password of user "${user}". Enter the password again.`;
    case '28000':
      return `The server at ${server} does not let user "${user}" in: ${message}. Check the user, TLS (?sslmode=require) and the server's pg_hba.conf.`;
    case '3D000':
      return `There is no database "${database}" at ${server}. Check the name at the end of the connection's URL.`;
    case '53300':
      return `The server at ${server} has no connection left for user "${user}". Try again later.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${server} is not for the host ${host}. Connect by the name in the certificate, or say sslmode=verify-ca in the URL.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${server} has expired. Have it renewed, or say sslmode=require in the URL to go without checking it.`;
    case '57P03':
      return `The server at ${server} is starting up or shutting down. Try again in a moment.`;
    default:
  }
  if (/timeout|timed out/i.test(message))
    return `${server} did not answer within 5 s. Check host and port, and a VPN or firewall between.`;
  if (/password must be a string|no password/i.test(message))
    return `The server at ${server} wants a password for user "${user}". Enter one for this connection.`;
  if (/does not support SSL/i.test(message))
    return `The server at ${server} has no TLS. Add ?sslmode=disable to the URL if the network between is trusted.`;
  if (/certificate|CERT|SSL|TLS/i.test(`${message} ${code}`))
    return `TLS with ${server} failed: ${message.split(';')[0]}. Give the server's certificate authority (sslrootcert=FILE in the URL), or sslmode=require to go without checking the certificate.`;
  if (/Connection terminated/i.test(message)) return `${server} closed the connection. Is it a Postgres server?`;
  return `Connecting to ${server} as "${user}" failed: ${message || code}.`;
}
