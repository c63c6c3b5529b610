// What Prisma's engine writes, in words and at the models; the thread that it runs in; what it is given and gets.
import assert from 'node:assert/strict';
import { FileReviewer } from '../../server/src/document.ts';
import { migrationName } from '../../server/src/features/nextMigration.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { driftFindings } from '../../server/src/prismaEngine/driftFindings.ts';
import { PrismaEngine } from '../../server/src/prismaEngine/engine.ts';
import { forEngine } from '../../server/src/prismaEngine/engineSchema.ts';
import type { EngineWorker, FromEngine, ToEngine } from '../../server/src/prismaEngine/messages.ts';
import { argumentText, resultSetOf } from '../../server/src/prismaEngine/resultSet.ts';
import { stepsOf, withoutJoinTableKeys } from '../../server/src/prismaEngine/steps.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/prisma/schema.prisma';
const schema = readSchema([
  {
    uri,
    file: PrismaFile.of(`datasource db {
  provider = "postgresql"
}

enum Role {
  USER

  @@map("roles")
}

model User {
  id    Int    @id
  posts Post[]

  @@map("users")
}

model Post {
  id      Int    @id
  authors User[]
  tags    Tag[]  @relation("labels")

  @@schema("blog")
}

model Tag {
  id    Int    @id
  posts Post[] @relation("labels")
}
`),
  },
]);

function findings(script: string, history = ''): string[] {
  const reviewer = new FileReviewer({ targetVersion: 18 });
  reviewer.review(sqlSource.read('file:///h.sql', Text.of(history), parser));
  const steps = stepsOf(script, reviewer.catalogAfter(), parser);
  assert.ok(schema);
  return driftFindings(steps, schema).map(({ at, severity, message }) => `${at?.name ?? '-'} ${severity}: ${message}`);
}

describe('What the engine writes, in words', () => {
  it('stands at the model that it is about, by the name in the database', () => {
    assert.deepEqual(
      findings('-- AlterTable\nALTER TABLE "users" ADD COLUMN "nick" TEXT,\nALTER COLUMN "age" SET NOT NULL;\n'),
      [
        'User warning: The migrations do not make this model as it stands here: column "nick" is missing, column "age" is nullable.',
      ],
    );
    assert.deepEqual(findings('CREATE TABLE "blog"."Post" (id int);'), [
      'Post warning: No migration makes the table of this model.',
    ]);
    assert.deepEqual(findings('CREATE TYPE "roles" AS ENUM (\'USER\');'), [
      'Role warning: No migration makes the type of this enum.',
    ]);
    assert.deepEqual(findings('ALTER TYPE "roles" ADD VALUE \'ADMIN\';'), [
      "Role warning: The migrations do not make this enum as it stands here: value 'ADMIN' is missing.",
    ]);
  });

  it('is no warning where queries work: indexes, keys, defaults, what is too much', () => {
    assert.deepEqual(
      findings('CREATE INDEX "i" ON "users"("id");\nALTER TABLE "users" ALTER COLUMN "id" DROP DEFAULT;'),
      [
        'User information: The migrations do not make this model as it stands here: index "i" is missing, column "id" has a default that is not in the schema.',
      ],
    );
    assert.deepEqual(findings('ALTER TABLE "users" DROP COLUMN "old";'), [
      'User information: The migrations do not make this model as it stands here: column "old" is not in the schema.',
    ]);
  });

  it('finds the table of an index by the migrations', () => {
    const history = 'CREATE TABLE users (id int);\nCREATE INDEX "users_id_idx" ON users (id);\n';
    const remade = 'DROP INDEX "users_id_idx";\nCREATE INDEX "users_id_idx" ON "users"("id" DESC);\n';
    assert.deepEqual(findings(remade, history), [
      'User information: The migrations do not make this model as it stands here: index "users_id_idx" is another than here.',
    ]);
    assert.deepEqual(findings('ALTER INDEX "users_id_idx" RENAME TO "users_idx";', history), [
      'User information: The migrations do not make this model as it stands here: index "users_id_idx" is to be named "users_idx".',
    ]);
  });

  it('stands at the schema where no model is meant', () => {
    assert.deepEqual(findings('DROP TABLE "old";\nCREATE EXTENSION IF NOT EXISTS "citext";'), [
      '- information: The migrations make another database than this schema: table "old" is not in the schema, extension "citext" is missing.',
    ]);
  });

  it('takes the statements that replace an enum together', () => {
    const script = `-- AlterEnum
BEGIN;
CREATE TYPE "roles_new" AS ENUM ('USER');
ALTER TABLE "users" ALTER COLUMN "role" TYPE "roles_new" USING ("role"::text::"roles_new");
ALTER TYPE "roles" RENAME TO "roles_old";
ALTER TYPE "roles_new" RENAME TO "roles";
DROP TYPE "roles_old";
COMMIT;
`;
    assert.deepEqual(findings(script), [
      'Role information: The migrations do not make this enum as it stands here: it has values that are not in the schema.',
    ]);
  });

  it('finds the models of tables between lists', () => {
    const key = 'ADD CONSTRAINT "_PostToUser_AB_pkey" PRIMARY KEY ("A", "B");\n';
    assert.deepEqual(findings(`ALTER TABLE "_PostToUser" ${key}`), [
      'User information: The migrations do not make this model as it stands here: constraint "_PostToUser_AB_pkey" is missing.',
    ]);
    assert.deepEqual(
      findings('CREATE TABLE "_labels" (a int);').map((text) => text.split(' ')[0]),
      ['Tag'],
    );
    const old = stepsOf(
      `ALTER TABLE "_PostToUser" ${key}DROP INDEX "_PostToUser_AB_unique";\n`,
      new FileReviewer({ targetVersion: 18 }).catalogAfter(),
      parser,
    );
    assert.equal(old.length, 2);
    assert.deepEqual(withoutJoinTableKeys(old), []);
  });

  it('gives the migration a name', () => {
    const name = (script: string) =>
      migrationName(stepsOf(script, new FileReviewer({ targetVersion: 18 }).catalogAfter(), parser));
    assert.equal(name('ALTER TABLE "User" ADD COLUMN "nickName" TEXT;'), 'add_nickname_to_user');
    assert.equal(name('CREATE TABLE "Tag" (id int);\nCREATE INDEX "i" ON "Tag"("id");'), 'create_tag');
    assert.equal(name('CREATE INDEX "i" ON "Tag"("id");'), 'update_tag');
    assert.equal(name('CREATE TABLE "Tag" (id int);\nDROP TABLE "Old";'), 'update_schema');
  });
});

