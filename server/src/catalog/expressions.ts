/** Expressions as the catalog keeps them: trees without positions, and what columns and relations they name. */
import type { Node, RangeVar } from '@pgsql/types';
import { walk } from '../syntax/walk.ts';
import { nameParts, stringOf } from './names.ts';

const kept = new WeakMap<object, unknown>();

/**
 * The tree without its positions: where it stood in the file is no part of what it means. The same tree gives the same
 * object again.
 * @throws RangeError for a tree thousands of levels deep
 */
export function withoutPositions<T extends object>(tree: T): T {
  let copy = kept.get(tree);
  if (!copy) {
    copy = copied(tree);
    kept.set(tree, copy);
  }
  return copy as T;
}

function copied(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = {};
  for (const key in value) if (!positions.has(key)) copy[key] = copied((value as Record<string, unknown>)[key]);
  return copy;
}

const positions = new Set([
  'location',
  'stmt_location',
  'stmt_len',
  'rexpr_list_start',
  'rexpr_list_end',
  'list_start',
  'list_end',
]);

/** Names of the columns that an expression over one table uses, each once. */
export function columnsUsed(expression: Node | null | undefined): string[] {
  const names = new Set<string>();
  walk(expression, (type, node) => {
    if (type !== 'ColumnRef') return;
    const name = stringOf((node as { fields?: Node[] }).fields?.at(-1));
    if (name !== null) names.add(name);
  });
  return [...names];
}

/** NULL, whatever type it is cast to: Postgres keeps no such default. */
export function isNullConstant(node: Node | undefined): boolean {
  let inner = node;
  while (inner && 'TypeCast' in inner) inner = inner.TypeCast.arg;
  return inner !== undefined && 'A_Const' in inner && inner.A_Const.isnull === true;
}

/** The expression over one table, a column of which has another name now. The same object where it is not used. */
export function withColumnRenamed<T extends Node | null>(expression: T, from: string, to: string): T {
  if (!expression || !columnsUsed(expression).includes(from)) return expression;
  return rewritten(expression, (key, value) => {
    if (key !== 'ColumnRef') return value;
    const { fields } = value as { fields?: Node[] };
    if (stringOf(fields?.at(-1)) !== from) return value;
    return { ...(value as object), fields: [...(fields ?? []).slice(0, -1), { String: { sval: to } }] };
  });
}

/** The tree in which every mention of a relation has its other name. */
export function withRelationRenamed<T extends Node | null>(
  tree: T,
  isMeant: (relation: RangeVar) => boolean,
  schema: string,
  name: string,
): T {
  if (!tree) return tree;
  return rewritten(tree, (key, value) => {
    if (key !== 'RangeVar' || !isMeant(value as RangeVar)) return value;
    const { alias, relname, ...rest } = value as RangeVar;
    // what refers to its columns by the old name goes on to do so
    return { ...rest, schemaname: schema, relname: name, alias: alias ?? { aliasname: relname ?? '' } };
  });
}

function rewritten<T>(tree: T, change: (key: string, value: unknown) => unknown): T {
  const visit = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(visit);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visit(change(key, inner))]));
  };
  return visit(tree) as T;
}

/** Options in parentheses (`WITH (…)`) as written; one without a value is `true`. */
export function optionsOf(nodes: readonly Node[] | undefined): Record<string, string> {
  const options: Record<string, string> = {};
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue;
    const { defnamespace, defname = '', arg } = node.DefElem;
    options[defnamespace ? `${defnamespace}.${defname}` : defname] = arg ? optionText(arg) : 'true';
  }
  return options;
}

function optionText(node: Node): string {
  if ('String' in node) return node.String.sval ?? '';
  if ('Integer' in node) return String(node.Integer.ival ?? 0);
  if ('Float' in node) return node.Float.fval ?? '';
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false);
  if ('TypeName' in node) return nameParts(node.TypeName.names).at(-1) ?? '';
  return '';
}
