// From names in migrations and queries to the models of Prisma's schema, and back to all that uses them.
import assert from 'node:assert/strict';
import type { Location } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { Text } from '../../server/src/text/text.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import type { Files } from '../harness/project.ts';

const models = `enum Mood {
  HAPPY
  SAD   @map("sad")
}

model User {
  id        Int     @id
  firstName String? @map("first_name")
  mood      Mood    @default(HAPPY)
  posts     Post[]
  tags      Tag[]

  @@index([firstName])
  @@map("users")
}

model Post {
  id     Int  @id
  user   User @relation(fields: [userId], references: [id])
  userId Int
}

model Tag {
  id    Int    @id
  users User[]
}
`;
const schemaPath = 'prisma/schema.prisma';
const initPath = 'prisma/migrations/20260101000000_init/migration.sql';
const laterPath = 'prisma/migrations/20260201000000_later/migration.sql';
const queryPath = 'src/users.ts';
const typedPath = 'prisma/sql/byName.sql';

const sources: Files = {
  [schemaPath]: withDatasource(models),
  [laterPath]: `ALTER TYPE "Mood" ADD VALUE 'sad';\nCREATE INDEX "extra" ON "users" ("mood");\n`,
  [queryPath]:
    'export const all = () => prisma.$queryRaw`SELECT u."first_name", p."userId" FROM "users" u JOIN "Post" p ON p."userId" = u.id WHERE u.mood = \'HAPPY\'`;\n',
  [typedPath]: '-- @param {String} $1:name\nSELECT id FROM "users" WHERE "first_name" = $1;\n',
};

const languages: Readonly<Record<string, string>> = { prisma: 'prisma', sql: 'sql', ts: 'typescript' };

async function files(): Promise<Files> {
  const init = await migrationSql(null, models);
  return { ...sources, [initPath]: init.replace("'HAPPY', 'sad'", "'HAPPY'") };
}

async function opened(): Promise<{ service: LanguageService; all: Files }> {
  const all = await files();
  const service = new LanguageService(parser, filesInMemory(all));
  await service.scan([rootUri]);
  for (const [path, text] of Object.entries(all))
    service.open(`${rootUri}/${path}`, languages[path.split('.').at(-1) as string] as string, 1, text);
  return { service, all };
}

/** Each as `file:line the words`. */
function told(all: Files, locations: readonly Location[]): string[] {
  return locations.map(({ uri, range }) => {
    const path = uri.slice(rootUri.length + 1);
    const text = Text.of(all[path] as string);
    const words = text.slice(text.offsetAt(range.start), text.offsetAt(range.end));
    return `${path.replace('prisma/migrations/', '')}:${range.start.line + 1} ${words}`;
  });
}

type Ask = 'definition' | 'references';

/** @param place words of the file with the cursor, `§`, in them */
async function ask(how: Ask, path: string, place: string): Promise<string[]> {
  const { service, all } = await opened();
  const text = all[path] as string;
  const at = text.indexOf(place.replace('§', ''));
  assert.ok(at >= 0, `${place} is not in ${path}`);
  const position = Text.of(text).positionAt(at + place.indexOf('§'));
  return told(all, service[how](`${rootUri}/${path}`, position));
}

const definition = (path: string, place: string): Promise<string[]> => ask('definition', path, place);
const references = (path: string, place: string): Promise<string[]> => ask('references', path, place);

const init = '20260101000000_init/migration.sql';
const later = '20260201000000_later/migration.sql';