describe('What the engine is given', () => {
  it('is the schema without connections, each line at its place', () => {
    const text =
      'datasource db {\n  provider = "postgresql"\n  url      = env("URL") // secret\n  directUrl = env("D")\n}\ngenerator client {\n  previewFeatures = [\n    "metrics",\n    "views",\n  ]\n  url = "stays"\n}\nmodel A {\n  url String\n}\n';
    const [[, masked] = ['', '']] = forEngine([['a', text]]);
    assert.ok(!masked.includes('env('));
    assert.match(masked, /previewFeatures = \["views"\]/);
    assert.match(masked, /url = "stays"/);
    assert.match(masked, /model A \{\n {2}url String\n\}/);
    const lineOf = (of: string, word: string) => of.slice(0, of.indexOf(word)).split('\n').length;
    assert.equal(lineOf(masked, 'model A'), lineOf(text, 'model A'));
  });

  it('are arguments as Postgres reads them', () => {
    assert.equal(argumentText(['a', 'b "c" \\', null]), '{"a","b \\"c\\" \\\\",NULL}');
    assert.equal(argumentText(7), '7');
    assert.equal(argumentText(null), null);
  });

  it('are answers with values of its own kinds', () => {
    const columns = [16, 21, 20, 18, 1009, 1005, 25].map((type, i) => ({ name: `c${i}`, type }));
    const row = ['t', '-3', '9223372036854775807', 'r', '{a,"b,c","d\\"e",NULL,""}', '{1,2}', 'x'];
    assert.deepEqual(resultSetOf({ columns, rows: [row, columns.map(() => null)] }), {
      columnNames: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'],
      columnTypes: [5, 0, 1, 6, 71, 64, 7],
      rows: [
        [true, -3, '9223372036854775807', 'r', ['a', 'b,c', 'd"e', null, ''], [1, 2], 'x'],
        columns.map(() => null),
      ],
    });
    assert.deepEqual(resultSetOf({ columns: [{ name: 'a', type: 1009 }], rows: [['{}']] }).rows, [[[]]]);
  });
});

