import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, press, texts, type } from '../automation.ts';
import { closeEverything, open, waitFor, write } from '../documents.ts';

const url = (password: string) => `postgresql://reader${password}@localhost:1/shop`;

function saved(): unknown {
  return vscode.workspace.getConfiguration('pgreview').get('connections');
}

async function save(connections: unknown): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('pgreview').update('connections', connections, target);
}

describe('Connections', function () {
  this.timeout(60_000);
  beforeEach(async () => {
    await open(write('connections.sql', 'SELECT 1;\n'));
    await vscode.extensions.getExtension('pgreview.pgreview')!.activate();
  });
  afterEach(async () => {
    await save(undefined);
    await closeEverything();
  });

  it('moves a password that is written into the settings out of them', async () => {
    await save([{ name: 'staging', url: url(':open%20secret') }, { name: 'half typed' }]);
    const hidden = () => (JSON.stringify(saved()).includes('secret') ? undefined : saved());
    assert.deepEqual(await waitFor('settings without the password', hidden), [
      { name: 'staging', url: url('') },
      { name: 'half typed' },
    ]);
  });

  it('offers the embedded Postgres and the saved connections, and shows the chosen one', async function () {
    if (!canSee) this.skip();
    await save([{ name: 'staging', url: url('') }]);
    void vscode.commands.executeCommand('pgreview.chooseConnection');
    const offered = await texts({ selector: '.quick-input-list .monaco-list-row .label-name' });
    assert.match(offered.join(' | '), /Embedded Postgres.*staging.*Add Connection…/);
    await type('staging');
    await press('Enter');
    // Waits until it is there.
    await texts({ selector: '.statusbar-item:has-text("staging")' });
  });

  it('tells that a server cannot be reached, and saves nothing', async function () {
    if (!canSee) this.skip();
    const added = Promise.resolve(vscode.commands.executeCommand('pgreview.addConnection'));
    // While tests run, VS Code refuses modal dialogs with an error that quotes them.
    const refused = assert.rejects(added, /nowhere could not be reached/);
    for (const [step, answer] of [
      ['(1/3)', 'nowhere'],
      ['(2/3)', url(':wrong')],
    ]) {
      await texts({ selector: `.quick-input-title:has-text("${step}")` });
      await type(answer!);
      await press('Enter');
    }
    await refused;
    assert.equal(JSON.stringify(saved()).includes('nowhere'), false, 'it is saved only when the user says so');
  });
});
