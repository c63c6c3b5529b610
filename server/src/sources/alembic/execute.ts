/** What `execute` is given: SQL, or a construct of SQLAlchemy that stands for a statement. */
import { literal, textSql } from './clauses.ts';
import { flag, given } from './columns.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, tableName } from './identifiers.ts';
import { sliced } from './mapped.ts';
import { statement } from './statements.ts';
import { typeSql } from './types.ts';
import { type Construct, textOf, type Value } from './values.ts';

/** A string of SQL, text(), or a construct that stands for a statement. */
export function executed(value: Value): Part[][] {
  if (value.kind === 'string') return value.mapped.text.trim() === '' ? [] : [[textSql(value)]];
  if (value.kind === 'construct') {
    const [first] = value.args;
    if ((value.name === 'text' || value.name === 'DDL') && first?.kind === 'string') return executed(first);
    if (value.name === 'bindparams' && value.on) return bound(value);
    if (value.name === 'CreateSchema' || value.name === 'DropSchema') return [schemaSql(value)];
    if (value.name === 'CreateSequence' || value.name === 'DropSequence') return [sequenceSql(value)];
  }
  return [statement(value)];
}

/** SQLAlchemy's marks of parameters: a colon that is no cast, and is not escaped. */
const parameter = /(?<![:\w\\]):(\w+)(?!:)/g;

/**
 * `text(…).bindparams(name=value)`, or with `bindparam("name", value)`: literals take the places of the parameters.
 * @throws NotEvaluable
 */
function bound(value: Construct): Part[][] {
  const inner = value.on;
  const sql = inner?.kind === 'construct' && inner.name === 'text' ? inner.args[0] : undefined;
  if (sql?.kind !== 'string') return inner ? executed(inner) : [];
  const described = new Map<string, Construct>();
  for (const argument of value.args) {
    const name = argument.kind === 'construct' && argument.name === 'bindparam' ? textOf(argument.args[0]) : null;
    if (argument.kind !== 'construct' || name === null)
      throw new NotEvaluable(argument.span, 'the parameter is not known');
    described.set(name, argument);
  }
  const parts: Part[] = [];
  let copied = 0;
  for (const match of sql.mapped.text.matchAll(parameter)) {
    const name = match[1] as string;
    const description = described.get(name);
    const written = value.keywords.get(name) ?? description?.args[1] ?? description?.keywords.get('value');
    if (!written) continue;
    parts.push(
      textSql({ ...sql, mapped: sliced(sql.mapped, copied, match.index) }),
      ...parameterSql(written, description),
    );
    copied = match.index + match[0].length;
  }
  return [[...parts, textSql({ ...sql, mapped: sliced(sql.mapped, copied, sql.mapped.text.length) })]];
}

/** A parameter's value as SQLAlchemy writes it. @throws NotEvaluable */
function parameterSql(value: Value, described: Construct | undefined): Part[] {
  if (described?.args[2] ?? described?.keywords.get('type_'))
    throw new NotEvaluable(value.span, 'how the value is written depends on its type');
  if (!flag(described?.keywords.get('expanding'))) return literal(value);
  // without a value it is an empty set, in SQL that depends on the type
  if (value.kind !== 'list' || value.items.length === 0) throw new NotEvaluable(value.span, 'the values are not known');
  return [
    '(',
    ...joined(
      value.items.map((item) => literal(item)),
      ', ',
    ),
    ')',
  ];
}

/** @throws NotEvaluable */
function schemaSql({ name, args, keywords, span }: Construct): Part[] {
  const schema = identifier(args[0] ?? keywords.get('name'), 'schema', span);
  return name === 'CreateSchema'
    ? ['CREATE SCHEMA ', flag(keywords.get('if_not_exists')) ? 'IF NOT EXISTS ' : '', schema]
    : [
        'DROP SCHEMA ',
        flag(keywords.get('if_exists')) ? 'IF EXISTS ' : '',
        schema,
        flag(keywords.get('cascade')) ? ' CASCADE' : '',
      ];
}

const options = [
  ['increment', 'INCREMENT BY'],
  ['start', 'START WITH'],
  ['minvalue', 'MINVALUE'],
  ['maxvalue', 'MAXVALUE'],
  ['cache', 'CACHE'],
] as const;

const flags = [
  ['nominvalue', 'NO MINVALUE'],
  ['nomaxvalue', 'NO MAXVALUE'],
  ['cycle', 'CYCLE'],
] as const;

const ofSequences = new Set([
  'name',
  'schema',
  'metadata',
  'data_type',
  'optional',
  ...options.map(([key]) => key),
  ...flags.map(([key]) => key),
]);

/** @throws NotEvaluable */
function sequenceSql({ name, args, span }: Construct): Part[] {
  const [sequence] = args;
  const unknown = new NotEvaluable(span, 'the sequence is not known');
  if (sequence?.kind !== 'construct' || sequence.name !== 'Sequence' || sequence.args.length > 1) throw unknown;
  const { keywords } = sequence;
  if ([...keywords.keys()].some((key) => !ofSequences.has(key))) throw unknown;
  const called = tableName(sequence.args[0] ?? keywords.get('name'), keywords.get('schema'), span);
  if (name === 'DropSequence') return ['DROP SEQUENCE ', ...called];
  const type = given(keywords.get('data_type'));
  const words: Part[] = type ? [' AS ', ...typeSql(type, span)] : [];
  const backwards = keywords.get('increment');
  if (backwards?.kind === 'number' && backwards.value < 0 && !keywords.has('start'))
    throw new NotEvaluable(span, 'where it starts depends on the version of SQLAlchemy');
  for (const [key, word] of options) {
    const value = given(keywords.get(key));
    if (value === undefined) continue;
    if (value.kind !== 'number') throw new NotEvaluable(value.span, `${key} is not known`);
    words.push(` ${word} ${value.text}`);
  }
  for (const [key, word] of flags) if (flag(keywords.get(key))) words.push(` ${word}`);
  return ['CREATE SEQUENCE ', ...called, ...words];
}
