// Explain, from the query to the plan and back, without a mouse: in a .sql file, an Alembic revision and a Prisma query.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, count, press, screenshot, texts } from '../automation.ts';
import { closeEverything, open, planNodes, planTab, waitFor, write } from '../documents.ts';

const sql = `CREATE TABLE parcels (id bigint PRIMARY KEY, depot text NOT NULL);
SELECT p.depot, count(*)
FROM parcels p
GROUP BY p.depot;
`;
const revision = `"""count parcels"""
from alembic import op

revision = "c0ffee000001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE parcels (id bigint PRIMARY KEY, depot text NOT NULL)")
    op.execute("UPDATE parcels SET depot = 'north' WHERE depot = 'south'")
`;
const prisma = `import { PrismaClient } from '@prisma/client';

export const soldOf = (prisma: PrismaClient) => prisma.$queryRaw\`
  SELECT p."title" FROM "Product" p ORDER BY p."title"\`;
`;

/** The file, the text that the cursor is put on, and a node with the text that choosing it selects. */
const cases = [
  {
    name: 'a .sql file',
    file: 'keyboard.sql',
    text: sql,
    cursor: 'count(*)',
    node: 'parcels',
    selects: /^parcels( p)?$/,
  },
  {
    name: 'an Alembic revision',
    file: 'alembic/migrations/versions/c0ffee000001_count.py',
    text: revision,
    cursor: 'UPDATE parcels',
    node: 'Scan',
    selects: /parcels/,
  },
  {
    name: 'a Prisma query',
    file: 'prisma/src/keyboard.ts',
    text: prisma,
    cursor: 'SELECT p',
    node: 'Product',
    selects: /^"Product"( p)?$/,
  },
];

describe('Explain by keyboard', function () {
  // The first plan starts the embedded Postgres.
  this.timeout(240_000);
  beforeEach(function () {
    if (!canSee) this.skip();
  });
  afterEach(async () => {
    await closeEverything();
    for (const { file } of cases)
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, file)).then(
        () => {},
        () => {},
      );
  });

  for (const { name, file, text, cursor, node, selects } of cases) {
    it(`opens the plan from the menu of ${name}, and a node selects its text there`, async () => {
      const editor = await open(write(file, text));
      const at = editor.document.positionAt(text.indexOf(cursor) + 2);
      editor.selection = new vscode.Selection(at, at);
      editor.revealRange(new vscode.Range(at, at));
      // the menu has it once the server has found the query
      await waitForLenses(editor.document.uri);
      const item = '.monaco-menu .action-item.focused .action-label';
      await press('Shift+F10');
      await texts({ selector: '.monaco-menu .action-label' });
      for (let i = 0; i < 40; i++) {
        await press('ArrowDown');
        if ((await count({ selector: item })) > 0 && (await texts({ selector: item }))[0] === 'Explain Query') break;
      }
      assert.deepEqual(await texts({ selector: item }), ['Explain Query']);
      await press('Enter');
      await waitFor('plan panel', planTab, 120_000);
      assert.ok((await texts(planNodes)).length > 0);

      await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
      const grid = '[role="treegrid"]';
      const focused = { frame: 'webview', selector: `${grid}:focus` } as const;
      for (let i = 0; i < 25 && (await count(focused)) === 0; i++) await press('Tab');
      assert.equal(await count(focused), 1, 'Tab comes to the tree');
      const chosen = { frame: 'webview', selector: `${grid} [role="row"][aria-selected="true"]` } as const;
      await press('Home');
      for (let i = 0; i < 12 && !(await texts(chosen)).join().includes(node); i++) await press('ArrowDown');
      await press('Enter');
      const selected = await waitFor('selected text', () => {
        const { document, selection } = vscode.window.activeTextEditor ?? {};
        const there = document?.uri.path.endsWith(file) && selection ? document.getText(selection) : '';
        return selects.test(there) ? there : undefined;
      });
      assert.match(selected, selects);
      await screenshot(`keyboard-${file.split('.').at(-1)}`);
    });
  }
});

async function waitForLenses(uri: vscode.Uri): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    if (lenses.some(({ command }) => command?.command === 'pgreview.explain')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail('no query was found');
}
