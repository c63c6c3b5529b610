import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, click, screenshot, texts } from '../automation.ts';
import { closeEverything, code, open, waitForFindings, write } from '../documents.ts';

async function until<T>(answer: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < 150; i++) {
    const found = await answer();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not come to be.');
}

const schemaText = (): string | undefined => {
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'pgreview-schema' ? document.getText() : undefined;
};

describe('migrations', () => {
  let first: vscode.Uri;
  let second: vscode.Uri;
  /** Not opened before it is reviewed. */
  let third: vscode.Uri;
  before(async () => {
    // first in the view, which is short: what is opened in it has to be in sight
    first = write(
      'aa_viewed/001_authors.sql',
      '-- +goose Up\nCREATE TABLE authors (id bigint PRIMARY KEY, name text);\n',
    );
    second = write(
      'aa_viewed/002_books.sql',
      '-- +goose Up\nCREATE TABLE books (id bigint PRIMARY KEY, author_id bigint);\nCREATE INDEX authors_name ON authors (name);\n',
    );
    third = write('aa_viewed/003_index.sql', '-- +goose Up\nCREATE INDEX books_author ON books (author_id);\n');
    await vscode.commands.executeCommand('pgreview.refreshMigrations');
  });
  afterEach(closeEverything);

  it('show the schema behind them', async () => {
    await vscode.commands.executeCommand('pgreview.showSchema', first);
    const text = await until(schemaText);
    assert.match(text, /^-- After 001_authors\.sql\n/);
    assert.match(text, /CREATE TABLE authors \(/);
    assert.doesNotMatch(text, /books/);
  });

  it('show what they change, as two documents side by side', async () => {
    await vscode.commands.executeCommand('pgreview.showChanges', second);
    const input = await until(() => {
      const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
      return input instanceof vscode.TabInputTextDiff && input;
    });
    const [before, after] = await Promise.all(
      [input.original, input.modified].map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()),
    );
    assert.doesNotMatch(before ?? '', /CREATE TABLE books|CREATE INDEX/);
    assert.match(
      after ?? '',
      /CREATE TABLE books \([\s\S]*CREATE INDEX authors_name|CREATE INDEX authors_name[\s\S]*CREATE TABLE books/,
    );
  });

  it('show what a table looks like that the cursor is on', async () => {
    const editor = await open(second);
    const at = editor.document.positionAt(editor.document.getText().indexOf('ON authors') + 4);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('pgreview.showTable');
    const text = await until(schemaText);
    assert.match(
      text,
      /^-- After 002_books\.sql\n\nCREATE TABLE authors \([\s\S]*CREATE INDEX authors_name ON authors \(name\);/,
    );
    assert.doesNotMatch(text, /books \(/);
  });

  it('follow what is typed', async () => {
    await vscode.commands.executeCommand('pgreview.showSchema', first);
    await until(schemaText);
    const shown = vscode.window.activeTextEditor?.document;
    const editor = await open(first);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'CREATE TABLE typed (id int);\n'));
    await until(() => shown && /CREATE TABLE typed/.test(shown.getText()));
    await vscode.commands.executeCommand('undo');
  });

  it('are reviewed without being opened', async () => {
    const isIndex = (each: vscode.Diagnostic): boolean => code(each) === 'index-without-concurrently';
    void vscode.commands.executeCommand('pgreview.reviewAll');
    await waitForFindings(third, (all) => all.some(isIndex));
    // an open one speaks for itself: nothing is told twice
    await open(third);
    await vscode.commands.executeCommand('pgreview.reviewAll');
    await waitForFindings(third, (all) => all.filter(isIndex).length === 1);
  });

  it('stand in a view, in their order', async function () {
    if (!canSee) this.skip();
    await vscode.commands.executeCommand('pgreview.migrations.focus');
    const row = '[id="workbench.view.explorer"] .pane:has([aria-label^="Migrations"]) .monaco-list-row';
    const shown = (wanted: (text: string) => boolean): Promise<string[]> =>
      until(async () => {
        const found = await texts({ selector: row });
        return found.some(wanted) && found;
      });
    await shown((text) => /goose.*viewed · 3/.test(text));
    await click({ selector: `${row}:has-text("viewed")` });
    const rows = await shown((text) => /002_books\.sql.*warning.*no way back/.test(text));
    const names = rows.filter((text) => /^00\d_\w+\.sql/.test(text)).map((text) => text.slice(0, 3));
    await screenshot('migrations-view');
    // the list holds what can be seen of it
    assert.deepEqual(names.slice(0, 2), ['001', '002']);
  });
});
