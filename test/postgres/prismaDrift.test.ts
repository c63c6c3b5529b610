// A Prisma schema against the migrations: what the engine says on the embedded Postgres is what it says on real servers, and
// its SQL, run behind the migrations, leaves nothing to say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FileReviewer } from '../../server/src/document.ts';
import { compareCatalogs } from '../../server/src/drift/compareCatalogs.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import type { PrismaEngine } from '../../server/src/prismaEngine/engine.ts';
import { HistoryDatabase, type PrismaMigration, ReplayError } from '../../server/src/prismaEngine/historyDatabase.ts';
import type { SchemaFile } from '../../server/src/prismaEngine/messages.ts';
import { modelSql } from '../../server/src/prismaEngine/modelSql.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { embeddedFiles } from './harness/embedded.ts';
import { askServer, migrationsIn, schemaOf, testEngine, testSchemaDrift } from './harness/prismaEngine.ts';

const init = `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE "User" (
  "id" SERIAL NOT NULL, "email" VARCHAR(200) NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', "age" INTEGER, "tags" TEXT[],
  "data" JSONB NOT NULL DEFAULT '{}', "balance" BIGINT NOT NULL DEFAULT 0, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Post" ("id" UUID NOT NULL DEFAULT gen_random_uuid(), "authorId" INTEGER NOT NULL, "title" TEXT NOT NULL,
  CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE INDEX "Post_title_idx" ON "Post" USING hash ("title");
CREATE TABLE "_prisma_migrations" (id text);
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;`;

const role = 'enum Role {\n  USER\n  ADMIN\n  GUEST\n}\n\n';
const user = (more = '') => `model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique @db.VarChar(200)
  role      Role     @default(USER)
  age       Int?
  tags      String[]
  data      Json     @default("{}")
  balance   BigInt   @default(0)
  createdAt DateTime @default(now())
  posts     Post[]
${more}}

`;
const post = (more = '') => `model Post {
  id       String @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  authorId Int
  title    String
  author   User   @relation(fields: [authorId], references: [id])

  @@index([title], type: Hash)
${more}}
`;

interface Case {
  readonly migrations?: readonly string[];
  readonly models: string;
  /** What the script has to hold; null: it is empty. */
  readonly expected: RegExp | null;
}

const cases: Readonly<Record<string, Case>> = {
  'a schema as the migrations make it': { models: role + user() + post(), expected: null },
  'a column that no migration adds': {
    models: role + user('  nickname  String?\n') + post(),
    expected: /ADD COLUMN {5}"nickname" TEXT;/,
  },
  'a table that no migration creates': {
    models: `${role}${user()}${post()}\nmodel Tag {\n  name String @id\n}\n`,
    expected: /CREATE TABLE "Tag"/,
  },
  'a model that is gone': {
    models: role + user().replace('  posts     Post[]\n', ''),
    expected: /DROP CONSTRAINT "Post_authorId_fkey";[\s\S]*DROP TABLE "Post"/,
  },
  'values of an enum, one more': {
    models: role.replace('GUEST', 'GUEST\n  BOT') + user() + post(),
    expected: /ALTER TYPE "Role" ADD VALUE 'BOT'/,
  },
  'values of an enum, one less': {
    models: role.replace('  GUEST\n', '') + user() + post(),
    expected: /CREATE TYPE "Role_new" AS ENUM/,
  },
  'types, defaults and NOT NULL': {
    models: role + user().replace('age       Int?', 'age       BigInt @default(3)').replace('@default(0)', '') + post(),
    expected: /ALTER COLUMN "age" SET NOT NULL/,
  },
  'indexes, their order and their method': {
    models: role + user('  @@index([age(sort: Desc), email])\n') + post().replace(', type: Hash', ''),
    expected: /DROP INDEX "Post_title_idx"[\s\S]*CREATE INDEX "User_age_email_idx" ON "User"\("age" DESC, "email"\)/,
  },
  'indexes that are just like one of the schema': {
    migrations: [
      init,
      'CREATE UNIQUE INDEX "mails" ON "User"("email"); CREATE INDEX "titles" ON "Post" USING hash ("title");',
    ],
    models: role + user() + post(),
    expected: null,
  },
  'indexes on the columns of another, unlike it': {
    migrations: [init, 'CREATE INDEX "mails" ON "User"("email"); CREATE INDEX "titles" ON "Post"("title");'],
    models: role + user() + post(),
    expected: /DROP INDEX "titles";[\s\S]*DROP INDEX "mails";/,
  },
  'a foreign key that no migration adds': {
    migrations: [init, 'ALTER TABLE "Post" DROP CONSTRAINT "Post_authorId_fkey";'],
    models: role + user() + post(),
    expected: /ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY/,
  },
  'a list on both sides, made by Prisma 5': {
    migrations: [
      init,
      `CREATE TABLE "Tag" ("name" TEXT NOT NULL, CONSTRAINT "Tag_pkey" PRIMARY KEY ("name"));
       CREATE TABLE "_PostToTag" ("A" UUID NOT NULL, "B" TEXT NOT NULL);
       CREATE UNIQUE INDEX "_PostToTag_AB_unique" ON "_PostToTag"("A", "B");
       CREATE INDEX "_PostToTag_B_index" ON "_PostToTag"("B");
       ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
       ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("name") ON DELETE CASCADE ON UPDATE CASCADE;`,
    ],
    models: `${role}${user()}${post('  tags     Tag[]\n')}\nmodel Tag {\n  name  String @id\n  posts Post[]\n}\n`,
    expected: /ADD CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY \("A", "B"\)/,
  },
};

