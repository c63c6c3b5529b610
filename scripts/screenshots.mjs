// Takes the pictures of docs/images/ anew, of the real thing: the browser workbench on examples/, and plans of a Postgres 18
// with the shop's data in it. `node scripts/screenshots.mjs [diagnostics] [plan] …`, with Node 24 and a built dist/.
// Uses pngquant, where there is one, to make the files smaller.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, root } from './process.mjs';
import { openWorkbench } from './workbench.mjs';

const images = join(root, 'docs', 'images');
const examples = join(root, 'examples');

/** Only what the picture is about. */
const quiet = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.activityBar.location': 'hidden',
  'workbench.editor.showTabs': 'single',
  'workbench.layoutControl.enabled': false,
  'workbench.statusBar.visible': false,
  'window.commandCenter': false,
  'breadcrumbs.enabled': false,
  'editor.minimap.enabled': false,
  'editor.scrollBeyondLastLine': false,
  'editor.cursorBlinking': 'solid',
  'editor.fontSize': 13,
  'editor.stickyScroll.enabled': false,
  'editor.overviewRulerBorder': false,
  'editor.occurrencesHighlight': 'off',
  'editor.guides.indentation': false,
};

/** A migration, what is wrong with it, and how to mend one of it. */
async function diagnostics() {
  const workbench = await openWorkbench({ folder: examples, settings: quiet, size: { width: 960, height: 600 } });
  try {
    const { page } = workbench;
    await workbench.openFile('sql/migrations/0007_tighten_constraints.sql', 8, 30);
    await page.keyboard.press('Control+b');
    await page.locator('.squiggly-warning').first().waitFor({ timeout: 30_000 });
    await page.keyboard.press('Control+Shift+m');
    await page.locator('.markers-panel .monaco-list-row').first().waitFor();
    await page.keyboard.press('Control+1');
    await page.keyboard.press('Control+Period');
    await page.locator('.action-widget .monaco-list-row.action').first().waitFor();
    await page.waitForTimeout(500);
    return await page.screenshot();
  } finally {
    await workbench.close();
  }
}

/** A query and its plan as it ran; a node of it is chosen, and its text is selected in the query. */
const plan = () =>
  analysed(quiet, async (panel) => {
    await panel.locator('[role="row"]:has-text("order_items")').first().click();
  });

/** The same as an icicle, in the dark. */
const icicle = () =>
  analysed({ ...quiet, 'workbench.colorTheme': 'Default Dark Modern' }, async (panel) => {
    await panel.getByRole('button', { name: 'Icicle', exact: true }).click();
    await panel.getByRole('treeitem', { name: /Hash Join/ }).click();
    await panel.getByRole('button', { name: 'Copy or Save…' }).click();
  });

/** @param {(panel: import('playwright-core').Frame) => Promise<void>} look */
async function analysed(settings, look) {
  const database = await shopDatabase();
  const connection = { name: 'shop', url: database.url };
  const workbench = await openWorkbench({
    folder: examples,
    settings: { ...settings, 'pgreview.connections': [connection] },
    size: { width: 1280, height: 700 },
  });
  try {
    const { page } = workbench;
    await workbench.openFile('sql/queries.sql', 42, 4);
    await page.keyboard.press('Control+b');
    await page.locator('.codelens-decoration a').first().waitFor({ timeout: 30_000, state: 'attached' });
    await workbench.command('pgreview: Choose Where Explain Runs…');
    await workbench.answer('shop');
    await workbench.command('pgreview: Explain Query (Analyze)');
    await look(await workbench.planFrame());
    await page.waitForTimeout(1500);
    return await page.screenshot();
  } finally {
    await workbench.close();
    await database.drop();
  }
}