describe('What a schema is compared with', () => {
  const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';
  const model = (name: string) => `model ${name} {\n  id Int @id\n}\n`;
  const migration = 'CREATE TABLE "A" (id int);\n';

  async function subjectOf(path: string, files: Readonly<Record<string, string>>) {
    const service = new LanguageService(parser, filesInMemory(files));
    await service.scan([rootUri]);
    const subject = service.driftSubject(`${rootUri}/${path}`);
    return subject && { ...subject, main: subject.main.slice(rootUri.length + 1) };
  }

  it('are the migrations beside it, in their order', async () => {
    const subject = await subjectOf('prisma/schema.prisma', {
      'prisma/schema.prisma': datasource + model('A'),
      'prisma/migrations/20240102000000_b/migration.sql': 'SELECT 2;\n',
      'prisma/migrations/20240101000000_a/migration.sql': migration,
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    });
    assert.deepEqual(subject?.migrations, [
      { name: '20240101000000_a', sql: migration },
      { name: '20240102000000_b', sql: 'SELECT 2;\n' },
    ]);
    assert.ok(subject?.history.relations.has('public.A'));
  });

  it('are none of a file that was left beside the schema that the settings name', async () => {
    const files = {
      'db/prisma.config.ts': 'export default defineConfig({\n  schema: "prisma/schema",\n});\n',
      'db/prisma/schema.prisma': datasource,
      'db/prisma/schema/main.prisma': datasource,
      'db/prisma/schema/a.prisma': model('A'),
      'db/prisma/migrations/1_a/migration.sql': migration,
    };
    assert.equal(await subjectOf('db/prisma/schema.prisma', files), null);
    assert.equal((await subjectOf('db/prisma/schema/a.prisma', files))?.main, 'db/prisma/schema/main.prisma');
    // what the settings name may be made by another program
    const { 'db/prisma/schema/main.prisma': _, 'db/prisma/schema/a.prisma': __, ...alone } = files;
    assert.equal((await subjectOf('db/prisma/schema.prisma', alone))?.main, 'db/prisma/schema.prisma');
  });

  it('are those above a schema of several files', async () => {
    const files = {
      'db/prisma/schema/main.prisma': datasource,
      'db/prisma/schema/a.prisma': model('A'),
      'db/prisma/migrations/20240101000000_a/migration.sql': migration,
    };
    for (const path of ['db/prisma/schema/main.prisma', 'db/prisma/schema/a.prisma']) {
      const subject = await subjectOf(path, files);
      assert.equal(subject?.main, 'db/prisma/schema/main.prisma');
      assert.equal(subject?.files.length, 2);
    }
  });

  it('are none of another project, and none where two schemas share them', async () => {
    const other = { 'b/prisma/migrations/20240101000000_a/migration.sql': migration };
    assert.equal(await subjectOf('a/schema.prisma', { 'a/schema.prisma': datasource, ...other }), null);
    const two = { 'b/prisma/schema.prisma': datasource, 'b/prisma/test.prisma': datasource, ...other };
    assert.equal(await subjectOf('b/prisma/schema.prisma', two), null);
    const below = { 'b/prisma/schema.prisma': datasource, 'b/prisma/old/schema.prisma': datasource, ...other };
    assert.equal(await subjectOf('b/prisma/old/schema.prisma', below), null);
    assert.ok(await subjectOf('b/prisma/schema.prisma', below));
  });

  it('are none where the schema is not for Postgres, or tables are made elsewhere', async () => {
    const history = { 'prisma/migrations/20240101000000_a/migration.sql': migration };
    const mysql = datasource.replace('postgresql', 'mysql');
    assert.equal(await subjectOf('prisma/schema.prisma', { 'prisma/schema.prisma': mysql, ...history }), null);
    const external = {
      'prisma/schema.prisma': datasource,
      'prisma.config.ts': 'export default defineConfig({ tables: { external: ["auth.users"] } });',
      ...history,
    };
    assert.equal(await subjectOf('prisma/schema.prisma', external), null);
  });

  it('knows the version of Prisma from package.json', async () => {
    const files = {
      'prisma/schema.prisma': datasource,
      'prisma/migrations/20240101000000_a/migration.sql': migration,
    };
    const versionOf = async (text: string) =>
      (await subjectOf('prisma/schema.prisma', { ...files, 'package.json': text }))?.version;
    assert.equal(await versionOf('{ "devDependencies": { "prisma": "^6.14.0" } }'), 6);
    assert.equal(await versionOf('{ "dependencies": { "@prisma/client": "5.1.0" } }'), 5);
    assert.equal(await versionOf('{ "devDependencies": { "prisma": "catalog:" } }'), null);
    assert.equal(await versionOf('{ "name": "prisma" }'), null);
  });
});

