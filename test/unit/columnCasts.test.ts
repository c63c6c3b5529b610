// What Prisma's engine makes of a column whose type changes, compared with the engine for every pair of types.
import assert from 'node:assert/strict';
import { castTypes, dropsColumn } from '../../server/src/rules/prisma/columnCasts.ts';
import { columnTypeOf } from '../../server/src/sources/prisma/columnTypes.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';

/** Fields of each type, as they are written. */
const fields = [
  ...['String', 'String @db.VarChar', 'String @db.Char(5)', 'String @db.Uuid', 'String @db.Xml', 'String @db.Inet'],
  ...['String @db.Bit(3)', 'String @db.VarBit(3)', 'Boolean', 'Int', 'Int @db.SmallInt', 'Int @db.Oid', 'BigInt'],
  ...['Float', 'Float @db.Real', 'Decimal', 'DateTime', 'DateTime @db.Timestamptz', 'DateTime @db.Date'],
  ...['DateTime @db.Time', 'DateTime @db.Timetz', 'Json', 'Json @db.Json', 'Bytes'],
];

const modelOf = (field: string): string => {
  const [type, ...rest] = field.split(' ');
  const optional = type?.endsWith(']') ? type : `${type}?`;
  return `model T {\n  id Int @id\n  v ${[optional, ...rest].join(' ')}\n}\n`;
};

function typeOf(field: string) {
  const file = PrismaFile.of(withDatasource(modelOf(field)));
  const model = readSchema([{ uri: 'file:///schema.prisma', file }])?.models[0];
  return columnTypeOf(model!.fields[1]!)!;
}

describe('Casts of Prisma', () => {
  it('are known for each type that Prisma has, but for citext and money', () => {
    assert.deepEqual(fields.map((field) => typeOf(field).name).sort(), [...castTypes].sort());
  });

  it("are the engine's, for every pair", async function () {
    this.timeout(60_000);
    let drops = 0;
    const lists = ['String[]', 'Int[]'];
    for (const from of [...fields, ...lists])
      for (const to of [...fields, ...lists]) {
        const expected = dropsColumn(typeOf(from), typeOf(to));
        if (from === to || expected === null) continue;
        const sql = await migrationSql(modelOf(from), modelOf(to));
        assert.equal(/DROP COLUMN/.test(sql), expected, `${from} → ${to}: ${sql}`);
        if (expected) drops++;
      }
    assert.ok(drops > 300, `${drops} pairs`);
  });

  it('keep no enum, and make none', async () => {
    const values = 'enum E {\n  A\n}\n\nenum F {\n  A\n}\n';
    for (const [from, to] of [
      ...fields.flatMap((field) => [
        ['E', field],
        [field, 'E'],
      ]),
      ['E', 'F'],
    ] as [string, string][])
      assert.match(await migrationSql(modelOf(from) + values, modelOf(to) + values), /DROP COLUMN/, `${from} → ${to}`);
  });
});
