import assert from 'node:assert/strict';
import { explainConnectError } from '../../server/src/database/server/connectError.ts';

const address = { host: 'db.example', port: 5433, user: 'ann', database: 'shop' };

describe('A server that cannot be connected to', () => {
  // What Node and Postgres report; the rest is tried on real servers and sockets.
  const cases: [error: { code?: string; message: string }, expected: RegExp][] = [
    [
      {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message: 'self-signed certificate; if the root CA is installed locally …',
      },
      /^TLS with db\.example:5433 failed: self-signed certificate\. Give .*sslrootcert=FILE.*sslmode=require/,
    ],
    [
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: "Hostname/IP does not match certificate's altnames" },
      /verify-ca/,
    ],
    [{ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }, /has expired\. Have it renewed/],
    [
      { code: '28000', message: 'no pg_hba.conf entry for host "1.2.3.4", user "ann", database "shop", no encryption' },
      /does not let user "ann" in: no pg_hba\.conf entry.*sslmode=require/,
    ],
    [{ code: '53300', message: 'sorry, too many clients already' }, /no connection left for user "ann"/],
    [{ code: '57P03', message: 'the database system is starting up' }, /starting up or shutting down/],
    [{ code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH' }, /db\.example:5433 cannot be reached \(EHOSTUNREACH\)/],
    [{ message: 'Connection terminated unexpectedly' }, /closed the connection\. Is it a Postgres server/],
    [{ message: 'something new' }, /Connecting to db\.example:5433 as "ann" failed: something new/],
  ];
  for (const [error, expected] of cases) {
    it(`says what and where: ${error.code ?? error.message}`, () => {
      const failure = explainConnectError(error, address);
      assert.match(failure.message, expected);
      assert.equal(failure.reason, 'unavailable');
    });
  }
});
