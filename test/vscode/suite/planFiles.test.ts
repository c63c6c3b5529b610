import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { canSee, press, screenshot, texts, type } from '../automation.ts';
import { closeEverything, open, planNodes, planTab, waitFor, workspaceFolder, write } from '../documents.ts';

const plan = `                                 QUERY PLAN
-----------------------------------------------------------------------------
 Limit  (cost=0.29..0.62 rows=3 width=16) (actual time=0.020..0.024 rows=3 loops=1)
   ->  Index Scan using orders_pkey on orders o  (cost=0.29..1385.29 rows=12500 width=16) (actual time=0.018..0.021 rows=3 loops=1)
 Planning Time: 0.113 ms
 Execution Time: 0.041 ms
(4 rows)
`;

describe('A plan that is there already', function () {
  this.timeout(60_000);
  afterEach(closeEverything);

  it('opens as a plan when its file is opened', async () => {
    const uri = write('slow.plan', plan);
    await vscode.commands.executeCommand('vscode.open', uri);
    const input = await waitFor('the editor of plans', () => {
      const active = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return active instanceof vscode.TabInputCustom ? active : undefined;
    });
    assert.equal(input.viewType, 'pgreview.planFile');
    if (!canSee) return;
    assert.deepEqual(await texts(planNodes), ['Limit', 'Index Scan']);
    await screenshot('plan-file');
  });

  it('opens from the clipboard', async () => {
    await vscode.env.clipboard.writeText(plan);
    await vscode.commands.executeCommand('pgreview.pastePlan');
    await waitFor('plan panel', planTab, 30_000);
    if (canSee) assert.deepEqual(await texts(planNodes), ['Limit', 'Index Scan']);
  });

  it('opens from what is selected in any text', async () => {
    const editor = await open(write('mail.txt', `Hello,\n\n${plan.replace(/^/gm, '> ')}\nBye\n`));
    editor.selection = new vscode.Selection(2, 0, 10, 0);
    await vscode.commands.executeCommand('pgreview.showPlan');
    await waitFor('plan panel', planTab, 30_000);
    if (canSee) assert.deepEqual(await texts(planNodes), ['Limit', 'Index Scan']);
  });

  it('opens when it is dropped on a panel, as text or as a file', async () => {
    await vscode.commands.executeCommand('pgreview.openPlan', { text: plan });
    await waitFor('plan panel', planTab, 30_000);
    if (canSee) assert.deepEqual(await texts(planNodes), ['Limit', 'Index Scan']);
    const other = write('other.txt', plan.replace('Limit ', 'Unique'));
    await vscode.commands.executeCommand('pgreview.openPlan', { uri: other.toString() });
    if (canSee) await texts({ ...planNodes, selector: `${planNodes.selector}:text-is("Unique")` });
  });

  it('is saved by the command, in the form that is chosen and without its names', async function () {
    if (!canSee) this.skip();
    await vscode.commands.executeCommand('vscode.open', write('slow.plan', plan));
    await texts(planNodes);
    const saved = vscode.commands.executeCommand('pgreview.savePlan');
    const choices = { selector: '.quick-input-list .monaco-list-row' };
    await texts(choices);
    await type('Markdown');
    await press('Enter');
    await texts({ selector: '.quick-input-list .monaco-list-row:has-text("Anonymised")' });
    await type('Anonymised');
    await press('Enter');
    await saved;
    const file = join(workspaceFolder, 'plan.md');
    await texts({ selector: '.quick-input-widget:has-text("Save Plan As")' });
    await press('Enter');
    await waitFor('file', () => (existsSync(file) && readFileSync(file, 'utf8') !== '' ? true : undefined));
    const text = readFileSync(file, 'utf8');
    assert.match(text, /`Index Scan on table1 alias1 using index1`/);
    assert.doesNotMatch(text, /orders/);
  });
});
