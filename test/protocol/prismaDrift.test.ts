// A Prisma schema that the migrations do not make, as an editor sees it: the finding after a pause, and the migration that is
// written for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import {
  ApplyWorkspaceEditRequest,
  CodeActionRequest,
  ExecuteCommandRequest,
  FileChangeType,
} from 'vscode-languageserver-protocol/node';
import { Client, serverPath } from './client.ts';

const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';
const user = (more = '') =>
  `\nmodel User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n${more}}\n`;
const init = `CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
`;
const initFile = 'prisma/migrations/20240101000000_init/migration.sql';

describe('A Prisma schema behind the editor', function () {
  this.timeout(60_000);
  let folder: string;
  let client: Client;
  let edits: WorkspaceEdit[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-prisma-'));
    write(initFile, init);
    edits = [];
  });
  afterEach(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const path = (name: string): string => join(folder, name);
  const uriOf = (name: string): string => pathToFileURL(path(name)).href;
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  const schema = 'prisma/schema.prisma';

  async function start(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) write(name, text);
    client = new Client({ pull: false });
    client.connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
      edits.push(edit);
      for (const change of edit.documentChanges ?? []) {
        if ('edits' in change) {
          const [first] = change.edits;
          const to = fileURLToPath(change.textDocument.uri);
          mkdirSync(dirname(to), { recursive: true });
          writeFileSync(to, first && 'newText' in first ? first.newText : '');
        }
      }
      return { applied: true };
    });
    await client.initialize([pathToFileURL(folder).href], {
      workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
      applyEdit: true,
    });
    await client.open(uriOf(schema), readFileSync(path(schema), 'utf8'), 'prisma');
  }

  const drift = async (): Promise<string[]> =>
    (await client.diagnostics(uriOf(schema)))
      .filter(({ code }) => code === 'schema-not-migrated')
      .map(
        ({ range, message }) => `${client.document(uriOf(schema)).getText(range)}: ${String(message).split('\n')[0]}`,
      );

  async function until(isThere: (found: string[]) => boolean): Promise<string[]> {
    for (const end = Date.now() + 20_000; ; ) {
      const found = await drift();
      if (isThere(found)) return found;
      assert.ok(Date.now() < end, `still ${JSON.stringify(found)}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  const change = (text: string): Promise<void> => client.change(uriOf(schema), [{ text }]);

  it('is told at the model after a pause, stays while one types, and goes when the migrations make it', async () => {
    await start({ [schema]: datasource + user('  nick  String?\n') });
    assert.deepEqual(await until((found) => found.length > 0), [
      'User: The migrations do not make this model as it stands here: column "nick" is missing.',
    ]);
    await change(datasource + user('  nick  String?\n  age   Int?\n'));
    await until((found) => found.some((text) => text.includes('column "age" is missing')));
    // half typed
    await change(datasource + user('  nick  String?\n  age   In\n'));
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal((await drift()).length, 1);
    await change(datasource + user());
    await until((found) => found.length === 0);
  });

  it('gets the next migration from the engine, in safe steps', async () => {
    const models = `${user('  nick  String?\n  posts Post[]\n  @@index([nick])\n')}\nmodel Post {\n  id       Int  @id\n  authorId Int\n  author   User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n}\n`;
    await start({ [schema]: datasource + models });
    const found = await until((all) => all.length > 0);
    assert.deepEqual(found.map((text) => text.split(':')[0]).sort(), ['Post', 'User']);
    const at = client.document(uriOf(schema)).positionAt((datasource + models).indexOf('User {'));
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: uriOf(schema) },
      range: { start: at, end: at },
      context: { diagnostics: [] },
    });
    const action = actions?.find(({ title }) => title === 'Create the next migration');
    const command = action && 'command' in action && typeof action.command === 'object' ? action.command : null;
    assert.ok(command);
    const created = (await client.connection.sendRequest(ExecuteCommandRequest.type, {
      command: command.command,
      arguments: [command.arguments?.[0], 'posts and nicks'],
    })) as { uris: string[] };
    assert.equal(edits.length, 1);
    const texts = created.uris.map((uri) => readFileSync(fileURLToPath(uri), 'utf8'));
    assert.match(created.uris[0] ?? '', /prisma\/migrations\/\d{14}_posts_and_nicks\/migration\.sql$/);
    assert.match(texts[0] ?? '', /-- AlterTable\nALTER TABLE "User" ADD COLUMN {5}"nick" TEXT;/);
    assert.match(texts[0] ?? '', /CREATE TABLE "Post"/);
    // the table of users is in use: its index is built without stopping writes, in a file of its own
    assert.doesNotMatch(texts[0] ?? '', /CREATE INDEX "User_nick_idx"/);
    assert.match(texts.slice(1).join('\n'), /^CREATE INDEX CONCURRENTLY "User_nick_idx" ON "User"\s*\("nick"\);$/m);
    const changes = created.uris.map((uri) => ({ uri, type: FileChangeType.Created }));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await until((all) => all.length === 0);
  });

  it('is not told where a migration does not run here, and of nobody else’s migrations', async () => {
    write('prisma/migrations/20240102000000_maps/migration.sql', 'CREATE EXTENSION postgis;\n');
    await start({ [schema]: datasource + user('  nick  String?\n') });
    for (const end = Date.now() + 20_000; !client.logged.some((text) => text.includes('20240102000000_maps')); ) {
      assert.ok(Date.now() < end);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(await drift(), []);
    assert.deepEqual(client.shown, []);
  });

  it('is silenced by a comment at the model', async () => {
    const silenced = user('  nick  String?\n').replace(
      '\nmodel',
      '\n// pgreview-ignore schema-not-migrated: made by hand\nmodel',
    );
    await start({ [schema]: `${datasource}${silenced}\nmodel Tag {\n  name String @id\n}\n` });
    assert.deepEqual(await until((found) => found.length > 0), ['Tag: No migration makes the table of this model.']);
  });

  it('shows the SQL of a model', async () => {
    await start({ [schema]: `${datasource}${user()}\nmodel Tag {\n  name String @id\n}\n` });
    const ask = (name: string) =>
      client.connection.sendRequest<string>('pgreview/modelSql', { uri: uriOf(schema), name });
    assert.equal(
      await ask('Tag'),
      '-- CreateTable\nCREATE TABLE "Tag" (\n    "name" TEXT NOT NULL,\n\n    CONSTRAINT "Tag_pkey" PRIMARY KEY ("name")\n);\n',
    );
    assert.match(await ask('User'), /CREATE TABLE "User"[\s\S]*CREATE UNIQUE INDEX "User_email_key"/);
    assert.match(await ask('Nope'), /^-- There is no Nope/);
  });
});

describe('A Prisma schema on the command line', function () {
  this.timeout(60_000);

  it('is compared with its migrations where the embedded Postgres is asked for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pgreview-prisma-'));
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    const codesOf = (...args: string[]): string[] => {
      const cli = serverPath.replace('server.js', 'cli.js');
      const { stdout } = spawnSync(process.execPath, [cli, 'check', '--format', 'json', ...args, '.'], {
        cwd: folder,
        encoding: 'utf8',
      });
      return (JSON.parse(stdout) as { diagnostics: { code: string; file: string; message: string }[] }).diagnostics
        .filter(({ code }) => code === 'schema-not-migrated')
        .map(({ file, message }) => `${file}: ${message}`);
    };
    try {
      write(initFile, init);
      write('prisma/schema.prisma', datasource + user('  nick  String?\n'));
      assert.deepEqual(codesOf(), []);
      assert.deepEqual(codesOf('--database', 'embedded'), [
        'prisma/schema.prisma: The migrations do not make this model as it stands here: column "nick" is missing.',
      ]);
      write('prisma/migrations/20240102000000_nick/migration.sql', 'ALTER TABLE "User" ADD COLUMN "nick" TEXT;\n');
      assert.deepEqual(codesOf('--database', 'embedded'), []);
      // a schema of which nothing else is to be said
      write('prisma/schema.prisma', `${datasource}\nmodel Tag {\n  name String @id\n}\n`);
      assert.ok(
        codesOf('--database', 'embedded').includes('prisma/schema.prisma: No migration makes the table of this model.'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
