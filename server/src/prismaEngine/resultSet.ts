/** Rows as Postgres sends them, in text, → the values that Prisma's engine takes. */
import type { Answer } from '../database/embedded/messages.ts';
import type { EngineValue, ResultSet } from './messages.ts';

/** A number of Prisma's `ColumnTypeEnum`, and how a value of it is read. */
interface Kind {
  readonly type: number;
  read(text: string): EngineValue;
}

const asText = (text: string): string => text;
const int32: Kind = { type: 0, read: Number };
// larger than a JavaScript number may be: the engine reads the digits
const int64: Kind = { type: 1, read: asText };
const boolean: Kind = { type: 5, read: (text) => text === 't' };
const character: Kind = { type: 6, read: asText };
const text: Kind = { type: 7, read: asText };
const listOf = (type: number, { read }: Kind): Kind => ({
  type,
  read: (list) => arrayElements(list).map((element) => (element === null ? null : read(element))),
});

/** By the type's OID in pg_type; every other type is text. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [16, boolean],
  [18, character],
  [20, int64],
  [21, int32],
  [23, int32],
  [26, int64],
  [1005, listOf(64, int32)],
  [1007, listOf(64, int32)],
  [1016, listOf(65, int64)],
  [1000, listOf(69, boolean)],
  [1002, listOf(70, character)],
  [1003, listOf(71, text)],
  [1009, listOf(71, text)],
  [1015, listOf(71, text)],
  [1028, listOf(65, int64)],
]);

export function resultSetOf({ columns, rows }: Answer): ResultSet {
  const read = columns.map(({ type }) => kinds.get(type) ?? text);
  return {
    columnNames: columns.map(({ name }) => name),
    columnTypes: read.map(({ type }) => type),
    rows: rows.map((row) => row.map((value, i) => (value === null ? null : (read[i] ?? text).read(value)))),
  };
}

/** The elements of an array of one dimension as Postgres prints it: `{a,"b c",NULL}`. */
function arrayElements(list: string): (string | null)[] {
  const elements: (string | null)[] = [];
  for (const [, quoted, bare] of list.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs)) {
    if (quoted !== undefined) elements.push(quoted.replace(/\\(.)/gs, '$1'));
    else elements.push(bare === 'NULL' ? null : (bare ?? ''));
  }
  return elements;
}

/** An argument of the engine's query as Postgres reads it, in text. */
export function argumentText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) return String(value);
  const elements = value.map((element) => {
    const inner = argumentText(element);
    return inner === null ? 'NULL' : `"${inner.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}
