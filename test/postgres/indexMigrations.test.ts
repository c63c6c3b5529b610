// An index that a plan proposes, written as a migration: for each tool the files are found to be its own, run the way that it runs
// them and leave a valid index; nothing is found in them; their way back leads back.
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import type { IndexProposal } from '../../server/src/protocol.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import type { Files } from '../harness/project.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { filled } from './harness/filledDatabases.ts';
import { runFile } from './harness/runFile.ts';
import { schemaDump } from './harness/schemaDump.ts';
import type { TestDatabase } from './harness/servers.ts';

const tables = `CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, email text, data jsonb, placed date);
CREATE TABLE "Order Items" (id bigint PRIMARY KEY, "order" bigint);
`;

const revision = (id: string, down: string, sql: string): string =>
  `"""A revision\n\nRevision ID: ${id}\nRevises: ${down}\nCreate Date: 2026-01-02 03:04:05\n\n"""\nfrom alembic import op\n\nrevision = "${id}"\ndown_revision = ${down}\n\n\ndef upgrade() -> None:\n    op.execute(${JSON.stringify(sql)})\n\n\ndef downgrade() -> None:\n    pass\n`;

/** The migration that makes the tables, as each tool has it. */
const projects: Readonly<Record<string, (sql: string) => Files>> = {
  goose: (sql) => ({ 'm/1_a.sql': `-- +goose Up\n${sql}\n-- +goose Down\nSELECT 1;\n` }),
  dbmate: (sql) => ({ 'm/20240101000000_a.sql': `-- migrate:up\n${sql}\n-- migrate:down\nSELECT 1;\n` }),
  tern: (sql) => ({ 'm/tern.conf': '', 'm/001_a.sql': `${sql}---- create above / drop below ----\nSELECT 1;\n` }),
  'golang-migrate': (sql) => ({ 'm/1_a.up.sql': sql, 'm/1_a.down.sql': 'SELECT 1;\n' }),
  'sql-migrate': (sql) => ({ 'm/1_a.sql': `-- +migrate Up\n${sql}\n-- +migrate Down\nSELECT 1;\n` }),
  Diesel: (sql) => ({
    'm/2024-01-01-000000-0000_a/up.sql': sql,
    'm/2024-01-01-000000-0000_a/down.sql': 'SELECT 1;\n',
  }),
  Prisma: (sql) => ({ 'migrations/20240101000000_a/migration.sql': sql }),
  Flyway: (sql) => ({ 'sql/V1__a.sql': sql }),
  Supabase: (sql) => ({ 'supabase/migrations/20240101000000_a.sql': sql }),
  Liquibase: (sql) => ({ 'c/1_a.sql': `--liquibase formatted sql\n--changeset me:1\n${sql}` }),
  Alembic: (sql) => ({ 'v/0001_a.py': revision('0001', 'None', sql) }),
  sqitch: (sql) => ({
    's/sqitch.plan':
      '%syntax-version=1.0.0\n%project=shop\n\ntables 2024-01-02T03:04:05Z Ada Lovelace <ada@example.com> # Tables\n',
    's/deploy/tables.sql': `-- Deploy shop:tables to pg\n${sql}`,
    's/revert/tables.sql': '-- Revert shop:tables from pg\nSELECT 1;\n',
  }),
  psql: (sql) => ({ 'migrations/1_a.sql': sql }),
};

interface Case {
  readonly index: IndexProposal;
  readonly name: string;
  readonly schema?: string;
}

const cases: readonly Case[] = [
  {
    index: { table: 'orders', method: 'btree', keys: ['customer', 'placed DESC'] },
    name: 'orders_customer_placed_idx',
  },
  {
    index: { table: '"Order Items"', method: 'btree', keys: ['"order"'] },
    name: 'Order Items_order_idx',
  },
  { index: { table: 'orders', method: 'gin', keys: ['data'] }, name: 'orders_data_idx' },
  {
    index: {
      table: 'public.orders',
      method: 'btree',
      keys: ['lower(email)'],
      include: ['id'],
      where: "(data ->> 'a') = 'x:y'",
    },
    name: 'orders_lower_id_idx',
  },
  {
    index: { table: 'orders', method: 'btree', keys: ['customer'] },
    schema: 'CREATE TABLE orders_customer_idx (id bigint PRIMARY KEY);\n',
    name: 'orders_customer_idx1',
  },
  {
    index: { table: 'events_1', method: 'btree', keys: ['kind'] },
    schema:
      'CREATE TABLE events (id bigint, kind text, PRIMARY KEY (id)) PARTITION BY RANGE (id);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);\nCREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (9) TO (99);\n',
    name: 'events_kind_idx',
  },
];

const query = 'SELECT * FROM orders WHERE customer = 1;\n';
const queryUri = `${rootUri}/src/query.sql`;
const now = new Date('2026-03-04T05:06:07Z');

