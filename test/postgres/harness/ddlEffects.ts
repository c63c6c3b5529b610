import { ddl, tables } from './ddl.ts';
import { furtherDdl, furtherTables } from './ddlFurther.ts';
import { type Effects, observeIn } from './effects.ts';
import type { TestServer, Version } from './servers.ts';

const observed = new Map<Version, Promise<Map<string, Effects>>>();

/** What each statement of {@link ddl} and {@link furtherDdl} does on a server, by its SQL; tried once for all suites. */
export function ddlEffects(server: TestServer): Promise<Map<string, Effects>> {
  let effects = observed.get(server.version);
  if (!effects) {
    effects = observe(server);
    observed.set(server.version, effects);
  }
  return effects;
}

async function observe(server: TestServer): Promise<Map<string, Effects>> {
  const database = await server.freshDatabase();
  const [subject, watcher] = await Promise.all([database.client(), database.client()]);
  await watcher.query(tables + furtherTables);
  const effects = new Map<string, Effects>();
  for (const { sql, from = 14, to = 18 } of [...ddl, ...furtherDdl])
    if (server.version >= from && server.version <= to) effects.set(sql, await observeIn(subject, watcher, sql));
  await database.drop();
  return effects;
}
