/** The type of a field's column, as Prisma's engine writes it for Postgres. */
import type { ModelField } from './model.ts';

/** With Postgres's internal names; the same shape as the catalog's. */
export interface ColumnType {
  readonly schema: null;
  readonly name: string;
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

const ofScalars: Readonly<Record<string, readonly [name: string, ...modifiers: number[]]>> = {
  String: ['text'],
  Boolean: ['bool'],
  Int: ['int4'],
  BigInt: ['int8'],
  Float: ['float8'],
  Decimal: ['numeric', 65, 30],
  DateTime: ['timestamp', 3],
  Json: ['jsonb'],
  Bytes: ['bytea'],
};

const ofNatives: Readonly<Record<string, string>> = {
  Text: 'text',
  VarChar: 'varchar',
  Char: 'bpchar',
  Citext: 'citext',
  Uuid: 'uuid',
  Xml: 'xml',
  Inet: 'inet',
  Bit: 'bit',
  VarBit: 'varbit',
  SmallInt: 'int2',
  Integer: 'int4',
  Oid: 'oid',
  BigInt: 'int8',
  Real: 'float4',
  DoublePrecision: 'float8',
  Decimal: 'numeric',
  Money: 'money',
  Timestamp: 'timestamp',
  Timestamptz: 'timestamptz',
  Date: 'date',
  Time: 'time',
  Timetz: 'timetz',
  Json: 'json',
  JsonB: 'jsonb',
  ByteA: 'bytea',
  Boolean: 'bool',
};

/** Null for enums, what Prisma does not support, and what is not known. */
export function columnTypeOf({ kind, type, arity, native }: ModelField): ColumnType | null {
  if (kind !== 'scalar') return null;
  const array = arity === 'list';
  if (native) {
    const name = ofNatives[native.name];
    return name === undefined ? null : { schema: null, name, modifiers: native.args, array };
  }
  const [name, ...modifiers] = ofScalars[type] ?? [];
  return name === undefined ? null : { schema: null, name, modifiers, array };
}
