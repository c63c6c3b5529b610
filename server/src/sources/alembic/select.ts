/** `sa.select(…)` and `sa.exists(…)` with their methods → SELECT, as SQLAlchemy writes it. */
import type { Span } from '../../syntax/tokens.ts';
import { clause, literal } from './clauses.ts';
import { columnName, type FromItem, fromItem, itemsIn } from './fromItems.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier } from './identifiers.ts';
import { mappedTo } from './mapped.ts';
import { type Construct, textOf, type Value } from './values.ts';

/** What an expression stands in. */
export interface Within {
  /** Keys of what stands in FROM around it: subqueries use that and do not name it again. */
  readonly outer: readonly string[];
  /** How often SQLAlchemy has made up a name of that kind in the statement. */
  readonly names: Map<string, number>;
}

export const nowhere: Within = { outer: [], names: new Map() };

/** A statement of its own, around which stands nothing. */
export const newStatement = (outer: readonly string[] = []): Within => ({ outer, names: new Map() });

/** From the first call to the last: `select(…)`, `.where(…)`, … */
function chainOf(value: Value): Construct[] {
  const chain: Construct[] = [];
  for (let at: Value | null = value; at?.kind === 'construct'; at = at.on) {
    chain.unshift(at);
    if (at.path !== '') break;
  }
  return chain;
}

const isFirst = (value: Construct | undefined, name: string): boolean =>
  value !== undefined && value.name === name && value.path.startsWith('sqlalchemy');

export const isSelect = (value: Value): boolean =>
  value.kind === 'construct' &&
  !/^(?:alias|subquery|cte|exists)$/.test(value.name) &&
  isFirst(chainOf(value)[0], 'select');

export const isExists = (value: Value): boolean =>
  value.kind === 'construct' &&
  (isFirst(chainOf(value)[0], 'exists') || (value.name === 'exists' && value.on !== null && isSelect(value.on)));

/** @throws NotEvaluable for what is no condition that is known here */
export function existsSql(value: Construct, within: Within): Part[] {
  if (value.path === '' && value.name === 'exists' && value.on)
    return ['EXISTS (', ...selectSql(value.on, within), ')'];
  const [first, ...rest] = chainOf(value);
  const [inner] = first?.args ?? [];
  if (inner && isSelect(inner) && rest.length === 0) return ['EXISTS (', ...selectSql(inner, within), ')'];
  const columns: Part[] = inner ? [...literal(inner, within)] : ['*'];
  if (inner && !(inner.kind === 'number')) throw new NotEvaluable(inner.span, 'what exists is not known');
  return ['EXISTS (', ...selectOf(columns, [], rest, within, value.span), ')'];
}

/** @param inFrom whether it stands in FROM: its columns are named then. @throws NotEvaluable */
export function selectSql(value: Value, within: Within = newStatement(), inFrom = false): Part[] {
  const [first, ...rest] = chainOf(value);
  if (!first) throw new NotEvaluable(value.span, 'this query is not known');
  const [only] = first.args;
  const written = first.args.length === 1 && only?.kind === 'list' ? only.items : first.args;
  if (first.keywords.size > 0 || written.length === 0) throw new NotEvaluable(first.span, 'this query is not known');
  const froms = written.flatMap(itemsIn);
  const inside: Within = { outer: [...within.outer, ...froms.map((f) => f.key)], names: within.names };
  const columns = joined(
    written.flatMap((column) => columnsOf(column, inside, inFrom)),
    ', ',
  );
  return selectOf(columns, froms, rest, within, value.span);
}

/** A column of the result; a table stands for all of its columns. */
function columnsOf(value: Value, within: Within, inFrom: boolean): Part[][] {
  const table = fromItem(value);
  if (table) {
    const columns = value.kind === 'construct' ? value.args.slice(1) : [];
    if (columns.length === 0 || columns.some((c) => c.kind !== 'construct' || !/^column$/i.test(c.name)))
      throw new NotEvaluable(value.span, 'the columns of the table are not known');
    return columns.map((c) => {
      const name = identifier((c as Construct).args[0], 'column', c.span);
      return [...table.name, '.', name, ...(inFrom ? [' AS ', name] : [])];
    });
  }
  const sql = value.kind === 'construct' && value.name === 'label' && value.on ? value.on : value;
  const written = sql.kind === 'string' ? [literal(sql, within)].flat() : literal(sql, within);
  const label =
    sql === value
      ? madeUpName(value, within, inFrom)
      : [identifier((value as Construct).args[0], 'column', value.span)];
  return [label.length > 0 ? [...written, ' AS ', ...label] : written];
}

/** SQLAlchemy gives what is no column a name of its own. */
function madeUpName(value: Value, { names }: Within, inFrom: boolean): Part[] {
  const numbered = (name: string): Part[] => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    return [mappedTo(`${name}_${count}`, value.span)];
  };
  if (value.kind === 'attribute') return inFrom ? [columnName(value)] : [];
  if (value.kind === 'number') return [];
  if (value.kind === 'operation') return numbered('anon');
  if (value.kind !== 'construct') throw new NotEvaluable(value.span, 'the name of this column is not known');
  if (/^(?:text|literal_column|column)$/.test(value.name)) return [];
  if (/^sqlalchemy\.(?:sql\.)?(?:expression\.)?func\./.test(value.path)) return numbered(value.name);
  if (value.name === 'next_value') return numbered('next_value');
  const [inner] = value.args;
  if (value.name === 'cast' && inner?.kind === 'attribute') return [identifier(textValue(inner), 'column', inner.span)];
  return numbered('anon');
}

