import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver-protocol';
import { Client, serverPath } from './client.ts';

const uri = 'file:///bad.sql';

describe('Bad input', function () {
  this.timeout(60_000);
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(async () => assert.equal(await client.stop(), 0));

  /** Opens the text, and shows that another document is still answered. */
  async function survives(text: string): Promise<string[]> {
    await client.open(uri, text);
    const messages = (await client.diagnostics(uri)).map((d) => String(d.message));
    await client.close(uri);
    await client.open('file:///good.sql', 'DROP TABLE x;');
    assert.ok((await client.marked('file:///good.sql')).includes('drop-table: DROP TABLE'));
    await client.close('file:///good.sql');
    return messages;
  }

  it('says that a binary file is not text', async () => {
    const binary = Array.from({ length: 5000 }, (_, i) => String.fromCharCode((i * 7) % 256)).join('');
    assert.deepEqual(await survives(binary), ['This file is not text: it contains NUL bytes. It was not reviewed.']);
  });

  it('says that a file of 20 MB is too large', async () => {
    const [message] = await survives('INSERT INTO t VALUES (1);\n'.repeat(800_000));
    assert.match(message ?? '', /^This file is too large to be reviewed: 20\.8 million characters/);
  });

  it('says once that 20,000 nested parentheses are too complex, and reviews the rest', async () => {
    await client.open(uri, `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)};\nDROP TABLE x;`);
    const diagnostics = await client.diagnostics(uri);
    assert.deepEqual(
      diagnostics.filter((d) => d.code !== 'lock-timeout-missing').map((d) => [d.code, d.severity]),
      [
        ['too-complex', 3],
        ['drop-table', 2],
      ],
    );
    await client.close(uri);
  });

  for (const [name, text] of [
    ['open parentheses', '('.repeat(20_000)],
    ['chained operators', `SELECT 1${' + 1'.repeat(60_000)};`],
    ['ANDs', `SELECT * FROM t WHERE a = 1${' AND a = 1'.repeat(20_000)};`],
    ['nested comments', '/*'.repeat(50_000)],
    ['quotes', "'".repeat(50_001)],
    ['dollar quotes', '$a$$b$'.repeat(20_000)],
    ['nested CASE', `SELECT ${'CASE WHEN a THEN '.repeat(3000)}1${' END'.repeat(3000)};`],
    ['nested subqueries', `SELECT * FROM ${'(SELECT * FROM '.repeat(2000)}t${') s'.repeat(2000)};`],
    ['semicolons', ';'.repeat(100_000)],
    ['one long line', `SELECT ${'a, '.repeat(300_000)}a;`],
    ['broken statements', 'SELEC 1 FRO x;\n'.repeat(20_000)],
    ['lone surrogates', '\ud800'.repeat(1000)],
    ['backslashes', '\\'.repeat(50_000)],
  ] as const) {
    it(`survives ${name}`, async () => {
      await survives(text);
    });
  }

  it('tells where a NUL stands in a long file', async () => {
    const [message] = await survives(`${'SELECT 1;\n'.repeat(1000)}SELECT \0 1;`);
    assert.match(message ?? '', /NUL/);
  });

  it('answers for a file that was never opened, and after it was closed', async () => {
    assert.deepEqual(await client.diagnostics('file:///never.sql'), []);
    const actions = await client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: 'file:///never.sql' },
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 9 } },
      context: { diagnostics: [] },
    });
    assert.deepEqual(actions, []);
  });

  it('leaves files of other languages alone', async () => {
    await client.open('file:///x.prisma', 'model A { id Int @id }', 'prisma');
    assert.deepEqual(await client.diagnostics('file:///x.prisma'), []);
    await client.change('file:///x.prisma', [{ text: 'model B { id Int @id }' }]);
    await client.close('file:///x.prisma');
  });

  it('tells a mistake in the settings and goes on with the defaults', async () => {
    const other = await Client.start({ settings: { rules: { 'no-such-rule': 'off' } } });
    await other.open(uri, 'DROP TABLE x;');
    assert.ok((await other.marked(uri)).includes('drop-table: DROP TABLE'));
    assert.match(other.shown.join(), /"no-such-rule", which is no rule/);
    assert.equal(await other.stop(), 0);
  });

  it('obeys the severities and rules that are off', async () => {
    const other = await Client.start({ settings: { rules: { 'drop-table': 'error', 'lock-timeout-missing': 'off' } } });
    await other.open(uri, 'DROP TABLE x;\nALTER TABLE y ADD COLUMN z int;');
    const diagnostics = await other.diagnostics(uri);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, d.severity]),
      [['drop-table', 1]],
    );
    await other.stop();
  });
});

