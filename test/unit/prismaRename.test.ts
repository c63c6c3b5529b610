// Rename in Prisma's schemas: what is edited, what is refused, and that Prisma's engine sees no difference afterwards.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import type { Files } from '../harness/project.ts';

const schemaPath = 'schema.prisma';

/** The files after the name at `§` in one of them has become another; the sentence that refuses that. */
async function renamed(marked: Files, newName: string): Promise<Files | string | null> {
  const [path, text] = Object.entries(marked).find(([, t]) => t.includes('§')) as [string, string];
  const offset = text.indexOf('§');
  const files = { ...marked, [path]: text.replace('§', '') };
  const service = new LanguageService(parser, filesInMemory(files));
  await service.scan([rootUri]);
  return renamedIn(service, files, path, offset, newName);
}

function renamedIn(
  service: LanguageService,
  files: Files,
  path: string,
  offset: number,
  newName: string,
): Files | string | null {
  const uri = `${rootUri}/${path}`;
  service.open(uri, 'prisma', 1, files[path] as string);
  const position = TextDocument.create(uri, '', 1, files[path] as string).positionAt(offset);
  const target = service.prepareRename(uri, position);
  if (target === null || typeof target === 'string') return target;
  const edit = service.rename(uri, position, newName);
  if (edit === null || typeof edit === 'string') return edit;
  const result: Record<string, string> = { ...files };
  for (const [of, edits] of Object.entries(edit.changes ?? {})) {
    const name = of.slice(rootUri.length + 1);
    const document = TextDocument.create(of, '', 1, result[name] as string);
    result[name] = TextDocument.applyEdits(document, edits as TextEdit[]);
  }
  return result;
}

/** In one file, which stays without its datasource here; Prisma's engine must see no difference. */
async function inOne(marked: string, newName: string): Promise<string> {
  const whole = withDatasource(marked);
  const head = whole.slice(0, whole.length - marked.length);
  const after = await renamed({ [schemaPath]: whole }, newName);
  if (after === null) return 'no name';
  if (typeof after === 'string') return after;
  const text = after[schemaPath] as string;
  assert.equal(await differences(whole.replace('§', ''), text), '');
  return text.slice(head.length);
}

async function differences(from: string, to: string): Promise<string> {
  return (await migrationSql(from, to)).replace('-- This is an empty migration.\n', '');
}

