/** Completion, definitions, references and previews as an editor asks for them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CompletionList,
  CompletionRequest,
  DefinitionRequest,
  type Hover,
  HoverRequest,
  type Location,
  ReferencesRequest,
  type TextEdit,
} from 'vscode-languageserver-protocol';
import { historiesRequest, type PreviewSqlResult, previewSqlRequest } from '../../server/src/protocol.ts';
import { Client } from './client.ts';

const files: Readonly<Record<string, string>> = {
  'versions/a1.py': `from alembic import op
import sqlalchemy as sa
revision = "a1"
down_revision = None

def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer), sa.Column("email", sa.Text))

def downgrade():
    op.drop_table("users")
`,
  'versions/b2.py': `from alembic import op
revision = "b2"
down_revision = "a1"

def upgrade():
    op.drop_column("users", "email")

def downgrade():
    pass
`,
};

describe('Names over the protocol', () => {
  let client: Client;
  let folder: string;
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pgreview-names-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    client = await Client.start({ folders: [pathToFileURL(folder).href] });
    // answered when the folder has been read
    await client.connection.sendRequest(historiesRequest);
    await client.open(uriOf('versions/b2.py'), files['versions/b2.py'] as string, 'python');
  });
  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const at = (line: number, character: number) => ({
    textDocument: { uri: uriOf('versions/b2.py') },
    position: { line, character },
  });

  it('are announced', async () => {
    const other = new Client();
    const { capabilities } = await other.initialize([]);
    assert.deepEqual(capabilities.completionProvider, { triggerCharacters: ['.', '"', "'"], resolveProvider: false });
    assert.equal(capabilities.definitionProvider, true);
    assert.equal(capabilities.referencesProvider, true);
    await other.stop();
  });

  it('complete', async () => {
    const list = (await client.connection.sendRequest(CompletionRequest.type, at(5, 31))) as CompletionList;
    assert.deepEqual(
      list.items.map((item) => item.textEdit as TextEdit),
      ['id', 'email'].map((newText) => ({
        range: { start: { line: 5, character: 29 }, end: { line: 5, character: 34 } },
        newText,
      })),
    );
  });

  it('lead to the revision that made them', async () => {
    const found = (await client.connection.sendRequest(DefinitionRequest.type, at(5, 31))) as Location[];
    assert.deepEqual(found, [
      {
        uri: uriOf('versions/a1.py'),
        range: { start: { line: 6, character: 69 }, end: { line: 6, character: 74 } },
      },
    ]);
  });

  it('are found everywhere', async () => {
    const found = await client.connection.sendRequest(ReferencesRequest.type, {
      ...at(5, 20),
      context: { includeDeclaration: true },
    });
    assert.deepEqual(
      found?.map(({ uri, range }) => [uri, range.start.line]),
      [
        [uriOf('versions/a1.py'), 6],
        [uriOf('versions/a1.py'), 9],
        [uriOf('versions/b2.py'), 5],
      ],
    );
  });

  it('show what they stand for', async () => {
    const hover = (await client.connection.sendRequest(HoverRequest.type, at(5, 31))) as Hover;
    assert.deepEqual(hover.contents, {
      kind: 'markdown',
      value: `\`\`\`sql\nusers.email text\n\`\`\`\n\nCreated in [a1.py:7](${uriOf('versions/a1.py')}#L7)`,
    });
  });

  it('stand in the preview of the SQL', async () => {
    const preview = await client.connection.sendRequest<PreviewSqlResult>(previewSqlRequest, {
      uri: uriOf('versions/b2.py'),
      backward: false,
    });
    assert.deepEqual(preview, {
      text: 'ALTER TABLE users DROP COLUMN email;\n',
      blocks: [
        {
          source: { start: { line: 5, character: 4 }, end: { line: 5, character: 36 } },
          preview: { start: { line: 0, character: 0 }, end: { line: 0, character: 36 } },
        },
      ],
    });
  });
});
