/** From an element of FROM to the columns that it offers. */
import type { Alias, Node, RangeFunction, RangeVar } from '@pgsql/types';
import type { TypeName } from '../catalog/catalog.ts';
import { nameParts, rangeVarKey, stringOf, typeNameOf } from '../catalog/names.ts';
import { sameType } from './expressionType.ts';
import type { CommonTable, QueryLevel, RangeItem, ScopeColumn } from './scope.ts';
import type { QuerySchema } from './scopes.ts';

export const plainColumn = (
  name: string,
  type: TypeName | null = null,
  notNull: boolean | null = null,
): ScopeColumn => ({ name, type, notNull, origin: null, through: null });

const builtIn = (name: string): TypeName => ({ schema: null, name, modifiers: [], array: false });

const blank = { key: null, relation: null, rangeVar: null, node: null, nullable: false, level: null } as const;

/** Views and foreign tables have no NOT NULL of their own that anybody would hold to. */
const holdsNotNull = new Set(['table', 'partitioned']);

export function relationItem(rangeVar: RangeVar, schema: QuerySchema): RangeItem {
  const key = rangeVarKey(rangeVar, schema.session.schema);
  const relation = schema.relation(key) ?? null;
  const columns = (relation?.columns ?? []).map(
    (column): ScopeColumn => ({
      name: column.name,
      type: column.type,
      // a domain may forbid nulls by itself
      notNull: column.notNull ? true : holdsNotNull.has(relation?.kind ?? '') && isPlain(column.type) ? false : null,
      origin: { table: key, column },
      through: null,
    }),
  );
  return renamed(
    {
      ...blank,
      kind: 'relation',
      name: rangeVar.alias?.aliasname ?? rangeVar.relname ?? '',
      key,
      relation,
      columns,
      complete: relation?.complete === true && columns.length > 0,
      node: { RangeVar: rangeVar },
      rangeVar,
    },
    rangeVar.alias,
  );
}

/** Types that hold nulls unless the column forbids it. */
const isPlain = (type: TypeName | null): boolean =>
  type !== null &&
  (type.array ||
    (type.schema === null &&
      /^(?:int[248]|float[48]|numeric|text|varchar|bpchar|uuid|bool|date|timestamp|timestamptz|time|timetz|interval|jsonb?|bytea)$/.test(
        type.name,
      )));

export function cteItem(rangeVar: RangeVar, table: CommonTable): RangeItem {
  const item: RangeItem = {
    ...blank,
    kind: 'cte',
    name: rangeVar.alias?.aliasname ?? table.name,
    columns: table.columns,
    complete: table.complete,
    node: { RangeVar: rangeVar },
    rangeVar,
    level: table.level,
  };
  return renamed(item, rangeVar.alias);
}

export function subqueryItem(node: Node, alias: Alias | undefined, level: QueryLevel): RangeItem {
  const item: RangeItem = {
    ...blank,
    kind: 'subquery',
    name: alias?.aliasname ?? null,
    columns: level.output,
    complete: level.outputComplete,
    node,
    level,
  };
  return renamed(item, alias);
}

/** A relation again under another name: EXCLUDED, OLD, NEW. */
export const pseudoItem = (name: string, target: RangeItem, notNull: boolean): RangeItem => ({
  ...target,
  kind: 'pseudo',
  name,
  columns: notNull ? target.columns : target.columns.map((c) => ({ ...c, notNull: null })),
  node: null,
  rangeVar: null,
});

/** Column names that the alias gives, `t(a, b)`, in place of the first ones. */
export function renamed(item: RangeItem, alias: Alias | undefined): RangeItem {
  const names = nameParts(alias?.colnames);
  if (names.length === 0) return item;
  const columns = names.map((name, i) => ({ ...(item.columns[i] ?? plainColumn(name)), name }));
  return { ...item, columns: [...columns, ...item.columns.slice(names.length)] };
}

/** Functions with one named OUT argument: its name, not the alias, is the column's. */
const outColumns: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  jsonb_array_elements: [['value', 'jsonb']],
  json_array_elements: [['value', 'json']],
  jsonb_array_elements_text: [['value', 'text']],
  json_array_elements_text: [['value', 'text']],
  jsonb_each: [
    ['key', 'text'],
    ['value', 'jsonb'],
  ],
  json_each: [
    ['key', 'text'],
    ['value', 'json'],
  ],
  jsonb_each_text: [
    ['key', 'text'],
    ['value', 'text'],
  ],
  json_each_text: [
    ['key', 'text'],
    ['value', 'text'],
  ],
};