describe('The thread of the engine', () => {
  class FakeWorker implements EngineWorker {
    readonly posted: ToEngine[] = [];
    ended = false;
    listener: (message: FromEngine) => void = () => {};
    exit: (reason: string) => void = () => {};
    readonly #answer: (message: ToEngine, worker: FakeWorker) => void;

    constructor(answer: (message: ToEngine, worker: FakeWorker) => void) {
      this.#answer = answer;
    }
    post(message: ToEngine): void {
      this.posted.push(message);
      queueMicrotask(() => this.#answer(message, this));
    }
    onMessage(listener: (message: FromEngine) => void): void {
      this.listener = listener;
    }
    onExit(listener: (reason: string) => void): void {
      this.exit = listener;
    }
    async terminate(): Promise<void> {
      this.ended = true;
    }
  }

  function engineOf(
    answer: (message: ToEngine, worker: FakeWorker) => void,
    more: { timeoutMs?: number; idleMs?: number } = {},
  ) {
    const workers: FakeWorker[] = [];
    const startEngine = (): EngineWorker => {
      const worker = new FakeWorker(answer);
      workers.push(worker);
      return worker;
    };
    return { engine: new PrismaEngine({ startEngine, ...more }), workers };
  }
  const say = (sql: string) => (message: ToEngine, worker: FakeWorker) => {
    if (message.kind === 'script') worker.listener({ kind: 'script', sql });
  };

  it('is started once, and serves one after another', async () => {
    const { engine, workers } = engineOf(say('x'));
    assert.deepEqual(await Promise.all([engine.script(null, []), engine.script(null, [])]), ['x', 'x']);
    assert.equal(workers.length, 1);
    engine.dispose();
    assert.ok(workers[0]?.ended);
  });

  it('is started again when it crashed or did not answer', async () => {
    let harm = true;
    const crash = engineOf((message, worker) => {
      if (harm) worker.exit('out of memory');
      else say('y')(message, worker);
    });
    await assert.rejects(crash.engine.script(null, []), /stopped: out of memory/);
    harm = false;
    assert.equal(await crash.engine.script(null, []), 'y');
    assert.equal(crash.workers.length, 2);
    crash.engine.dispose();
    const silent = engineOf(() => {}, { timeoutMs: 20 });
    await assert.rejects(silent.engine.script(null, []), /did not answer within 0\.02 s/);
    assert.ok(silent.workers[0]?.ended);
    silent.engine.dispose();
  });

  it('lives on after a schema that is not valid, and not after a panic', async () => {
    let code: string | null = 'P1012';
    const { engine, workers } = engineOf((_, worker) => worker.listener({ kind: 'failed', code, message: 'no' }));
    await assert.rejects(engine.script(null, []), { code: 'P1012' });
    assert.ok(!workers[0]?.ended);
    code = null;
    await assert.rejects(engine.script(null, []), { code: null });
    assert.ok(workers[0]?.ended);
    engine.dispose();
  });

  it('ends when nobody asks', async () => {
    const { engine, workers } = engineOf(say('z'), { idleMs: 10 });
    await engine.script(null, []);
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.ok(workers[0]?.ended);
    assert.equal(await engine.script(null, []), 'z');
    engine.dispose();
  });

  it('ends when what it asks cannot be answered', async () => {
    const { engine, workers } = engineOf((message, worker) => {
      if (message.kind === 'script') worker.listener({ kind: 'query', id: 1, query: { sql: 'SELECT 1', args: [] } });
    });
    await assert.rejects(
      engine.script(async () => {
        throw new Error('gone');
      }, []),
      /gone/,
    );
    assert.ok(workers[0]?.ended);
    engine.dispose();
  });
});