describe('pgreview.json', () => {
  it('is obeyed, and a mistake in it is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pgreview-'));
    const url = pathToFileURL(folder).href;
    const settings = join(folder, 'pgreview.json');
    writeFileSync(
      settings,
      JSON.stringify({ ignore: ['old/**'], rules: { 'drop-table': 'error', 'lock-timeout-missing': 'off' } }),
    );
    const client = await Client.start({ folders: [url] });
    await client.open(`${url}/new/a.sql`, 'DROP TABLE x;');
    await client.open(`${url}/old/a.sql`, 'DROP TABLE x;');
    assert.deepEqual(
      (await client.diagnostics(`${url}/new/a.sql`)).map((d) => d.severity),
      [1],
    );
    assert.deepEqual(await client.diagnostics(`${url}/old/a.sql`), []);
    await client.stop();
    writeFileSync(settings, JSON.stringify({ targetVersoin: 15 }));
    const other = await Client.start({ folders: [url] });
    await other.open(`${url}/new/a.sql`, 'DROP TABLE x;');
    assert.ok((await other.marked(`${url}/new/a.sql`)).includes('drop-table: DROP TABLE'));
    assert.match(other.shown.join(), /there is no setting "targetVersoin"; there are targetVersion, rules, ignore/);
    await other.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('Code actions over the protocol', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
  });
  after(() => client.stop());

  const actionsAt = (line: number, only?: string[]): Promise<CodeAction[]> =>
    client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line, character: 0 }, end: { line, character: 0 } },
      context: { diagnostics: [], only },
    });

  it('offers the fix first, then the comment that silences the rule; both do what they say', async () => {
    const text = '-- 👍\r\nCREATE INDEX i ON t (a);\r\n';
    await client.open(uri, text);
    const actions = await actionsAt(1);
    const titles = actions.map((a) => a.title);
    assert.ok(titles.indexOf('Create the index CONCURRENTLY') >= 0, titles.join());
    assert.ok(
      titles.indexOf('Ignore index-without-concurrently here') > titles.indexOf('Create the index CONCURRENTLY'),
    );
    for (const [title, expected] of [
      ['Create the index CONCURRENTLY', '-- 👍\r\nCREATE INDEX CONCURRENTLY i ON t (a);\r\n'],
      [
        'Ignore index-without-concurrently here',
        '-- 👍\r\n-- pgreview-ignore index-without-concurrently: why\r\nCREATE INDEX i ON t (a);\r\n',
      ],
    ] as const) {
      const action = actions.find((a) => a.title === title);
      await client.change(
        uri,
        action!.edit!.changes![uri]!.map((e) => ({ range: e.range, text: e.newText })),
      );
      assert.equal(client.document(uri).getText(), expected);
      assert.ok(!(await client.marked(uri)).some((m) => m.startsWith('index-without-concurrently')));
      await client.change(uri, [{ text }]);
    }
    await client.close(uri);
  });

  it('offers to fix all only when asked', async () => {
    await client.open(uri, 'CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (b);\n');
    assert.ok((await actionsAt(0)).every((a) => a.kind === 'quickfix'));
    const [all] = await actionsAt(0, ['source.fixAll']);
    await client.change(
      uri,
      [...all!.edit!.changes![uri]!].reverse().map((e) => ({ range: e.range, text: e.newText })),
    );
    assert.equal(
      client.document(uri).getText(),
      'CREATE INDEX CONCURRENTLY i ON t (a);\nCREATE INDEX CONCURRENTLY j ON t (b);\n',
    );
    await client.close(uri);
  });

  it('speaks the same as `pgreview lsp --stdio`', async () => {
    const cli = await Client.start({
      command: [process.execPath, serverPath.replace('server.js', 'cli.js'), 'lsp', '--stdio'],
    });
    await cli.open(uri, 'DROP TABLE x;');
    assert.ok((await cli.marked(uri)).includes('drop-table: DROP TABLE'));
    assert.equal(await cli.stop(), 0);
  });
});

describe('Thousands of findings', () => {
  const many = 'file:///many.sql';

  it('are capped: the most severe first, then the nearest to the last edit, and one line says how many more', async () => {
    const client = await Client.start();
    const lines = Array.from({ length: 3000 }, (_, i) => `DROP TABLE x${10_000 + i};\n`);
    await client.open(many, lines.join(''));
    const edited = (lines[0] as string).length * 2000;
    await client.type(many, edited, 'selec 1;');
    const [more, ...shown] = await client.diagnostics(many);
    assert.match(String(more?.message), /^\d{4} more findings in this file are not shown/);
    assert.equal(shown.length, 500);
    assert.equal(shown.filter((d) => d.severity === 1).length, 1);
    const places = shown.map((d) => d.range.start.line);
    assert.ok(
      Math.min(...places) > 1700 && Math.max(...places) < 2300,
      `${Math.min(...places)}–${Math.max(...places)}`,
    );
    await client.stop();
  });
});