describe('From SQL to the schema of Prisma', () => {
  it('a table of a raw query: the migration and the model', async () => {
    const places = [`${init}:8 "users"`, 'prisma/schema.prisma:10 User'];
    assert.deepEqual(await definition(queryPath, 'FROM "us§ers"'), places);
    assert.deepEqual(await definition(typedPath, 'FROM "us§ers"'), places);
  });

  it('a column: what made it and its field', async () => {
    const places = [`${init}:10 "first_name"`, 'prisma/schema.prisma:12 firstName'];
    assert.deepEqual(await definition(queryPath, '"first§_name"'), places);
    assert.deepEqual(await definition(typedPath, '"first§_name"'), places);
  });

  it('where a migration makes it: on to the schema', async () => {
    assert.deepEqual(await definition(initPath, '"first§_name"'), ['prisma/schema.prisma:12 firstName']);
    assert.deepEqual(await definition(initPath, 'CREATE TABLE "us§ers"'), ['prisma/schema.prisma:10 User']);
    assert.deepEqual(await definition(initPath, 'CREATE TYPE "Mo§od"'), ['prisma/schema.prisma:5 Mood']);
  });

  it('an index, a foreign key, a table between lists', async () => {
    assert.deepEqual(await definition(initPath, 'CREATE INDEX "users_first§_name_idx"'), [
      'prisma/schema.prisma:17 @@index([firstName])',
    ]);
    assert.deepEqual(await definition(initPath, 'ADD CONSTRAINT "Post_user§Id_fkey"'), [
      'prisma/schema.prisma:23 @relation(fields: [userId], references: [id])',
    ]);
    const lists = ['prisma/schema.prisma:29 users', 'prisma/schema.prisma:15 tags'];
    assert.deepEqual(await definition(initPath, 'CREATE TABLE "_Tag§ToUser"'), lists);
    assert.deepEqual(await definition(initPath, 'REFERENCES "us§ers"("id")'), [
      `${init}:8 "users"`,
      'prisma/schema.prisma:10 User',
    ]);
  });

  it('what the schema does not know: the migration alone', async () => {
    assert.deepEqual(await definition(laterPath, 'INDEX "ext§ra"'), [`${later}:2 "extra"`]);
  });

  it('a value of an enum, in a string', async () => {
    assert.deepEqual(await definition(queryPath, "= 'HAP§PY'"), [`${init}:5 'HAPPY'`, 'prisma/schema.prisma:6 HAPPY']);
    assert.deepEqual(await definition(laterPath, "VALUE 'sa§d'"), ['prisma/schema.prisma:7 SAD']);
  });
});

describe('From the schema of Prisma to SQL', () => {
  it('an enum and its values: what made them', async () => {
    assert.deepEqual(await definition(schemaPath, 'enum Mo§od'), [`${init}:5 "Mood"`]);
    assert.deepEqual(await definition(schemaPath, '  HA§PPY'), [`${init}:5 'HAPPY'`]);
    assert.deepEqual(await definition(schemaPath, '  SA§D'), [`${later}:1 'sad'`]);
    assert.deepEqual(await definition(schemaPath, '@default(HA§PPY)'), ['prisma/schema.prisma:6 HAPPY']);
  });

  it('references of a model: types, migrations, queries', async () => {
    assert.deepEqual(await references(schemaPath, 'model Us§er'), [
      'prisma/schema.prisma:10 User',
      'prisma/schema.prisma:23 User',
      'prisma/schema.prisma:29 User',
      `${init}:8 "users"`,
      `${init}:40 "users"`,
      `${init}:46 "users"`,
      `${init}:52 "users"`,
      `${later}:2 "users"`,
      'src/users.ts:1 "users"',
      'prisma/sql/byName.sql:2 "users"',
    ]);
  });

  it('references of a field: lists, migrations, queries; the same from a query', async () => {
    const places = [
      'prisma/schema.prisma:12 firstName',
      'prisma/schema.prisma:17 firstName',
      `${init}:10 "first_name"`,
      `${init}:40 "first_name"`,
      'src/users.ts:1 "first_name"',
      'prisma/sql/byName.sql:2 "first_name"',
    ];
    assert.deepEqual(await references(schemaPath, 'firstN§ame String'), places);
    assert.deepEqual((await references(queryPath, '"first§_name"')).toSorted(), places.toSorted());
  });

  it('references in files that are not open', async () => {
    const all = await files();
    const service = new LanguageService(parser, filesInMemory({ ...all, 'src/other.ts': 'const first_name = 1;\n' }));
    await service.scan([rootUri]);
    const uri = `${rootUri}/${schemaPath}`;
    service.open(uri, 'prisma', 1, all[schemaPath] as string);
    const position = Text.of(all[schemaPath] as string).positionAt((all[schemaPath] as string).indexOf('firstName'));
    const closed = await service.queriesNaming(uri, position);
    assert.deepEqual(
      closed.map((file) => file.uri.slice(rootUri.length + 1)),
      [typedPath, queryPath],
    );
    const places = ['prisma/sql/byName.sql:2 "first_name"', 'src/users.ts:1 "first_name"'];
    assert.deepEqual(told(all, service.references(uri, position, closed)).slice(-2), places);
    // an open file is as it is in the editor
    service.open(`${rootUri}/${queryPath}`, 'typescript', 1, 'export {};\n');
    const again = await service.queriesNaming(uri, position);
    assert.deepEqual(told(all, service.references(uri, position, again)).slice(-1), places.slice(0, 1));
  });

  it('references of a value and of a field without a column: the schema', async () => {
    assert.deepEqual(await references(schemaPath, '  HA§PPY'), [
      'prisma/schema.prisma:6 HAPPY',
      'prisma/schema.prisma:13 HAPPY',
    ]);
    assert.deepEqual(await references(schemaPath, 'po§sts'), ['prisma/schema.prisma:14 posts']);
  });
});
