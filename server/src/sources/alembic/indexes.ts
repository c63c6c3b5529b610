/** `op.create_index` and `sa.Index` → CREATE INDEX. */
import { clause } from './clauses.ts';
import { conditionSql, flag, given } from './columns.ts';
import { rowOf } from './constraints.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, quoted, tableName } from './identifiers.ts';
import type { Operation } from './interpreter.ts';
import { mappedTo } from './mapped.ts';
import type { Naming } from './naming.ts';
import { textOf, type Value } from './values.ts';

/** @throws NotEvaluable */
export function indexSql(
  { args, keywords, span }: Pick<Operation, 'args' | 'keywords' | 'span'>,
  naming: Naming,
): Part[] {
  const get = (place: number, name: string): Value | undefined => given(keywords.get(name) ?? args[place]);
  const option = (name: string): Value | undefined => given(keywords.get(`postgresql_${name}`));
  const columns = rowOf(get(2, 'columns'), span);
  const unique = given(keywords.get('unique'));
  const concurrently = option('concurrently');
  const using = option('using');
  const include = option('include');
  const where = option('where');
  const tablespace = option('tablespace');
  const nulls = option('nulls_not_distinct');
  const indexName = (name: Value | undefined): Part => {
    const own = naming.of(get(1, 'table_name'), given(keywords.get('schema')));
    const found = own.name({ kind: 'ix', name, columns, unique: unique ? flag(unique) === true : false, at: span });
    if (!found) throw new NotEvaluable(span, 'the name of the index is not known');
    return found;
  };
  return [
    'CREATE ',
    ...(unique && flag(unique) ? [mappedTo('UNIQUE ', unique.span)] : []),
    'INDEX ',
    ...(concurrently && flag(concurrently) ? [mappedTo('CONCURRENTLY ', concurrently.span)] : []),
    flag(keywords.get('if_not_exists')) ? 'IF NOT EXISTS ' : '',
    indexName(get(0, 'index_name')),
    ' ON ',
    ...tableName(get(1, 'table_name'), keywords.get('schema'), span),
    ' ',
    ...(using ? [mappedTo(`USING ${known(using).toLowerCase()} `, using.span)] : []),
    '(',
    ...joined(
      columns.map((c) => element(c, option('ops'))),
      ', ',
    ),
    ')',
    ...(include && rowOf(include, span).length > 0
      ? [
          ' INCLUDE (',
          ...joined(
            rowOf(include, span).map((c) => [identifier(c, 'column', span)]),
            ', ',
          ),
          ')',
        ]
      : []),
    ...(nulls ? [mappedTo(flag(nulls) ? ' NULLS NOT DISTINCT' : ' NULLS DISTINCT', nulls.span)] : []),
    ...storage(option('with')),
    ...(tablespace ? [' TABLESPACE ', identifier(tablespace, 'tablespace', span)] : []),
    ...(where ? [' WHERE ', ...conditionSql(where, span)] : []),
  ];
}

function known(value: Value): string {
  const text = textOf(value);
  if (text === null) throw new NotEvaluable(value.span, 'this is not known');
  return text;
}

function element(column: Value, ops: Value | undefined): Part[] {
  const name = column.kind === 'construct' ? column.args[0] : column;
  const text = name && textOf(name);
  const of = ops?.kind === 'dict' ? ops.entries.find(([key]) => textOf(key) === text)?.[1] : undefined;
  if (ops && ops.kind !== 'dict') throw new NotEvaluable(ops.span, 'the operator classes are not known');
  const sql = column.kind === 'string' && !column.holes ? [quoted(column.mapped)] : expression(column);
  return of ? [...sql, mappedTo(` ${known(of)}`, of.span)] : sql;
}

/** SQLAlchemy puts parentheses around what is an operation, and leaves text() as it stands. */
const expression = (value: Value): Part[] =>
  value.kind === 'operation' ? ['(', ...clause(value), ')'] : clause(value);

function storage(value: Value | undefined): Part[] {
  if (!value) return [];
  if (value.kind !== 'dict') throw new NotEvaluable(value.span, 'the storage parameters are not known');
  const settings = value.entries.map(([key, setting]): Part[] => {
    const text =
      setting.kind === 'number' ? setting.text : setting.kind === 'boolean' ? String(setting.value) : known(setting);
    return [mappedTo(`${known(key)} = ${text}`, setting.span)];
  });
  return [' WITH (', ...joined(settings, ', '), ')'];
}
