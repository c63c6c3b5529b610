/**
 * What Prisma's engine makes of a column whose type changes: ALTER COLUMN … TYPE between these types, DROP COLUMN and ADD COLUMN
 * between all others. test/unit/columnCasts.test.ts compares it with the engine, pair by pair.
 */
import type { ColumnType } from '../../sources/prisma/columnTypes.ts';

const texts = ['text', 'varchar', 'bpchar'];
const numbers = ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'];

const kept: Readonly<Record<string, readonly string[]>> = {
  text: [...texts, 'citext'],
  varchar: texts,
  bpchar: texts,
  uuid: ['text', 'varchar'],
  xml: texts,
  inet: ['text', 'varchar', 'citext'],
  bit: [...texts, 'varbit'],
  varbit: [...texts, 'bit'],
  bool: texts,
  int2: [...texts, ...numbers],
  int4: [...texts, ...numbers],
  oid: ['text', 'varchar', 'int4', 'int8'],
  int8: [...texts, ...numbers],
  float4: [...texts, ...numbers],
  float8: [...texts, ...numbers],
  numeric: [...texts, ...numbers],
  timestamp: ['text', 'varchar', 'timestamptz', 'date', 'time', 'timetz'],
  timestamptz: ['text', 'varchar', 'timestamp', 'date', 'time', 'timetz'],
  date: ['text', 'varchar', 'timestamp', 'timestamptz'],
  time: ['text', 'varchar', 'timetz'],
  timetz: ['text', 'varchar', 'time'],
  jsonb: [...texts, 'json'],
  json: [...texts, 'jsonb'],
  bytea: texts,
};

/** The types whose pairs are known, by Postgres's names. */
export const castTypes: readonly string[] = Object.keys(kept);

/** Whether the column is dropped with its values; null for a type that is not known. */
export function dropsColumn(
  from: Pick<ColumnType, 'name' | 'array'>,
  to: Pick<ColumnType, 'name' | 'array'>,
): boolean | null {
  const targets = kept[from.name];
  if (!targets || !castTypes.includes(to.name)) return null;
  if (!from.array && to.array) return true;
  // of a list that becomes another type nothing is said
  if (from.array) return to.array && from.name === to.name ? false : null;
  return from.name !== to.name && !targets.includes(to.name);
}
