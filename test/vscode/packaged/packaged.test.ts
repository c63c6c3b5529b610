import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { canSee, screenshot, texts } from '../automation.ts';
import { closeEverything, open, planNodes, planTab, waitFor, waitForFindings, write } from '../documents.ts';

describe('the packaged extension', function () {
  this.timeout(180_000);
  afterEach(closeEverything);

  it('is installed outside the work tree, with no node_modules above it', () => {
    const extension = vscode.extensions.getExtension('pgreview.pgreview');
    assert.ok(extension, 'the extension is not installed');
    for (let folder = extension.extensionPath; folder !== dirname(folder); folder = dirname(folder)) {
      assert.equal(existsSync(join(folder, 'node_modules')), false, `${folder} holds node_modules`);
    }
  });

  it('reviews a file', async () => {
    write('packed/0001_orders.sql', 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n');
    const uri = write('packed/0002_index.sql', 'CREATE INDEX orders_total_idx ON orders (total);\n');
    await open(uri);
    const found = await waitForFindings(uri, (all) => all.length > 0);
    assert.ok(found.some(({ message }) => /CONCURRENTLY/.test(message)));
  });

  it('plans a query with the embedded Postgres', async () => {
    const text = 'CREATE TABLE items (id bigint PRIMARY KEY, price numeric);\nSELECT * FROM items WHERE price > 5;\n';
    const editor = await open(write('packed-query.sql', text));
    editor.selection = new vscode.Selection(1, 10, 1, 10);
    await vscode.commands.executeCommand('pgreview.explain');
    await waitFor('plan panel', planTab, 90_000);
    if (!canSee) return;
    assert.ok((await texts(planNodes)).some((type) => /Scan/.test(type)));
    await screenshot('packaged');
  });
});
