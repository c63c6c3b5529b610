import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEverything, code, open, waitForFindings, write } from '../documents.ts';

const everything = new vscode.Range(0, 0, 100, 0);

describe('locks in the editor', () => {
  afterEach(closeEverything);

  it('stand as hints behind the statements that take them', async () => {
    const uri = write('hints/a.sql', 'DROP TABLE a;\nSELECT 1;\n');
    await open(uri);
    await waitForFindings(uri, (all) => all.length > 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      everything,
    );
    assert.deepEqual(
      hints.map(({ position, label }) => [position.line, position.character, label]),
      [[0, 13, 'ACCESS EXCLUSIVE · blocks reads and writes']],
    );
  });

  it('of one transaction are parted by a quick fix that creates the next migration', async () => {
    write(
      'parted/001_tables.sql',
      '-- +goose Up\nCREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (id bigint, a_id bigint);\n',
    );
    const uri = write(
      'parted/002_key.sql',
      '-- +goose Up\nALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a;\n',
    );
    const editor = await open(uri);
    const isKey = (each: vscode.Diagnostic): boolean => code(each) === 'foreign-key-without-not-valid';
    // once the history is read, the finding's fix knows where the next migration goes
    await waitForFindings(uri, (all) => all.some(isKey));
    let fix: vscode.CodeAction | undefined;
    for (let i = 0; i < 200 && !fix; i++) {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        everything,
        vscode.CodeActionKind.QuickFix.value,
      );
      fix = actions.find(({ title }) => /migration of its own/.test(title));
      if (!fix) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(fix?.edit, 'no quick fix that creates a migration');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(editor.document.getText(), /REFERENCES a NOT VALID;\n$/);
    const created = vscode.Uri.joinPath(uri, '..', '003_validate_f.sql');
    const document = await vscode.workspace.openTextDocument(created);
    assert.match(document.getText(), /^-- \+goose Up\nALTER TABLE b VALIDATE CONSTRAINT f;\n/);
  });
});
