/** Cancelling EXPLAIN ANALYZE: from the request to the moment at which the server runs nothing any more. */
import { running, until } from '../postgres/harness/backends.ts';
import { explainService, paramsFor, subjectOf } from '../postgres/harness/explaining.ts';
import { startServer, stopServers } from '../postgres/harness/servers.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface CancelTimes extends Spread {
  readonly statement: string;
}

const statements: readonly [what: string, sql: string][] = [
  ['sleeps', 'SELECT pg_sleep(600)'],
  ['computes', 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a % 7 = b % 5'],
  ['sorts on disk', 'SELECT * FROM generate_series(1, 30000000) a ORDER BY -a'],
  ['waits for a lock', 'SELECT * FROM locked'],
];

/** On Postgres 18, on this machine. */
export async function measureCancel(runs: number): Promise<CancelTimes[]> {
  const server = await startServer(18);
  const database = await server.freshDatabase();
  const client = await database.client();
  const holder = await database.client();
  await client.query('CREATE TABLE locked (a int)');
  await holder.query('BEGIN; LOCK TABLE locked');
  const service = await explainService();
  const found: CancelTimes[] = [];
  try {
    for (const [statement, sql] of statements) {
      const times: number[] = [];
      for (let n = 0; n < runs; n++) {
        const controller = new AbortController();
        const target = { kind: 'connection', name: 'bench', url: database.url } as const;
        const result = service.explain(subjectOf(sql), paramsFor(target, { analyze: true }), {
          signal: controller.signal,
        });
        await until(async () => (await running(client)) === 1);
        controller.abort();
        times.push(await until(async () => (await running(client)) === 0));
        await result;
      }
      found.push({ statement, ...spreadOf(times) });
    }
  } finally {
    service.dispose();
    await database.drop();
    await stopServers();
  }
  return found;
}
