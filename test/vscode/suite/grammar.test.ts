import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { canSee, texts } from '../automation.ts';
import { closeEverything, open, write } from '../documents.ts';

const inspect = 'editor.action.inspectTMScopes';

/**
 * What VS Code's "Inspect Editor Tokens and Scopes" shows at the first `text` of a file: language, kind of token, scopes with
 * the innermost first.
 */
async function tokenAt(uri: vscode.Uri, text: string): Promise<string> {
  const editor = await open(uri);
  const offset = editor.document.getText().indexOf(text);
  assert.ok(offset >= 0, text);
  const position = editor.document.positionAt(offset);
  editor.selection = new vscode.Selection(position, position);
  await vscode.commands.executeCommand(inspect);
  // The widget says that it is loading until the line's tokens are there.
  const shown = await texts({ selector: '.token-inspect-widget:has(.tiw-metadata-table)' });
  await vscode.commands.executeCommand(inspect);
  return shown.join('\n');
}

describe('highlighting', () => {
  before(function () {
    if (!canSee) this.skip();
  });
  afterEach(closeEverything);

  it('is ours in .sql files, not that of the built-in SQL extension', async () => {
    const uri = write('grammar/a.sql', "DO $$ BEGIN RAISE NOTICE 'x'; END $$;\nSELECT a::text;\n");
    assert.match(await tokenAt(uri, 'DO'), /keyword\.other\.ddl\.sql\s+source\.sql\.postgresql/);
    assert.match(await tokenAt(uri, 'RAISE'), /keyword\.control\.plpgsql\.sql\s+meta\.embedded\.block\.sql/);
    assert.match(await tokenAt(uri, 'SELECT'), /keyword\.other\.dml\.sql\s+source\.sql\.postgresql/);
  });

  it('uses the grammar and the language of Python in plpython bodies', async () => {
    const body = 'CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$\n  return len("it\'s")\n$$;\nSELECT 1;\n';
    const uri = write('grammar/python.sql', body);
    const token = await tokenAt(uri, 'return');
    assert.match(token, /keyword\.control\.flow\.python\s+meta\.embedded\.block\.python/);
    assert.match(token, /language\s+python/);
    assert.match(await tokenAt(uri, 'SELECT'), /keyword\.other\.dml\.sql\s+source\.sql\.postgresql/);
  });

  it('finds SQL in the calls of Python', async () => {
    const uri = write('grammar/a.py', 'op.execute(\n    f"""UPDATE t SET a = \'{b}\\n\n    """)\nx = "select"\n');
    const token = await tokenAt(uri, 'UPDATE');
    assert.match(token, /keyword\.other\.dml\.sql\s+meta\.embedded\.inline\.sql\.formatted\.python/);
    assert.match(token, /language\s+sql/);
    assert.match(await tokenAt(uri, 'b}'), /meta\.interpolation\.python\s+string\.quoted\.single\.sql/);
    assert.match(await tokenAt(uri, '\\n'), /constant\.character\.escape\.python/);
    assert.match(await tokenAt(uri, 'select'), /string\.quoted\.single\.python\s+source\.python/);
  });

  it("finds SQL in Prisma's templates", async () => {
    const source = 'const a = await prisma.$queryRaw<A[]>`SELECT 1 WHERE b = $' + '{c}`;\nconst d = `DELETE`;\n';
    const uri = write('grammar/a.ts', source);
    assert.match(await tokenAt(uri, 'WHERE'), /keyword\.other\.dml\.sql\s+meta\.embedded\.inline\.sql\.prisma/);
    assert.match(await tokenAt(uri, 'c}'), /variable\.other\.readwrite\.ts\s+meta\.template\.expression\.ts/);
    assert.match(await tokenAt(uri, 'DELETE'), /string\.template\.ts/);
  });
});
