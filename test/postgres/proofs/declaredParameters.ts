/** What is declared of a parameter decides which values come; the type that Postgres gives it, which of them it takes. */
import assert from 'node:assert/strict';
import type pg from 'pg';
import { refusedBy } from '../../../server/src/rules/queries/declaredParameterType.ts';
import type { ClaimProof } from './proof.ts';

/** Values of Prisma's types as a driver writes them, the most various. */
const values: Readonly<Record<string, readonly string[]>> = {
  Int: ['0', '1', '-5', '2147483647', '20240101'],
  BigInt: ['0', '1', '-5', '9223372036854775807', '20240101'],
  Float: ['0', '1', '1.5', '-0.25', '1e+21', 'NaN', 'Infinity'],
  Decimal: ['0', '1.50', '12345678901234567890.5', '1E+3'],
  Json: ['{}', '[]', '[1]', '{"a":1}', '"0193b3f2-0000-7000-8000-000000000000"', '1', 'true', 'null'],
  Boolean: ['true', 'false'],
  DateTime: ['2024-01-31T12:34:56.789Z', '2024-01-31 12:34:56.789+00:00', '1970-01-01T00:00:00.000Z', '2024-01-31'],
};

/** One that the type takes: otherwise the refusals would say nothing. */
const taken: Readonly<Record<string, string>> = {
  ...Object.fromEntries('int2 int4 int8 numeric float4 float8'.split(' ').map((name) => [name, '1'])),
  ...Object.fromEntries('date timestamp timestamptz'.split(' ').map((name) => [name, '2024-01-31'])),
  time: '12:34',
  timetz: '12:34+00',
  interval: '1 day',
  uuid: '0193b3f2-0000-7000-8000-000000000000',
  bool: 'true',
  json: '{}',
  jsonb: '{}',
};

/** @param statement with `$1` @param types what Postgres makes of its parameters */
export const declaredTypeIsRefused = (declared: string, types: readonly string[], right: string): ClaimProof => ({
  async claim({ unsafe, safe, emptyDatabase }) {
    const client = await emptyDatabase();
    await client.query(`PREPARE it AS ${unsafe}`);
    const { rows } = await client.query('SELECT parameter_types::text[] AS types FROM pg_prepared_statements');
    assert.deepEqual(rows, [{ types }]);
    for (const value of values[declared] ?? []) await isRefused(client, unsafe, value);
    await client.query(safe, [right]);
    for (const [type, names] of Object.entries(refusedBy))
      for (const name of names) {
        for (const value of values[type] as string[]) await isRefused(client, `SELECT $1::${name}`, value);
        await client.query(`SELECT $1::${name}`, [taken[name]]);
      }
  },
});

/** 22P02: no text of the type; 22007: none of a time. */
const isRefused = (client: pg.Client, sql: string, value: string): Promise<void> =>
  assert.rejects(
    client.query(sql, [value]),
    (error: { code?: string }) => /^22(?:P02|007|008)$/.test(error.code ?? ''),
    `${sql} took ${value}`,
  );
