// Strings that the rules call no value of a type are refused by Postgres as such, and common values are not called that.
import assert from 'node:assert/strict';
import { isRefused } from '../../server/src/rules/schema/invalidLiteral.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const types = [
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'bool',
  'uuid',
  'json',
  'jsonb',
  'date',
  'timestamp',
  'timestamptz',
];

const literals = [
  '',
  ' ',
  '0',
  '1',
  ' 42 ',
  '-7',
  '+7',
  '1.5',
  '1e3',
  '.5',
  '5.',
  '1_000',
  '0x1F',
  '0b10',
  '0o17',
  'NaN',
  'Infinity',
  '-inf',
  'n/a',
  't',
  'tr',
  'true',
  'TRUE',
  'tru e',
  'y',
  'yes',
  'no',
  'n',
  'f',
  'off',
  'of',
  'on',
  'o',
  'maybe',
  '2',
  'null',
  'NULL',
  '{}',
  '[]',
  '{"a": 1}',
  "{'a': 1}",
  '"x"',
  '[1, 2,]',
  '01',
  ' {} ',
  '{"a":1,"a":2}',
  '\\u0000',
  '"\\u0000"',
  '"\\ud800"',
  '1 2',
  '9a4b58c4-5d29-4d3c-bf3e-6c0f9b0b3f11',
  '9A4B58C45D294D3CBF3E6C0F9B0B3F11',
  '{9a4b58c4-5d29-4d3c-bf3e-6c0f9b0b3f11}',
  '9a4b-58c4-5d29-4d3c-bf3e-6c0f-9b0b-3f11',
  '9a4b58c4',
  'uuid',
  'zzzzzzzz-5d29-4d3c-bf3e-6c0f9b0b3f11',
  '2024-01-05',
  '2024-13-01',
  '0000-00-00',
  '0000-00-00 00:00:00',
  '0001-01-01',
  'Jan 5 2024',
  '20240105',
  '5/1/2024',
  'now',
  'now()',
  'today',
  'tomorrow',
  'infinity',
  '-infinity',
  'epoch',
  'allballs',
  '12:00',
  '2024-01-05T10:00:00Z',
  '2024-01-05 10:00+02',
  'J2451187',
  'yesterday noon',
  'CURRENT_TIMESTAMP',
  'never',
];

onEachVersion('literals', ({ version, freshDatabase }) => {
  it(`what is called no value of a type is refused by Postgres ${version}`, async () => {
    const client = await (await freshDatabase()).client();
    const refuses = async (text: string, type: string): Promise<boolean> =>
      client.query(`SELECT '${text.replaceAll("'", "''")}'::${type}`).then(
        () => false,
        (error: { code: string }) => error.code.startsWith('22'),
      );
    let count = 0;
    for (const name of types)
      for (const array of [false, true])
        for (const text of literals) {
          if (!isRefused({ schema: null, name, modifiers: [], array }, text)) continue;
          count++;
          assert.ok(await refuses(text, `${name}${array ? '[]' : ''}`), `${name}${array ? '[]' : ''}: '${text}'`);
        }
    assert.ok(count > 500, `${count} refusals`);
  });
});
