/** Waiting for server processes to begin and to end. */
import type { Client } from 'pg';

/** How many sessions of pgreview run something in this session's database. */
export async function running(client: Client): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE application_name = 'pgreview' AND datname = current_database() AND state = 'active'`,
  );
  return rows[0].n;
}

/** @throws when it does not come about in time; what it takes is the time, in milliseconds */
export async function until(condition: () => Promise<boolean>, withinMs = 5_000): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > withinMs) throw new Error(`it did not come about within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - started;
}
