// Prisma's schemas in VS Code: the SQL of a model beside it, rename, ways between schema and queries, the next migration.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, press, texts, type } from '../automation.ts';
import { closeEverything, code, open, waitFor, waitForFindings, write } from '../documents.ts';

const schema = `datasource db {
  provider = "postgresql"
}

model Reader {
  id    Int     @id
  email String  @unique
  note  String?
}
`;
const migration = `-- CreateTable
CREATE TABLE "Reader" (
    "id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "note" TEXT,

    CONSTRAINT "Reader_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Reader_email_key" ON "Reader"("email");
`;
const query = 'export const all = () => prisma.$queryRaw`SELECT "email" FROM "Reader"`;\n';

const positionOf = (document: vscode.TextDocument, words: string): vscode.Position =>
  document.positionAt(document.getText().indexOf(words) + 1);

/** Replaces words of the document in the editor. */
async function replace(editor: vscode.TextEditor, words: string, by: string): Promise<void> {
  const at = editor.document.getText().indexOf(words);
  const range = new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + words.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, by)));
}

async function until<T>(what: string, ask: () => Thenable<T | undefined>): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`no ${what}`);
}

describe('a Prisma schema', function () {
  // the first comparison starts the embedded Postgres and Prisma's engine
  this.timeout(180_000);
  let uri: vscode.Uri;
  let queries: vscode.Uri;
  before(async () => {
    write('readers/prisma/migrations/20260101000000_init/migration.sql', migration);
    write('readers/prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
    uri = write('readers/prisma/schema.prisma', schema);
    queries = write('readers/src/readers.ts', query);
  });
  afterEach(async () => {
    // editors may save what was typed by themselves
    const editor = await open(uri);
    const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
    await editor.edit((builder) => builder.replace(whole, schema));
    await editor.document.save();
    await closeEverything();
  });

  const definitions = (of: vscode.Uri, at: vscode.Position): Thenable<vscode.Location[]> =>
    vscode.commands.executeCommand('vscode.executeDefinitionProvider', of, at);

  it('shows the SQL of a model beside it, and again when it is edited', async () => {
    const editor = await open(uri);
    const lenses = await until('lens', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return all.length > 0 ? all : undefined;
    });
    const [lens] = lenses;
    assert.equal(lens?.command?.title, 'Show SQL');
    assert.equal(lens.range.start.line, 4);
    await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments ?? []));
    const shown = await waitFor('SQL of the model', () =>
      vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'pgreview-model'),
    );
    assert.match(shown.getText(), /CREATE TABLE "Reader" \([\s\S]*"note" TEXT,/);
    assert.match(shown.getText(), /CREATE UNIQUE INDEX "Reader_email_key"/);
    await replace(editor, 'note  String?', 'age   Int?');
    await waitFor('SQL of the edited model', () => (/"age" INTEGER/.test(shown.getText()) ? true : undefined));
    assert.doesNotMatch(shown.getText(), /note/);
  });

  it('is led to from a query, and leads to what made it', async () => {
    const { document } = await open(queries);
    const at = positionOf(document, '"email"');
    const found = await until('definitions', async () => {
      const all = await definitions(queries, at);
      return all.length === 2 ? all : undefined;
    });
    assert.deepEqual(
      found.map((location) => `${vscode.workspace.asRelativePath(location.uri)}:${location.range.start.line + 1}`),
      ['readers/prisma/migrations/20260101000000_init/migration.sql:4', 'readers/prisma/schema.prisma:7'],
    );
    const model = (await open(uri)).document;
    const [made] = await definitions(uri, positionOf(model, 'Reader'));
    assert.match(made?.uri.path ?? '', /20260101000000_init\/migration\.sql$/);
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      uri,
      positionOf(model, 'email'),
    );
    assert.deepEqual(places.map((location) => vscode.workspace.asRelativePath(location.uri).split('/').at(-1)).sort(), [
      'migration.sql',
      'migration.sql',
      'readers.ts',
      'schema.prisma',
    ]);
  });

  it('renames a field, and keeps its column', async () => {
    const { document } = await open(uri);
    const at = positionOf(document, 'email');
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      uri,
      at,
      'address',
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.match(document.getText(), /\n {2}address String {2}@unique @map\("email"\)\n/);
    await waitForFindings(uri, (found) => !found.some((each) => code(each) === 'field-rename-drops-column'));
    const again = positionOf(document, 'address');
    await assert.rejects(
      Promise.resolve(vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', uri, again, 'note')),
      /Reader has a field note\./,
    );
  });

  it('writes the next migration, whose name it asks for', async function () {
    if (!canSee) this.skip();
    const editor = await open(uri);
    await replace(editor, 'note  String?', 'note  String?\n  phone String?');
    const [finding] = await waitForFindings(
      uri,
      (found) => found.length === 1 && code(found[0] as vscode.Diagnostic) === 'schema-not-migrated',
      120_000,
    );
    assert.match(finding?.message ?? '', /column "phone" is missing/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      finding?.range,
    );
    const command = actions.find(({ title }) => title === 'Create the next migration')?.command;
    assert.ok(command);
    const created = Promise.resolve(vscode.commands.executeCommand(command.command, ...(command.arguments ?? [])));
    await texts({ selector: '.quick-input-title:has-text("Create the Next Migration")', timeout: 60_000 });
    await press('Control+a');
    await type('phones of readers');
    await press('Enter');
    await created;
    const { document } = await waitFor('new migration', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.path.endsWith('/migration.sql') ? active : undefined;
    });
    assert.match(document.uri.path, /\/readers\/prisma\/migrations\/\d{14}_phones_of_readers\/migration\.sql$/);
    assert.match(document.getText(), /ALTER TABLE "Reader" ADD COLUMN\s+"phone" TEXT;/);
    assert.equal(document.isDirty, false);
    await waitForFindings(uri, (found) => found.length === 0, 120_000);
  });
});