/** The histories, what a migration changes, and what somebody has changed in the database by hand. */
async function migrations() {
  const database = await shopDatabase();
  const client = await database.client();
  await client.query('ALTER TABLE customers ADD vip boolean; CREATE INDEX customers_vip ON customers (vip)');
  await client.query('ALTER TABLE inventory ALTER reserved SET DEFAULT 1');
  const workbench = await openWorkbench({
    folder: join(examples, 'sql'),
    settings: { ...quiet, 'pgreview.connections': [{ name: 'staging', url: database.url }] },
    size: { width: 1280, height: 640 },
  });
  try {
    const { page } = workbench;
    await workbench.openFile('migrations/0009_loyalty_points.sql');
    await workbench.command('Explorer: Focus on Migrations View');
    const row = page.locator('.pane:has([aria-label^="Migrations"]) .monaco-list-row');
    await row.first().click();
    await page.waitForTimeout(1000);
    await workbench.command('pgreview: Compare with a Database…');
    await workbench.answer('staging');
    await page.locator('text=Show Differences').first().click({ timeout: 30_000 });
    await page.locator('.monaco-diff-editor').waitFor();
    await page.waitForTimeout(1500);
    return await page.screenshot();
  } finally {
    await workbench.close();
    await database.drop();
  }
}

/** What a revision runs, beside it; the call under the cursor is shown there. */
async function preview() {
  const settings = { ...quiet, 'pgreview.lockHints.enabled': false };
  const workbench = await openWorkbench({ folder: examples, settings, size: { width: 1280, height: 480 } });
  try {
    const { page } = workbench;
    const file = 'alembic/migrations/versions/d91b3c7e4a05_parcels_become_shipments.py';
    await workbench.openFile(file, 20, 12);
    await page.keyboard.press('Control+b');
    await page.locator('.codelens-decoration a').first().waitFor({ timeout: 30_000, state: 'attached' });
    await workbench.command('pgreview: Preview SQL');
    await page.locator('.monaco-editor[data-uri^="pgreview-sql"]').waitFor();
    // the cursor is followed once it has moved
    await page.keyboard.press('Control+1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.waitForTimeout(1500);
    return await page.screenshot();
  } finally {
    await workbench.close();
  }
}

/** The shop of examples/sql on a real server, without its newest migration, which fails. */
async function shopDatabase() {
  const { startServer } = await import('../test/postgres/harness/servers.ts');
  const { nextBoundary } = await import('../server/src/text/split.ts');
  const server = await startServer(18);
  const database = await server.freshDatabase();
  const client = await database.client();
  const folder = join(examples, 'sql');
  const migrations = readdirSync(join(folder, 'migrations')).sort().slice(0, -1);
  const files = [...migrations.map((name) => join('migrations', name)), 'seed.sql'];
  for (const file of files) {
    const sql = readFileSync(join(folder, file), 'utf8');
    // One by one: CONCURRENTLY refuses to run in a string of several statements.
    for (let start = 0; start < sql.length; ) {
      const { bodyStart, bodyEnd, end } = nextBoundary(sql, start);
      await client.query(sql.slice(bodyStart, bodyEnd));
      start = end;
    }
  }
  await client.query('ANALYZE');
  return database;
}

/** Fewer colours: a screenshot has few, and a third of the size is left. */
function smaller(png) {
  if (!onPath('pngquant')) return png;
  const { status, stdout } = spawnSync('pngquant', ['--quality', '80-98', '--strip', '-'], {
    input: png,
    maxBuffer: 1e8,
  });
  return status === 0 ? stdout : png;
}

const pictures = { diagnostics, plan, icicle, migrations, preview };
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(pictures, name));
if (unknown) throw new Error(`There is no picture "${unknown}"; there are ${Object.keys(pictures).join(', ')}.`);
mkdirSync(images, { recursive: true });
for (const [name, take] of Object.entries(pictures)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const file = join(images, `${name}.png`);
  writeFileSync(file, smaller(await take()));
  console.log(`${file}: ${Math.round(statSync(file).size / 1000)} kB`);
}
process.exit(0);