describe('Rename in Prisma schemas', () => {
  it('of a field: in lists of fields too, and the column keeps its name', async () => {
    const marked = `model Customer {
  id     Int     @id
  orders Order[]
}

model Order {
  id         Int      @id
  customer   Customer @relation(fields: [customerId], references: [id])
  customer§Id Int
  note       String?

  @@unique([customerId, note])
  @@index(fields: [customerId(sort: Desc)])
}
`;
    assert.equal(
      await inOne(marked, 'buyerId'),
      `model Customer {
  id     Int     @id
  orders Order[]
}

model Order {
  id         Int      @id
  customer   Customer @relation(fields: [buyerId], references: [id])
  buyerId Int @map("customerId")
  note       String?

  @@unique([buyerId, note])
  @@index(fields: [buyerId(sort: Desc)])
}
`,
    );
    const key = await inOne(marked.replace('§', '').replace('references: [id]', 'references: [i§d]'), 'key');
    assert.match(key, /model Customer \{\n {2}key {5}Int {5}@id @map\("id"\)\n/);
    assert.match(key, /references: \[key\]/);
    assert.match(key, /model Order \{\n {2}id {9}Int/);
  });

  it('of a field that has a name of its own in the database: that stays, and is not said twice', async () => {
    const model = (field: string): string => `model M {\n  id Int @id\n  ${field}\n}\n`;
    assert.equal(
      await inOne(model('fir§st String @map("first_name")'), 'given'),
      model('given String @map("first_name")'),
    );
    assert.equal(await inOne(model('fir§st String @map("first_name")'), 'first_name'), model('first_name String'));
    assert.equal(await inOne(model('fir§st String @map("one") @unique'), 'one'), model('one String @unique'));
  });

  it('of a field without a column: its name only', async () => {
    assert.equal(
      await inOne(
        'model A {\n  id Int @id\n  b§s B[]\n}\n\nmodel B {\n  id Int @id\n  a A @relation(fields: [aId], references: [id])\n  aId Int\n}\n',
        'many',
      ),
      'model A {\n  id Int @id\n  many B[]\n}\n\nmodel B {\n  id Int @id\n  a A @relation(fields: [aId], references: [id])\n  aId Int\n}\n',
    );
  });

  it('not of what only looks like the name: functions, values, comments, strings, other models', async () => {
    const marked = `model M {
  id   String @id @default(uuid())
  // uuid is a field
  uu§id String @unique @default("uuid")
}

model N {
  uuid String @id @map("uuid")
}
`;
    assert.equal(
      await inOne(marked, 'code'),
      marked.replace('uu§id String @unique @default("uuid")', 'code String @unique @default("uuid") @map("uuid")'),
    );
  });

  it('of the fields in the condition of a partial index', async () => {
    const generator =
      'generator client {\n  provider        = "prisma-client-js"\n  previewFeatures = ["partialIndexes"]\n}\n\n';
    const model = (field: string, map: string): string =>
      `${generator}model M {\n  id Int @id\n  ${field} DateTime?${map}\n  not Int\n\n  @@index([id], where: { ${field.replace('§', '')}: { not: null }, not: 1 })\n}\n`;
    assert.equal(await inOne(model('gone§At', ''), 'deletedAt'), model('deletedAt', ' @map("goneAt")'));
  });

  it('of a model: in the types of fields, and the table keeps its name', async () => {
    const marked =
      'model Us§er {\n  id    Int    @id\n  posts Post[]\n}\n\nmodel Post {\n  id     Int  @id\n  user   User @relation(fields: [userId], references: [id])\n  userId Int\n}\n';
    assert.equal(
      await inOne(marked, 'Account'),
      marked
        .replace('model Us§er', 'model Account')
        .replace('posts Post[]\n', 'posts Post[]\n\n  @@map("User")\n')
        .replace('user   User', 'user   Account'),
    );
    assert.equal(
      await inOne('model Us§er {\n  id Int @id\n\n  @@map("users")\n}\n', 'Account'),
      'model Account {\n  id Int @id\n\n  @@map("users")\n}\n',
    );
    assert.equal(
      await inOne('model Us§er {\n  id Int @id\n  @@map("users")\n}\n', 'users'),
      'model users {\n  id Int @id\n}\n',
    );
  });

  it('of an enum and of its values: in defaults too, and the type and its values keep their names', async () => {
    const model =
      'model M {\n  id Int @id\n  a  Mood @default(HAPPY)\n  b  Mood[] @default([HAPPY, SAD])\n  HAPPY Int @default(1)\n}\n\n';
    assert.equal(
      await inOne(`${model}enum Mo§od {\n  HAPPY\n  SAD\n}\n`, 'State'),
      `${model.replaceAll('Mood', 'State')}enum State {\n  HAPPY\n  SAD\n\n  @@map("Mood")\n}\n`,
    );
    assert.equal(
      await inOne(`${model.replace('(HAPPY)', '(HAP§PY)')}enum Mood {\n  HAPPY\n  SAD\n}\n`, 'GOOD'),
      `${model.replace('(HAPPY)', '(GOOD)').replace('[HAPPY', '[GOOD')}enum Mood {\n  GOOD @map("HAPPY")\n  SAD\n}\n`,
    );
  });

  it('of a model with a table between lists: the relation keeps its name', async () => {
    const marked =
      'model Cate§gory {\n  id    Int    @id\n  posts Post[]\n}\n\nmodel Post {\n  id   Int        @id\n  cats Category[]\n}\n';
    assert.equal(
      await inOne(marked, 'Label'),
      marked
        .replace('Cate§gory', 'Label')
        .replace('Post[]', 'Post[] @relation("CategoryToPost")\n\n  @@map("Category")')
        .replace('Category[]', 'Label[] @relation("CategoryToPost")'),
    );
    const swapped =
      'The table _CategoryToPost would mean the opposite: its columns A and B belong to the models in the order of their names, and Topic comes on the other side of Post. Choose a name that keeps the order.';
    assert.equal(await inOne(marked, 'Topic'), swapped);
    const both = marked
      .replace('Post[]', 'Post[] @relation("x")')
      .replace('Category[]', 'Category[] @relation(name: "x")');
    assert.match(await inOne(both, 'Topic'), /^The table _x would mean the opposite/);
    assert.match(await inOne(both, 'Label'), /model Label \{/);
  });

  it('of a list of the own model: the columns A and B stay where they are', async () => {
    const marked =
      'model User {\n  id Int @id\n  foll§owers User[] @relation("f")\n  follows User[] @relation("f")\n}\n';
    assert.match(await inOne(marked, 'readers'), /^The table _f would mean the opposite: .* belong to the fields/);
    assert.match(await inOne(marked, 'fans'), /\n {2}fans User\[\] @relation\("f"\)\n/);
  });

  it('keeps the line ends of the file', async () => {
    const text = withDatasource('model User {\n  id Int @id\n}\n').replaceAll('\n', '\r\n');
    const after = await renamed({ [schemaPath]: text.replace('User', 'Us§er') }, 'Reader');
    assert.deepEqual(after, {
      [schemaPath]: text.replace('User', 'Reader').replace('@id\r\n', '@id\r\n\r\n  @@map("User")\r\n'),
    });
  });

  it('in all files of the schema', async () => {
    const after = await renamed(
      {
        'prisma/schema/main.prisma': withDatasource('enum Mood {\n  HAPPY\n}\n'),
        'prisma/schema/user.prisma': 'model User {\n  id Int @id\n  mood Mo§od\n}\n',
      },
      'State',
    );
    assert.deepEqual(after, {
      'prisma/schema/main.prisma': withDatasource('enum State {\n  HAPPY\n\n  @@map("Mood")\n}\n'),
      'prisma/schema/user.prisma': 'model User {\n  id Int @id\n  mood State\n}\n',
    });
  });

  it('is refused for names that are taken or none, and while something is half typed', async () => {
    const model = 'model M {\n  id Int @id\n  na§me String\n}\n';
    assert.equal(await inOne(model, 'id'), 'M has a field id.');
    assert.match(await inOne(model, '1st'), /^1st is no name in Prisma's language/);
    assert.match(await inOne(model, '_a'), /^_a is no name/);
    assert.equal(await inOne(`${model.replace('§', '')}\nenum E§n {\n  A\n}\n`, 'M'), 'There is a M already.');
    assert.equal(await inOne('model M§ {\n  id Int @id\n}\n', 'class'), 'Prisma keeps the name class for itself.');
    assert.match(await inOne(`${model}\nmodel N {\n  id Int @id @@\n}\n`, 'title'), /^A line of N cannot be read/);
    assert.equal(
      await inOne(`${model}\nmodel M {\n  id Int @id\n}\n`.replace('na§me', 'name').replace('M {', 'M§ {'), 'N'),
      'M is declared twice.',
    );
    assert.equal(await inOne('model M {\n  id I§nt @id\n}\n', 'x'), 'no name');
  });

  it('refuses for models what Prisma refuses, and takes what it takes', async () => {
    for (const name of [
      'async',
      'yield',
      'PrismaClient',
      'Json',
      'using',
      'static',
      'of',
      'type',
      'Object',
      'undefined',
      'é',
      'a_1',
    ]) {
      const taken = await migrationSql(null, `model ${name} {\n  id Int @id\n}`).then(
        () => true,
        () => false,
      );
      const answer = await inOne('model M§ {\n  id Int @id\n}\n', name);
      assert.equal(answer.startsWith('model'), taken, `${name}: ${answer}`);
    }
  });

  it('of every name of the example leaves nothing for Prisma to do', async function () {
    this.timeout(120_000);
    const text = readFileSync(new URL('../../examples/prisma/prisma/schema.prisma', import.meta.url), 'utf8');
    const files = { [schemaPath]: text };
    const service = new LanguageService(parser, filesInMemory(files));
    await service.scan([rootUri]);
    let count = 0;
    for (const match of text.matchAll(/^(?:model|enum) (\w+)|^ {2}(\w+)\b/gm)) {
      const name = (match[1] ?? match[2]) as string;
      const after = renamedIn(service, files, schemaPath, match.index + match[0].length - 1, `${name}_x`);
      if (after === null) continue;
      assert.ok(typeof after === 'object', `${name}: ${after}`);
      assert.notEqual(after[schemaPath], text);
      assert.equal(await differences(text, after[schemaPath] as string), '', name);
      count++;
    }
    assert.ok(count > 100, `${count}`);
  });
});

describe("What a rename in a Prisma schema leaves to TypeScript's own rename", () => {
  const schema = withDatasource(
    'model User {\n  id    Int    @id\n  email String\n  role  Role\n}\n\nenum Role {\n  ADMIN\n}\n',
  );
  const files: Files = {
    [schemaPath]: schema,
    'src/users.ts':
      "import { PrismaClient, type User, Role } from '@prisma/client';\nprisma.user.findMany({ where: { email, role: Role.ADMIN } });\nconst w: Prisma.UserWhereInput = { emails: 1, $email: 2 };\n",
    'src/other.ts': 'const email = user.email as User; // another one\n',
    'src/open.tsx': 'import { prisma } from "./db";\nprisma.user.count();\n',
    'src/generated/prisma/index.ts': 'export type User = { email: string }; // prisma\n',
    'src/prisma.d.ts': 'type User = { email: string };\n',
  };

  async function left(word: string, newName: string): Promise<string | null> {
    const service = new LanguageService(parser, filesInMemory(files));
    await service.scan([rootUri]);
    const uri = `${rootUri}/${schemaPath}`;
    service.open(uri, 'prisma', 1, schema);
    service.open(`${rootUri}/src/open.tsx`, 'typescriptreact', 1, `${files['src/open.tsx']}prisma.user.create();\n`);
    const position = TextDocument.create(uri, '', 1, schema).positionAt(schema.indexOf(word));
    return service.clientUses(uri, position, newName);
  }

  it('is told with the number of places, those of open files as they stand there', async () => {
    assert.equal(
      await left('User {', 'Account'),
      'Only the schema was renamed: 5 places in 2 TypeScript or JavaScript files that use Prisma say user or User, and may mean what is Account now. After prisma generate, a type check finds those that do.',
    );
    assert.equal(
      await left('email', 'mail'),
      'Only the schema was renamed: 1 place in 1 TypeScript or JavaScript file that uses Prisma says email, and may mean what is mail now. After prisma generate, a type check finds those that do.',
    );
    assert.match((await left('Role {', 'Rank')) ?? '', /^Only the schema was renamed: 2 places in 1 .* say Role,/);
    assert.match((await left('ADMIN', 'BOSS')) ?? '', /^Only the schema was renamed: 1 place in 1 .* says ADMIN,/);
  });

  it('is not told where nothing says the name, or there is none', async () => {
    assert.equal(await left('id ', 'key'), null);
    assert.equal(await left('@id', 'key'), null);
  });
});
