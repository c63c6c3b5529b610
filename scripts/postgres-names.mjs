// Writes server/src/facts/builtinNames.ts and systemRelations.ts: the names of the functions, types, tables and views that
// Postgres itself brings, read from the system catalogs of real servers of every supported version. Needs Node 24 and the
// servers of the tests.
import { writeFileSync } from 'node:fs';
import { startServer, stopServers, versions } from '../test/postgres/harness/servers.ts';

const functions = new Set();
const types = new Set();
/** By `schema.name`: kind, and the columns of any version. */
const relations = new Map();
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
  const { rows } = await client.query(
    `SELECT n.nspname || '.' || c.relname AS key, c.relkind AS kind, a.attname AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY 1, a.attnum`,
  );
  for (const { key, kind, column } of rows) {
    const known = relations.get(key) ?? { kind, columns: new Set() };
    relations.set(key, known);
    known.columns.add(column);
  }
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
const ofSchema = (schema) =>
  [...relations]
    .filter(([key]) => key.startsWith(`${schema}.`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { kind, columns }]) => {
      const [first, ...rest] = [`${kind}:${key.slice(schema.length + 1)}`, ...columns];
      const rows = [first];
      for (const column of rest) {
        const last = rows.length - 1;
        if (`${rows[last]} ${column}`.length > 110) rows.push(column);
        else rows[last] = `${rows[last]} ${column}`;
      }
      return rows.map((row, i) => `${i === 0 ? '' : '  '}${row}`);
    })
    .join('\n');
writeFileSync(
  new URL('../server/src/facts/systemRelations.ts', import.meta.url),
  `/**
 * The tables and views of pg_catalog and information_schema of Postgres ${versions[0]}–${versions.at(-1)}, with the columns that they have in any
 * of them. Written by scripts/postgres-names.mjs from the system catalogs of real servers.
 */
const pgCatalog = \`
${ofSchema('pg_catalog')}\`;

const informationSchema = \`
${ofSchema('information_schema')}\`;

export interface SystemRelation {
  readonly kind: 'table' | 'view';
  readonly columns: readonly string[];
}

const known = new Map<string, ReadonlyMap<string, SystemRelation>>();

/** By name; null for other schemas. */
export function systemRelations(schema: string): ReadonlyMap<string, SystemRelation> | null {
  const written = schema === 'pg_catalog' ? pgCatalog : schema === 'information_schema' ? informationSchema : null;
  if (written === null) return null;
  let relations = known.get(schema);
  if (!relations) {
    relations = new Map(
      written
        .trim()
        .split(/\\n(?! )/)
        .map((line): [string, SystemRelation] => {
          const [first = '', ...columns] = line.split(/\\s+/);
          const [kind, name = ''] = first.split(':');
          return [name, { kind: kind === 'r' ? 'table' : 'view', columns }];
        }),
    );
    known.set(schema, relations);
  }
  return relations;
}
`,
);
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
