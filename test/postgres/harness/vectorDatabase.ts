/**
 * A real Postgres with pgvector, which the server packages lack: PGlite (Postgres 18 as WASM) and its pgvector package, those of the
 * embedded Postgres, by themselves.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import type { EngineAnswer, EngineQuery } from '../../../server/src/prismaEngine/messages.ts';
import { argumentText, resultSetOf } from '../../../server/src/prismaEngine/resultSet.ts';

const require = createRequire(new URL('../../../server/package.json', import.meta.url));

/** Whether SQL needs it: the other servers cannot run it. */
export const needsVector = (schema = ''): boolean => /CREATE EXTENSION (?:IF NOT EXISTS )?vector\b/.test(schema);

interface Results {
  readonly rows: Record<string, unknown>[];
}

interface Postgres {
  exec(sql: string): Promise<Results[]>;
  close(): Promise<void>;
}

export interface VectorServer {
  /** Empties the database; what `client` was given before sees the same, empty database. */
  client(): Promise<pg.Client>;
  stop(): Promise<void>;
}

export async function startVectorServer(): Promise<VectorServer> {
  const load = (name: string) => import(pathToFileURL(require.resolve(name)).href);
  const [{ PGlite }, { vector }] = await Promise.all([
    load('@electric-sql/pglite'),
    load('@electric-sql/pglite-pgvector'),
  ]);
  const postgres: Postgres = await PGlite.create({ extensions: { vector } });
  // what the tests use of a client
  const client = {
    query: async (sql: string) => (await postgres.exec(sql)).at(-1) ?? { rows: [] },
    end: async () => {},
  } as unknown as pg.Client;
  return {
    async client() {
      await client.query(
        'DROP EXTENSION IF EXISTS vector CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; RESET ALL',
      );
      return client;
    },
    stop: () => postgres.close(),
  };
}

/** The questions of Prisma's engine to it; what it is given for a client takes no parameters. */
export async function askVectorServer(client: pg.Client, { sql, args }: EngineQuery): Promise<EngineAnswer> {
  const quoted = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
  const text = args.reduceRight<string>((t, arg, i) => t.replaceAll(`$${i + 1}`, quoted(argumentText(arg))), sql);
  const { fields, rows } = await client.query(text);
  const columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  const asText = (value: unknown): string | null =>
    value === null || value === undefined
      ? null
      : Array.isArray(value)
        ? `{${value.map((v) => (typeof v === 'string' ? JSON.stringify(v) : String(v ?? 'NULL'))).join(',')}}`
        : typeof value === 'boolean'
          ? String(value)[0]!
          : String(value);
  return {
    ok: true,
    result: resultSetOf({ columns, rows: rows.map((row) => fields.map((f) => asText(row[f.name]))) }),
  };
}
