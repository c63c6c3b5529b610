import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, click, screenshot, texts } from '../automation.ts';
import { closeEverything, open, planNodes, planTab, waitFor, write } from '../documents.ts';

const schema = `CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric NOT NULL);
`;
const query = `SELECT c.name, sum(o.total)
FROM customers c
JOIN orders o ON o.customer_id = c.id
GROUP BY c.name;
`;

async function openQuery(): Promise<vscode.TextEditor> {
  const editor = await open(write('report.sql', schema + query));
  const inQuery = editor.document.positionAt(editor.document.getText().indexOf('sum('));
  editor.selection = new vscode.Selection(inQuery, inQuery);
  editor.revealRange(new vscode.Range(inQuery, inQuery));
  return editor;
}

describe('Explain Query', function () {
  // The first plan starts the embedded Postgres.
  this.timeout(180_000);
  afterEach(closeEverything);

  it('opens the panel with the plan of the statement under the cursor', async () => {
    await openQuery();
    await vscode.commands.executeCommand('pgreview.explain');
    const tab = await waitFor('plan panel', planTab, 90_000);
    assert.match(tab.label, /SELECT c\.name/);
    if (!canSee) return;
    const nodes = await texts(planNodes);
    assert.ok(
      nodes.some((type) => /Aggregate/.test(type)) && nodes.some((type) => /Scan/.test(type)),
      `the panel shows ${nodes.join(', ')}`,
    );
    await screenshot('explain');
  });

  it('selects the text of a node that is clicked', async function () {
    if (!canSee) this.skip();
    const editor = await openQuery();
    await vscode.commands.executeCommand('pgreview.explain');
    await click({ ...planNodes, selector: '[role="treegrid"] [role="row"]:has-text("orders")' });
    const selected = () => {
      const text = editor.document.getText(vscode.window.activeTextEditor?.selection);
      return text.includes('orders') ? text : undefined;
    };
    assert.match(await waitFor('selected text', selected), /orders/);
  });

  it('runs the query for Explain Query (Analyze)', async () => {
    await openQuery();
    await vscode.commands.executeCommand('pgreview.explainAnalyze');
    const tab = await waitFor('plan panel', planTab, 90_000);
    assert.match(tab.label, /^Analyzed/);
    if (canSee) {
      assert.ok((await texts(planNodes)).length > 2);
      await screenshot('explain-analyze');
    }
  });

  it('shows behind tables what came of them, until the statement is changed', async () => {
    const editor = await openQuery();
    await vscode.commands.executeCommand('pgreview.explainAnalyze');
    await waitFor('plan panel', planTab, 90_000);
    const { document } = editor;
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = async (): Promise<string[]> => {
      const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        whole,
      );
      return found.map(({ label }) => String(label)).filter((label) => /rows|never ran/.test(label));
    };
    for (const until = Date.now() + 20_000; (await hints()).length === 0 && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 200));
    assert.notDeepEqual(await hints(), []);
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().indexOf('sum(')), '1, '));
    assert.deepEqual(await hints(), []);
  });

  it('marks the node that the cursor is in', async function () {
    if (!canSee) this.skip();
    const editor = await openQuery();
    await vscode.commands.executeCommand('pgreview.explain');
    await waitFor('plan panel', planTab, 90_000);
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    const inTable = editor.document.positionAt(editor.document.getText().indexOf('orders o ON') + 2);
    editor.selection = new vscode.Selection(inTable, inTable);
    const marked = await texts({ ...planNodes, selector: '.row[aria-current="location"] .object' });
    assert.ok(
      marked.some((name) => /orders/.test(name)),
      marked.join(),
    );
  });

  it('is in the context menu of the editor', async function () {
    if (!canSee) this.skip();
    await openQuery();
    await click({ selector: '.monaco-editor .view-line:has-text("sum(o.total)")', button: 'right' });
    const items = await texts({ selector: '.monaco-menu .action-label' });
    assert.ok(items.includes('Explain Query'), `the menu shows ${items.join(' | ')}`);
    await screenshot('context-menu');
    await click({ selector: '.monaco-menu .action-item:has(.action-label:text-is("Explain Query"))' });
    await waitFor('plan panel', planTab, 90_000);
    assert.ok((await texts(planNodes)).length > 2);
  });
});
