// A schema of Prisma's in an editor: what is told at its models follows the typing, hover, definition, quick fixes.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeActionRequest,
  DefinitionRequest,
  HoverRequest,
  type Location,
  type MarkupContent,
  PrepareRenameRequest,
  RenameRequest,
} from 'vscode-languageserver-protocol';
import { Client } from './client.ts';

const schema = `datasource db {
  provider = "postgresql"
}

model Customer {
  id     Int     @id
  name   String?
  orders Order[]
}

model Order {
  id         Int      @id
  customer   Customer @relation(fields: [customerId], references: [id])
  customerId Int
}
`;
const migration = `CREATE TABLE "Customer" ("id" INTEGER NOT NULL, "name" TEXT, CONSTRAINT "Customer_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Order" ("id" INTEGER NOT NULL, "customerId" INTEGER NOT NULL, CONSTRAINT "Order_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Order" ADD CONSTRAINT "Order_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`;

describe("Prisma's schema in an editor", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), 'pgreview-prisma-'));
  const write = (path: string, text: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };
  const uri = write('prisma/schema.prisma', schema);
  const migrationUri = write('prisma/migrations/20260101000000_init/migration.sql', migration);
  write('src/names.ts', "import { prisma } from './db';\nprisma.customer.findMany({ select: { name: true } });\n");
  let client: Client;
  before(async () => {
    client = await Client.start({ folders: [pathToFileURL(folder).href] });
    await client.open(uri, schema, 'prisma');
    // the migrations are read in the background
    const name = { textDocument: { uri }, position: { line: 6, character: 3 } };
    while (!(await client.connection.sendRequest(DefinitionRequest.type, name)))
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  const rules = async (): Promise<unknown[]> => (await client.diagnostics(uri)).map(({ code }) => code);

  it('tells of models as they are typed, and what the next migration would do', async () => {
    assert.deepEqual(await rules(), ['relation-without-index']);
    const line = { start: { line: 6, character: 2 }, end: { line: 6, character: 6 } };
    await client.change(uri, [{ range: line, text: 'fullName' }]);
    assert.deepEqual(await rules(), ['field-rename-drops-column', 'relation-without-index']);
    await client.change(uri, [{ range: { ...line, end: { line: 6, character: 10 } }, text: 'name' }]);
    assert.deepEqual(await rules(), ['relation-without-index']);
  });

  it('offers a fix, and shows and leads to what the migrations have made', async () => {
    const range = { start: { line: 12, character: 25 }, end: { line: 12, character: 25 } };
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
    assert.deepEqual(
      (actions ?? []).map(({ title }) => title),
      ['Add @@index([customerId])', 'Ignore relation-without-index here'],
    );
    const at = { textDocument: { uri }, position: { line: 6, character: 3 } };
    const hover = await client.connection.sendRequest(HoverRequest.type, at);
    assert.match(
      (hover!.contents as MarkupContent).value,
      /"Customer"\.name text[\s\S]*Created in \[20260101000000_init/,
    );
    const [found] = (await client.connection.sendRequest(DefinitionRequest.type, at)) as Location[];
    assert.deepEqual([found?.uri, found?.range.start], [migrationUri, { line: 0, character: 48 }]);
  });

  it('renames, and says why it does not', async () => {
    const at = { textDocument: { uri }, position: { line: 6, character: 3 } };
    assert.deepEqual(await client.connection.sendRequest(PrepareRenameRequest.type, at), {
      range: { start: { line: 6, character: 2 }, end: { line: 6, character: 6 } },
      placeholder: 'name',
    });
    const edit = await client.connection.sendRequest(RenameRequest.type, { ...at, newName: 'fullName' });
    assert.deepEqual(
      edit?.changes?.[uri]?.map(({ newText }) => newText),
      ['fullName', ' @map("name")'],
    );
    while (client.shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(client.shown[0] as string, /^Only the schema was renamed: 1 place in 1 .* says name,/);
    await assert.rejects(
      client.connection.sendRequest(RenameRequest.type, { ...at, newName: 'orders' }),
      /Customer has a field orders\./,
    );
    const elsewhere = { textDocument: { uri }, position: { line: 1, character: 14 } };
    assert.equal(await client.connection.sendRequest(PrepareRenameRequest.type, elsewhere), null);
  });
});
