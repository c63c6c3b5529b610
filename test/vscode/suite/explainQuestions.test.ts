// What Explain asks before it runs a statement, and what it says when it cannot.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, press, texts, type } from '../automation.ts';
import { closeEverything, open, planTab, waitFor, write } from '../documents.ts';

const schema = 'CREATE TABLE people (id int PRIMARY KEY, name text);\n';

async function openAt(name: string, query: string): Promise<vscode.TextEditor> {
  const editor = await open(write(name, `${schema}${query}\n`));
  const start = new vscode.Position(1, 0);
  editor.selection = new vscode.Selection(start, start);
  return editor;
}

describe('Explain Query asks', function () {
  // The first plan starts the embedded Postgres.
  this.timeout(180_000);
  afterEach(closeEverything);

  it('before it runs a statement that writes', async () => {
    await openAt('delete.sql', 'DELETE FROM people WHERE id = 1;');
    // While tests run, VS Code refuses modal dialogs with an error that quotes them.
    const analyzed = Promise.resolve(vscode.commands.executeCommand('pgreview.explainAnalyze'));
    await assert.rejects(analyzed, /Run this statement on the embedded Postgres to measure it\?/);
    assert.equal(planTab(), undefined);
  });

  it('not at all for the plan of a statement that writes', async () => {
    await openAt('delete.sql', 'DELETE FROM people WHERE id = 1;');
    await vscode.commands.executeCommand('pgreview.explain');
    const tab = await waitFor('plan panel', planTab);
    assert.match(tab.label, /^Plan: DELETE FROM people/);
  });

  it('for the values of parameters, and offers them again', async function () {
    if (!canSee) this.skip();
    await openAt('parameters.sql', 'SELECT * FROM people WHERE id = $1 AND name IS NOT DISTINCT FROM $2;');
    const asked = (text: string) => texts({ selector: `.quick-input-title:has-text("${text}")`, timeout: 60_000 });
    const first = Promise.resolve(vscode.commands.executeCommand('pgreview.explainAnalyze'));
    await asked('Value of $1 (1/2)');
    await type('42');
    await press('Enter');
    await asked('Value of $2 (2/2)');
    await press('ArrowDown', 'Enter');
    await first;
    assert.match((await waitFor('plan panel', planTab)).label, /^Analyzed: SELECT/);

    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    const second = Promise.resolve(vscode.commands.executeCommand('pgreview.explainAnalyze'));
    await asked('Value of $1 (1/2)');
    const offered = await texts({ selector: '.quick-input-list .monaco-list-row.focused' });
    assert.match(offered.join(), /42/);
    await press('Escape');
    await second;
  });

  it('nothing of a statement that Postgres refuses, but says why and where', async function () {
    if (!canSee) this.skip();
    const editor = await openAt('mistake.sql', 'SELECT nme FROM people;');
    await vscode.commands.executeCommand('workbench.action.closeOtherEditors');
    const done = vscode.commands.executeCommand('pgreview.explain');
    const selected = () => (editor.document.getText(editor.selection).includes('nme') ? true : undefined);
    await waitFor('selected mistake', selected, 60_000);
    assert.equal(planTab(), undefined);
    await vscode.commands.executeCommand('notifications.showList');
    const told = await texts({ selector: '.notification-list-item-message' });
    assert.match(told.join(), /column "nme" does not exist/);
    await vscode.commands.executeCommand('notifications.clearAll');
    await done;
  });
});
