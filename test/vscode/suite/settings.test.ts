import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, count } from '../automation.ts';
import { closeEverything, open, waitForFindings, write } from '../documents.ts';

const lenses = () => count({ selector: '.codelens-decoration a' });

async function waitForLenses(wanted: (number: number) => boolean): Promise<void> {
  const until = Date.now() + 20_000;
  while (!wanted(await lenses())) {
    if (Date.now() > until) assert.fail(`${await lenses()} code lenses`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('pgreview').update(name, value, vscode.ConfigurationTarget.Workspace);
}

describe('settings that change while a file is open', () => {
  afterEach(async () => {
    for (const name of ['codeLens.enabled', 'rules', 'targetVersion']) await set(name, undefined);
    await closeEverything();
  });

  it('show and hide the code lenses', async function () {
    if (!canSee) this.skip();
    await open(write('lenses.sql', 'SELECT 1;\n'));
    await waitForLenses((number) => number > 0);
    await set('codeLens.enabled', false);
    await waitForLenses((number) => number === 0);
    await set('codeLens.enabled', true);
    await waitForLenses((number) => number > 0);
  });

  it("change the rules' severities and the version", async () => {
    const uri = write('settings.sql', 'DELETE FROM t;\nMERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE;\n');
    await open(uri);
    await waitForFindings(
      uri,
      (found) => found.length === 1 && found[0]?.severity === vscode.DiagnosticSeverity.Warning,
    );
    await set('rules', { 'delete-without-where': 'error' });
    await waitForFindings(uri, (found) => found.length === 1 && found[0]?.severity === vscode.DiagnosticSeverity.Error);
    await set('rules', { 'delete-without-where': 'off' });
    await waitForFindings(uri, (found) => found.length === 0);
    await set('targetVersion', 14);
    const [finding] = await waitForFindings(uri, (found) => found.length === 1);
    assert.match(finding!.message, /Postgres 15/);
  });
});
