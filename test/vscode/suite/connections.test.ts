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

  it('offers the databases that files of the project name', async function () {
    if (!canSee) this.skip();
    const schema = (url: string) => `datasource db {\n  provider = "postgresql"\n  url      = ${url}\n}\n`;
    write('shop/.env', 'SHOP_URL=postgresql://reader@localhost:1/of_env\n');
    write('shop/prisma/schema.prisma', schema('env("SHOP_URL")'));
    write('shop/other/schema.prisma', schema('"postgresql://reader:secret@localhost:1/of_schema"'));
    write(
      'shop/prisma.config.ts',
      "export default defineConfig({ datasource: { url: 'postgresql://reader@localhost:1/of_config' } });\n",
    );
    write('shop/alembic.ini', '[alembic]\nsqlalchemy.url = postgresql://reader@localhost:1/of_alembic\n');
    void vscode.commands.executeCommand('pgreview.chooseConnection');
    await texts({ selector: '.quick-input-list .monaco-list-row .label-name:has-text("Add Connection…")' });
    await type('shop/');
    const offered = (await texts({ selector: '.quick-input-list .monaco-list-row' })).join(' | ');
    assert.match(offered, /SHOP_URL \(shop\/\.env\).*localhost:1\/of_env/);
    assert.match(offered, /datasource url \(shop\/other\/schema\.prisma\).*localhost:1\/of_schema/);
    assert.match(offered, /datasource url \(shop\/prisma\.config\.ts\).*localhost:1\/of_config/);
    assert.match(offered, /sqlalchemy\.url \(shop\/alembic\.ini\).*localhost:1\/of_alembic/);
    assert.doesNotMatch(offered, /secret|prisma\/schema\.prisma/);
    await press('Escape');
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
