/** INSERT, UPDATE, DELETE and SELECT written with SQLAlchemy's methods. */
import { itemsOf } from './builtins.ts';
import { literal } from './clauses.ts';
import { columnName, type FromItem, itemOfColumn, itemsIn, tableOf } from './fromItems.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, quoted } from './identifiers.ts';
import { keysOfDatabase } from './keysOfDatabase.ts';
import { mappedTo } from './mapped.ts';
import { isSelect, newStatement, selectSql, whereSql } from './select.ts';
import { type Construct, textOf, type Value } from './values.ts';

/**
 * The values of a row in the order of the table's columns, as far as these are known.
 * @throws NotEvaluable where a column has a value of its own in Python
 */
export function inColumnOrder(table: Value, pairs: readonly (readonly [Part, Value])[]): (readonly [Part, Value])[] {
  const columns =
    table.kind === 'construct'
      ? table.args.slice(1).filter((a) => a.kind === 'construct' && /^column$/i.test(a.name))
      : [];
  const names = columns.map((c) => {
    if (c.kind === 'construct' && c.keywords.has('default'))
      throw new NotEvaluable(c.span, 'its default is worked out in Python');
    return c.kind === 'construct' ? (textOf(c.args[0]) ?? '') : '';
  });
  const place = ([column]: readonly [Part, Value]): number => {
    const at = names.indexOf((typeof column === 'string' ? column : column.text).replace(/^"|"$/g, ''));
    return at < 0 ? names.length : at;
  };
  return [...pairs].sort((a, b) => place(a) - place(b));
}

type Pairs = readonly (readonly [Part, Value])[];

/** `table.update().where(…).values(…)`, `sa.insert(table)`, `sa.select(…)` … @throws NotEvaluable */
export function statement(value: Value): Part[] {
  if (isSelect(value)) return selectSql(value);
  const chain: Construct[] = [];
  let at: Value | null = value;
  while (at?.kind === 'construct') {
    chain.unshift(at);
    if (at.path !== '') break;
    at = at.on;
  }
  const unknown = new NotEvaluable(value.span, 'this statement is not known');
  if (at === null) throw unknown;
  const start = chain.findIndex((c) => ['update', 'delete', 'insert'].includes(c.name));
  const first = chain[start];
  const target = first && (first.path === '' ? first.on : first.args[0]);
  const table = target && tableOf(target);
  if (!first || !target || !table) throw unknown;
  const calls = chain.slice(start + 1);
  if (first.name === 'insert') return insertSql(first, { target, table }, calls);
  const conditions = calls.filter((c) => c.name === 'where').flatMap((c) => c.args);
  if (first.path === '') conditions.unshift(...first.args);
  if (calls.some((c) => c.name !== 'where' && c.name !== 'values')) throw unknown;
  const own = itemsIn(target).map((item) => item.key);
  const others = otherItems(conditions, own);
  const within = newStatement([...own, ...others.map((o) => o.key)]);
  const from = (word: string): Part[] =>
    others.length === 0
      ? []
      : [
          word,
          ...joined(
            others.map((o) => o.sql),
            ', ',
          ),
        ];
  const where = whereSql(conditions, within);
  const words = (text: string): Part => mappedTo(text, first.span);
  if (first.name === 'delete') return [words('DELETE FROM '), ...table, ...from(' USING '), ...where];
  const pairs = inColumnOrder(target, calls.filter((c) => c.name === 'values').flatMap(pairsOf));
  if (pairs.length === 0) throw unknown;
  const set = pairs.map(([column, v]): Part[] => [column, '=', ...literal(v, within)]);
  return [words('UPDATE '), ...table, ' SET ', ...joined(set, ', '), ...from(' FROM '), ...where];
}

