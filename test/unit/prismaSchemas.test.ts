// Prisma's schemas in a workspace: which files belong together, what is told at their models, and what names there mean.
import assert from 'node:assert/strict';
import type { Configuration } from '../../server/src/configuration.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { stepsOf } from '../../server/src/prismaEngine/steps.ts';
import { modelRules } from '../../server/src/rules/prisma/index.ts';
import { filesWith, namedSchema } from '../../server/src/sources/prisma/schemaFiles.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import { changedFiles, type Files, openProject } from '../harness/project.ts';

const customer = 'model Customer {\n  id     BigInt  @id\n  orders Order[]\n}\n';
const order =
  'model Order {\n  id         BigInt   @id\n  customer   Customer @relation(fields: [customerId], references: [id])\n  customerId BigInt\n}\n';

async function serviceWith(files: Files, ...open: readonly string[]): Promise<LanguageService> {
  const service = new LanguageService(parser, filesInMemory(files), { now: () => new Date('2026-03-04T05:06:07Z') });
  service.createsFiles(true);
  await service.scan([rootUri]);
  for (const path of open) service.open(`${rootUri}/${path}`, 'prisma', 1, files[path] as string);
  return service;
}

/** `rule at the marked words`, in the order of the file. */
function told(service: LanguageService, path: string, text: string): string[] {
  return service.diagnostics(`${rootUri}/${path}`).map(({ code, range }) => {
    const words = text.split('\n')[range.start.line]?.slice(range.start.character, range.end.character);
    return `${code} at ${words}`;
  });
}

const index = 'relation-without-index at @relation(fields: [customerId], references: [id])';

/** The place of `§` in a text, and the text without it. */
function cursorIn(marked: string): { text: string; position: { line: number; character: number } } {
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  return {
    text: marked.replace('§', ''),
    position: { line: before.length - 1, character: (before.at(-1) as string).length },
  };
}

describe("Prisma's schemas: files", () => {
  const files = (...uris: string[]) =>
    uris.map((uri) => ({ uri: uri.replace('*', ''), hasDatasource: uri.endsWith('*') }));
  const withNone: ReadonlySet<string> = new Set();

  it('takes all files below the folder with the datasource', () => {
    const all = files('f:/p/schema/a.prisma', 'f:/p/schema/main.prisma*', 'f:/p/schema/x/b.prisma', 'f:/q/c.prisma');
    const own = ['f:/p/schema/a.prisma', 'f:/p/schema/main.prisma', 'f:/p/schema/x/b.prisma'];
    for (const uri of own) assert.deepEqual(filesWith(uri, all, withNone), own, uri);
    assert.deepEqual(filesWith('f:/q/c.prisma', all, withNone), []);
  });

  it('takes files beside each other with a datasource each as schemas of their own', () => {
    const all = files('f:/p/a.prisma*', 'f:/p/b.prisma*', 'f:/p/c.prisma');
    assert.deepEqual(filesWith('f:/p/a.prisma', all, withNone), ['f:/p/a.prisma']);
    assert.deepEqual(filesWith('f:/p/c.prisma', all, withNone), []);
  });

  it('takes a folder that the project names whole', () => {
    const all = files('f:/p/db/models/a.prisma', 'f:/p/db/base/main.prisma*', 'f:/p/b.prisma');
    const own = ['f:/p/db/models/a.prisma', 'f:/p/db/base/main.prisma'];
    assert.deepEqual(filesWith('f:/p/db/base/main.prisma', all, new Set(['f:/p/db'])), own);
    assert.deepEqual(filesWith('f:/p/db/models/a.prisma', all, new Set(['f:/p/db'])), own);
  });

  it('reads which that is where it is written out', () => {
    assert.equal(namedSchema('package.json', '{"prisma": {"schema": "./db"}}'), './db');
    assert.equal(namedSchema('package.json', '{"prisma": {}'), null);
    assert.equal(
      namedSchema('prisma.config.ts', "export default defineConfig({\n  schema: 'db/schema',\n})"),
      'db/schema',
    );
    assert.equal(
      namedSchema('prisma.config.ts', "export default {\n  schema: path.join('db', 'schema'),\n}"),
      'db/schema',
    );
    assert.equal(namedSchema('prisma.config.ts', `export default {\n  schema: \`\${base}/schema\`,\n}`), null);
    assert.equal(namedSchema('prisma.config.ts', 'export default {\n  schema: schemaOf(env),\n}'), null);
  });
});

