/** SQL expressions written with SQLAlchemy: text(), functions, columns, comparisons, and INSERT, UPDATE, DELETE on tables. */
import { asText, hole, itemsOf } from './builtins.ts';
import { columnName, itemOfColumn } from './fromItems.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, quoted, stringLiteral, tableName } from './identifiers.ts';
import { mappedTo, replaced } from './mapped.ts';
import { existsSql, isExists, isSelect, nowhere, selectSql, type Within } from './select.ts';
import { typeSql } from './types.ts';
import type { Construct, Value } from './values.ts';

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
export function literal(value: Value, within: Within = nowhere): Part[] {
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
      return clause(value, within);
  }
}

/** An expression. @throws NotEvaluable for what is none that is known here */
export function clause(value: Value, within: Within = nowhere): Part[] {
  const { span } = value;
  const words = (text: string): Part => mappedTo(text, span);
  if (value.kind === 'operation') return operation(value, within);
  if (value.kind === 'name') {
    const last = value.path.split('.').at(-1) as string;
    if (/^sqlalchemy\.(?:.*\.)?(?:true|false|null)$/.test(value.path)) return [words(last.toUpperCase())];
  }
  if (value.kind === 'attribute') {
    const item = itemOfColumn(value);
    if (item) return [...item.name, '.', columnName(value)];
    if (value.on.kind === 'attribute' && value.on.name === 'excluded') return ['excluded.', columnName(value)];
  }
  if (value.kind !== 'construct') {
    const text = asText(value);
    if (text && value.kind !== 'string') return literal(value, within);
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
      if (first && name !== 'bindparam') return literal(first, within);
      break;
    case 'column':
    case 'Column':
      return [identifier(first, 'column', span)];
    case 'cast':
    case 'Cast':
      if (on && first) return ['CAST(', ...literal(on, within), ' AS ', ...typeSql(first, span), ')'];
      if (first && args[1]) return ['CAST(', ...literal(first, within), ' AS ', ...typeSql(args[1], span), ')'];
      break;
    case 'desc':
    case 'asc':
    case 'nullsfirst':
    case 'nullslast':
    case 'nulls_first':
    case 'nulls_last': {
      const inner = on ?? first;
      if (inner) return [...named(inner, within), words(` ${name.replace(/^nulls_?/, 'nulls ').toUpperCase()}`)];
      break;
    }
    case 'and_':
    case 'or_':
      return joined(
        args.map((a) => ['(', ...clause(a, within), ')']),
        name === 'and_' ? ' AND ' : ' OR ',
      );
    case 'not_':
      if (first) return negated(first, within);
      break;
    case 'in_':
    case 'notin_':
    case 'not_in': {
      const items = first && itemsOf(first);
      if (on && first && isSelect(first))
        return [...clause(on, within), name === 'in_' ? ' IN (' : ' NOT IN (', ...selectSql(first, within), ')'];
      if (on && items && items.length > 0)
        return [
          ...clause(on, within),
          name === 'in_' ? ' IN (' : ' NOT IN (',
          ...joined(
            items.map((i) => literal(i, within)),
            ', ',
          ),
          ')',
        ];
      break;
    }
    case 'is_':
    case 'isnot':
    case 'is_not':
      if (on && first) return [...clause(on, within), name === 'is_' ? ' IS ' : ' IS NOT ', ...literal(first, within)];
      break;
    case 'like':
    case 'ilike':
    case 'not_like':
    case 'not_ilike':
    case 'notlike':
    case 'notilike':
      if (on && first)
        return [...clause(on, within), ` ${name.replace(/^not_?/, 'not ').toUpperCase()} `, ...literal(first, within)];
      break;
    case 'between':
      if (on && first && args[1])
        return [...clause(on, within), ' BETWEEN ', ...literal(first, within), ' AND ', ...literal(args[1], within)];
      break;
    case 'next_value':
      if (on?.kind === 'construct' && on.name === 'Sequence')
        return ["nextval('", ...tableName(on.args[0], on.keywords.get('schema'), span), "')"];
      break;
    case 'case':
      return caseSql(value, within);
    case 'label':
      if (on) return clause(on, within);
      break;
    default:
      if (isExists(value)) return existsSql(value, within);
      if (isSelect(value)) return ['(', ...selectSql(value, within), ')'];
      if (/^sqlalchemy\.(?:sql\.)?(?:expression\.)?func\./.test(path)) {
        if (bare.has(name.toLowerCase()) && args.length === 0) return [words(name.toUpperCase())];
        const fn = path.replace(/^.*?func\./, '').replace(/_$/, '');
        return [
          words(`${fn.includes('.') ? fn : fn}(`),
          ...joined(
            args.map((a) => literal(a, within)),
            ', ',
          ),
          ')',
        ];
      }
  }
  throw new NotEvaluable(span, 'this expression is not known');
}

