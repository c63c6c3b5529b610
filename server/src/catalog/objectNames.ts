/** The names that Postgres gives to what the author left without one (makeObjectName and its callers in src/backend). */
import type { Node } from '@pgsql/types';
import { isAscii } from '../text/positions.ts';
import { type ConstraintKind, relationKey } from './catalog.ts';
import { nameParts, stringOf } from './names.ts';
import type { SchemaWriter } from './schema.ts';

/** NAMEDATALEN - 1: bytes of a name. */
const longest = 63;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => (isAscii(text) ? text.length : encoder.encode(text).length);

/** As much of the name as fits into so many bytes, without half a character. */
function clip(name: string, bytes: number): string {
  if (isAscii(name)) return name.slice(0, bytes);
  let clipped = '';
  for (const character of name) {
    if (bytesOf(clipped + character) > bytes) break;
    clipped += character;
  }
  return clipped;
}

/** What Postgres makes of a name that is written with more bytes than fit. */
export const truncatedName = (name: string): string => clip(name, longest);

/** `first_second_label`, the longer of the first two shortened until all fit into 63 bytes. */
export function objectName(first: string, second: string | null, label: string): string {
  const room = longest - (second === null ? 0 : 1) - (bytesOf(label) + 1);
  let a = bytesOf(first);
  let b = second === null ? 0 : bytesOf(second);
  while (a + b > room) {
    if (a > b) a--;
    else b--;
  }
  return [clip(first, a), ...(second === null ? [] : [clip(second, b)]), label].join('_');
}

/** The names of columns joined, as they go into the name of an index or a foreign key: cut off near 63 bytes. */
export function joinedColumns(columns: readonly string[]): string {
  let joined = '';
  for (const column of columns) {
    if (joined !== '') joined += '_';
    joined += column;
    if (bytesOf(joined) > longest) break;
  }
  return joined;
}

const suffixes: Readonly<Record<ConstraintKind, string>> = {
  primary: 'pkey',
  unique: 'key',
  foreign: 'fkey',
  check: 'check',
  exclude: 'excl',
  'not-null': 'not_null',
};

/**
 * The name of a constraint while that name is free.
 * @param columns of a check: those that its expression uses; a check of exactly one column is named after it
 */
export function constraintName(kind: ConstraintKind, table: string, columns: readonly string[]): string {
  const label = suffixes[kind];
  if (kind === 'primary') return objectName(table, null, label);
  if (kind === 'check') return objectName(table, columns.length === 1 ? (columns[0] as string) : null, label);
  return objectName(table, joinedColumns(columns), label);
}

/** A name for a relation that no relation of that schema has, as far as the files know them (ChooseRelationName). */
export function freeRelationName(
  schema: SchemaWriter,
  namespace: string,
  first: string,
  second: string | null,
  label: string,
  forConstraint: boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(first, second, pass === 0 ? label : `${label}${pass}`);
    const key = relationKey(namespace, name);
    if (schema.relation(key) || schema.type(key)) continue;
    if (forConstraint && schema.tablesWithConstraint(key).length > 0) continue;
    return name;
  }
}

/**
 * A name for a constraint that no constraint of that schema has (ChooseConstraintName, ChooseIndexName).
 * @param columns as for {@link constraintName}; of a key: as {@link indexColumnNames} has them
 */
export function freeConstraintName(
  schema: SchemaWriter,
  namespace: string,
  table: string,
  kind: ConstraintKind,
  columns: readonly string[],
): string {
  const label = suffixes[kind];
  if (kind === 'primary') return freeRelationName(schema, namespace, table, null, label, true);
  const second = kind === 'check' ? (columns.length === 1 ? (columns[0] as string) : null) : joinedColumns(columns);
  if (kind === 'unique' || kind === 'exclude') return freeRelationName(schema, namespace, table, second, label, true);
  for (let pass = 0; ; pass++) {
    const name = objectName(table, second, pass === 0 ? label : `${label}${pass}`);
    if (schema.tablesWithConstraint(relationKey(namespace, name)).length === 0) return name;
  }
}

/** The names of an index's columns: those of its columns and expressions, numbered where they come up again. */
export function indexColumnNames(
  keys: readonly { readonly column: string | null; readonly expression: Node | null }[],
  include: readonly string[],
): string[] {
  const names: string[] = [];
  const originals = [
    ...keys.map((key) => key.column ?? (key.expression && expressionName(key.expression)) ?? 'expr'),
    ...include,
  ];
  for (const original of originals) {
    let name = original;
    for (let i = 1; names.includes(name); i++) name = `${clip(original, longest - String(i).length)}${i}`;
    names.push(name);
  }
  return names;
}

/** The name of an output column that has no alias (FigureColname); null where Postgres knows none. */
export function expressionName(node: Node): string | null {
  return named(node)?.name ?? null;
}

interface Naming {
  readonly name: string;
  /** From a type or a CASE: gives way to what is inside. */
  readonly weak: boolean;
}

const strong = (name: string | null | undefined): Naming | null => (name ? { name, weak: false } : null);

const fixed: Readonly<Record<string, string>> = {
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

function named(node: Node | undefined): Naming | null {
  if (!node) return null;
  if ('ColumnRef' in node) return strong(nameParts(node.ColumnRef.fields).at(-1));
  if ('A_Indirection' in node)
    return strong(nameParts(node.A_Indirection.indirection).at(-1)) ?? named(node.A_Indirection.arg);
  if ('FuncCall' in node) return strong(nameParts(node.FuncCall.funcname).at(-1));
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
  if ('TypeCast' in node) {
    const inner = named(node.TypeCast.arg);
    if (inner && !inner.weak) return inner;
    const type = nameParts(node.TypeCast.typeName?.names).at(-1);
    return type === undefined ? inner : { name: type, weak: true };
  }
  if ('CollateClause' in node) return named(node.CollateClause.arg);
  if ('CaseExpr' in node) {
    const inner = named(node.CaseExpr.defresult);
    return inner && !inner.weak ? inner : { name: 'case', weak: true };
  }
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in node) return strong(valueFunctionName(node.SQLValueFunction.op));
  if ('SubLink' in node) {
    if (node.SubLink.subLinkType === 'EXISTS_SUBLINK') return strong('exists');
    if (node.SubLink.subLinkType === 'ARRAY_SUBLINK') return strong('array');
    return node.SubLink.subLinkType === 'EXPR_SUBLINK' ? ofSubquery(node.SubLink.subselect) : null;
  }
  const type = Object.keys(node)[0] ?? '';
  return strong(fixed[type]);
}

/** `SVFOP_CURRENT_TIMESTAMP_N` → `current_timestamp`. */
const valueFunctionName = (op: string | undefined): string =>
  (op ?? '')
    .replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();

/** A scalar subquery is named as its only column. */
function ofSubquery(query: Node | undefined): Naming | null {
  if (!query || !('SelectStmt' in query)) return null;
  const select = query.SelectStmt;
  if (select.larg) return ofSubquery({ SelectStmt: select.larg });
  if (select.valuesLists) return strong('column1');
  const target = select.targetList?.[0];
  if (!target || !('ResTarget' in target)) return null;
  return strong(target.ResTarget.name ?? (target.ResTarget.val && expressionName(target.ResTarget.val)) ?? '?column?');
}

/** The last part of a name that may be qualified; null when there is none. */
export const lastName = (nodes: readonly Node[] | undefined): string | null => stringOf(nodes?.at(-1));
