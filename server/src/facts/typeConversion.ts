/**
 * Which of Postgres's own types turn into which, and which can be compared: proven pair by pair on real servers in
 * test/postgres/typeConversion.test.ts. Of other types (extensions, domains, arrays) nothing is said.
 */
import type { TypeName } from '../catalog/catalog.ts';

const numbers = ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'];
const texts = ['text', 'varchar', 'bpchar'];

/** The types whose pairs are known. */
export const comparedTypes: readonly string[] = [
  ...numbers,
  ...texts,
  ...['bool', 'uuid', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'json', 'jsonb', 'bytea'],
  ...['inet', 'cidr', 'macaddr', 'tsvector', 'money', 'bit', 'varbit'],
];

/** Besides text, which every type turns into: what each is turned into by an assignment, so without USING. */
const assigned: Readonly<Record<string, readonly string[]>> = {
  int2: numbers,
  int4: [...numbers, 'money'],
  int8: [...numbers, 'money'],
  float4: numbers,
  float8: numbers,
  numeric: [...numbers, 'money'],
  date: ['timestamp', 'timestamptz'],
  time: ['timetz', 'interval'],
  timetz: ['time'],
  timestamp: ['date', 'time', 'timestamptz'],
  timestamptz: ['date', 'time', 'timetz', 'timestamp'],
  interval: ['time'],
  json: ['jsonb'],
  jsonb: ['json'],
  inet: ['cidr'],
  cidr: ['inet'],
  money: ['numeric'],
  bit: ['varbit'],
  varbit: ['bit'],
};

/** What a cast that is written out (value::type) does besides, on every version. */
const castOnly: Readonly<Record<string, readonly string[]>> = {
  int4: ['bool', 'bit'],
  int8: ['bit'],
  bool: ['int4'],
  jsonb: [...numbers, 'bool'],
  bit: ['int4', 'int8'],
};

/** Whether the functions here know the type. */
export const isBuiltIn = (type: TypeName): boolean =>
  type.schema === null && !type.array && comparedTypes.includes(type.name);

/**
 * Whether ALTER COLUMN … TYPE is certain to be refused without USING, whatever the rows hold: no cast between the two
 * can be used for an assignment.
 */
export function needsUsing(from: TypeName, to: TypeName): boolean {
  if (!isBuiltIn(from) || !isBuiltIn(to) || from.name === to.name || texts.includes(to.name)) return false;
  return !assigned[from.name]?.includes(to.name);
}

/** Whether value::type exists, though it may refuse single values. */
export function canCast(from: TypeName, to: TypeName): boolean {
  if (!isBuiltIn(from) || !isBuiltIn(to)) return false;
  return !needsUsing(from, to) || texts.includes(from.name) || castOnly[from.name]?.includes(to.name) === true;
}

/**
 * Types in groups: between two of different groups there is no operator = that a foreign key could use. Within a group
 * there may be one.
 */
const comparable: readonly (readonly string[])[] = [
  numbers,
  texts,
  ['bool'],
  ['uuid'],
  ['date', 'timestamp', 'timestamptz'],
  ['time', 'timetz', 'interval'],
  ['jsonb'],
  ['bytea'],
  ['inet', 'cidr'],
  ['macaddr'],
  ['tsvector'],
  ['money'],
  ['bit', 'varbit'],
];

/** Whether a foreign key between columns of these types is certain to be refused. */
export function cannotRefer(from: TypeName, to: TypeName): boolean {
  const groupOf = (type: TypeName) => comparable.findIndex((group) => isBuiltIn(type) && group.includes(type.name));
  const [a, b] = [groupOf(from), groupOf(to)];
  return a >= 0 && b >= 0 && a !== b;
}
