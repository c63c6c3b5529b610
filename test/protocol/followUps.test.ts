// Fixes that create files: by an editor that announces that it can, and by the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  CodeActionRequest,
  InitializedNotification,
  InitializeRequest,
} from 'vscode-languageserver-protocol';
import { Client, serverPath } from './client.ts';

const tables =
  'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\n';
const foreignKey = 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers;\n';
const check = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);\n';
const up = (sql: string): string => `-- +goose Up\n${sql}`;
const validate = (name: string): string =>
  `-- +goose Up\nALTER TABLE orders VALIDATE CONSTRAINT ${name};\n\n-- +goose Down\n-- Nothing to undo.\n`;

describe('Fixes that create files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-follow-'));
    write('db/001_tables.sql', up(tables));
    write('db/002_keys.sql', up(foreignKey + check));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const cli = serverPath.replace('server.js', 'cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };

  it('check --fix writes them, and says so', () => {
    const { code, out } = run('check', 'db', '--fix');
    assert.equal(code, 0, out);
    assert.match(out, /^db\/003_validate_f\.sql created$/m);
    assert.match(out, /2 fixed, nothing found in 2 files/);
    assert.deepEqual(readdirSync(join(folder, 'db')).sort(), [
      '001_tables.sql',
      '002_keys.sql',
      '003_validate_f.sql',
      '004_validate_c.sql',
    ]);
    assert.equal(read('db/003_validate_f.sql'), validate('f'));
    assert.equal(read('db/004_validate_c.sql'), validate('c'));
    assert.match(read('db/002_keys.sql'), /REFERENCES customers NOT VALID;\nALTER .* CHECK \(id > 0\) NOT VALID;\n$/);
    assert.equal(run('check', 'db').code, 0);
    assert.equal(run('check', 'db', '--fix').out, 'nothing found in 4 files, 6 statements\n');
  });

  it('check --fix --format json lists them; without --fix each stands with its fix', () => {
    const { diagnostics, ...rest } = JSON.parse(run('check', 'db', '--format', 'json').out);
    assert.deepEqual(Object.keys(rest), ['files', 'statements']);
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    assert.deepEqual(diagnostics[0].fixes[0].edits.at(-1), {
      file: 'db/003_validate_f.sql',
      range: top,
      newText: validate('f'),
    });
    const fixed = JSON.parse(run('check', 'db', '--fix', '--format', 'json').out);
    assert.deepEqual(fixed.created, ['db/003_validate_f.sql', 'db/004_validate_c.sql']);
  });

  it('check --fix leaves older migrations alone: later ones may have dropped what theirs would need', () => {
    write('db/003_gone.sql', up('DROP TABLE orders;\n'));
    run('check', 'db', '--fix');
    assert.deepEqual(readdirSync(join(folder, 'db')), ['001_tables.sql', '002_keys.sql', '003_gone.sql']);
    assert.equal(read('db/002_keys.sql'), up(foreignKey + check));
  });

  const actions = async (resourceOperations: ('create' | 'rename')[]): Promise<CodeAction[]> => {
    const client = new Client();
    const root = pathToFileURL(folder).href;
    await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: 'x' }],
      capabilities: {
        workspace: { workspaceEdit: { documentChanges: true, resourceOperations } },
        textDocument: { diagnostic: {} },
      },
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    const uri = `${root}/db/002_keys.sql`;
    await client.open(uri, read('db/002_keys.sql'));
    const ask = async (): Promise<CodeAction[]> =>
      ((await client.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 80 } },
        context: { diagnostics: [] },
      })) ?? []) as CodeAction[];
    let found = await ask();
    // the histories are read in the background
    for (
      let i = 0;
      i < 50 && !found.some((a) => /NOT VALID/.test(a.title) && (a.edit?.documentChanges || i > 20));
      i++
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = await ask();
    }
    assert.equal(await client.stop(), 0);
    return found;
  };

  it('an editor that can create files is told to', async () => {
    const fix = (await actions(['create'])).find((a) => /NOT VALID/.test(a.title));
    assert.equal(fix?.title, 'Add it NOT VALID, and VALIDATE it in a migration of its own');
    const [edited, created, filled] = fix.edit?.documentChanges ?? [];
    const uri = pathToFileURL(join(folder, 'db/003_validate_f.sql')).href;
    assert.ok(edited && 'edits' in edited && edited.textDocument.uri.endsWith('002_keys.sql'));
    assert.deepEqual(created, { kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false } });
    assert.ok(filled && 'edits' in filled && filled.textDocument.uri === uri);
    assert.equal((filled.edits[0] as { newText: string }).newText, validate('f'));
  });

  it('another one gets NOT VALID alone', async () => {
    const fix = (await actions(['rename'])).find((a) => /NOT VALID/.test(a.title));
    assert.equal(fix?.title, 'Add it NOT VALID (validate it in a later migration)');
    assert.equal(fix.edit?.documentChanges, undefined);
  });
});