describe("Prisma's schemas: what is told", () => {
  it('of models in several files, open or not', async () => {
    const all = {
      'prisma/schema/main.prisma': withDatasource(customer),
      'prisma/schema/shop/order.prisma': order,
    };
    const service = await serviceWith(all, 'prisma/schema/shop/order.prisma');
    assert.deepEqual(told(service, 'prisma/schema/shop/order.prisma', order), [index]);
    // the model that it refers to goes
    service.open(`${rootUri}/prisma/schema/main.prisma`, 'prisma', 1, all['prisma/schema/main.prisma']);
    service.change(`${rootUri}/prisma/schema/main.prisma`, 2, [{ text: withDatasource('') }]);
    assert.deepEqual(told(service, 'prisma/schema/shop/order.prisma', order), []);
    service.close(`${rootUri}/prisma/schema/main.prisma`);
    assert.deepEqual(told(service, 'prisma/schema/shop/order.prisma', order), [index]);
  });

  it('of what else is there while a line is being typed', async () => {
    const text = withDatasource(customer + order);
    const service = await serviceWith({ 'schema.prisma': text }, 'schema.prisma');
    const uri = `${rootUri}/schema.prisma`;
    const at = { line: 4, character: 'model Customer {'.length };
    for (const [version, typed] of ['\n  na', 'me Str', 'ing @db.VarChar(2', '55)'].entries()) {
      const [line, character] = version === 0 ? [at.line, at.character] : [at.line + 1, 100];
      const range = { start: { line, character }, end: { line, character } };
      service.change(uri, version + 2, [{ range, text: typed }]);
      const now = told(service, 'schema.prisma', '').filter((t) => t.startsWith('relation-without-index'));
      assert.equal(now.length, 1, typed);
    }
    assert.equal(told(service, 'schema.prisma', '').length, 2);
  });

  it('nothing of a schema for another database, or of a file that belongs to none', async () => {
    const mysql = withDatasource(customer + order).replace('postgresql', 'mysql');
    const service = await serviceWith(
      { 'a/schema.prisma': mysql, 'b/x.prisma': order },
      'a/schema.prisma',
      'b/x.prisma',
    );
    assert.deepEqual(told(service, 'a/schema.prisma', mysql), []);
    assert.deepEqual(told(service, 'b/x.prisma', order), []);
  });

  it('nothing of copies: of the schema that a script in the migrations used, or that came with a generated client', async () => {
    const text = withDatasource(customer + order);
    const copies = ['prisma/migrations/20240101000000_fill/schema.prisma', 'src/generated/client/schema.prisma'];
    const service = await serviceWith(
      { 'prisma/schema.prisma': text, ...Object.fromEntries(copies.map((path) => [path, text])) },
      'prisma/schema.prisma',
      ...copies,
    );
    assert.deepEqual(told(service, 'prisma/schema.prisma', text), [index]);
    for (const path of copies) assert.deepEqual(told(service, path, text), [], path);
  });

  it('as the settings say, and not where a comment silences it', async () => {
    const text = withDatasource(customer + order);
    const service = await serviceWith({ 'schema.prisma': text }, 'schema.prisma');
    service.configure({ ...service.configuration, severities: { 'relation-without-index': 'off' } });
    assert.deepEqual(told(service, 'schema.prisma', text), []);
    service.configure({ ...service.configuration, severities: {} });
    assert.deepEqual(told(service, 'schema.prisma', text), [index]);
    const silenced = `// pgreview-ignore-file relation-without-index: a test\n${text}`;
    service.change(`${rootUri}/schema.prisma`, 2, [{ text: silenced }]);
    assert.deepEqual(told(service, 'schema.prisma', silenced), []);
    const inString = text.replace('@id', '@id @map("// pgreview-ignore-file")');
    service.change(`${rootUri}/schema.prisma`, 3, [{ text: inString }]);
    assert.deepEqual(told(service, 'schema.prisma', inString), [index]);
  });

  it('not what the migrations show otherwise, as they are now', async () => {
    const text = withDatasource(customer + order);
    const migration = `${await migrationSql(null, text)}\nCREATE INDEX "by_customer" ON "Order" ("customerId") WHERE id > 5;\n`;
    const path = 'prisma/migrations/20260101000000_init/migration.sql';
    const service = await serviceWith({ 'prisma/schema.prisma': text, [path]: migration }, 'prisma/schema.prisma');
    assert.deepEqual(told(service, 'prisma/schema.prisma', text), []);
    service.open(`${rootUri}/${path}`, 'sql', 1, migration);
    service.change(`${rootUri}/${path}`, 2, [{ text: migration.replace(/CREATE INDEX[^;]*;\n$/, '') }]);
    assert.deepEqual(told(service, 'prisma/schema.prisma', text), [index]);
  });
});

