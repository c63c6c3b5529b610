// Preview SQL beside a revision: kept in step, the cursor shown on both sides; completion and definitions in the editor.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, count, screenshot } from '../automation.ts';
import { closeEverything, open, write } from '../documents.ts';

const revision = `from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade() -> None:
    op.add_column("readers", sa.Column("age", sa.Integer))
    op.create_index("ix_readers_age", "readers", ["age"])


def downgrade() -> None:
    op.drop_index("ix_readers_age")
    op.drop_column("readers", "age")
`;

async function until<T>(
  what: string,
  answer: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let i = 0; i < 150; i++) {
    const found = await answer();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come to be.`);
}

const preview = (): vscode.TextEditor | undefined =>
  vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'pgreview-sql');

describe('the SQL of a revision', () => {
  let uri: vscode.Uri;
  before(async () => {
    write(
      'zz_alembic/versions/a1.py',
      'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n' +
        '    op.create_table("readers", sa.Column("id", sa.Integer, primary_key=True))\n\n\ndef downgrade():\n    op.drop_table("readers")\n',
    );
    uri = write('zz_alembic/versions/b2.py', revision);
    await vscode.commands.executeCommand('pgreview.refreshMigrations');
  });
  afterEach(closeEverything);

  it('is offered above both functions', async () => {
    await open(uri);
    const lenses = await until('lenses', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      const ours = all.filter(({ command }) => command?.command === 'pgreview.previewSql');
      return ours.length > 0 && ours;
    });
    assert.deepEqual(
      lenses.map(({ range }) => range.start.line),
      [7, 12],
    );
  });

  it('opens beside it and follows what is typed', async () => {
    const editor = await open(uri);
    await vscode.commands.executeCommand('pgreview.previewSql', uri.toString(), false);
    const shown = await until('the preview', () => preview());
    assert.match(
      shown.document.getText(),
      /^ALTER TABLE readers ADD COLUMN age INTEGER;\n\nCREATE INDEX ix_readers_age/,
    );
    assert.equal(shown.document.languageId, 'sql');
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    const at = editor.document.positionAt(revision.indexOf('"age", sa.Integer') + 1);
    await editor.edit((edit) => edit.insert(at, 'old_'));
    await until('the new text', () => /ADD COLUMN old_age/.test(preview()?.document.getText() ?? ''));
    await vscode.commands.executeCommand('undo');
  });

  it('shows in each of both where the cursor of the other is', async function () {
    const editor = await open(uri);
    await vscode.commands.executeCommand('pgreview.previewSql', uri.toString(), false);
    await until('the preview', () => preview());
    const at = editor.document.positionAt(revision.indexOf('ix_readers_age'));
    editor.selection = new vscode.Selection(at, at);
    if (!canSee) this.skip();
    // the decoration has a class of its own in each editor
    const marked = '.editor-group-container:nth-of-type(1) .monaco-editor .view-overlays [class*="ced-"]';
    await until('a mark', async () => (await count({ selector: '.monaco-editor .view-overlays [class*="ced-"]' })) > 0);
    await screenshot('sql-preview');
    const other = preview() as vscode.TextEditor;
    await vscode.window.showTextDocument(other.document, other.viewColumn);
    const sql = (vscode.window.activeTextEditor as vscode.TextEditor).document;
    const there = sql.positionAt(sql.getText().indexOf('ADD COLUMN'));
    (vscode.window.activeTextEditor as vscode.TextEditor).selection = new vscode.Selection(there, there);
    await until('a mark in the revision', async () => (await count({ selector: marked })) > 0);
    await screenshot('sql-preview-back');
  });

  it('is that of downgrade() where the cursor is in it', async () => {
    const editor = await open(uri);
    const at = editor.document.positionAt(revision.indexOf('op.drop_index'));
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('pgreview.previewSql');
    const shown = await until('the preview', () => preview());
    assert.equal(shown.document.getText(), 'DROP INDEX ix_readers_age;\n\nALTER TABLE readers DROP COLUMN age;\n');
    assert.match(shown.document.uri.path, /b2\.downgrade\.sql$/);
  });

  it('names tables and columns that are completed, and lead to where they were created', async () => {
    const editor = await open(uri);
    const at = editor.document.positionAt(revision.lastIndexOf('"age"') + 2);
    const list = await until('completions', async () => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        at,
      );
      return found.items.some(({ label }) => label === 'id') && found;
    });
    assert.deepEqual(
      list.items.filter(({ kind }) => kind === vscode.CompletionItemKind.Field).map(({ label }) => label),
      ['id', 'age'],
    );
    const table = editor.document.positionAt(revision.indexOf('"readers"') + 2);
    const [found] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      uri,
      table,
    );
    assert.ok(found);
    const target = 'targetUri' in found ? found.targetUri : found.uri;
    assert.match(target.path, /a1\.py$/);
  });
});
