// Prisma's record of the migrations that have run: what is said of it is what Prisma's engine says.
import assert from 'node:assert/strict';
import type * as prisma from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { Client } from 'pg';
import { serverDatabase } from '../../server/src/database/server/serverDatabase.ts';
import { comparePrismaMigrations, type PrismaFile } from '../../server/src/drift/prismaMigrations.ts';
import type { EngineQuery } from '../../server/src/prismaEngine/messages.ts';
import { schemaEngine } from '../harness/prismaEngine.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { askServer } from './harness/prismaEngine.ts';

const filters = { externalTables: [], externalEnums: [] };

/** The engine with a driver that writes as well: it runs migrations and keeps its record. */
async function engineOn(client: Client) {
  const ok = (value: unknown): object => ({ ok: true, value, map: (f: (v: unknown) => unknown) => ok(f(value)) });
  const ask = async (query: EngineQuery) => {
    const answer = await askServer(client, query);
    assert.ok(answer.ok);
    const { columnNames, columnTypes, rows } = answer.result;
    // times, which the engine reads here only
    const isTime = columnNames.map((name) => name.endsWith('_at'));
    const inTime = (value: unknown, i: number) =>
      isTime[i] && typeof value === 'string' ? new Date(value).toISOString().replace('Z', '+00:00') : value;
    return ok({
      columnNames,
      columnTypes: columnTypes.map((type, i) => (isTime[i] ? 10 : type)),
      rows: rows.map((row) => row.map(inTime)),
    });
  };
  const common = { adapterName: 'test', provider: 'postgres', errorRegistry: { consumeError: () => undefined } };
  const adapter = {
    ...common,
    queryRaw: ask,
    executeRaw: async (query: EngineQuery) => {
      await ask(query);
      return ok(1);
    },
    executeScript: async (script: string) => {
      try {
        await client.query(script);
        return ok(undefined);
      } catch (error) {
        const { message, code } = error as { message: string; code: string };
        const failed: object = {
          ok: false,
          error: { kind: 'postgres', code, severity: 'ERROR', message },
          map: () => failed,
        };
        return failed;
      }
    },
    dispose: async () => ok(undefined),
    getConnectionInfo: () => ok({ schemaName: 'public', maxBindValues: 1000, supportsRelationJoins: true }),
  };
  const factory = { ...common, connect: async () => ok(adapter), connectToShadowDb: async () => ok(adapter) };
  const datamodels: [string, string][] = [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']];
  return (await schemaEngine()).new({ datamodels }, () => {}, factory);
}

const listOf = (files: readonly PrismaFile[]): prisma.MigrationList => ({
  baseDir: 'migrations',
  lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
  shadowDbInitScript: '',
  migrationDirectories: files.map(({ name, text }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: text } },
  })),
});

const first = { name: '20240101000000_first', text: 'CREATE TABLE a (id int);\n-- ü\nSELECT 1;\n' };
const second = { name: '20240102000000_second', text: 'CREATE TABLE b (id int);\r\nSELECT 1;\r\n' };

const edits: Readonly<Record<string, readonly PrismaFile[]>> = {
  'files as they ran': [first, second],
  'a comment edited': [{ ...first, text: first.text.replace('ü', 'u') }, second],
  'a line more': [first, { ...second, text: `${second.text}\r\n` }],
  'other line ends': [
    { ...first, text: first.text.replaceAll('\n', '\r\n') },
    { ...second, text: second.text.replaceAll('\r\n', '\n') },
  ],
  'mixed line ends': [{ ...first, text: first.text.replace('\n', '\r\n') }, second],
  'a file gone': [second],
  'a new file': [first, second, { name: '20240103000000_third', text: 'SELECT 3;' }],
};

onEachVersion('Prisma’s record of migrations', ({ freshDatabase }) => {
  for (const [title, files] of Object.entries(edits))
    it(title, async () => {
      const database = await freshDatabase();
      const client = await database.client();
      const engine = await engineOn(client);
      await engine.applyMigrations({ migrationsList: listOf([first, second]), filters });
      const said = await engine.diagnoseMigrationHistory({
        migrationsList: listOf(files),
        optInToShadowDatabase: false,
        filters,
      });
      const session = await serverDatabase({ name: 'test', url: database.url }).open();
      try {
        const found = await comparePrismaMigrations(session, files);
        const named = (kind: string) =>
          found.filter((d) => d.kind === kind).map((d) => d.object.replace('migration ', ''));
        assert.deepEqual(named('different'), said.editedMigrationNames);
        const { history } = said;
        assert.deepEqual(
          named('extra'),
          history && 'unpersistedMigrationNames' in history ? history.unpersistedMigrationNames : [],
        );
      } finally {
        await session.close();
      }
    });

  it('one that stopped in the middle', async () => {
    const database = await freshDatabase();
    const client = await database.client();
    const engine = await engineOn(client);
    const broken = { name: second.name, text: 'SELECT nope;' };
    await assert.rejects(engine.applyMigrations({ migrationsList: listOf([first, broken]), filters }));
    const session = await serverDatabase({ name: 'test', url: database.url }).open();
    try {
      assert.deepEqual(
        (await comparePrismaMigrations(session, [first, broken])).map(
          ({ object, database: there }) => `${object}: ${there}`,
        ),
        [`migration ${second.name}: stopped in the middle`],
      );
      await client.query(
        `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${second.name}'`,
      );
      assert.deepEqual(await comparePrismaMigrations(session, [first, broken]), []);
    } finally {
      await session.close();
    }
  });

  it('a folder without migration.sql stops it, as does a lock file of another database', async () => {
    const client = await (await freshDatabase()).client();
    const engine = await engineOn(client);
    const whole = listOf([first, second]);
    const [one, other] = whole.migrationDirectories;
    const without = {
      path: 'notes',
      migrationFile: { path: 'migration.sql', content: { tag: 'error', value: 'ENOENT' } },
    };
    const migrationDirectories = [one, other, without] as typeof whole.migrationDirectories;
    const said = (error: unknown): boolean =>
      /P3015[\s\S]*Could not find the migration file|"code":"P3015"/.test(inWords(error));
    await assert.rejects(engine.applyMigrations({ migrationsList: { ...whole, migrationDirectories }, filters }), said);
    const lockfile = { path: 'migration_lock.toml', content: 'provider = "mysql"\n' };
    await assert.rejects(engine.applyMigrations({ migrationsList: { ...whole, lockfile }, filters }), (error) =>
      /P3019/.test(inWords(error)),
    );
  });

  it('a database that Prisma has never seen', async () => {
    const session = await serverDatabase({ name: 'test', url: (await freshDatabase()).url }).open();
    try {
      assert.deepEqual(await comparePrismaMigrations(session, [first]), []);
    } finally {
      await session.close();
    }
  });
});

const inWords = (error: unknown): string => `${error} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`;
