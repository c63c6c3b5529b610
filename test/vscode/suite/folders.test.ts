// Folders of migrations that come, go and are renamed on disk, as VS Code's own watcher tells of them.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { closeEverything, code, open, waitForFindings, workspaceFolder, write } from '../documents.ts';

const first = 'branches/prisma/migrations/1_parcels';
const elsewhere = 'branches/elsewhere/deep/1_parcels';

/** Whether the index is known to be there already, which only the first migration tells. */
const knowsFirst = (found: vscode.Diagnostic[]): boolean => found.some((each) => code(each) === 'duplicate-index');
const knowsNothing = (found: vscode.Diagnostic[]): boolean => found.length > 0 && !knowsFirst(found);

describe('folders of migrations', () => {
  let uri: vscode.Uri;
  const writeFirst = () => write(`${first}/migration.sql`, 'CREATE TABLE "Parcel" ("id" bigint PRIMARY KEY);\n');
  before(() => {
    write('branches/prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
    uri = write('branches/prisma/migrations/2_index/migration.sql', 'CREATE INDEX parcel_id ON "Parcel" ("id");\n');
    write('branches/elsewhere/deep/keep.txt', '');
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