/** A column by its name or as an expression. */
const named = (value: Value, within: Within): Part[] =>
  value.kind === 'string' ? [quoted(value.mapped)] : clause(value, within);

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

function operation(value: Extract<Value, { kind: 'operation' }>, within: Within): Part[] {
  const sign = signs[value.operator];
  if (value.operator === 'unary ~') return negated(value.left, within);
  if (sign === undefined) throw new NotEvaluable(value.span, 'this operator is not known');
  const logical = sign === 'AND' || sign === 'OR';
  const side = (v: Value): Part[] =>
    logical
      ? ['(', ...clause(v, within), ')']
      : v.kind === 'operation'
        ? ['(', ...clause(v, within), ')']
        : literal(v, within);
  if (isNull(value.right) && (sign === '=' || sign === '!='))
    return [...side(value.left), sign === '=' ? ' IS NULL' : ' IS NOT NULL'];
  if (sign === '+' && [value.left, value.right].some((v) => v.kind === 'string'))
    throw new NotEvaluable(value.span, 'whether it adds or joins is not known');
  return [...side(value.left), ` ${sign} `, ...side(value.right)];
}

const isNull = (value: Value): boolean =>
  value.kind === 'none' ||
  (value.kind === 'construct' && /^sqlalchemy\.(?:.*\.)?null$/.test(value.path) && value.args.length === 0);

const opposites: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const opposite = (name: string): string | undefined => oppositeMethods.find(([method]) => method === name)?.[1];

const oppositeMethods: readonly (readonly [method: string, opposite: string])[] = [
  ['in_', 'not_in'],
  ['not_in', 'in_'],
  ['notin_', 'in_'],
  ['is_', 'is_not'],
  ['is_not', 'is_'],
  ['isnot', 'is_'],
  ['like', 'not_like'],
  ['ilike', 'not_ilike'],
];

/** SQLAlchemy turns operators round where it can. */
function negated(value: Value, within: Within): Part[] {
  if (value.kind === 'operation') {
    const operator = opposites[value.operator];
    if (operator !== undefined) return clause({ ...value, operator }, within);
  }
  const name = value.kind === 'construct' && value.path === '' ? opposite(value.name) : undefined;
  if (name !== undefined && value.kind === 'construct') return clause({ ...value, name }, within);
  return ['NOT (', ...clause(value, within), ')'];
}

/** `CASE WHEN … THEN … ELSE … END` of `case((condition, value), …, else_=…)`. */
function caseSql({ args, keywords, span }: Construct, within: Within): Part[] {
  const rows = args.length === 1 && args[0]?.kind === 'list' && !args[0].tuple ? args[0].items : args;
  const other = keywords.get('else_');
  const arms = rows.map((row): Part[] => {
    const [condition, result] = row.kind === 'list' ? row.items : [];
    if (!condition || !result) throw new NotEvaluable(row.span, 'this arm of the case is not known');
    return [' WHEN ', ...clause(condition, within), ' THEN ', ...literal(result, within)];
  });
  if (arms.length === 0 || keywords.size > (other ? 1 : 0)) throw new NotEvaluable(span, 'this case is not known');
  return ['CASE', ...arms.flat(), ...(other ? [' ELSE ', ...literal(other, within)] : []), ' END'];
}
