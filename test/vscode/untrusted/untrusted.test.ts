// Restricted Mode: files are reviewed, and nothing that a file of the workspace names is connected to, until the user trusts it.
// Where VS Code's test runner cannot open a workspace that is not trusted (on a desktop), there is nothing to see.
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import * as vscode from 'vscode';
import { canSee, click } from '../automation.ts';
import { closeEverything, code, findings, open, planTab, waitFor, waitForFindings, write } from '../documents.ts';

const migration = 'CREATE TABLE parcels (id bigint PRIMARY KEY);\n';
const later = 'CREATE INDEX parcels_id ON parcels (id);\n';

describe('A workspace that is not trusted', function () {
  this.timeout(180_000);
  /** Stands for the database that the workspace names. */
  let database: Server;
  let connections = 0;
  let uri: vscode.Uri;

  before(async function () {
    if (vscode.workspace.isTrusted) return this.skip();
    database = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((done) => database.listen(0, '127.0.0.1', done));
    const url = `postgresql://reader:secret@127.0.0.1:${(database.address() as AddressInfo).port}/theirs`;
    write('.env', `DATABASE_URL=${url}\n`);
    write('alembic.ini', `[alembic]\nsqlalchemy.url = ${url}\n`);
    write('pgreview.json', JSON.stringify({ database: url }));
    const settings = {
      'pgreview.database': url,
      'pgreview.connections': [{ name: 'theirs', url }],
      'pgreview.targetVersion': 15,
    };
    write('.vscode/settings.json', JSON.stringify(settings));
    write('parcels/migrations/1_parcels.sql', migration);
    uri = write('parcels/migrations/2_index.sql', later);
    await waitFor('settings of the workspace', () =>
      vscode.workspace.getConfiguration('pgreview').get('targetVersion') === 15 ? true : undefined,
    );
  });
  afterEach(closeEverything);
  after(() => {
    database?.close();
  });

  it('is reviewed', async () => {
    await open(uri);
    assert.equal(vscode.workspace.isTrusted, false);
    // also by what the other migration makes
    await waitForFindings(uri, (found) => found.some((each) => code(each) === 'duplicate-index'));
  });

  it('has its settings that name databases left out', () => {
    const settings = vscode.workspace.getConfiguration('pgreview');
    assert.equal(settings.get('database'), 'embedded');
    assert.deepEqual(settings.get('connections'), []);
  });

  it('is not connected to its databases, whatever is asked for', async () => {
    const editor = await open(write('query.sql', 'SELECT 1 AS one;\n'));
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    // its answer waits for the user, who is told that nothing is set
    void vscode.commands.executeCommand('pgreview.readDatabase');
    void vscode.commands.executeCommand('pgreview.checkDrift');
    await vscode.commands.executeCommand('pgreview.explain');
    // in the embedded Postgres
    await waitFor('plan panel', planTab, 120_000);
    assert.equal(connections, 0);
  });

  it('is connected to what it names once the user trusts it', async function () {
    if (!canSee) return this.skip();
    await open(uri);
    await vscode.commands.executeCommand('workbench.trust.manage');
    await click({ selector: '.workspace-trust-editor .workspace-trust-limitations.trusted .monaco-button' });
    await waitFor('trust', () => (vscode.workspace.isTrusted ? true : undefined));
    await waitFor('connection', () => (connections > 0 ? true : undefined));
    assert.ok(findings(uri).length > 0);
  });
});