describe("Prisma's schemas: what the migrations do not make", () => {
  const path = 'prisma/migrations/20260101000000_init/migration.sql';
  const models = 'model Order {\n  id   BigInt @id\n  note String\n  kind String?\n}\n';

  /** With a schema, and migrations that make another one: Prisma's engine has told what would bring them to it. */
  async function compared(before: string, models: string, sql = '', severities: Configuration['severities'] = {}) {
    const text = withDatasource(models);
    const files = { 'prisma/schema.prisma': text, [path]: `${await migrationSql(null, before)}\n${sql}` };
    const service = await serviceWith(files, 'prisma/schema.prisma');
    service.configure({ ...service.configuration, severities });
    const uri = `${rootUri}/prisma/schema.prisma`;
    const subject = service.driftSubject(uri);
    assert.ok(subject);
    service.setDrift(subject, stepsOf(await migrationSql(before, text), subject.history, parser));
    return { service, uri };
  }

  /** `rule: message` */
  async function drifted(before: string, sql = '', after = models): Promise<string[]> {
    const { service, uri } = await compared(before, after, sql);
    return service.diagnostics(uri).map(({ code, message }) => `${code}: ${String(message).split('\n')[0]}`);
  }

  it('is told once of an index that Prisma drops: by the rule that can keep it', async () => {
    const before = models.replace('}', '\n  @@index([note], map: "notes")\n}');
    const dropped =
      'index-not-in-schema: The next migration drops the index notes on note: Prisma drops what the schema does not list.';
    assert.deepEqual(await drifted(before), [dropped]);
    assert.deepEqual(await drifted(before.replace('  kind String?\n', '')), [
      dropped,
      'schema-not-migrated: The migrations do not make this model as it stands here: column "kind" is missing.',
    ]);
  });

  for (const { id, examples } of modelRules.filter(({ ofDrift }) => ofDrift))
    it(`is told once where ${id} tells it`, async () => {
      for (const { before = '', migrations, schema = '', unsafe } of examples) {
        // the engine knows what is in a schema only
        if (migrations !== undefined) continue;
        const sides = [`${before}\n${schema}`, `${unsafe}\n${schema}`] as const;
        const rulesWith = async (severities: Configuration['severities']): Promise<string[]> => {
          const { service, uri } = await compared(...sides, '', severities);
          return service.diagnostics(uri).map(({ code }) => String(code));
        };
        const told = await rulesWith({});
        assert.ok(told.includes(id), unsafe);
        assert.ok(!told.includes('schema-not-migrated'), unsafe);
        // who will not hear the rule hears of the difference
        const without = await rulesWith({ [id]: 'off' });
        assert.ok(without.includes('schema-not-migrated'), unsafe);
      }
    });

  it('is told once of a renamed field with its index and foreign key', async () => {
    const before = `${customer}${order.replace(/}\n$/, '\n  @@index([customerId])\n}\n')}`;
    const after = before.replaceAll('customerId', 'buyerId').replace(/}\n$/, '  note String?\n}\n');
    assert.deepEqual(await drifted(before, '', after), [
      'schema-not-migrated: The migrations do not make this model as it stands here: column "note" is missing.',
      'field-rename-drops-column: The next migration drops Order.customerId with its values and adds an empty buyerId: Prisma does not see that a field was renamed.',
    ]);
  });

  it('is told once of a renamed model, to which others refer', async () => {
    const before = `${customer.replace('orders', 'name   String\n  email  String\n  orders')}${order.replace(/}\n$/, '\n  @@index([customerId])\n}\n')}`;
    const after = before.replace('model Customer', 'model Buyer').replace(/ Customer /, ' Buyer ');
    assert.deepEqual(await drifted(before, '', after), [
      'model-rename-drops-table: The next migration drops the table Customer with its rows and creates an empty Buyer: Prisma does not see that a model was renamed.',
    ]);
  });

  it('offers the next migration also where a rule tells of it', async () => {
    const { service, uri } = await compared(models, models.replace('note String', 'text String'));
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const create = service.codeActions(uri, everywhere).filter(({ title }) => title === 'Create the next migration');
    assert.deepEqual(
      create.map(({ isPreferred, diagnostics }) => [isPreferred, diagnostics?.[0]?.code]),
      [[false, 'field-rename-drops-column']],
    );
  });

  it('says that a foreign key is another, not that it is missing', async () => {
    const before = `${customer}${order.replace('references: [id]', 'references: [id], onDelete: Cascade')}`;
    const told = await drifted(before, '', customer + order);
    assert.deepEqual(
      told.filter((line) => line.startsWith('schema-not-migrated')),
      [
        'schema-not-migrated: The migrations do not make this model as it stands here: foreign key "Order_customerId_fkey" is another than here.',
      ],
    );
  });

  it('is told of other indexes', async () => {
    const other = models.replace('}', '\n  @@index([note, gone])\n}').replace('  kind', '  gone String\n  kind');
    const told = await drifted(other);
    assert.equal(told.length, 1);
    assert.match(told[0] as string, /^schema-not-migrated: .*index "Order_note_gone_idx" is not in the schema/);
  });
});

