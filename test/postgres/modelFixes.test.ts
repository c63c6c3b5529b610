// Fixes of the rules on models that bring migrations: those run behind the others, do what they say, and leave Prisma's engine
// nothing to change.
import assert from 'node:assert/strict';
import type { PrismaEngine } from '../../server/src/prismaEngine/engine.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import { changedFiles, openProject } from '../harness/project.ts';
import { reviewModels } from '../harness/reviewModels.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { askServer, testEngine } from './harness/prismaEngine.ts';
import { refused } from './proofs/proof.ts';

onEachVersion('fixes of rules on models', ({ freshDatabase }) => {
  let engine: PrismaEngine;
  before(() => {
    engine = testEngine();
  });
  after(() => engine.dispose());

  it('unique-field-ignores-soft-delete: values of deleted rows can be used again, and Prisma leaves the index alone', async () => {
    const schema = withDatasource(
      'model User {\n  id        BigInt    @id\n  email     String    @unique\n  deletedAt DateTime? @map("deleted_at")\n}\n',
    );
    const init = await migrationSql(null, schema);
    const files = { 'prisma/schema.prisma': schema, 'prisma/migrations/20260101000000_init/migration.sql': init };
    const project = await openProject('prisma/schema.prisma', files);
    const after = changedFiles(files, project.after('unique-field-ignores-soft-delete'));
    const migrations = Object.keys(after).filter((name) => name.endsWith('.sql'));
    assert.equal(migrations.length, 2);
    const client = await (await freshDatabase()).client();
    await client.query(init);
    await client.query(`INSERT INTO "User" VALUES (1, 'a@example.org', now())`);
    // each file is sent as one string: CONCURRENTLY runs as it is alone in its own
    for (const name of migrations.sort()) await client.query(after[name] as string);
    await client.query(`INSERT INTO "User" VALUES (2, 'a@example.org', NULL)`);
    await refused(client, `INSERT INTO "User" VALUES (3, 'a@example.org', NULL)`, '23505');
    const script = await engine.script(
      (query) => askServer(client, query),
      [['schema.prisma', after['prisma/schema.prisma'] as string]],
    );
    assert.match(script, /^-- This is an empty migration\.\s*$/);
    await client.end();
  });

  it('index-not-in-schema: with what the fix writes, Prisma keeps the indexes as they are', async () => {
    const page = withDatasource(
      'model Page {\n  id     Int      @id\n  title  String\n  tags   String[]\n  code   String\n  number Int\n}\n',
    );
    const migrations = `${await migrationSql(null, page)}
CREATE EXTENSION pg_trgm;
CREATE INDEX a ON "Page" USING gin (title gin_trgm_ops);
CREATE INDEX b ON "Page" USING gin (tags);
CREATE INDEX c ON "Page" USING hash (code);
CREATE INDEX d ON "Page" USING brin (number);
CREATE INDEX e ON "Page" USING gist (title gist_trgm_ops);
CREATE INDEX f ON "Page" (code, number);
CREATE INDEX g ON "Page" USING spgist (code);
CREATE UNIQUE INDEX h ON "Page" (number, title);
`;
    let schema = page;
    for (;;) {
      const found = reviewModels(schema, { migrations }).find((f) => f.rule === 'index-not-in-schema');
      if (!found) break;
      schema = found.fixed();
    }
    const client = await (await freshDatabase()).client();
    await client.query(migrations);
    const wanted = (models: string) => engine.script((query) => askServer(client, query), [['schema.prisma', models]]);
    assert.equal((await wanted(page)).match(/DROP INDEX/g)?.length, 8);
    assert.match(await wanted(schema), /^-- This is an empty migration\.\s*$/);
    await client.end();
  });

  for (const [title, rule, before, after] of [
    [
      'field-rename-drops-column: a renamed field',
      'field-rename-drops-column',
      'model User {\n  id   Int     @id\n  name String?\n\n  @@index([name])\n}\n',
      'model User {\n  id       Int     @id\n  fullName String?\n\n  @@index([fullName])\n}\n',
    ],
    [
      'field-rename-drops-column: another name in @map, of a key',
      'field-rename-drops-column',
      'model User {\n  id     Int  @id\n  boss   User? @relation("b", fields: [bossId], references: [id])\n  bossId Int?  @unique @map("boss")\n  staff  User? @relation("b")\n}\n',
      'model User {\n  id     Int  @id\n  boss   User? @relation("b", fields: [bossId], references: [id])\n  bossId Int?  @unique @map("boss_id")\n  staff  User? @relation("b")\n}\n',
    ],
    [
      'model-rename-drops-table: a renamed model',
      'model-rename-drops-table',
      'model User {\n  id    Int    @id @default(autoincrement())\n  name  String\n  email String @unique\n\n  @@index([name])\n}\n',
      'model Account {\n  id    Int    @id @default(autoincrement())\n  name  String\n  email String @unique\n\n  @@index([name])\n}\n',
    ],
    [
      'model-rename-drops-table: another name in @@map, in another schema',
      'model-rename-drops-table',
      'model User {\n  id    Int    @id\n  name  String\n  email String @unique\n\n  @@map("a")\n  @@schema("crm")\n}\n',
      'model User {\n  id    Int    @id\n  name  String\n  email String @unique\n\n  @@map("b")\n  @@schema("crm")\n}\n',
    ],
    [
      'enum-rename-drops-columns: a renamed enum',
      'enum-rename-drops-columns',
      'model User {\n  id    Int    @id\n  role  Role   @default(A)\n  roles Role[]\n}\n\nenum Role {\n  A\n  B\n}\n',
      'model User {\n  id    Int    @id\n  role  Kind   @default(A)\n  roles Kind[]\n}\n\nenum Kind {\n  A\n  B\n}\n',
    ],
    [
      'enum-value-left-out: a renamed value',
      'enum-value-left-out',
      'model User {\n  id    Int    @id\n  role  Role   @default(A)\n}\n\nenum Role {\n  A\n  B\n}\n',
      'model User {\n  id    Int    @id\n  role  Role   @default(X)\n}\n\nenum Role {\n  X\n  B\n}\n',
    ],
  ] as const)
    it(`${title}: the next migration keeps the rows, and Prisma finds nothing to change`, async () => {
      const whole = (models: string): string =>
        models.includes('@@schema')
          ? `datasource db {\n  provider = "postgresql"\n  schemas  = ["crm"]\n}\n\n${models}`
          : withDatasource(models);
      const init = await migrationSql(null, whole(before));
      const files = {
        'prisma/schema.prisma': whole(after),
        'prisma/migrations/20260101000000_init/migration.sql': init,
      };
      const project = await openProject('prisma/schema.prisma', files);
      const changed = changedFiles(files, project.after(rule, /^Rename the/));
      const [path, ...more] = Object.keys(changed);
      assert.ok(path?.endsWith('.sql') && more.length === 0, Object.keys(changed).join());
      const client = await (await freshDatabase()).client();
      await client.query(init);
      const table = /CREATE TABLE (\S+)/.exec(init)?.[1];
      const columns = before.includes('email') ? "(id, name, email) VALUES (1, 'a', 'b')" : '(id) VALUES (1)';
      await client.query(`INSERT INTO ${table} ${columns}`);
      await client.query(changed[path as string] as string);
      const script = await engine.script((query) => askServer(client, query), [['schema.prisma', whole(after)]]);
      assert.match(script, /^-- This is an empty migration\.\s*$/);
      const now = /ALTER TABLE (\S+) RENAME TO (\S+?);/.exec(changed[path as string] as string);
      const renamed = now ? (table?.includes('.') ? `"crm".${now[2]}` : now[2]) : table;
      assert.equal((await client.query(`SELECT * FROM ${renamed}`)).rowCount, 1);
      await client.end();
    });
});