const numbered = (texts: readonly string[]): PrismaMigration[] =>
  texts.map((sql, i) => ({ name: `2024010100000${i}_step`, sql }));

describe('a Prisma schema against its migrations', function () {
  this.timeout(120_000);
  let engine: PrismaEngine;
  let database: HistoryDatabase;
  before(async () => {
    engine = testEngine();
    database = new HistoryDatabase(await embeddedFiles());
  });
  afterEach(() => database.rest());
  after(() => engine.dispose());

  const driftOf = (migrations: readonly PrismaMigration[], schema: readonly SchemaFile[]): Promise<string> =>
    engine.script((query) => database.answer(migrations, query), schema);

  for (const [name, { migrations = [init], models, expected }] of Object.entries(cases)) {
    it(`${name}: its SQL brings the migrations to the schema`, async () => {
      const before = numbered(migrations);
      const script = await driftOf(before, schemaOf(models));
      if (expected === null) return assert.match(script, /^-- This is an empty migration\.\s*$/);
      assert.match(script, expected);
      assert.match(
        await driftOf([...before, { name: '20250101000000_next', sql: script }], schemaOf(models)),
        /^-- This is an empty migration\.\s*$/,
      );
    });
  }

  it('passes over the keys of tables between lists where Prisma may be older than 6', async () => {
    const { migrations = [], models } = cases['a list on both sides, made by Prisma 5'] as Case;
    const drift = await testSchemaDrift();
    const [[, text] = ['', '']] = schemaOf(models);
    const files = [...migrations.entries()].map(([i, sql]) => [
      `prisma/migrations/2024010100000${i}_s/migration.sql`,
      sql,
    ]);
    const service = new LanguageService(
      parser,
      filesInMemory({ 'prisma/schema.prisma': text, ...Object.fromEntries(files) }),
    );
    await service.scan([rootUri]);
    const subject = service.driftSubject(`${rootUri}/prisma/schema.prisma`);
    assert.ok(subject);
    for (const [version, count] of [
      [null, 0],
      [5, 0],
      [6, 2],
      [7, 2],
    ] as const)
      assert.equal((await drift.stepsTo({ ...subject, version })).length, count, String(version));
    drift.rest();
  });

  it('finds nothing in the example, whose schema is what its migrations make', async () => {
    const root = new URL('../../examples/prisma/prisma/', import.meta.url);
    const schema = readFileSync(new URL('schema.prisma', root), 'utf8');
    const migrations = migrationsIn(new URL('migrations/', root));
    assert.match(await driftOf(migrations, [['schema.prisma', schema]]), /^-- This is an empty migration\.\s*$/);
    const without = migrations.filter(({ name }) => !name.endsWith('_cart_channel'));
    assert.match(await driftOf(without, [['schema.prisma', schema]]), /ADD COLUMN\s+"channel"/);
  });

  it('shows at each model of the example what the engine writes for it, and all of that', async () => {
    const root = new URL('../../examples/prisma/prisma/', import.meta.url);
    const text = readFileSync(new URL('schema.prisma', root), 'utf8');
    const whole = await engine.script(null, [['schema.prisma', text]]);
    const schema = readSchema([{ uri: 'schema.prisma', file: PrismaFile.of(text) }]);
    assert.ok(schema);
    const shown = [...schema.models, ...schema.enums].map(({ name }) => modelSql(whole, schema, name, parser) ?? '');
    assert.ok(shown.every((sql) => /^-- Create(?:Table|Enum)\nCREATE /.test(sql)));
    const statementsIn = (sql: string) =>
      SqlText.of(sql, parser)
        .statements.map(({ body }) => body.trim())
        .filter((b) => b !== '');
    assert.deepEqual(
      statementsIn(shown.join('\n')).sort(),
      statementsIn(whole)
        .filter((sql) => !sql.startsWith('CREATE SCHEMA'))
        .sort(),
    );
    // and the files' catalog of it is that of the migrations
    const catalogOf = (sql: string) => {
      const reviewer = new FileReviewer({ targetVersion: 18 });
      reviewer.review(sqlSource.read('file:///all.sql', Text.of(sql), parser));
      return reviewer.catalogAfter();
    };
    const migrations = migrationsIn(new URL('migrations/', root)).map(({ sql }) => sql);
    assert.deepEqual(compareCatalogs({ files: catalogOf(whole), database: catalogOf(migrations.join('\n')) }), []);
  });

  it('answers from what it has kept when only the schema changes, and runs nothing', async () => {
    const before = numbered([init]);
    await driftOf(before, schemaOf(role + user() + post()));
    database.rest();
    const said: string[] = [];
    const script = await engine.script(
      (query) => database.answer(before, query, { progress: (message) => said.push(message) }),
      schemaOf(role + user('  nickname  String?\n') + post()),
    );
    assert.match(script, /"nickname"/);
    assert.deepEqual(said, []);
  });

  it('has the extensions that migrations create', async () => {
    const before = numbered([
      init,
      '-- Create Extension\nCREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE EXTENSION "uuid-ossp";',
    ]);
    assert.match(await driftOf(before, schemaOf(role + user() + post())), /empty migration/);
  });

  it('says which migration does not run, and does not try it twice', async () => {
    const before = numbered([init, 'CREATE EXTENSION "postgis";']);
    const failed = (error: Error) =>
      error instanceof ReplayError && /20240101000001_step does not run.*postgis/.test(error.message);
    await assert.rejects(driftOf(before, schemaOf(role + user() + post())), failed);
    const started = performance.now();
    await assert.rejects(driftOf(before, schemaOf(role + user() + post())), failed);
    assert.ok(performance.now() - started < 400);
  });

  it('takes a schema that is half typed for what it is, and goes on', async () => {
    await assert.rejects(driftOf(numbered([init]), schemaOf(`${role}${user('  nick Stri')}${post()}`)), {
      code: 'P1012',
    });
    assert.match(await driftOf(numbered([init]), schemaOf(role + user() + post())), /empty migration/);
  });

  it('reads no connection, and passes over preview features that the engine does not know any more', async () => {
    const [[, text] = ['', '']] = schemaOf(
      `generator client {\n  provider = "prisma-client-js"\n  previewFeatures = ["metrics", "views", "driverAdapters"]\n}\n\n${role}${user()}${post()}`,
      '  url = env("DATABASE_URL")\n  directUrl = env("DIRECT")\n',
    );
    assert.match(await driftOf(numbered([init]), [['schema.prisma', text]]), /empty migration/);
  });

  it('gives up when nobody waits any more, and starts again', async () => {
    const abort = new AbortController();
    const script = engine.script(
      (query) => {
        abort.abort();
        return database.answer(numbered([init]), query);
      },
      schemaOf(role + user() + post()),
      abort.signal,
    );
    await assert.rejects(script, { reason: 'cancelled' });
    assert.match(await driftOf(numbered([init]), schemaOf(role + user() + post())), /empty migration/);
  });

  onEachVersion('says on the embedded Postgres what it says on servers', ({ freshDatabase }) => {
    for (const [name, { migrations = [init], models }] of Object.entries(cases)) {
      it(name, async () => {
        const server = await (await freshDatabase()).client();
        for (const sql of migrations) await server.query(sql);
        assert.equal(
          await driftOf(numbered(migrations), schemaOf(models)),
          await engine.script((query) => askServer(server, query), schemaOf(models)),
        );
      });
    }
  });
});