it("what undoes a migration of Prisma's is not judged as a migration", async () => {
  const files = {
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20240101000000_a/migration.sql': 'CREATE TABLE a (id bigint PRIMARY KEY);\n',
    'prisma/migrations/20240101000000_a/down.sql': 'DROP TABLE a;\n',
    'prisma/migrations/20240101000000_a/cleanup.sql': 'DROP TABLE a;\n',
  };
  const service = await serviceWith(files);
  const rulesIn = (path: keyof typeof files): unknown[] => {
    service.open(`${rootUri}/${path}`, 'sql', 1, files[path]);
    return service.diagnostics(`${rootUri}/${path}`).map(({ code }) => code);
  };
  assert.deepEqual(rulesIn('prisma/migrations/20240101000000_a/down.sql'), []);
  assert.ok(rulesIn('prisma/migrations/20240101000000_a/cleanup.sql').includes('drop-table'));
});

describe("Prisma's schemas: quick fixes", () => {
  it('edit the model, and silence by a comment above the line', async () => {
    const text = withDatasource(customer + order);
    const project = await openProject('schema.prisma', { 'schema.prisma': text });
    const { 'schema.prisma': fixed } = changedFiles({}, project.after('relation-without-index'));
    assert.equal(fixed, text.replace('customerId BigInt\n', 'customerId BigInt\n\n  @@index([customerId])\n'));
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const ignore = project.service
      .codeActions(project.uri, everywhere)
      .find(({ title }) => title === 'Ignore relation-without-index here');
    assert.deepEqual(
      ignore?.edit?.changes?.[project.uri]?.map(({ newText, range }) => [range.start, newText]),
      [[{ line: 10, character: 0 }, '  // pgreview-ignore relation-without-index: why\n']],
    );
  });

  it('write the next migrations, each in its own folder', async () => {
    const text = withDatasource(
      'model User {\n  id        BigInt    @id\n  email     String    @unique\n  deletedAt DateTime?\n}\n',
    );
    const files = {
      'prisma/schema.prisma': text,
      'prisma/migrations/20260101000000_init/migration.sql': await migrationSql(null, text),
    };
    const project = await openProject('prisma/schema.prisma', files);
    const after = changedFiles(files, project.after('unique-field-ignores-soft-delete'));
    const [schema, ...migrations] = Object.keys(after).sort().reverse();
    assert.equal(schema, 'prisma/schema.prisma');
    assert.equal(after['prisma/schema.prisma'], text.replace('String    @unique', 'String'));
    assert.equal(migrations.length, 2);
    const [second, first] = migrations.map((name) => after[name]?.trim());
    assert.equal(
      first,
      'CREATE UNIQUE INDEX CONCURRENTLY "User_email_living" ON "User" (email) WHERE "deletedAt" IS NULL;',
    );
    assert.equal(second, 'DROP INDEX CONCURRENTLY "User_email_key";');
  });
});

