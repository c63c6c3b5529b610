/** From parse tree nodes to names and types. */
import type { Node, RangeVar, TypeName as TypeNode } from '@pgsql/types';
import { relationKey, type TypeName } from './catalog.ts';

export function stringOf(node: Node | undefined): string | null {
  return node && 'String' in node ? (node.String.sval ?? '') : null;
}

export function integerOf(node: Node | undefined): number | null {
  if (!node || !('A_Const' in node)) return null;
  const constant = node.A_Const;
  return constant.ival ? (constant.ival.ival ?? 0) : null;
}

/** The parts of a qualified name; `*` and anything unnamed are left out. */
export function nameParts(nodes: readonly Node[] | undefined): string[] {
  const parts = (nodes ?? []).map(stringOf);
  return parts.includes(null) ? parts.filter((part) => part !== null) : (parts as string[]);
}

export const rangeVarKey = (relation: RangeVar | undefined, schema: string): string =>
  relationKey(relation?.schemaname ?? schema, relation?.relname ?? '');

export const nodesKey = (nodes: readonly Node[] | undefined, schema: string): string => {
  const parts = nameParts(nodes);
  return relationKey(parts.at(-2) ?? schema, parts.at(-1) ?? '');
};

/** Names that are one type: what the grammar does not turn into Postgres's internal name by itself. */
const aliases: Readonly<Record<string, string>> = { serial: 'serial4', bigserial: 'serial8', smallserial: 'serial2' };

const typeNames = new WeakMap<TypeNode, TypeName | null>();

/** The same tree gives the same object again: a column's type is asked for by dozens of rules. */
export function typeNameOf(node: TypeNode | undefined): TypeName | null {
  if (!node) return null;
  let type = typeNames.get(node);
  if (type === undefined) {
    type = readTypeName(node);
    typeNames.set(node, type);
  }
  return type;
}

function readTypeName(node: TypeNode): TypeName | null {
  const parts = nameParts(node.names);
  const written = parts.at(-1);
  // `table.column%TYPE` says where to look, not what it is
  if (written === undefined || node.pct_type) return null;
  const schema = parts.length > 1 && parts[0] !== 'pg_catalog' ? (parts[0] as string) : null;
  const name = schema === null ? (aliases[written] ?? written) : written;
  const modifiers = (node.typmods ?? []).map(integerOf).filter((n): n is number => n !== null);
  return { schema, name, modifiers, array: (node.arrayBounds?.length ?? 0) > 0 };
}

const printed: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'char',
  serial2: 'smallserial',
  serial4: 'serial',
  serial8: 'bigserial',
  timetz: 'time with time zone',
};

/** As people write it: `varchar(20)`, `integer[]`. */
export function printType(type: TypeName): string {
  const name = type.schema === null ? (printed[type.name] ?? type.name) : `${type.schema}.${type.name}`;
  const modifiers = type.modifiers.length > 0 && type.name !== 'interval' ? `(${type.modifiers.join(', ')})` : '';
  return `${name}${modifiers}${type.array ? '[]' : ''}`;
}