/** The project's files with the index written, and those that are new. */
async function written(files: Files, index: IndexProposal): Promise<{ after: Files; created: string[] }> {
  const service = new LanguageService(parser, filesInMemory({ ...files, 'src/query.sql': query }), { now: () => now });
  service.createsFiles(true);
  await service.scan([rootUri]);
  service.open(queryUri, 'sql', 1, query);
  const result = service.indexMigration(queryUri, index);
  assert.equal(result.kind, 'migration', JSON.stringify(result));
  if (result.kind !== 'migration') throw new Error();
  const after: Record<string, string> = { ...files };
  const nameOf = (uri: string): string => decodeURIComponent(uri.slice(rootUri.length + 1));
  for (const { uri, text } of result.created) {
    assert.ok(!(nameOf(uri) in after), uri);
    after[nameOf(uri)] = text;
  }
  for (const { uri, edits } of result.edits) {
    const name = nameOf(uri);
    after[name] = TextDocument.applyEdits(TextDocument.create(uri, '', 1, after[name] as string), [...edits]);
  }
  return { after, created: result.created.map(({ uri }) => nameOf(uri)) };
}

/** What `check` says of the whole project. */
async function findingsIn(files: Files): Promise<string[]> {
  const service = new LanguageService(parser, filesInMemory(files));
  await service.scan([rootUri]);
  return service
    .histories()
    .flatMap(({ migrations }) => migrations)
    .flatMap(({ uri }) => service.migrationDiagnostics(uri).map(({ code, message }) => `${uri} ${code}: ${message}`));
}

interface Part {
  readonly sql: string;
  readonly wrapping: Parameters<typeof runFile>[2];
}

async function migrationsOf(files: Files): Promise<{ forward: Part[]; backward: Part[] }[]> {
  const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
  await workspace.scan([rootUri]);
  const [history, ...more] = workspace.histories;
  assert.ok(history && more.length === 0);
  return history.files.map((uri) => {
    const pieces = workspace.get(uri)?.pieces ?? [];
    const forward = pieces.map((p) => ({ sql: p.sql.slice(0, p.downFrom), wrapping: p.wrapping }));
    const file = history.tool.backwardOf?.(uri);
    if (file === undefined)
      return {
        forward,
        backward: pieces.map((p) => ({ sql: p.sql.slice(p.downFrom, p.sql.length), wrapping: p.wrapping })),
      };
    const text = files[file.slice(rootUri.length + 1)];
    if (text === undefined) return { forward, backward: [] };
    workspace.open(file, '', Text.of(text));
    return { forward, backward: [{ sql: text, wrapping: workspace.get(file)?.pieces[0]?.wrapping ?? 'none' }] };
  });
}

onEachVersion('an index as a migration', ({ version, freshDatabase }) => {
  const run = async (database: TestDatabase, parts: readonly Part[]): Promise<void> => {
    for (const { sql, wrapping } of parts) await runFile(database, sql, wrapping);
  };
  const dumpOf = async (database: TestDatabase): Promise<string[]> => schemaDump(await database.client());

  // what differs between versions is how an index is built, and its partitions
  const tried = version === 18 ? cases : cases.filter(({ name }) => /customer_placed|events/.test(name));
  for (const { index, name, schema = '' } of tried)
    for (const [tool, project] of Object.entries(projects))
      it(`${name}, by ${tool}`, async () => {
        const files = project(tables + schema);
        const { after, created } = await written(files, index);
        const shown = JSON.stringify(Object.fromEntries(created.map((file) => [file, after[file]])), null, 1);
        const own = new Set(await findingsIn(files));
        assert.deepEqual(
          (await findingsIn(after)).filter((finding) => !own.has(finding)),
          [],
          shown,
        );
        const migrations = (await migrationsOf(after)).slice(1);
        assert.ok(tool === 'Liquibase' || migrations.length > 0, shown);
        const database = await filled(await freshDatabase(), tables + schema);
        const before = await dumpOf(database);
        const behind = tool === 'Liquibase' ? [] : migrations;
        if (tool === 'Liquibase') {
          const [only] = await migrationsOf(after);
          await run(database, only?.forward.slice(1) ?? []);
        }
        for (const migration of behind) await run(database, migration.forward);
        const client = await database.client();
        const { rows } = await client.query(
          'SELECT indisvalid, (SELECT count(*) FROM pg_index WHERE NOT indisvalid)::int AS invalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relname = $1',
          [name],
        );
        assert.deepEqual(rows, [{ indisvalid: true, invalid: 0 }], shown);
        const undoes = migrations.some(({ backward }) => backward.length > 0);
        if (tool === 'Prisma' || tool === 'Flyway' || tool === 'Supabase' || tool === 'Liquibase' || tool === 'psql')
          return;
        if (tool === 'Alembic') return;
        assert.ok(undoes, shown);
        for (const migration of [...migrations].reverse()) await run(database, migration.backward);
        assert.deepEqual(await dumpOf(database), before, shown);
      });
});
