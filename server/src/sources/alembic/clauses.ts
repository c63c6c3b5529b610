/** SQL expressions written with SQLAlchemy: text(), functions, columns, comparisons, and INSERT, UPDATE, DELETE on tables. */
import type { Span } from '../../syntax/tokens.ts';
import { asText, hole, itemsOf } from './builtins.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, quoted, stringLiteral, tableName } from './identifiers.ts';
import { mappedTo, replaced } from './mapped.ts';
import { typeSql } from './types.ts';
import { type Construct, textOf, type Value } from './values.ts';

/** Functions that SQLAlchemy writes without parentheses. */
const bare = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'current_user',
  'localtime',
  'localtimestamp',
  'session_user',
  'user',
]);

/** Text in which SQLAlchemy's `\:` stands for a colon. */
export const textSql = (value: Extract<Value, { kind: 'string' }>): Part =>
  replaced(value.mapped, /\\(?=:)/g, () => '');

/** A value inside a statement, as SQLAlchemy writes it when it binds literals. @throws NotEvaluable */
export function literal(value: Value): Part[] {
  switch (value.kind) {
    case 'string':
      return value.holes ? [hole(value.span)] : stringLiteral(value.mapped);
    case 'number':
      return [mappedTo(value.text, value.span)];
    case 'boolean':
      return [mappedTo(value.value ? 'true' : 'false', value.span)];
    case 'none':
      return [mappedTo('NULL', value.span)];
    default:
      return clause(value);
  }
}

/** An expression. @throws NotEvaluable for what is none that is known here */
export function clause(value: Value): Part[] {
  const { span } = value;
  const words = (text: string): Part => mappedTo(text, span);
  if (value.kind === 'operation') return operation(value);
  if (value.kind === 'name') {
    const last = value.path.split('.').at(-1) as string;
    if (/^sqlalchemy\.(?:.*\.)?(?:true|false|null)$/.test(value.path)) return [words(last.toUpperCase())];
  }
  if (value.kind === 'attribute' && isColumnOfTable(value)) return [...qualifierOf(value), columnOfTable(value)];
  if (value.kind !== 'construct') {
    const text = asText(value);
    if (text && value.kind !== 'string') return literal(value);
    throw new NotEvaluable(span, 'this expression is not known');
  }
  const { name, args, on, path } = value;
  const [first] = args;
  switch (name) {
    case 'text':
    case 'literal_column':
      if (first?.kind === 'string') return [textSql(first)];
      break;
    case 'true':
    case 'false':
      return [words(name)];
    case 'null':
      return [words('NULL')];
    case 'inline_literal':
    case 'literal':
    case 'bindparam':
      if (first && name !== 'bindparam') return literal(first);
      break;
    case 'column':
    case 'Column':
      return [identifier(first, 'column', span)];
    case 'cast':
    case 'Cast':
      if (first && args[1]) return ['CAST(', ...literal(first), ' AS ', ...typeSql(args[1], span), ')'];
      break;
    case 'desc':
    case 'asc':
    case 'nullsfirst':
    case 'nullslast':
    case 'nulls_first':
    case 'nulls_last': {
      const inner = on ?? first;
      if (inner) return [...named(inner), words(` ${name.replace(/^nulls_?/, 'nulls ').toUpperCase()}`)];
      break;
    }
    case 'and_':
    case 'or_':
      return joined(
        args.map((a) => ['(', ...clause(a), ')']),
        name === 'and_' ? ' AND ' : ' OR ',
      );
    case 'not_':
      if (first) return ['NOT (', ...clause(first), ')'];
      break;
    case 'in_':
    case 'notin_':
    case 'not_in': {
      const items = first && itemsOf(first);
      if (on && items && items.length > 0)
        return [...clause(on), name === 'in_' ? ' IN (' : ' NOT IN (', ...joined(items.map(literal), ', '), ')'];
      break;
    }
    case 'is_':
    case 'isnot':
    case 'is_not':
      if (on && first) return [...clause(on), name === 'is_' ? ' IS ' : ' IS NOT ', ...literal(first)];
      break;
    case 'like':
    case 'ilike':
      if (on && first) return [...clause(on), ` ${name.toUpperCase()} `, ...literal(first)];
      break;
    case 'op': {
      // column.op("->>")("x") is a call of a call, which is not followed
      break;
    }
    default:
      if (/^sqlalchemy\.(?:sql\.)?(?:expression\.)?func\./.test(path)) {
        if (bare.has(name.toLowerCase()) && args.length === 0) return [words(name.toUpperCase())];
        const fn = path.replace(/^.*?func\./, '').replace(/_$/, '');
        return [words(`${fn.includes('.') ? fn : fn}(`), ...joined(args.map(literal), ', '), ')'];
      }
  }
  throw new NotEvaluable(span, 'this expression is not known');
}

