// SQL in TypeScript: which templates and strings it is read from, what stands in place of `${…}`, and what is found in it.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are the tests' subject.
import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver-types';
import { LanguageService } from '../../server/src/languageService.ts';
import type { Piece } from '../../server/src/sources/piece.ts';
import { typescriptSource } from '../../server/src/sources/typescript/typescriptSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const uri = 'file:///project/src/reports.ts';
const piecesIn = (text: string, of = uri): readonly Piece[] => typescriptSource.read(of, Text.of(text), parser);
const sqlIn = (text: string, of = uri): string[] =>
  piecesIn(text, of)
    .filter((piece) => piece.host !== null)
    .map(({ sql }) => sql.slice(0, sql.length).trim());
/** Whether names in the last query are judged. */
const isCertain = (text: string): boolean => !piecesIn(text).some((piece) => piece.uncertain);

describe('SQL in TypeScript', () => {
  it('is what $queryRaw and its kin are given', () => {
    assert.deepEqual(sqlIn('await prisma.$queryRaw<Row[]>`SELECT 1`; tx.$executeRaw`DELETE FROM t WHERE id = ${1}`;'), [
      'SELECT 1',
      'DELETE FROM t WHERE id = $1',
    ]);
    assert.deepEqual(
      sqlIn('db.$queryRawUnsafe("SELECT \\"a\\" FROM t", 1); db.$executeRawUnsafe(`UPDATE t SET a = ${b}`)'),
      ['SELECT "a" FROM t', 'UPDATE t SET a = $1'],
    );
    assert.deepEqual(
      sqlIn('await this.prisma.$queryRaw(Prisma.sql`SELECT 2`); prisma.$queryRaw(query); $queryRawUnsafe(a + b);'),
      ['SELECT 2'],
    );
  });

  it('is what libraries for Postgres are given, where the file imports one', () => {
    const postgres = 'import postgres from "postgres";\nconst sql = postgres(url);\n';
    assert.deepEqual(sqlIn(`${postgres}const rows = await sql\`SELECT \${id}::int\`;`), ['SELECT $1::int']);
    assert.deepEqual(sqlIn(`${postgres}const part = sql\`SELECT id FROM t WHERE t.x = u.y\`;`), []);
    assert.deepEqual(sqlIn(`${postgres}await sql\`\${part} LIMIT 1\`; await other\`SELECT 1\``), []);
    assert.deepEqual(sqlIn('import { sql } from "slonik";\nreturn sql.type(row)`SELECT 1`; sql.fragment`SELECT 2`;'), [
      'SELECT 1',
    ]);
    assert.deepEqual(sqlIn('import { sql } from "slonik";\nfunction f() { return sql.type(row)`SELECT 1`; }'), [
      'SELECT 1',
    ]);
    assert.deepEqual(sqlIn('import { sql } from "./db";\nawait sql`SELECT 1`;'), []);
  });

  it('is not looked for in files without it', () => {
    assert.deepEqual(piecesIn('const sql = (x) => x; await sql`SELEC 1`; gql`query { a }`;'), []);
    assert.deepEqual(piecesIn('// prisma.$queryRaw`SELEC 1`\nconst s = "prisma.$queryRaw`SELEC 1`";'), []);
  });

  it('has the text of templates that are put in', () => {
    assert.deepEqual(
      sqlIn('prisma.$queryRaw`SELECT * FROM t WHERE a = ${x} ${c ? Prisma.sql`AND b = ${y}` : Prisma.empty} LIMIT 1`'),
      ['SELECT * FROM t WHERE a = $1 AND b = $2 LIMIT 1'],
    );
    assert.deepEqual(sqlIn('prisma.$queryRaw`SELECT 1 ${Prisma.empty}`'), ['SELECT 1']);
  });

  it('has what a name stands for, where that is set once', () => {
    assert.deepEqual(sqlIn('const q = Prisma.sql`SELECT ${n}`;\nprisma.$queryRaw(q); tx.$queryRaw<T>(q);'), [
      'SELECT $1',
    ]);
    assert.deepEqual(sqlIn('const text = "SELECT 1";\nprisma.$queryRawUnsafe(text);'), ['SELECT 1']);
    assert.deepEqual(sqlIn('let q = Prisma.sql`SELECT 1`;\nprisma.$queryRaw(q);'), []);
    assert.deepEqual(sqlIn('const q = Prisma.sql`SELECT 1`;\nfunction f(q: Prisma.Sql) { prisma.$queryRaw(q); }'), []);
    const where = 'const where = c ? Prisma.sql`AND b = ${y}` : Prisma.empty;\n';
    assert.deepEqual(sqlIn(`${where}prisma.$queryRaw\`SELECT * FROM t WHERE a = \${1} \${where} LIMIT \${n}\``), [
      'SELECT * FROM t WHERE a = $1 AND b = $2 LIMIT $3',
    ]);
    assert.deepEqual(sqlIn('const a = b, b = a;\nprisma.$queryRaw`SELECT ${a}`'), ['SELECT $1']);
  });

  it('ends where a name stands for itself', () => {
    const [sql = ''] = sqlIn(
      'const a = Prisma.sql`x ${a} ${a} ${b}`, b = Prisma.sql`${a}`;\nprisma.$queryRaw`SELECT ${a}`',
    );
    assert.ok(sql.startsWith('SELECT x x x') && sql.length < 2000);
  });

  it('has escapes as JavaScript reads them', () => {
    assert.deepEqual(sqlIn("prisma.$queryRaw`SELECT E'a\\\\nb', \\`x\\u0041`"), ["SELECT E'a\\nb', `xA"]);
    assert.deepEqual(sqlIn("prisma.$queryRawUnsafe('SELECT \\'a\\' \\x41')"), ["SELECT 'a' A"]);
  });

  it('is a template where something may be put in that is no value', () => {
    assert.deepEqual(sqlIn('prisma.$queryRaw`SELECT * FROM t ${where} LIMIT 1`'), ['SELECT * FROM t {{ }} LIMIT 1']);
    assert.deepEqual(sqlIn('prisma.$queryRaw`SELECT * FROM ${table} WHERE id = ${1}`'), [
      'SELECT * FROM {{ }} WHERE id = $2',
    ]);
  });

  it('leaves names alone where tables may be put in', () => {
    assert.ok(isCertain('prisma.$queryRaw`SELECT * FROM t WHERE a = ${x} ORDER BY ${y}`'));
    assert.ok(!isCertain('prisma.$queryRaw`SELECT * FROM t ${join} WHERE a = 1`'));
    assert.ok(!isCertain('prisma.$queryRaw`SELECT * FROM t JOIN u ON ${condition} WHERE a = 1`'));
    assert.ok(
      isCertain('function f(id: number) { prisma.$queryRaw`SELECT * FROM t JOIN u ON u.id = ${id} WHERE a = 1` }'),
    );
  });

  it('leaves names alone that are put together, or of which a part is put in', () => {
    assert.ok(!isCertain('prisma.$queryRaw`SELECT "userId" FROM "${Prisma.raw(table)}" WHERE id = ${id}`'));
    assert.ok(!isCertain('prisma.$executeRaw`DELETE FROM "Item" WHERE i."${Prisma.raw(`${key}Id`)}" = ${id}`'));
    assert.ok(!isCertain('prisma.$queryRaw`SELECT 1 FROM t WHERE kind = \'${Prisma.raw(kind)}\'::"Kind"`'));
    assert.ok(!isCertain('prisma.$queryRawUnsafe(`UPDATE t SET state = \'${state}\'::"State"`)'));
    assert.ok(isCertain('prisma.$queryRawUnsafe(`SELECT \'costs $2\' FROM "T$1" WHERE a = $1`, 1)'));
  });

  it('takes a name for a value only where nothing else has that name', () => {
    const join = (before: string) => isCertain(`${before}\nprisma.$queryRaw\`SELECT * FROM t JOIN u ON u.id = \${x}\``);
    assert.ok(join('function f(a: Date, x?: string | null) {}'));
    assert.ok(!join('function f(x: Prisma.Sql) {}'));
    assert.ok(!join('function f(x: string) { const x = Prisma.sql`1 JOIN v ON true`; }'));
    assert.ok(!join('function f(x: string) {}\nconst { x } = make();'));
  });

  it('keeps what an edit leaves alone, and reads as if it were new', () => {
    const start = 'a.$queryRaw`SELECT 1`;\nb.$queryRaw`SELECT ${x}`;\n';
    let text = Text.of(start);
    let pieces = typescriptSource.read(uri, text, parser);
    const [first] = pieces;
    const edit = { from: start.indexOf('${x}'), to: start.indexOf('${x}') + 4, inserted: '2, ${y}' };
    text = text.edit(edit.from, edit.to, edit.inserted);
    pieces = typescriptSource.edit(uri, pieces, edit, text, parser);
    assert.equal(pieces[0]?.sql, first?.sql);
    assert.deepEqual(
      pieces.map(({ sql }) => sql.slice(0, sql.length)),
      sqlIn(text.toString()),
    );
  });

  it('never fails on what is half typed', () => {
    const whole =
      'const r = await prisma.$queryRaw<A>`SELECT ${Prisma.sql`a, ${b ? Prisma.join([1]) : Prisma.empty}`} FROM "T\\u{1F44D}"`;\nx.$queryRawUnsafe("a\\\n\'b")';
    for (let end = 0; end <= whole.length; end++) {
      piecesIn(whole.slice(0, end));
      piecesIn(whole.slice(end));
      for (const piece of piecesIn(`${whole.slice(0, end)}\`\${${whole.slice(end)}`)) {
        const { start, end: to } = piece.map.toRange(0, piece.sql.length);
        assert.ok(start <= to);
      }
    }
  });
});

