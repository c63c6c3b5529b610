// Writes server/src/facts/builtinNames.ts: the names of the functions and types that Postgres itself brings, read from the
// system catalogs of real servers of every supported version. Needs Node 24 and the servers of the tests.
import { writeFileSync } from 'node:fs';
import { startServer, stopServers, versions } from '../test/postgres/harness/servers.ts';

const functions = new Set();
const types = new Set();
for (const version of versions) {
  const client = await (await startServer(version)).connect();
  const namesOf = async (sql) => (await client.query(sql)).rows.map((row) => row.name);
  for (const name of await namesOf(
    "SELECT DISTINCT proname AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace",
  ))
    functions.add(name);
  // array types and the row types of the system's own tables and views are nothing that a table is made of
  for (const name of await namesOf(
    "SELECT typname AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype <> 'c' AND typname !~ '^_'",
  ))
    types.add(name);
  await client.end();
}
await stopServers();

const lines = (names) => {
  const rows = [''];
  for (const name of [...names].sort()) {
    const last = rows.length - 1;
    if (`${rows[last]} ${name}`.length > 110) rows.push(name);
    else rows[last] = rows[last] === '' ? name : `${rows[last]} ${name}`;
  }
  return rows.map((row, i) => `  '${row}${i < rows.length - 1 ? ' ' : ''}'`).join(' +\n');
};
writeFileSync(
  new URL('../server/src/facts/builtinNames.ts', import.meta.url),
  `/**
 * Names of the functions and types in pg_catalog of Postgres ${versions[0]}–${versions.at(-1)}, of any of them.
 * Written by scripts/postgres-names.mjs from the system catalogs of real servers.
 */
const functionNames =
${lines(functions)};

const typeNames =
${lines(types)};

export const builtinFunctions: ReadonlySet<string> = new Set(functionNames.split(' '));
/** Without array types. */
export const builtinTypes: ReadonlySet<string> = new Set(typeNames.split(' '));
`,
);
