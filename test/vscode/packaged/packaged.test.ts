import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

  it('brings the licence of every package that is bundled', () => {
    const { extensionPath = '' } = vscode.extensions.getExtension('pgreview.pgreview') ?? {};
    const notices = readFileSync(join(extensionPath, 'dist', 'THIRD_PARTY_NOTICES.txt'), 'utf8');
    // the maps stay in the work tree, and tell what the bundles were made of
    const dist = join(__dirname, '..', '..', '..', '..', 'dist');
    const maps = readdirSync(dist).filter((name) => name.endsWith('.js.map'));
    assert.ok(maps.length >= 5, maps.join());
    const sources = maps.flatMap((map) => JSON.parse(readFileSync(join(dist, map), 'utf8')).sources as string[]);
    const named = sources.flatMap((source) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.slice(0, 1) ?? []);
    // a package's own map may name what its author had
    const folders = new Set(named.filter((folder) => existsSync(resolve(dist, folder, 'package.json'))));
    assert.ok(folders.size > 20, [...folders].join());
    for (const folder of folders) {
      const { name, version } = JSON.parse(readFileSync(resolve(dist, folder, 'package.json'), 'utf8'));
      assert.ok(notices.includes(`\n${name} ${version} (`), `${name} ${version}`);
    }
    for (const name of [
      '@electric-sql/pglite',
      '@electric-sql/pglite-pgvector',
      '@prisma/schema-engine-wasm',
      'PostgreSQL, compiled into',
      'libpg_query,',
      ...['ICU,', 'OpenSSL,', 'zlib,', 'pgvector,', 'Apache AGE,'],
    ])
      assert.ok(notices.includes(`\n${name} `), name);
  });

  it('reviews a file', async () => {
    write('packed/0001_orders.sql', 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n');
    const uri = write('packed/0002_index.sql', 'CREATE INDEX orders_total_idx ON orders (total);\n');
    await open(uri);
    const found = await waitForFindings(uri, (all) => all.length > 0);
    assert.ok(found.some(({ message }) => /CONCURRENTLY/.test(message)));
  });

  it('plans a query with the embedded Postgres, and an extension that is packed beside it', async () => {
    const table = 'CREATE TABLE items (id bigint PRIMARY KEY, place vector(3));';
    const text = `CREATE EXTENSION vector;\n${table}\nSELECT * FROM items ORDER BY place <-> '[1,2,3]';\n`;
    const editor = await open(write('packed-query.sql', text));
    editor.selection = new vscode.Selection(2, 10, 2, 10);
    await vscode.commands.executeCommand('pgreview.explain');
    await waitFor('plan panel', planTab, 90_000);
    if (!canSee) return;
    assert.ok((await texts(planNodes)).some((type) => /Scan/.test(type)));
    await screenshot('packaged');
  });
});
