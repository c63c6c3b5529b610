// A statement that is analysed brings diagnostics, by any editor: they move, go with the statement's text, and an index that one
// proposes is written as a migration.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ApplyWorkspaceEditRequest,
  type CodeAction,
  CodeActionRequest,
  DiagnosticRefreshRequest,
  ExecuteCommandRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import {
  type ExplainParams,
  type ExplainResult,
  explainRequest,
  type WrittenIndex,
} from '../../server/src/protocol.ts';
import { Client } from './client.ts';

const migration = `CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL);
INSERT INTO orders SELECT i, i % 5000 FROM generate_series(1, 40000) i;
`;
const query = `-- who buys
SELECT id
FROM orders
WHERE customer = 5;
`;

describe('Findings of plans in an editor', function () {
  this.timeout(60_000);
  let folder: string;
  let client: Client;
  let uri: string;
  let edits: WorkspaceEdit[];
  let refreshes: number;
  const write = (path: string, text: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-plans-'));
    write('migrations/1_orders.sql', migration);
    uri = write('query.sql', query);
    edits = [];
    refreshes = 0;
    client = new Client();
    client.connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
      edits.push(edit);
      return { applied: true };
    });
    client.connection.onRequest(DiagnosticRefreshRequest.type, () => {
      refreshes++;
    });
    await client.initialize(
      [pathToFileURL(folder).href],
      {
        diagnostics: { refreshSupport: true },
        workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
      },
      { plans: true },
    );
    await client.open(uri, query);
  });
  afterEach(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const analyze = async (): Promise<void> => {
    const at = { line: 1, character: 3 };
    const params: ExplainParams = {
      textDocument: { uri },
      range: { start: at, end: at },
      analyze: true,
      target: { kind: 'embedded' },
    };
    const before = refreshes;
    const result = await client.connection.sendRequest<ExplainResult>(explainRequest, params);
    assert.equal(result.kind, 'plan', JSON.stringify(result));
    while (refreshes === before) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const shown = async (): Promise<string[]> => {
    const all = await client.diagnostics(uri);
    const document = client.document(uri);
    return all
      .filter(({ source }) => source === 'pgreview explain')
      .map(({ code, range, severity }) => `${severity} ${code} ${range.start.line}: ${document.getText(range)}`);
  };
  const actions = async (): Promise<CodeAction[]> => {
    const at = { line: 2, character: 7 };
    const context = { diagnostics: [] };
    const params = { textDocument: { uri }, range: { start: at, end: at }, context };
    return ((await client.connection.sendRequest(CodeActionRequest.type, params)) ?? []) as CodeAction[];
  };
  const execute = async <T>(action: CodeAction | undefined): Promise<T> => {
    assert.ok(action?.command);
    const { command, arguments: args = [] } = action.command;
    return client.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: args }) as Promise<T>;
  };

  it('stand at the table, move along and go when the statement is edited', async () => {
    assert.deepEqual(await shown(), []);
    await analyze();
    assert.deepEqual(await shown(), ['3 scan-discards-most-rows 2: orders']);
    const [diagnostic] = (await client.diagnostics(uri)).filter(({ source }) => source === 'pgreview explain');
    assert.match(diagnostic?.codeDescription?.href ?? '', /\/docs\/plans\.md#scan-discards-most-rows$/);
    assert.match(String(diagnostic?.message), /CREATE INDEX CONCURRENTLY ON orders \(customer\)/);
    await client.type(uri, 0, 'SELECT 1;\n');
    assert.deepEqual(await shown(), ['3 scan-discards-most-rows 3: orders']);
    await client.type(uri, client.document(uri).getText().indexOf('5;'), '1');
    assert.deepEqual(await shown(), []);
  });

  it('have the index written as a migration', async () => {
    await analyze();
    const offered = await actions();
    assert.deepEqual(
      offered.filter(({ command }) => command).map(({ title }) => title),
      [
        'Show in the plan',
        'Try the index',
        'Write the index as a migration',
        'Clear what plans have shown in this file',
      ],
    );
    const written = await execute<WrittenIndex>(offered.find(({ title }) => /^Write/.test(title)));
    const file = pathToFileURL(join(folder, 'migrations/2_create_orders_customer_idx.sql')).href;
    assert.deepEqual(written, { kind: 'migration', uris: [file], changed: [], note: null });
    const [created, filled] = edits[0]?.documentChanges ?? [];
    assert.ok(created && 'kind' in created && created.kind === 'create' && created.uri === file);
    assert.ok(filled && 'edits' in filled);
    assert.equal(
      (filled.edits[0] as { newText: string }).newText,
      'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer);\n',
    );
  });

  it('can be cleared', async () => {
    await analyze();
    await execute((await actions()).find(({ title }) => /^Clear/.test(title)));
    assert.deepEqual(await shown(), []);
  });
});
