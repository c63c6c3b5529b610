// What we read of Prisma's schemas is what Prisma's engine makes of them: tables, columns, keys, indexes and their names.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { compareWithEngine } from '../harness/compareModels.ts';
import { migrationSql } from '../harness/prismaEngine.ts';

const folder = new URL('../fixtures/prisma/', import.meta.url);

/** The schemas of a fixture, without its marks. */
const schemasOf = (fixture: string): string[] =>
  fixture
    .split(/^(?=\/\/ (?:before|migrations|schema)\b)/m)
    .filter((part) => !part.startsWith('// migrations'))
    .map((part) => part.replace(/^\s*\/\/.*\n/gm, ''));

const everything = `
generator client {
  provider        = "prisma-client"
  previewFeatures = ["partialIndexes"]
}

enum Status {
  NEW
  DONE @map("finished")

  @@map("order_status")
}

model Customer {
  id      String   @id @default(uuid()) @map("customer_id") @db.Uuid
  email   String   @unique(map: "mails") @db.VarChar(100)
  number  Int      @unique @default(autoincrement())
  parent  Customer? @relation("tree", fields: parentId, references: id)
  parentId String? @db.Uuid
  children Customer[] @relation("tree")
  orders  Order[]
  place   Unsupported("point")?

  @@map("customers")
}

model Group {
  a         Int
  b         BigInt
  lists     Status[]
  bytes     Bytes?
  at        DateTime? @db.Timestamptz
  day       DateTime  @db.Date
  amount    Decimal   @db.Decimal(12, 2)
  ratio     Float     @db.Real
  data      Json      @db.Json
  code      String    @db.Char(3)

  @@id([a, b], map: "group_key")
  @@index([a(sort: Desc), b], map: "downwards")
  @@index([data], type: Hash)
  @@unique([code, day])
  @@unique([code, at], name: "client_only")
  @@index([at], name: "at_idx")
}

model Order {
  id         BigInt   @default(autoincrement())
  customer   Customer @relation(fields: [customerId], references: [id], onDelete: Cascade)
  customerId String   @map("customer_id") @db.Uuid
  status     Status   @default(NEW)
  tags       String[]
  text       String

  @@id([id])
  @@unique([customerId, text])
  @@index([tags], type: Gin)
  @@index(customerId)
  @@index([text(ops: raw("text_pattern_ops"))])
}
`;

describe("Prisma's models", () => {
  it("are the engine's tables: every kind of field, key and index", async () => {
    const { differences, ...counts } = await compareWithEngine(everything);
    assert.deepEqual(differences, []);
    assert.deepEqual(counts, { tables: 3, columns: 20, indexes: 14, foreignKeys: 2 });
  });

  it("are the engine's tables in the example", async () => {
    const example = readFileSync(new URL('../../examples/prisma/prisma/schema.prisma', import.meta.url), 'utf8');
    const { differences, tables } = await compareWithEngine(example.replace(/^\s*url\s*=.*$/m, ''));
    assert.deepEqual(differences, []);
    assert.ok(tables > 2);
  });

  it("are the engine's tables in all fixtures that Prisma takes", async function () {
    this.timeout(30_000);
    let [taken, columns] = [0, 0];
    for (const name of readdirSync(folder))
      for (const schema of schemasOf(readFileSync(new URL(name, folder), 'utf8'))) {
        const isValid = await migrationSql(null, schema).then(
          () => true,
          () => false,
        );
        // of a name that is cut off our tables know only the first part
        if (!isValid || name.startsWith('name-over')) continue;
        const compared = await compareWithEngine(schema);
        assert.deepEqual(compared.differences, [], `${name}\n${schema}`);
        taken++;
        columns += compared.columns;
      }
    assert.ok(taken > 60 && columns > 400, `${taken} schemas, ${columns} columns`);
  });

  it('that are linked many to many need no index of their own: the engine makes one for each side', async () => {
    const sql = await migrationSql(
      null,
      'model A {\n  id Int @id\n  bs B[]\n}\n\nmodel B {\n  id Int @id\n  as A[]\n}\n',
    );
    assert.match(sql, /CONSTRAINT "_AToB_AB_pkey" PRIMARY KEY \("A","B"\)/);
    assert.match(sql, /CREATE INDEX "_AToB_B_index" ON "_AToB"\("B"\)/);
  });
});
