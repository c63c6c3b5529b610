// The next migration of a Prisma schema: its safe form runs on real servers with rows in the tables, each file sent as one
// string as Prisma does it, and leaves what the schema says.
import assert from 'node:assert/strict';
import { LanguageService } from '../../server/src/languageService.ts';
import type { SchemaDrift } from '../../server/src/prismaEngine/drift.ts';
import type { PrismaEngine } from '../../server/src/prismaEngine/engine.ts';
import type { NewFile } from '../../server/src/tools/tool.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { askServer, schemaOf, testEngine, testSchemaDrift } from './harness/prismaEngine.ts';

const init = `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', "age" INTEGER,
  CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Post" ("id" SERIAL NOT NULL, "authorId" INTEGER NOT NULL, "title" TEXT, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
`;
const rows = `INSERT INTO "User" ("email", "age") VALUES ('a', 1), ('b', 2); INSERT INTO "Post" ("authorId", "title") VALUES (1, 'x');`;

const enumeration = (values = 'USER ADMIN GUEST') =>
  `enum Role {\n${values.replace(/\w+/g, '  $&\n').replace(/\n /g, '\n')}}\n`;
const user = (more = '') =>
  `model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  role  Role   @default(USER)\n  age   Int?\n${more}}\n`;
const post = (more = '', title = 'String?') =>
  `model Post {\n  id       Int @id @default(autoincrement())\n  authorId Int\n  title    ${title}\n${more}}\n`;

interface Case {
  readonly models: string;
  /** The statements of the files that are written, without comments and white space at their ends. */
  readonly files: readonly RegExp[];
  readonly name: string;
}

const cases: Readonly<Record<string, Case>> = {
  'a column': {
    models: enumeration() + user('  nick  String?\n') + post(),
    files: [/^ALTER TABLE "User" ADD COLUMN {5}"nick" TEXT;$/m],
    name: 'add_nick_to_user',
  },
  'an index on a table in use: built without stopping writes': {
    models: enumeration() + user('  @@index([email])\n') + post(),
    files: [/^(?!.*CREATE INDEX "User_email_idx")[\s\S]*CREATE INDEX CONCURRENTLY "User_email_idx"/],
    name: 'update_user',
  },
  'a unique index and a column': {
    models: enumeration() + user('  nick  String?\n  @@unique([email])\n') + post(),
    files: [/ADD COLUMN {5}"nick"/, /^CREATE UNIQUE INDEX CONCURRENTLY "User_email_key"/m],
    name: 'update_user',
  },
  'a foreign key on tables in use: checked when it holds already': {
    models:
      enumeration() +
      user('  posts Post[]\n') +
      post('  author   User @relation(fields: [authorId], references: [id])\n'),
    files: [
      /"Post_authorId_fkey" FOREIGN KEY .* NOT VALID;/,
      /^ALTER TABLE "Post" VALIDATE CONSTRAINT "Post_authorId_fkey";$/m,
    ],
    name: 'update_post',
  },
  'a new table with an index and a foreign key': {
    models: `${enumeration()}${user('  tags  Tag[]\n')}${post()}\nmodel Tag {\n  name   String @id\n  userId Int\n  user   User   @relation(fields: [userId], references: [id])\n  @@index([userId])\n}\n`,
    files: [/CREATE TABLE "Tag"[\s\S]*CREATE INDEX "Tag_userId_idx" ON "Tag"\("userId"\)/],
    name: 'create_tag',
  },
  'a value of an enum': {
    models: enumeration('USER ADMIN GUEST BOT') + user() + post(),
    files: [/^ALTER TYPE "Role" ADD VALUE 'BOT';$/m],
    name: 'update_role',
  },
  'a value less of an enum': {
    models: enumeration('USER ADMIN') + user() + post(),
    files: [/BEGIN;[\s\S]*CREATE TYPE "Role_new"[\s\S]*COMMIT;/],
    name: 'update_role',
  },
  'a column that becomes required': {
    models: enumeration() + user() + post('', 'String'),
    files: [/"title"/],
    name: 'update_post',
  },
  'everything at once': {
    models: `${enumeration('USER ADMIN GUEST BOT')}${user('  posts Post[]\n  nick  String? @unique\n  @@index([age])\n')}${post(
      '  author   User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n',
      'String',
    )}\nmodel Tag {\n  name String @id\n}\n`,
    files: [/CREATE TABLE "Tag"/, /CONCURRENTLY/],
    name: 'update_schema',
  },
};

describe('the next migration of a Prisma schema', function () {
  this.timeout(120_000);
  let drift: SchemaDrift;
  let engine: PrismaEngine;
  const written = new Map<string, { readonly files: readonly NewFile[]; readonly models: string }>();
  before(async () => {
    drift = await testSchemaDrift();
    engine = testEngine();
  });
  after(() => {
    drift.rest();
    engine.dispose();
  });

  for (const [title, { models, files, name }] of Object.entries(cases)) {
    it(`${title}: is made safe, and comes to the same`, async () => {
      const [[, text] = ['', '']] = schemaOf(models);
      const service = new LanguageService(
        parser,
        filesInMemory({
          'prisma/migrations/20240101000000_init/migration.sql': init,
          'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
          'prisma/schema.prisma': text,
        }),
        { now: () => new Date('2026-03-04T05:06:07Z') },
      );
      service.createsFiles(true);
      await service.scan([rootUri]);
      const uri = `${rootUri}/prisma/schema.prisma`;
      service.open(uri, 'prisma', 1, text);
      const subject = service.driftSubject(uri);
      assert.ok(subject);
      service.setDrift(subject, await drift.stepsTo(subject));
      const next = service.nextMigration(uri);
      assert.ok(next);
      assert.equal(next.plain.length, 1);
      assert.equal(next.plain[0]?.uri, `${rootUri}/prisma/migrations/20260304050607_${name}/migration.sql`);
      files.forEach((expected, i) => {
        assert.match(
          next.safe
            .slice(i)
            .map((file) => file.text)
            .join('\n---\n'),
          expected,
        );
      });
      const more = next.safe.map((file, i) => ({ name: `${20260101000000 + i}_x`, sql: file.text }));
      assert.ok(await drift.isReached(subject, more), next.safe.map((file) => file.text).join('\n---\n'));
      written.set(title, { files: next.safe, models });
    });
  }

  onEachVersion('runs on servers, and leaves the schema', ({ freshDatabase }) => {
    for (const title of Object.keys(cases)) {
      it(title, async () => {
        const made = written.get(title);
        assert.ok(made);
        const server = await (await freshDatabase()).client();
        await server.query(init);
        await server.query(rows);
        for (const { text } of made.files) await server.query(text);
        const left = await engine.script((query) => askServer(server, query), schemaOf(made.models));
        assert.match(left, /^-- This is an empty migration\.\s*$/);
        assert.equal((await server.query('SELECT count(*)::int AS n FROM "User"')).rows[0].n, 2);
      });
    }
  });
});
