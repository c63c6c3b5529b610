// What comments tell Prisma's TypedSQL of a query's parameters: how they are read, and what hover says with them.
import assert from 'node:assert/strict';
import type { MarkupContent } from 'vscode-languageserver-types';
import { declaredParameters } from '../../server/src/syntax/typedSql.ts';
import { atCursor } from '../harness/cursor.ts';

describe("Comments of Prisma's TypedSQL", () => {
  const read = (comment: string): string[] =>
    declaredParameters(comment).map(
      ({ number, type, alias, optional, note, span, typeSpan }) =>
        `${number} ${type} ${alias}${optional ? '?' : ''} [${note}] ${comment.slice(span.start, span.end)} ${comment.slice(typeSpan.start, typeSpan.end)}`,
    );

  it('are read as Prisma reads them', () => {
    assert.deepEqual(read('-- @param {Int} $1:minAge who is so old \n'), [
      '1 Int minAge [who is so old] $1:minAge Int',
    ]);
    assert.deepEqual(read('   --  @param   {String}$2:name?\r\n--@param {Mood} $12\n'), [
      '2 String name? [] $2:name? String',
      '12 Mood null [] $12 Mood',
    ]);
    assert.deepEqual(read('-- @description {Int} $1\n-- @param $1:id a $2 {Int}'), ['1 null id [a $2 {Int}] $1:id ']);
    // the type may have the words of the parameter
    assert.deepEqual(read('-- @param {Int} $1:Int\n'), ['1 Int Int [] $1:Int Int']);
  });

  it('are none where Prisma refuses them, or they are others', () => {
    for (const comment of [
      '-- @param {Int $1:id',
      '-- @param Int} $1:id',
      '-- @param {} $1:id',
      '-- @param {Int} $1f',
      '-- @param {Int} :id',
      '-- x @param {Int} $1:id',
      '/* @param {Int} $1:id */',
      '-- param {Int} $1:id',
    ])
      assert.deepEqual(read(`${comment}\n`), [], comment);
  });
});

describe("Hover on parameters of Prisma's TypedSQL", () => {
  const history = {
    'migrations/001.sql': '-- +goose Up\nCREATE TABLE users (id uuid PRIMARY KEY, age int, name text);\n',
  };
  const sql = `-- @description Some
-- @param {Int} $1:minAge? so old
-- @param $2
-- @param {String} $3:where
SELECT name FROM users WHERE age > $1 AND id = $2 AND elsewhere = $3;
`;
  async function hovered(at: string): Promise<[text: string, marked: string] | null> {
    const marked = sql.replace(at, (found) => `${found}‸`);
    const { service, uri, position } = await atCursor({ ...history, 'query.sql': marked });
    const hover = service.hover(uri, position);
    if (!hover) return null;
    const { start, end } = hover.range as NonNullable<typeof hover.range>;
    const line = sql.split('\n')[start.line] ?? '';
    return [(hover.contents as MarkupContent).value, line.slice(start.character, end.character)];
  }
  const age =
    '```sql\n$1 integer\n```\n\nAs it is compared with users.age.\n\nIn TypedSQL: called `minAge`, declared Int, may be null.';

  it('has the name and type that the comment gives', async () => {
    assert.deepEqual(await hovered('age > $1'), [age, '$1']);
  });

  it('stands in the comment as well', async () => {
    assert.deepEqual(await hovered('$1:min'), [age, '$1:minAge?']);
  });

  it('has what Postgres takes it as alone, where nothing else is said', async () => {
    const id = '```sql\n$2 uuid\n```\n\nAs it is compared with users.id.';
    assert.deepEqual(await hovered('id = $2'), [id, '$2']);
    assert.deepEqual(await hovered('@param $2'), [id, '$2']);
  });

  it('has what is declared alone, where the type is not certain', async () => {
    assert.deepEqual(await hovered('elsewhere = $3'), [
      '```sql\n$3\n```\n\nIn TypedSQL: called `where`, declared String.',
      '$3',
    ]);
  });

  it('is none elsewhere in the comments', async () => {
    assert.equal(await hovered('@description So'), null);
    assert.equal(await hovered('so ol'), null);
    assert.equal(await hovered('{In'), null);
  });
});

describe("Completion in comments for Prisma's TypedSQL", () => {
  const history = {
    'migrations/001.sql':
      "-- +goose Up\nCREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE users (id uuid PRIMARY KEY, age int, feels mood, tags text[]);\n",
  };
  const query = 'SELECT 1 FROM users WHERE age > $1 AND id = $2 AND feels = $3 AND tags = $4 AND elsewhere = $5;\n';

  async function offered(comment: string, path = 'query.sql'): Promise<string[]> {
    const { service, uri, position } = await atCursor({ ...history, [path]: `${comment}\n${query}` });
    return (service.completion(uri, position)?.items ?? []).map(({ label, textEdit }) => {
      assert.ok(textEdit && 'range' in textEdit);
      return `${label} for ${textEdit.range.end.character - textEdit.range.start.character}`;
    });
  }

  it('has what is not told of a parameter, as Postgres takes it', async () => {
    assert.deepEqual(await offered('-- @par‸'), [
      '@param {Int} $1:age for 4',
      '@param {String} $2:id for 4',
      '@param {mood} $3:feels for 4',
      '@param $4:tags for 4',
      '@param $5:value5 for 4',
    ]);
    const some = '-- @param {Int} $1:age\n-- @param $3\n-- @param $4\n-- @param $5\n-- @‸';
    assert.deepEqual(await offered(some), ['@param {String} $2:id for 1']);
  });

  it("has Prisma's types, and the enums of the schema", async () => {
    const types = ['BigInt', 'Boolean', 'Bytes', 'DateTime', 'Decimal', 'Float', 'Int', 'Json', 'String', 'mood'];
    assert.deepEqual(
      await offered('-- @param {I‸'),
      types.map((type) => `${type} for 1`),
    );
    assert.deepEqual(
      await offered('  --@param{‸} $1:age'),
      types.map((type) => `${type} for 0`),
    );
  });

  it('is none elsewhere in comments', async () => {
    for (const comment of ['-- by a@b‸', '-- {I‸', '-- @param $1:a‸', '-- @param {Int} ‸'])
      assert.deepEqual(await offered(comment), [], comment);
  });
});
