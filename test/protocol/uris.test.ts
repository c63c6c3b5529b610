// Files whose URIs an editor writes otherwise than Node: the same files, under the editor's names. To the server as it is built.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  DefinitionRequest,
  DidChangeWatchedFilesNotification,
  type FileEvent,
  FileChangeType as Is,
  type Location,
} from 'vscode-languageserver-protocol';
import { type HistoryInfo, historiesRequest } from '../../server/src/protocol.ts';
import { Client } from './client.ts';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY);\n';
const index = 'CREATE INDEX users_id ON users (id);\n';

/** As VS Code writes it: whatever may mean something in a URI is escaped. */
const asVsCode = (path: string): string =>
  `file://${path
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/')}`;
const asNode = (path: string): string => pathToFileURL(path).href;
const escapedInLowerCase = (path: string): string => asVsCode(path).replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase());

for (const [editor, uriOf] of Object.entries({ asVsCode, asNode, escapedInLowerCase }))
  for (const pull of [true, false])
    describe(`URIs ${editor} (diagnostics ${pull ? 'asked for' : 'published'})`, () => {
      let folder: string;
      let client: Client;
      const names = ["c++ 'and' SQL!", '[app] (ä), 50% #1 ?', 'migrations'];

      beforeEach(async () => {
        const temporary = mkdtempSync(join(tmpdir(), 'pgreview-uris-'));
        folder = join(temporary, ...names);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, '001_users.sql'), users);
        writeFileSync(join(folder, '002_index+.sql'), index);
        client = await Client.start({ pull, folders: ['vscode-vfs://github/a/b', uriOf(temporary)] });
      });
      afterEach(async () => {
        await client.stop();
        rmSync(join(folder, '..', '..', '..'), { recursive: true });
      });

      const migrations = async (): Promise<string[]> =>
        (await client.connection.sendRequest<HistoryInfo[]>(historiesRequest)).flatMap((h) =>
          h.migrations.map(({ uri }) => fileURLToPath(uri)),
        );

      it('belong to their history', async () => {
        const uri = uriOf(join(folder, '002_index+.sql'));
        assert.deepEqual(await migrations(), [join(folder, '001_users.sql'), join(folder, '002_index+.sql')]);
        await client.open(uri, index);
        for (const end = Date.now() + 15_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
          const found = await client.diagnostics(uri);
          const duplicate = found.find(({ code }) => code === 'duplicate-index');
          if (duplicate) break;
          assert.ok(Date.now() < end, JSON.stringify(found));
        }
        const [place] = (await client.connection.sendRequest(DefinitionRequest.type, {
          textDocument: { uri },
          position: { line: 0, character: index.indexOf('users (') + 1 },
        })) as Location[];
        assert.equal(fileURLToPath(place?.uri ?? ''), join(folder, '001_users.sql'));
        // what the editor has named keeps its name
        await client.open(uriOf(join(folder, '001_users.sql')), users);
        const [again] = (await client.connection.sendRequest(DefinitionRequest.type, {
          textDocument: { uri },
          position: { line: 0, character: index.indexOf('users (') + 1 },
        })) as Location[];
        assert.equal(again?.uri, uriOf(join(folder, '001_users.sql')));
      });

      it('are followed when they come and go', async () => {
        await migrations();
        const last = join(folder, '002_index+.sql');
        rmSync(last);
        const changes: FileEvent[] = [{ uri: uriOf(last), type: Is.Deleted }];
        await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
        for (const end = Date.now() + 15_000; (await migrations()).length !== 1; ) {
          assert.ok(Date.now() < end);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        rmSync(join(folder, '..'), { recursive: true });
        const gone: FileEvent[] = [{ uri: uriOf(join(folder, '..')), type: Is.Deleted }];
        await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: gone });
        for (const end = Date.now() + 15_000; (await migrations()).length !== 0; ) {
          assert.ok(Date.now() < end);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        mkdirSync(folder, { recursive: true });
      });
    });