const textValue = ({ name, span }: Extract<Value, { kind: 'attribute' }>): Value => ({
  kind: 'string',
  mapped: mappedTo(name, span),
  holes: false,
  span,
});

/** @param froms what the columns name */
function selectOf(
  columns: readonly Part[],
  froms: readonly FromItem[],
  calls: readonly Construct[],
  within: Within,
  at: Span,
): Part[] {
  const of = (name: RegExp): Construct[] => calls.filter((c) => name.test(c.name));
  const known =
    /^(?:where|filter|select_from|order_by|group_by|having|limit|offset|distinct|scalar_subquery|as_scalar)$/;
  const strange = calls.find((c) => !known.test(c.name) || c.keywords.size > 0);
  if (strange) throw new NotEvaluable(strange.span, `${strange.name} is not worked out`);
  const conditions = of(/^(?:where|filter)$/).flatMap((c) => c.args);
  const explicit = of(/^select_from$/).flatMap((c) => c.args.map((arg) => joinOf(arg, within)));
  const covered = new Set(explicit.flatMap((e) => e.keys));
  const others = [...froms, ...conditions.flatMap(itemsIn)].filter(({ key }) => {
    const isNew = !covered.has(key) && !within.outer.includes(key);
    covered.add(key);
    return isNew;
  });
  const items = [...explicit.map((e) => e.sql), ...others.map((o) => o.sql)];
  if (
    items.length === 0 &&
    froms.length + conditions.length > 0 &&
    [...froms, ...conditions.flatMap(itemsIn)].length > 0
  )
    throw new NotEvaluable(at, 'nothing is left for FROM');
  const inside: Within = { outer: [...within.outer, ...covered], names: within.names };
  const list = (word: string, name: RegExp): Part[] => {
    const values = of(name).flatMap((c) => c.args);
    return values.length === 0
      ? []
      : [
          word,
          ...joined(
            values.map((v) => ordered(v, inside)),
            ', ',
          ),
        ];
  };
  const number = (word: string, name: RegExp): Part[] => {
    const last = of(name).at(-1)?.args[0];
    return last ? [word, ...literal(last, inside)] : [];
  };
  const distinct = of(/^distinct$/);
  if (distinct.some((d) => d.args.length > 0)) throw new NotEvaluable(at, 'DISTINCT ON is not worked out');
  return [
    distinct.length > 0 ? 'SELECT DISTINCT ' : 'SELECT ',
    ...columns,
    ...(items.length > 0 ? [' FROM ', ...joined(items, ', ')] : []),
    ...whereSql(conditions, inside),
    ...list(' GROUP BY ', /^group_by$/),
    ...(of(/^having$/).length > 0
      ? [
          ' HAVING ',
          ...allOf(
            of(/^having$/).flatMap((c) => c.args),
            inside,
          ),
        ]
      : []),
    ...list(' ORDER BY ', /^order_by$/),
    ...number(' LIMIT ', /^limit$/),
    ...number(' OFFSET ', /^offset$/),
  ];
}

const ordered = (value: Value, within: Within): Part[] => {
  if (value.kind !== 'string') return clause(value, within);
  if (textOf(value) === null) throw new NotEvaluable(value.span, 'this column is not known');
  return [identifier(value, 'column', value.span)];
};

/** ` WHERE …` of conditions that all have to hold, or nothing. */
export const whereSql = (conditions: readonly Value[], within: Within): Part[] =>
  conditions.length === 0 ? [] : [' WHERE ', ...allOf(conditions, within)];

const allOf = (conditions: readonly Value[], within: Within): Part[] =>
  joined(
    conditions.map((c) => (conditions.length > 1 ? ['(', ...clause(c, within), ')'] : clause(c, within))),
    ' AND ',
  );

/** `a.join(b, condition)`, or one item. */
function joinOf(value: Value, within: Within): { readonly keys: readonly string[]; readonly sql: readonly Part[] } {
  const item = fromItem(value);
  if (item) return { keys: [item.key], sql: item.sql };
  if (value.kind !== 'construct' || !/^(?:outer)?join$/.test(value.name) || value.keywords.size > 0)
    throw new NotEvaluable(value.span, 'what stands in FROM is not known');
  const [first, second, third] = value.on ? [value.on, ...value.args] : value.args;
  if (!first || !second || !third) throw new NotEvaluable(value.span, 'what is joined by is not known');
  const [left, right] = [joinOf(first, within), joinOf(second, within)];
  const keys = [...left.keys, ...right.keys];
  const inside: Within = { outer: [...within.outer, ...keys], names: within.names };
  const word = value.name === 'join' ? ' JOIN ' : ' LEFT OUTER JOIN ';
  return { keys, sql: [...left.sql, word, ...right.sql, ' ON ', ...clause(third, inside)] };
}