describe("Prisma's schemas: names", () => {
  const migrations = 'prisma/migrations';
  const init = `${migrations}/20260101000000_init/migration.sql`;
  const second = `${migrations}/20260201000000_note/migration.sql`;

  async function opened(marked: string, more: Files = {}) {
    const { text, position } = cursorIn(withDatasource(marked));
    const files = {
      'prisma/schema.prisma': text,
      [init]: await migrationSql(null, customer + order),
      [second]: 'ALTER TABLE "Order" ADD COLUMN "note" TEXT;\nCREATE INDEX "notes" ON "Order" ("note");\n',
      ...more,
    };
    return { service: await serviceWith(files, 'prisma/schema.prisma'), position, files };
  }

  async function hovered(marked: string): Promise<string | null> {
    const { service, position } = await opened(marked);
    const hover = service.hover(`${rootUri}/prisma/schema.prisma`, position);
    return hover && (hover.contents as { value: string }).value;
  }

  it('show a column with its indexes, and the migration that made it', async () => {
    const shown = await hovered(
      `${customer}${order.replace('customerId BigInt\n', 'customerId BigInt\n  no§te String?\n')}`,
    );
    assert.match(shown ?? '', /"Order"\.note text\n.*CREATE INDEX notes ON .*"Order".*\(note\)/s);
    assert.match(shown ?? '', /Created in \[20260201000000_note\/migration\.sql:1\]\(file:.*#L1\)/);
    const id = await hovered(`${customer}${order.replace('id         BigInt', 'i§d         BigInt')}`);
    assert.match(id ?? '', /"Order"\.id bigint NOT NULL PRIMARY KEY/);
    assert.match(id ?? '', /Created in \[20260101000000_init/);
  });

  it('show a table at a model, its name and where it is used', async () => {
    for (const marked of [customer.replace('Order[]', 'Or§der[]') + order, customer + order.replace('Order', 'Or§der')])
      assert.match((await hovered(marked)) ?? '', /CREATE TABLE .*"Order" \([\s\S]*"customerId" bigint/);
  });

  it('tell of a field that no migration has made what Prisma makes of it', async () => {
    const shown = await hovered(customer.replace('@id\n', '@id\n  ne§w DateTime @db.Timestamptz(3)\n') + order);
    assert.match(shown ?? '', /Customer\.new timestamptz\(3\) NOT NULL[\s\S]*No migration has made it yet/);
  });

  it('say nothing where there is no name', async () => {
    assert.equal(await hovered(customer.replace('@id', '@i§d') + order), null);
    assert.equal(await hovered(customer.replace('orders', 'ord§ers') + order), null);
  });

  async function definedAt(marked: string, more: Files = {}): Promise<string | null> {
    const { service, position, files } = await opened(marked, more);
    const [found] = service.definition(`${rootUri}/prisma/schema.prisma`, position);
    if (!found) return null;
    const path = found.uri.slice(rootUri.length + 1);
    const { start, end } = found.range;
    const line = (files as Files)[path]?.split('\n')[start.line] ?? '';
    return `${path}:${start.line + 1} ${line.slice(start.character, end.character)}`;
  }

  it('lead from a type to its model, from a listed field to the field', async () => {
    assert.equal(await definedAt(customer.replace('Order[]', 'Or§der[]') + order), 'prisma/schema.prisma:9 Order');
    assert.equal(
      await definedAt(customer + order.replace('[customerId]', '[cust§omerId]')),
      'prisma/schema.prisma:12 customerId',
    );
    assert.equal(
      await definedAt(customer + order.replace('references: [id]', 'references: [i§d]')),
      'prisma/schema.prisma:6 id',
    );
  });

  it('lead to the model in another file', async () => {
    const more = { 'prisma/order.prisma': order };
    assert.equal(await definedAt(customer.replace('Order[]', 'Or§der[]'), more), 'prisma/order.prisma:1 Order');
  });

  it('lead from a model to CREATE TABLE, from a field to what made the column', async () => {
    assert.match(
      (await definedAt(customer + order.replace('Order', 'Or§der'))) ?? '',
      /_init\/migration\.sql:\d+ "Order"$/,
    );
    const added = order.replace('customerId BigInt\n', 'customerId BigInt\n  no§te String?\n');
    assert.equal(await definedAt(customer + added), `${second}:1 "note"`);
  });
});