/** Functions that give one column, named by the alias or, without one, by the function; null: its type varies. */
const oneColumn: Readonly<Record<string, string | null>> = {
  generate_series: null,
  generate_subscripts: 'int4',
  regexp_split_to_table: 'text',
  string_to_table: 'text',
  jsonb_object_keys: 'text',
  json_object_keys: 'text',
  now: 'timestamptz',
};

export function functionItem(node: RangeFunction): RangeItem {
  const { alias } = node;
  const calls = (node.functions ?? []).map((f) => ('List' in f ? f.List.items?.[0] : undefined));
  const call = calls.length === 1 && calls[0] && 'FuncCall' in calls[0] ? calls[0].FuncCall : null;
  const called = call ? (stringOf(call.funcname?.at(-1)) ?? '') : '';
  const name = alias?.aliasname ?? (call ? called : null);
  let columns: ScopeColumn[] = [];
  let complete = true;
  const defined = (node.coldeflist ?? []).flatMap((d) => ('ColumnDef' in d ? [d.ColumnDef] : []));
  const inSchema = (call?.funcname?.length ?? 0) > 1;
  const out = inSchema ? undefined : outColumns[called];
  if (defined.length > 0) columns = defined.map((d) => plainColumn(d.colname ?? '', typeNameOf(d.typeName)));
  else if (out) columns = out.map(([column, type]) => plainColumn(column, builtIn(type)));
  else if (!inSchema && called in oneColumn) {
    const type = oneColumn[called];
    columns = [plainColumn(alias?.aliasname ?? called, type ? builtIn(type) : null)];
  } else complete = false;
  if (node.ordinality && complete) columns = [...columns, plainColumn('ordinality', builtIn('int8'), true)];
  const item: RangeItem = {
    ...blank,
    kind: 'function',
    name,
    columns,
    complete,
    node: { RangeFunction: node },
  };
  return renamed(item, alias);
}

/** XMLTABLE and JSON_TABLE. */
export function tableFunctionItem(node: Node): RangeItem {
  const { alias, columns } =
    'RangeTableFunc' in node
      ? { alias: node.RangeTableFunc.alias, columns: xmlColumns(node.RangeTableFunc.columns) }
      : { alias: 'JsonTable' in node ? node.JsonTable.alias : undefined, columns: null };
  const name = alias?.aliasname ?? ('RangeTableFunc' in node ? 'xmltable' : 'json_table');
  const item: RangeItem = {
    ...blank,
    kind: 'function',
    name,
    columns: columns ?? [],
    complete: columns !== null,
    node,
  };
  return renamed(item, alias);
}

const xmlColumns = (columns: readonly Node[] | undefined): ScopeColumn[] =>
  (columns ?? []).flatMap((c) =>
    'RangeTableFuncCol' in c
      ? [
          plainColumn(
            c.RangeTableFuncCol.colname ?? '',
            c.RangeTableFuncCol.for_ordinality ? builtIn('int4') : typeNameOf(c.RangeTableFuncCol.typeName),
          ),
        ]
      : [],
  );

/** The columns of a join: merged ones first, then what is left of both sides. */
export function joinItem(
  left: RangeItem,
  right: RangeItem,
  type: string,
  using: readonly string[],
  alias: Alias | undefined,
): RangeItem {
  const take =
    (item: RangeItem) =>
    (column: ScopeColumn): ScopeColumn => ({ ...column, through: { item, column } });
  const merged = using.map((name): ScopeColumn => {
    const l = left.columns.find((c) => c.name === name);
    const r = right.columns.find((c) => c.name === name);
    if (l?.type && r?.type && !sameType(l.type, r.type)) return plainColumn(name);
    // of a full join it is whichever is there
    const side = type === 'JOIN_FULL' ? undefined : type === 'JOIN_RIGHT' ? r && take(right)(r) : l && take(left)(l);
    return side ?? plainColumn(name);
  });
  const rest = (item: RangeItem): ScopeColumn[] => item.columns.filter((c) => !using.includes(c.name)).map(take(item));
  const item: RangeItem = {
    ...blank,
    kind: 'join',
    name: alias?.aliasname ?? null,
    columns: [...merged, ...rest(left), ...rest(right)],
    complete: left.complete && right.complete,
  };
  return renamed(item, alias);
}