/** What else the conditions name. */
function otherItems(conditions: readonly Value[], own: readonly string[]): FromItem[] {
  const seen = new Set(own);
  return conditions.flatMap(itemsIn).filter(({ key }) => {
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

interface Target {
  readonly target: Value;
  readonly table: readonly Part[];
}

function insertSql(first: Construct, { target, table }: Target, calls: readonly Construct[]): Part[] {
  const [call, ...behind] = calls;
  const unknown = new NotEvaluable((call ?? first).span, 'this statement is not known');
  if (!call) throw unknown;
  const rest = behind.flatMap((c) => conflictSql(c));
  if (call.name === 'from_select') {
    const [names, query] = call.args;
    const columns = names && itemsOf(names);
    if (!columns || !query || !isSelect(query)) throw unknown;
    return [
      'INSERT INTO ',
      ...table,
      ' (',
      ...joined(
        columns.map((c) => [columnKey(c)]),
        ', ',
      ),
      ') ',
      ...selectSql(query),
      ...rest,
    ];
  }
  if (call.name !== 'values') throw unknown;
  const [rows] = call.args;
  if (rows?.kind !== 'list') {
    const pairs = inColumnOrder(target, pairsOf(call));
    if (pairs.length === 0) throw unknown;
    return [...insertInto(table, pairs), ...rest, ...returned(target, table, pairs)];
  }
  const written = rows.items.map((row) => {
    if (row.kind !== 'dict') throw new NotEvaluable(row.span, 'the row is not known');
    return inColumnOrder(
      target,
      row.entries.map(([key, value]) => [columnKey(key), value] as const),
    );
  });
  const [head] = written;
  if (!head || written.some((pairs) => namesOf(pairs) !== namesOf(head)))
    throw new NotEvaluable(rows.span, 'the rows have not the same columns');
  return [
    ...insertInto(table, head),
    ...written.slice(1).flatMap((pairs): Part[] => [', ', ...valuesOf(pairs)]),
    ...rest,
  ];
}

/** What SQLAlchemy asks for of a row: the keys that the database gives it. */
function returned(target: Value, table: readonly Part[], pairs: Pairs): Part[] {
  const given = pairs.map(([column]) => (typeof column === 'string' ? column : column.text));
  const keys = keysOfDatabase(target).filter((key) => !given.includes(key.text));
  if (keys.length === 0) return [];
  const columns = keys.map((key): Part[] => [...table, '.', key.text]);
  return [' RETURNING ', ...joined(columns, ', ')];
}

const namesOf = (pairs: Pairs): string => pairs.map(([c]) => (typeof c === 'string' ? c : c.text)).join();

/** What follows an INSERT. */
function conflictSql({ name, args, keywords, span }: Construct): Part[] {
  const unknown = new NotEvaluable(span, 'what happens in a conflict is not known');
  if (!/^on_conflict_do_(?:nothing|update)$/.test(name) || args.length > 0) throw unknown;
  const elements = keywords.get('index_elements');
  const constraint = keywords.get('constraint');
  const known = new Set(['index_elements', 'constraint', 'set_']);
  if ([...keywords.keys()].some((k) => !known.has(k))) throw unknown;
  const columns = elements && itemsOf(elements);
  if (elements && !columns) throw unknown;
  const on: Part[] = columns
    ? [
        ' (',
        ...joined(
          columns.map((c) => [conflictColumn(c)]),
          ', ',
        ),
        ')',
      ]
    : constraint
      ? [' ON CONSTRAINT ', identifier(constraint, 'constraint', span)]
      : [];
  if (name === 'on_conflict_do_nothing') return [' ON CONFLICT', ...on, ' DO NOTHING'];
  const set = keywords.get('set_');
  if (set?.kind !== 'dict') throw unknown;
  const pairs = set.entries.map(([key, v]): Part[] => [columnKey(key), ' = ', ...literal(v, newStatement())]);
  return [' ON CONFLICT', ...on, ' DO UPDATE SET ', ...joined(pairs, ', ')];
}

const conflictColumn = (value: Value): Part =>
  value.kind === 'attribute' && itemOfColumn(value) ? columnName(value) : identifier(value, 'column', value.span);

function pairsOf(values: Construct): Pairs {
  const [rows] = values.args;
  if (rows && rows.kind !== 'dict') throw new NotEvaluable(values.span, 'these values are not known');
  return [
    ...(rows?.kind === 'dict' ? rows.entries.map(([key, value]) => [columnKey(key), value] as const) : []),
    ...[...values.keywords].map(([key, value]) => [quoted(mappedTo(key, value.span)), value] as const),
  ];
}

/** A column as a key of a dict: its name, or `table.c.name`. */
function columnKey(key: Value): Part {
  if (key.kind === 'attribute' && itemOfColumn(key)) return columnName(key);
  return identifier(key, 'column', key.span);
}

/** One row. */
export const insertInto = (table: readonly Part[], pairs: Pairs): Part[] => [
  'INSERT INTO ',
  ...table,
  ' (',
  ...joined(
    pairs.map(([column]) => [column]),
    ', ',
  ),
  ') VALUES ',
  ...valuesOf(pairs),
];

const valuesOf = (pairs: Pairs): Part[] => {
  const within = newStatement();
  return [
    '(',
    ...joined(
      pairs.map(([, value]) => literal(value, within)),
      ', ',
    ),
    ')',
  ];
};
