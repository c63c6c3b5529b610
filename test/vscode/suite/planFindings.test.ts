import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, click, screenshot, texts } from '../automation.ts';
import { closeEverything, open, planNodes, planTab, waitFor, write } from '../documents.ts';

const migration = `CREATE TABLE parcels (id bigint PRIMARY KEY, buyer bigint NOT NULL);
INSERT INTO parcels SELECT i, i % 5000 FROM generate_series(1, 40000) i;
`;
const query = 'SELECT id\nFROM parcels\nWHERE buyer = 5;\n';
const index = { table: 'parcels', method: 'btree', keys: ['buyer'] };

const fromPlan = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pgreview explain');

describe('Findings of a plan', function () {
  // The first plan starts the embedded Postgres.
  this.timeout(180_000);
  let editor: vscode.TextEditor;
  beforeEach(async () => {
    write('parcels/migrations/1_parcels.sql', migration);
    editor = await open(write('parcels/query.sql', query));
    await vscode.extensions.getExtension('pgreview.pgreview')!.activate();
    // the folder is read again when the watcher has seen the file
    await vscode.commands.executeCommand('pgreview.refreshMigrations');
    editor.selection = new vscode.Selection(1, 6, 1, 6);
  });
  afterEach(closeEverything);

  async function analysed(): Promise<vscode.Diagnostic> {
    await vscode.commands.executeCommand('pgreview.explainAnalyze');
    await waitFor('plan panel', planTab, 90_000);
    const [found] = await waitFor('finding of the plan', () => {
      const all = fromPlan(editor.document.uri);
      return all.length > 0 ? all : undefined;
    });
    return found!;
  }

  it('stand at the table, until the statement is changed', async () => {
    const found = await analysed();
    assert.equal(editor.document.getText(found.range), 'parcels');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Information);
    if (canSee) await screenshot('plan-findings');
    await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '-- parcels of one buyer\n'));
    const moved = () => (fromPlan(editor.document.uri)[0]?.range.start.line === 2 ? true : undefined);
    await waitFor('finding that has moved along', moved);
    await editor.edit((edit) => edit.insert(editor.document.positionAt(editor.document.getText().indexOf('5;')), '1'));
    await waitFor('text without findings', () => (fromPlan(editor.document.uri).length === 0 ? true : undefined));
  });

  it('lead to their node in the plan', async function () {
    if (!canSee) this.skip();
    const found = await analysed();
    await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      found.range,
    );
    const show = actions.find(({ title }) => title === 'Show in the plan')?.command;
    assert.ok(show, actions.map(({ title }) => title).join());
    await vscode.commands.executeCommand(show.command, ...(show.arguments ?? []));
    const heading = await texts({ ...planNodes, selector: '.details h2' });
    assert.match(heading.join(), /Seq Scan.*parcels/);
  });

  it('have their index tried and written as a migration', async function () {
    if (!canSee) this.skip();
    await analysed();
    await click({ ...planNodes, selector: 'button:text-is("Try the Index")' });
    const proof = await texts({ ...planNodes, selector: '.proof.verified', timeout: 60_000 });
    assert.match(proof.join(), /^verified: .* ms → .* ms, 8 rows both times; the index takes/);
    await screenshot('index-tried');
    await click({ ...planNodes, selector: 'button:text-is("Compare")' });
    const types = await texts({ ...planNodes, selector: '[role="treegrid"] .cell.node .type:has-text("Index")' });
    assert.match(types.join(), /Index/);
    await screenshot('index-compared');
    await click({ ...planNodes, selector: 'button:text-is("Stop Comparing")' });
    await click({ ...planNodes, selector: 'button:text-is("Write Migration")' });
    const written = await waitFor('migration', () =>
      vscode.window.visibleTextEditors.find(({ document }) =>
        /2_create_parcels_buyer_idx\.sql$/.test(document.fileName),
      ),
    );
    assert.equal(written.document.getText(), 'CREATE INDEX CONCURRENTLY parcels_buyer_idx ON parcels (buyer);\n');
    assert.equal(written.document.isDirty, false);
  });

  it('open a statement where no migration can be written', async () => {
    const other = { ...index, table: 'unheard_of' };
    await vscode.commands.executeCommand('pgreview.writeIndexMigration', editor.document.uri.toString(), other);
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(document.isUntitled, true);
    assert.equal(
      document.getText(),
      '-- No migrations of the workspace make the table unheard_of.\nCREATE INDEX CONCURRENTLY ON unheard_of (buyer);\n',
    );
  });
});
