import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, click, count, press, screenshot, texts } from '../automation.ts';
import { closeEverything, code, findings, open, waitForFindings, workspaceFolder, write } from '../documents.ts';

const withoutConcurrently = (found: vscode.Diagnostic[]) =>
  found.filter((each) => /without CONCURRENTLY|CONCURRENTLY/i.test(each.message) && /index/.test(code(each)));

/** A history of two migrations; the second locks the table that the first made. */
function unsafeMigration(folder: string, before = ''): vscode.Uri {
  write(`${folder}/0001_orders.sql`, 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n');
  return write(`${folder}/0002_index.sql`, `${before}CREATE INDEX orders_total_idx ON orders (total);\n`);
}

async function quickFixes(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
  return actions.filter(({ edit }) => edit !== undefined);
}

describe('review in the editor', () => {
  afterEach(closeEverything);

  it('activates on a .sql file of the examples and finds something in them', async () => {
    const extension = vscode.extensions.getExtension('pgreview.pgreview');
    assert.ok(extension, 'the extension is not there');
    const files = await vscode.workspace.findFiles('**/*.sql');
    assert.ok(files.length > 0, `${workspaceFolder} holds no .sql file`);
    const found: vscode.Diagnostic[] = [];
    for (const file of files.sort((a, b) => a.path.localeCompare(b.path))) {
      await open(file);
      await new Promise((resolve) => setTimeout(resolve, 300));
      found.push(...findings(file));
    }
    assert.equal(extension.isActive, true);
    assert.ok(found.length > 0, 'no finding in any .sql file of the examples');
  });

  it('shows an unsafe migration, and a quick fix mends it', async () => {
    const uri = unsafeMigration('unsafe');
    const editor = await open(uri);
    const [finding] = withoutConcurrently(await waitForFindings(uri, (all) => withoutConcurrently(all).length > 0));
    assert.match(editor.document.getText(finding!.range), /INDEX|orders/);

    const fix = (await quickFixes(uri, finding!.range)).find(({ title }) => /CONCURRENTLY/i.test(title));
    assert.ok(fix?.edit, 'no quick fix that writes CONCURRENTLY');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(editor.document.getText(), /CREATE INDEX CONCURRENTLY/);
    await waitForFindings(uri, (all) => withoutConcurrently(all).length === 0);
  });

  it('offers the quick fix under the light bulb', async function () {
    if (!canSee) this.skip();
    const uri = unsafeMigration('unsafe');
    const editor = await open(uri);
    const [finding] = withoutConcurrently(await waitForFindings(uri, (all) => withoutConcurrently(all).length > 0));
    const before = finding!.range.start;
    editor.selection = new vscode.Selection(before, before);
    // The keys go to where the focus is, which a file that was opened by a command may not have.
    await click({ selector: '.tab.active' });
    await press('ArrowRight');
    const items = '.action-widget .monaco-list-row.action';
    // On a busy machine the editor can still be drawing the findings, which closes the menu again.
    for (let tries = 0; tries < 5 && (await count({ selector: items })) === 0; tries++) {
      await press('Control+Period');
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    const titles = await texts({ selector: items });
    assert.ok(
      titles.some((title) => /CONCURRENTLY/i.test(title)),
      `the menu shows ${titles.join(' | ')}`,
    );
    await screenshot('quick-fix');
    await press('Escape');
  });

  it('keeps a finding on its text while lines are typed above it', async () => {
    const uri = unsafeMigration('typing');
    const editor = await open(uri);
    const [before] = withoutConcurrently(await waitForFindings(uri, (all) => withoutConcurrently(all).length > 0));
    const marked = editor.document.getText(before!.range);
    const line = before!.range.start.line;
    const typed = '-- ü 日本 👍\n';
    for (const character of Array.from(typed)) {
      const at = editor.document.positionAt(editor.document.getText().indexOf('CREATE'));
      await editor.edit((edit) => edit.insert(at, character));
    }
    const moved = (all: vscode.Diagnostic[]) => withoutConcurrently(all)[0]?.range.start.line === line + 1;
    const [after] = withoutConcurrently(await waitForFindings(uri, moved));
    assert.equal(editor.document.getText(after!.range), marked);
  });

  it('marks the offending token of a broken statement and still reviews the others', async () => {
    const uri = unsafeMigration('broken', 'SELECT * FORM orders;\n\n');
    const editor = await open(uri);
    const error = (all: vscode.Diagnostic[]) =>
      all.find(({ severity, range }) => severity === vscode.DiagnosticSeverity.Error && range.start.line === 0);
    const found = await waitForFindings(uri, (all) => error(all) !== undefined && withoutConcurrently(all).length > 0);
    assert.equal(editor.document.getText(error(found)!.range), 'FORM');
  });
});
