// Folders that come, go and are renamed: an editor may tell of the folder alone. To the server as it is built.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesRegistrationOptions,
  type FileEvent,
  FileChangeType as Is,
  type Registration,
  type RegistrationParams,
  RegistrationRequest,
} from 'vscode-languageserver-protocol';
import { type HistoryInfo, historiesChanged, historiesRequest } from '../../server/src/protocol.ts';
import { Client } from './client.ts';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY);\n';
const index = 'CREATE INDEX users_id ON users (id);\n';

for (const pull of [true, false])
  describe(`Folders that come and go (diagnostics ${pull ? 'asked for' : 'published'})`, () => {
    let folder: string;
    let client: Client;
    let asked: RegistrationParams[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pgreview-watched-'));
      write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
      write('prisma/migrations/1_users/migration.sql', users);
      asked = [];
      client = new Client({ pull });
      client.connection.onRequest(RegistrationRequest.type, (params) => {
        asked.push(params);
      });
      await client.initialize([pathToFileURL(folder).href], { didChangeWatchedFiles: { dynamicRegistration: true } });
      await names();
    });
    afterEach(async () => {
      await client.stop();
      rmSync(folder, { recursive: true });
    });

    function write(name: string, text: string): string {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return uriOf(name);
    }
    const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
    const names = async (): Promise<string[]> =>
      (await client.connection.sendRequest<HistoryInfo[]>(historiesRequest)).flatMap(({ migrations }) =>
        migrations.map(({ name }) => name),
      );
    const tell = (...changes: [type: FileEvent['type'], name: string][]): Promise<void> =>
      client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: changes.map(([type, name]) => ({ type, uri: uriOf(name) })),
      });
    /** Asks again each time that the server tells of a change. */
    async function until(wanted: readonly string[], folderOfFirst = ''): Promise<void> {
      let wake = (): void => {};
      client.connection.onNotification(historiesChanged, () => wake());
      for (;;) {
        const told = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const [first] = await client.connection.sendRequest<HistoryInfo[]>(historiesRequest);
        if ((await names()).join() === wanted.join() && (first?.folder ?? '').endsWith(folderOfFirst)) return;
        await told;
      }
    }
    /** Until a rule finds something in a file, or nothing. */
    async function untilFound(uri: string, rule: string, wanted: boolean): Promise<void> {
      for (const end = Date.now() + 15_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
        const rules = (await client.diagnostics(uri)).map(({ code }) => String(code));
        if (rules.includes(rule) === wanted) return;
        assert.ok(Date.now() < end, rules.join());
      }
    }

    it('asks the editor to watch', () => {
      const watched = asked.flatMap(({ registrations }) =>
        registrations.filter(({ method }) => method === DidChangeWatchedFilesNotification.method),
      );
      assert.equal(watched.length, 1);
      const { watchers } = (watched[0] as Registration).registerOptions as DidChangeWatchedFilesRegistrationOptions;
      assert.deepEqual(watchers[0], { globPattern: '**/*', kind: 1 | 4 });
      assert.ok(watchers.some(({ globPattern, kind }) => globPattern === '**/*.{sql,py,prisma}' && kind === 2));
    });

    it('finds what came with a folder, and what lies deep in it', async () => {
      write('prisma/migrations/2_more/migration.sql', index);
      await tell([Is.Created, 'prisma/migrations/2_more']);
      await until(['1_users', '2_more']);
      write('services/billing/db/migrations/001_init.sql', users);
      write('services/billing/db/migrations/002_more.sql', index);
      await tell([Is.Created, 'services']);
      await until(['1_users', '2_more', '001_init.sql', '002_more.sql']);
    });

    it('forgets what went with a folder', async () => {
      const uri = write('prisma/migrations/2_more/migration.sql', index);
      await tell([Is.Created, 'prisma/migrations/2_more']);
      await until(['1_users', '2_more']);
      await client.open(uri, index);
      // of the table that an earlier migration makes
      await untilFound(uri, 'duplicate-index', true);
      rmSync(join(folder, 'prisma'), { recursive: true });
      await tell([Is.Deleted, 'prisma']);
      await until([]);
      await untilFound(uri, 'duplicate-index', false);
    });

    it('follows a folder that is renamed', async () => {
      renameSync(join(folder, 'prisma/migrations/1_users'), join(folder, 'prisma/migrations/1_people'));
      await tell([Is.Deleted, 'prisma/migrations/1_users'], [Is.Created, 'prisma/migrations/1_people']);
      await until(['1_people']);
      renameSync(join(folder, 'prisma'), join(folder, 'database'));
      // one after the other
      await tell([Is.Deleted, 'prisma']);
      await tell([Is.Created, 'database']);
      await until(['1_people'], 'database/migrations');
    });

    it('follows a branch of many files and folders, told one by one', async () => {
      const many = Array.from({ length: 300 }, (_, i) => `${1000 + i}_more`);
      for (const name of many) write(`prisma/migrations/${name}/migration.sql`, `CREATE TABLE t_${name} (id int);\n`);
      for (const name of many) await tell([Is.Created, `prisma/migrations/${name}`]);
      await until(['1_users', ...many]);
      for (const name of many) rmSync(join(folder, `prisma/migrations/${name}`), { recursive: true });
      for (const name of many) await tell([Is.Deleted, `prisma/migrations/${name}`]);
      await until(['1_users']);
    });

    it('reads the settings again when the folder comes that they name', async () => {
      const uri = write('pgreview.json', '{ "histories": [{ "tool": "goose", "folder": "later" }] }');
      await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [{ uri, type: Is.Created }],
      });
      for (const end = Date.now() + 20_000; client.shown.length === 0; ) {
        assert.ok(Date.now() < end);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      write('other/1_a.sql', users);
      await tell([Is.Created, 'other']);
      write('later/1_a.sql', users);
      await tell([Is.Created, 'later']);
      await until(['1_a.sql', '1_users']);
      assert.deepEqual(client.shown.length, 1, client.shown.join('\n'));
    });
  });