/** A column by its name or as an expression. */
const named = (value: Value): Part[] => (value.kind === 'string' ? [quoted(value.mapped)] : clause(value));

const signs: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '&': 'AND',
  '|': 'OR',
};

function operation(value: Extract<Value, { kind: 'operation' }>): Part[] {
  const sign = signs[value.operator];
  if (value.operator === 'unary ~') return ['NOT (', ...clause(value.left), ')'];
  if (sign === undefined) throw new NotEvaluable(value.span, 'this operator is not known');
  const logical = sign === 'AND' || sign === 'OR';
  const side = (v: Value): Part[] =>
    logical ? ['(', ...clause(v), ')'] : v.kind === 'operation' ? ['(', ...clause(v), ')'] : literal(v);
  if (value.right.kind === 'none' && (sign === '=' || sign === '!='))
    return [...side(value.left), sign === '=' ? ' IS NULL' : ' IS NOT NULL'];
  if (sign === '+' && [value.left, value.right].some((v) => v.kind === 'string'))
    throw new NotEvaluable(value.span, 'whether it adds or joins is not known');
  return [...side(value.left), ` ${sign} `, ...side(value.right)];
}

/** `table.c.name`, `table.columns.name`. */
function isColumnOfTable(value: Value): boolean {
  return (
    value.kind === 'attribute' &&
    value.on.kind === 'attribute' &&
    (value.on.name === 'c' || value.on.name === 'columns') &&
    tableOf(value.on.on) !== null
  );
}

/** SQLAlchemy writes the table in front of its columns. */
function qualifierOf(value: Extract<Value, { kind: 'attribute' }>): Part[] {
  const table = value.on.kind === 'attribute' ? tableOf(value.on.on) : null;
  return table ? [...table, '.'] : [];
}

function columnOfTable(value: Extract<Value, { kind: 'attribute' }>): Part {
  return quoted(mappedTo(value.name, value.span));
}

/** The name of what `sa.table(…)`, `sa.Table(…)` or `op.create_table(…)` gave; null for anything else. */
export function tableOf(value: Value): Part[] | null {
  if (value.kind !== 'construct' || !['table', 'Table', 'create_table'].includes(value.name)) return null;
  if (textOf(value.args[0]) === null) return null;
  return tableName(value.args[0], value.keywords.get('schema'), value.span);
}

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

/** Statements made of methods: `table.update().where(…).values(…)`, `sa.insert(table)` … @throws NotEvaluable */
export function statement(value: Value): Part[] {
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
  if (!first || !table) throw unknown;
  const rest = chain.slice(start + 1);
  const words = (text: string): Part => mappedTo(text, first.span);
  const conditions = rest.filter((c) => c.name === 'where').flatMap((c) => c.args);
  if (first.path === '' && first.name !== 'insert') conditions.unshift(...first.args);
  const values = rest.filter((c) => c.name === 'values');
  if (rest.some((c) => c.name !== 'where' && c.name !== 'values')) throw unknown;
  const where: Part[] =
    conditions.length === 0
      ? []
      : [
          ' WHERE ',
          ...joined(
            conditions.map((c) => (conditions.length > 1 ? ['(', ...clause(c), ')'] : clause(c))),
            ' AND ',
          ),
        ];
  if (first.name === 'delete') return [words('DELETE FROM '), ...table, ...where];
  const pairs = inColumnOrder(target as Value, values.flatMap(pairsOf));
  if (pairs.length === 0) throw unknown;
  if (first.name === 'insert') return insertInto(table, pairs);
  return [
    words('UPDATE '),
    ...table,
    ' SET ',
    ...joined(
      pairs.map(([column, v]) => [column, '=', ...literal(v)]),
      ', ',
    ),
    ...where,
  ];
}

function pairsOf(values: Construct): (readonly [Part, Value])[] {
  const span: Span = values.span;
  const [rows] = values.args;
  if (rows && rows.kind !== 'dict') throw new NotEvaluable(span, 'these values are not known');
  return [
    ...(rows?.kind === 'dict' ? rows.entries.map(([key, value]) => [columnKey(key), value] as const) : []),
    ...[...values.keywords].map(([key, value]) => [quoted(mappedTo(key, value.span)), value] as const),
  ];
}

/** A column as a key of a dict: its name, or `table.c.name`. */
function columnKey(key: Value): Part {
  if (key.kind === 'attribute' && isColumnOfTable(key)) return columnOfTable(key);
  return identifier(key, 'column', key.span);
}

export const insertInto = (table: readonly Part[], pairs: readonly (readonly [Part, Value])[]): Part[] => [
  'INSERT INTO ',
  ...table,
  ' (',
  ...joined(
    pairs.map(([column]) => [column]),
    ', ',
  ),
  ') VALUES (',
  ...joined(
    pairs.map(([, value]) => literal(value)),
    ', ',
  ),
  ')',
];
