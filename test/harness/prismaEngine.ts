/** Prisma's own engine, as its command line uses it, without a database: schemas → the SQL of a migration. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DiffTarget, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

const require = createRequire(import.meta.url);

async function load(): Promise<typeof SchemaEngine> {
  const path = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = readFileSync(path.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': module as never });
  module.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return module.SchemaEngine;
}

let loaded: ReturnType<typeof load> | undefined;

/** Loaded once a process: the package holds one instance of its WASM module, and another would break the first one's objects. */
export const schemaEngine = (): ReturnType<typeof load> => (loaded ??= load());

interface Ok {
  readonly ok: true;
  readonly value: unknown;
  map(f: (value: unknown) => unknown): Ok;
  flatMap(f: (value: unknown) => unknown): unknown;
}
const ok = (value: unknown): Ok => ({ ok: true, value, map: (f) => ok(f(value)), flatMap: (f) => f(value) });

/** It asks for the version only. */
const adapter = {
  provider: 'postgres',
  adapterName: 'none',
  errorRegistry: { consumeError: () => undefined },
  getConnectionInfo: () => ok({ schemaName: 'public', supportsRelationJoins: true }),
  queryRaw: async () =>
    ok({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [5, 7, 0],
      rows: [[true, 'PostgreSQL 18.0', 180000]],
    }),
  dispose: async () => ok(undefined),
};
const connect = async (): Promise<Ok> => ok(adapter);
const factory = { ...adapter, connect, connectToShadowDb: connect };

/** With what a schema needs besides its models. */
export const withDatasource = (models: string): string =>
  /^\s*datasource\b/m.test(models) ? models : `datasource db {\n  provider = "postgresql"\n}\n\n${models}`;

/**
 * The SQL that makes `to` of `from`; of an empty database when that is null.
 * @throws what Prisma says of a schema that is not valid
 */
export async function migrationSql(from: string | null, to: string): Promise<string> {
  const target = (models: string): DiffTarget => ({
    tag: 'schemaDatamodel',
    files: [{ path: 'schema.prisma', content: withDatasource(models) }],
  });
  const engine = await (await schemaEngine()).new(
    { datamodels: [['schema.prisma', withDatasource(to)]] },
    () => {},
    factory,
  );
  const { stdout } = await engine.diff({
    from: from === null ? { tag: 'empty' } : target(from),
    to: target(to),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? '';
}