const migration = `CREATE TABLE "User" ("id" SERIAL PRIMARY KEY, "email" TEXT NOT NULL);
CREATE TABLE "Post" ("id" SERIAL PRIMARY KEY, "authorId" INTEGER NOT NULL, "title" TEXT NOT NULL);
`;

async function open(
  text: string,
  path = 'src/reports.ts',
  more: Readonly<Record<string, string>> = {},
): Promise<{ service: LanguageService; diagnostics: Diagnostic[]; of: string }> {
  const files = { 'prisma/migrations/20240101000000_init/migration.sql': migration, [path]: text, ...more };
  const service = new LanguageService(parser, filesInMemory(files));
  await service.scan([rootUri]);
  const of = `${rootUri}/${path}`;
  service.open(of, path.endsWith('.sql') ? 'sql' : 'typescript', 1, text);
  return { service, diagnostics: service.diagnostics(of), of };
}

const marked = (text: string, { range }: Diagnostic): string => {
  const line = text.split('\n')[range.start.line] ?? '';
  return line.slice(range.start.character, range.start.line === range.end.line ? range.end.character : undefined);
};

describe('Findings in TypeScript', () => {
  it('are names that the migrations do not know, marked where they stand', async () => {
    const text =
      'export const q = (id: number) =>\n  prisma.$queryRaw`\n    SELECT u."emial" FROM "User" u WHERE u.id = ${id}`;\n';
    const { diagnostics } = await open(text);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, marked(text, d)]),
      [['unknown-column', '"emial"']],
    );
  });

  it('are marked behind escapes, values and text that is put in', async () => {
    const text =
      'prisma.$queryRaw`SELECT \'\\u{1F44D}\', ${1} FROM "User" WHERE ${c ? Prisma.sql`"nope" = 1` : Prisma.empty}`;';
    const { diagnostics } = await open(text);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, marked(text, d)]),
      [['unknown-column', '"nope"']],
    );
  });

  it('are marked where a name stands for text with a mistake', async () => {
    const text = 'const where = Prisma.sql`WHERE "nope" = 1`;\nprisma.$queryRaw`SELECT id FROM "User" ${where}`;';
    const { diagnostics } = await open(text);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, d.range.start.line, marked(text, d)]),
      [['unknown-column', 1, '${where}']],
    );
  });

  it('are mistakes in the syntax, but none behind the first thing that may be SQL', async () => {
    const wrong = 'prisma.$queryRaw`SELECT FORM "User" WHERE id = ${1} AND`';
    assert.deepEqual(
      (await open(wrong)).diagnostics.map((d) => d.code),
      ['syntax-error'],
    );
    assert.deepEqual((await open('prisma.$queryRaw`SELECT * FROM "User" ${where} AND`')).diagnostics, []);
    assert.deepEqual((await open('prisma.$queryRawUnsafe(`SELECT ${columns}) FROM "User"`)')).diagnostics, []);
  });

  it('are none in statements that may have tables of elsewhere', async () => {
    const texts = [
      'prisma.$queryRaw`SELECT p."title" FROM "User" ${Prisma.raw(join)} WHERE p."id" = 1`',
      'prisma.$queryRaw`WITH ${parts} SELECT * FROM recent`',
      'prisma.$queryRaw`SELECT x.y FROM "User" u JOIN "Post" ON ${on}`',
      'prisma.$queryRawUnsafe(`SELECT * FROM "${schema}"."Nope"`)',
      'prisma.$queryRawUnsafe(`SELECT * FROM "${table}" WHERE "${column}" = 1`)',
      'const q = Prisma.sql`SELECT 1 FROM nope`;',
      'prisma.$queryRaw`SELECT id FROM "User" WHERE true${more} ORDER BY id`',
    ];
    for (const text of texts) assert.deepEqual((await open(`${text};`)).diagnostics, [], text);
  });

  it('are none where the project has a schema for another database, whose query it may be', async () => {
    const schema = (provider: string) => ({
      'packages/db/schema.prisma': `datasource db {\n  provider = "${provider}"\n}\n`,
    });
    const text = 'prisma.$queryRaw`PRAGMA journal_mode=WAL;`; prisma.$queryRaw`SELECT "nope" FROM "User"`;';
    const count = async (provider: string, path: string) =>
      (await open(text, path, schema(provider))).diagnostics.length;
    assert.equal(await count('sqlite', 'src/reports.ts'), 0);
    assert.equal(await count('mysql', 'src/reports.ts'), 0);
    assert.equal(await count('postgresql', 'src/reports.ts'), 2);
    assert.equal(await count('cockroachdb', 'src/reports.ts'), 2);
  });

  it('are none about names of a schema that is ahead of its migrations', async () => {
    const schema = (models: string) => ({
      'prisma/schema.prisma': `datasource db {\n  provider = "postgresql"\n}\n${models}`,
    });
    const user = (more: string) => `model User {\n  id Int @id @default(autoincrement())\n  email String\n${more}}\n`;
    const post = 'model Post {\n  id Int @id @default(autoincrement())\n  authorId Int\n  title String\n}\n';
    const found = async (models: string) =>
      (
        await open(
          'prisma.$queryRaw`SELECT "nick" FROM "User"`; prisma.$queryRaw`SELECT 1 FROM "Posst"`; prisma.$queryRaw`SELECT "nope" FROM "Post"`',
          'src/reports.ts',
          schema(models),
        )
      ).diagnostics.map((d) => d.code);
    assert.deepEqual(await found(user('') + post), ['unknown-column', 'unknown-table', 'unknown-column']);
    // one that has more was not made by the migrations alone: of tables that neither has nothing is known
    assert.deepEqual(await found(user('  nick String\n') + post), ['unknown-column']);
    assert.deepEqual(await found(`${user('')}${post}model Tag {\n  name String @id\n}\n`), [
      'unknown-column',
      'unknown-column',
    ]);
  });

  it('are none about unique keys of a schema that is ahead of its migrations', async () => {
    const upsert = 'prisma.$executeRaw`INSERT INTO "User" ("email") VALUES (${e}) ON CONFLICT ("email") DO NOTHING`';
    const found = async (attribute: string) =>
      (
        await open(upsert, 'src/reports.ts', {
          'prisma/schema.prisma': `datasource db {\n  provider = "postgresql"\n}\nmodel User {\n  id Int @id @default(autoincrement())\n  email String${attribute}\n}\n`,
        })
      ).diagnostics.map((d) => d.code);
    assert.deepEqual(await found(''), ['on-conflict-without-unique-index']);
    assert.deepEqual(await found(' @unique'), []);
  });

  it('are none in scripts of a time when the schema was another', async () => {
    const text = 'await tx.$queryRaw`SELECT "gone" FROM "User"`;';
    assert.equal((await open(text)).diagnostics.length, 1);
    assert.deepEqual((await open(text, 'data-migrations/01_fill.ts')).diagnostics, []);
  });

  it('are none where the file asks which names there are', async () => {
    const asks =
      'const [{ there }] = await tx.$queryRaw`SELECT count(*) > 0 AS there FROM information_schema.columns`;\nif (there) ';
    const text = 'await tx.$queryRaw`SELECT "gone" FROM "User"`;';
    assert.equal((await open(text)).diagnostics.length, 1);
    assert.deepEqual((await open(asks + text)).diagnostics, []);
    assert.equal((await open(asks.replace('columns', 'schemata') + text)).diagnostics.length, 1);
  });

  it('are none about statements that define something: tests and scripts do that', async () => {
    assert.deepEqual(
      (
        await open(
          'await p.$executeRawUnsafe(`DROP TABLE "User"`); await p.$executeRaw`CREATE INDEX ON "Post" ("title")`',
        )
      ).diagnostics,
      [],
    );
  });

  it('are silenced by a comment above the statement', async () => {
    const query = 'const rows = await prisma.$queryRaw`SELECT "nope" FROM "User"`;';
    assert.deepEqual((await open(`// pgreview-ignore unknown-column: made by hand\n${query}`)).diagnostics, []);
    assert.equal((await open(`// pgreview-ignore unknown-table: another\n${query}`)).diagnostics.length, 1);
    assert.deepEqual(
      (await open(`// pgreview-ignore-file unknown-column: made by hand\n\n\n${query}`)).diagnostics,
      [],
    );
  });

  it('have fixes that write the template anew where it stands', async () => {
    const text = 'prisma.$queryRaw`SELECT "emial", ${x} FROM "User"`;';
    const { service, of } = await open(text);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: text.length } };
    const [action] = service.codeActions(of, range).filter(({ title }) => /email/.test(title));
    const [edit] = action?.edit?.changes?.[of] ?? [];
    assert.ok(edit);
    assert.equal(
      text.slice(0, edit.range.start.character) + edit.newText + text.slice(edit.range.end.character),
      text.replace('"emial"', 'email'),
    );
  });

  it('are explained with the parameters of the template', async () => {
    const { service, of } = await open('prisma.$queryRaw`SELECT * FROM "User" WHERE id = ${id} AND email = ${mail}`;');
    const subject = service.explainSubject(of, { start: { line: 0, character: 30 }, end: { line: 0, character: 30 } });
    assert.ok(typeof subject === 'object');
    assert.deepEqual(
      subject.parameters.map(({ type }) => type),
      ['integer, as it is compared with User.id', 'text, as it is compared with User.email'],
    );
  });

  it('are judged by the migrations of Prisma, where there are others as well', async () => {
    const others = { 'analytics/db/migrations/0001_events.sql': '-- +goose Up\nCREATE TABLE events (id int);\n' };
    const { diagnostics } = await open('prisma.$queryRaw`SELECT "nope" FROM "User"`;', 'src/a.ts', others);
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['unknown-column'],
    );
  });

  it('come with completion, hover and the way to the migration', async () => {
    const text = 'prisma.$queryRaw`SELECT u. FROM "User" u`;\nprisma.$queryRaw`SELECT "email" FROM "User"`;\n';
    const { service, of } = await open(text);
    const labels = service.completion(of, { line: 0, character: 26 })?.items.map(({ label }) => label);
    assert.deepEqual(labels?.slice(0, 2).sort(), ['email', 'id']);
    assert.match(JSON.stringify(service.hover(of, { line: 1, character: 27 })), /text NOT NULL/);
    assert.match(service.definition(of, { line: 1, character: 40 })[0]?.uri ?? '', /20240101000000_init/);
    assert.equal(service.completion(of, { line: 0, character: 3 }), null);
  });

  it('come with completion: names as SQL and the string need them, around what is put in', async () => {
    const offered = async (marked: string, path = 'src/reports.ts'): Promise<string[] | undefined> => {
      const at = marked.indexOf('§');
      const { service, of } = await open(marked.replace('§', ''), path);
      const lines = marked.slice(0, at).split('\n');
      const list = service.completion(of, { line: lines.length - 1, character: (lines.at(-1) as string).length });
      return list?.items.map(({ textEdit }) => textEdit?.newText ?? '').filter((text) => !/^[A-Z_]+$/.test(text));
    };
    const columns = ['id', '"authorId"', 'title'];
    const quoted = ['"id"', '"authorId"', '"title"'];
    const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
      ['prisma.$queryRaw`SELECT * FROM §`;', ['"Post"', '"User"']],
      ['prisma.$queryRaw`SELECT * FROM "Us§`;', ['"Post"', '"User"']],
      ['prisma.$queryRaw`SELECT 1 FROM "Post" p WHERE p.id = ${id} AND p.§`;', columns],
      ['prisma.$queryRaw`SELECT 1 FROM "Post" p WHERE p.id = ${id} AND p."au§`;', quoted],
      [
        'prisma.$queryRaw`SELECT 1 FROM "Post" WHERE true ${c ? Prisma.sql`AND "ti§" = 1` : Prisma.empty}`;',
        [...quoted, '"Post"'],
      ],
      ['prisma.$queryRaw`SELECT * FROM "Post" ${where} ORDER BY §`;', columns],
      ['prisma.$executeRaw`INSERT INTO "Post" (§) VALUES (${a})`;', columns],
      ['prisma.$executeRaw`UPDATE "Post" SET § = ${a}`;', columns],
      ['prisma.$queryRawUnsafe("SELECT p.§ FROM \\"Post\\" p");', ['id', '\\"authorId\\"', 'title']],
      ['prisma.$queryRaw`SELECT ${i§d} FROM "Post"`;', undefined],
    ];
    for (const [marked, expected] of cases) assert.deepEqual(await offered(marked), expected, marked);
    assert.deepEqual(await offered('SELECT p.§ FROM "Post" p WHERE id = $1;', 'prisma/sql/a.sql'), columns);
  });

  it('come with the types of what is put in', async () => {
    const hovered = async (marked: string, path = 'src/reports.ts'): Promise<string | null> => {
      const at = marked.indexOf('§');
      const { service, of } = await open(marked.replace('§', ''), path);
      const lines = marked.slice(0, at).split('\n');
      const hover = service.hover(of, { line: lines.length - 1, character: (lines.at(-1) as string).length });
      return hover && (hover.contents as { value: string }).value.replace(/```(?:sql)?\n/g, '').replace(/\n+/g, ' ');
    };
    const query = 'prisma.$queryRaw`SELECT * FROM "User" WHERE id = ${§id} AND lower("email") = ${mail} LIMIT ${n}`;';
    const without = query.replace('§', '');
    assert.equal(await hovered(query), '$1 integer As it is compared with User.id.');
    assert.equal(await hovered(without.replace('${mail', '${m§ail')), '$2 text As what it is compared with.');
    assert.equal(await hovered(without.replace('{n}', '{n§}')), '$3 bigint A number of rows.');
    assert.equal(
      await hovered('prisma.$executeRaw`INSERT INTO "Post" ("authorId", "title") VALUES (${a}, ${inp§ut.title})`;'),
      '$2 text For Post.title.',
    );
    assert.equal(await hovered('prisma.$queryRaw`SELECT ${x§} FROM "User"`;'), null);
    assert.equal(
      await hovered(
        '-- @param {Int} $1:userId\nSELECT "title" FROM "Post" WHERE "authorId" = $§1;\n',
        'prisma/sql/a.sql',
      ),
      '$1 integer As it is compared with Post.authorId. In TypedSQL: called `userId`, declared Int.',
    );
    assert.equal(
      await hovered('SELECT "title" FROM "Post" WHERE "authorId" = :aut§hor;\n', 'queries.sql'),
      ':author integer As it is compared with Post.authorId.',
    );
  });

  it('are found in TypedSQL files as well', async () => {
    const sql = '-- @param {Int} $1:userId the author\nSELECT "title", "athorId" FROM "Post" WHERE "authorId" = $1;\n';
    const { diagnostics } = await open(sql, 'prisma/sql/postsOf.sql');
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['unknown-column'],
    );
  });
});
