// What the view of migrations asks the server: histories, the schema at a migration, findings, a review of all.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DidChangeWatchedFilesNotification, PublishDiagnosticsNotification } from 'vscode-languageserver-protocol';
import {
  type FindingCounts,
  type HistoryInfo,
  historiesChanged,
  historiesRequest,
  migrationFindingsRequest,
  type ReviewAllResult,
  rescanRequest,
  reviewAllRequest,
  type SchemaAtParams,
  schemaAtRequest,
  type TableInfo,
  tablesAtRequest,
} from '../../server/src/protocol.ts';
import { Client } from './client.ts';

describe('Histories', () => {
  let folder: string;
  let client: Client;
  /** Lists of rules by the file's name, as they were published. */
  let published: Map<string, unknown[]>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-histories-'));
    write(
      'db/001_users.sql',
      '-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- +goose Down\nDROP TABLE users;\n',
    );
    write(
      'db/002_email.sql',
      '-- +goose Up\nALTER TABLE users ADD email text;\nCREATE INDEX users_email ON users (email);\n',
    );
    write(
      'prisma/migrations/1_init/migration.sql',
      'CREATE TABLE "Order" ("id" SERIAL NOT NULL, PRIMARY KEY ("id"));\n',
    );
    write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
    published = new Map();
    client = new Client();
    client.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      published.set(
        uri.slice(uri.lastIndexOf('/') + 1),
        diagnostics.map((d) => d.code),
      );
    });
    await client.initialize([pathToFileURL(folder).href]);
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return pathToFileURL(path).href;
  }
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const histories = (): Promise<HistoryInfo[]> => client.connection.sendRequest(historiesRequest);
  const schemaAt = (params: SchemaAtParams): Promise<string> => client.connection.sendRequest(schemaAtRequest, params);
  /** Asks again each time that the server tells of a change. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    let wake = (): void => {};
    client.connection.onNotification(historiesChanged, () => wake());
    for (;;) {
      const told = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (await isSo()) return;
      await told;
    }
  }

  it('lists them with their migrations in order', async () => {
    const found = await histories();
    assert.deepEqual(
      found.map((h) => [h.tool, h.folder, h.migrations.map((m) => [m.name, m.backward])]),
      [
        [
          'goose',
          uriOf('db'),
          [
            ['001_users.sql', true],
            ['002_email.sql', false],
          ],
        ],
        ['Prisma', uriOf('prisma/migrations'), [['1_init', null]]],
      ],
    );
  });

  it('tells the schema before and behind a migration, and one table of it', async () => {
    const uri = uriOf('db/002_email.sql');
    const before = await schemaAt({ uri, when: 'before' });
    const after = await schemaAt({ uri, when: 'after' });
    assert.match(before, /^-- Before 002_email\.sql\n/);
    assert.match(before, /CREATE TABLE users \(\n {2}id bigint NOT NULL,\n/);
    assert.doesNotMatch(before, /email text/);
    assert.match(after, /email text/);
    assert.match(after, /CREATE INDEX users_email ON users \(email\);/);
    assert.deepEqual(await client.connection.sendRequest<TableInfo[]>(tablesAtRequest, { uri, when: 'after' }), [
      { key: 'public.users', schema: 'public', name: 'users', kind: 'table' },
    ]);
    const table = await schemaAt({ uri, when: 'after', table: 'public.users' });
    assert.match(table, /^-- After 002_email\.sql\n\nCREATE TABLE users/);
    assert.match(await schemaAt({ uri, when: 'before', table: 'public.nope' }), /There is no table public\.nope here/);
  });

  it('follows what is typed, and says so', async () => {
    const uri = uriOf('db/001_users.sql');
    await histories();
    await client.open(uri, '-- +goose Up\nCREATE TABLE people (id bigint PRIMARY KEY);\n');
    const next = uriOf('db/002_email.sql');
    await until(async () => /CREATE TABLE people/.test(await schemaAt({ uri: next, when: 'before' })));
  });

  it('finds a migration that came with another branch', async () => {
    await histories();
    const uri = write('db/003_more.sql', '-- +goose Up\nCREATE TABLE more (id bigint);\n');
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri, type: 1 }] });
    await until(async () => (await histories())[0]?.migrations.at(-1)?.name === '003_more.sql');
    rmSync(join(folder, 'db/003_more.sql'));
    const again = await client.connection.sendRequest<HistoryInfo[]>(rescanRequest);
    assert.equal(again[0]?.migrations.length, 2);
  });

  it('finds a migration that is opened before anybody has told of it', async () => {
    await histories();
    const text = '-- +goose Up\nCREATE TABLE more (id bigint);\n';
    await client.open(write('db/003_more.sql', text), text);
    await until(async () => (await histories())[0]?.migrations.at(-1)?.name === '003_more.sql');
  });

  it('counts findings of files that are not open', async () => {
    const uris = [uriOf('db/001_users.sql'), uriOf('db/002_email.sql'), uriOf('nowhere.sql')];
    await histories();
    const counts = await client.connection.sendRequest<(FindingCounts | null)[]>(migrationFindingsRequest, { uris });
    assert.equal(counts[0]?.error, 0);
    assert.ok((counts[1]?.warning ?? 0) >= 1, JSON.stringify(counts));
    assert.equal(counts[2], null);
  });

  it('reviews all migrations and publishes what it finds; an open file speaks for itself', async () => {
    await histories();
    const steps: unknown[] = [];
    client.connection.onNotification('$/progress', ({ value }: { value: { kind: string } }) => {
      steps.push(value.kind);
    });
    const result = await client.connection.sendRequest<ReviewAllResult>(reviewAllRequest, { workDoneToken: 'all' });
    assert.equal(result.files, 3);
    assert.ok(result.counts.warning >= 1);
    assert.ok(published.get('002_email.sql')?.includes('index-without-concurrently'), JSON.stringify([...published]));
    assert.deepEqual([steps[0], steps.at(-1)], ['begin', 'end']);
    assert.equal(steps.length, 2 + 3);
    await client.open(uriOf('db/002_email.sql'), '-- +goose Up\nCREATE INDEX users_email ON users (id);\n');
    await until(async () => published.get('002_email.sql')?.length === 0);
  });
});
