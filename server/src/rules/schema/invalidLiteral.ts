/**
 * Strings that Postgres certainly refuses as a value of a type, by the input syntax that its documentation gives
 * (postgresql.org/docs/current/datatype.html). Where that is not certain, nothing is said. Proven in
 * test/postgres/literals.test.ts.
 */
import type { TypeName } from '../../catalog/catalog.ts';

const refusedBy: Readonly<Record<string, (text: string) => boolean>> = {
  int2: notInteger,
  int4: notInteger,
  int8: notInteger,
  numeric: (text) => !/\d|nan|inf/i.test(text),
  float4: (text) => !/\d|nan|inf/i.test(text),
  float8: (text) => !/\d|nan|inf/i.test(text),
  bool: (text) => !isTruth(text.trim().toLowerCase()),
  uuid: (text) => text.replaceAll(/[{}-]/g, '').length !== 32 || /[^0-9a-f{}-]/i.test(text),
  json: notJson,
  jsonb: notJson,
  date: notTime,
  timestamp: notTime,
  timestamptz: notTime,
};

export function isRefused(type: TypeName, text: string): boolean {
  if (type.schema !== null) return false;
  // {1,2} or [0:1]={1,2}
  if (type.array) return !/[{]/.test(text);
  return refusedBy[type.name]?.(text) ?? false;
}

/** From Postgres 16 on with a base prefix and underscores as well. */
function notInteger(text: string): boolean {
  return !/^\s*[+-]?\d[\d_a-fxo]*\s*$/i.test(text);
}

/** Any beginning of these words will do, but `o` alone is both on and off. */
const isTruth = (word: string): boolean =>
  word === '1' ||
  word === '0' ||
  (word !== '' && word !== 'o' && ['true', 'false', 'yes', 'no', 'on', 'off'].some((whole) => whole.startsWith(word)));

function notJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Neither a digit nor one of the words; and MySQL's zero date. */
function notTime(text: string): boolean {
  return !/\d|now|today|tomorrow|yesterday|infinity|epoch|allballs/i.test(text) || /^\s*0000-00-00/.test(text);
}
