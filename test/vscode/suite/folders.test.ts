// Folders of migrations that come, go and are renamed on disk, as VS Code's own watcher tells of them.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeEverything, code, open, waitFor, waitForFindings, workspaceFolder, write } from '../documents.ts';

const first = 'branches/prisma/migrations/1_parcels';
const elsewhere = 'branches/elsewhere/deep/1_parcels';

/** Whether the index is known to be there already, which only the first migration tells. */
const knowsFirst = (found: vscode.Diagnostic[]): boolean => found.some((each) => code(each) === 'duplicate-index');
const knowsNothing = (found: vscode.Diagnostic[]): boolean => found.length > 0 && !knowsFirst(found);

/** Until VS Code tells that something has been created. */
async function seen(path: string, create: () => void): Promise<void> {
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${path}`);
  let isSeen = false;
  watcher.onDidCreate(() => {
    isSeen = true;
  });
  try {
    create();
    await waitFor(path, () => isSeen || undefined);
  } finally {
    watcher.dispose();
  }
}

describe('folders of migrations', () => {
  let uri: vscode.Uri;
  const writeFirst = () => write(`${first}/migration.sql`, 'CREATE TABLE "Parcel" ("id" bigint PRIMARY KEY);\n');
  before(async () => {
    // VS Code's watcher misses what is made in a folder that it has not seen yet: each is made when the one above is known
    for (const path of ['', '/prisma', '/prisma/migrations', '/elsewhere', '/elsewhere/deep'])
      await seen(`branches${path}`, () => mkdirSync(join(workspaceFolder, `branches${path}`)));
    write('branches/prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
    uri = write('branches/prisma/migrations/2_index/migration.sql', 'CREATE INDEX parcel_id ON "Parcel" ("id");\n');
  });
  // a second try finds what the first did
  beforeEach(() => {
    for (const folder of [first, elsewhere]) rmSync(join(workspaceFolder, folder), { recursive: true, force: true });
  });
  after(closeEverything);

  it('are followed when they come and go', async () => {
    await open(uri);
    await waitForFindings(uri, knowsNothing);
    for (let i = 0; i < 3; i++) {
      writeFirst();
      await waitForFindings(uri, knowsFirst);
      rmSync(join(workspaceFolder, first), { recursive: true });
      await waitForFindings(uri, knowsNothing);
    }
  });

  it('are followed when they are moved', async () => {
    writeFirst();
    await open(uri);
    await waitForFindings(uri, knowsFirst);
    for (let i = 0; i < 3; i++) {
      renameSync(join(workspaceFolder, first), join(workspaceFolder, elsewhere));
      await waitForFindings(uri, knowsNothing);
      renameSync(join(workspaceFolder, elsewhere), join(workspaceFolder, first));
      await waitForFindings(uri, knowsFirst);
    }
  });
});
