/** `sa.Column(…)` → its definition in DDL, with what belongs to it beside: constraints, indexes, comment. */
import type { Span } from '../../syntax/tokens.ts';
import { hole } from './builtins.ts';
import { clause, textSql } from './clauses.ts';
import { type Constraint, checkConstraint, foreignKeyTail, referredOf } from './constraints.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, stringLiteral } from './identifiers.ts';
import { mappedTo } from './mapped.ts';
import type { Naming } from './naming.ts';
import { enumOf, numbersItself, typeSql } from './types.ts';
import { type Construct, truthOf, type Value } from './values.ts';

export interface Column {
  readonly name: Value;
  /** Quoted. */
  readonly sqlName: Part;
  readonly type: Value | undefined;
  readonly call: Construct;
  readonly primaryKey: boolean;
  /** Null: not said. */
  readonly nullable: boolean | null;
  readonly unique: boolean;
  readonly index: boolean;
  readonly comment: Value | undefined;
  readonly foreignKeys: readonly Construct[];
  readonly checks: readonly Construct[];
}

const items = new Set([
  'ForeignKey',
  'CheckConstraint',
  'Identity',
  'Computed',
  'Sequence',
  'DefaultClause',
  'FetchedValue',
]);

/** @throws NotEvaluable */
export function readColumn(value: Value): Column {
  if (value.kind !== 'construct' || value.name !== 'Column')
    throw new NotEvaluable(value.span, 'this column is not known');
  const { args, keywords, span } = value;
  const name = keywords.get('name') ?? args[0];
  const rest = keywords.has('name') ? args : args.slice(1);
  const written =
    keywords.get('type_') ??
    (rest[0] && !(rest[0].kind === 'construct' && items.has(rest[0].name)) ? rest[0] : undefined);
  const parts = rest.filter((a): a is Construct => a !== written && a.kind === 'construct');
  if (keywords.has('**') || rest.some((a) => a !== written && !(a.kind === 'construct' && items.has(a.name))))
    throw new NotEvaluable(span, 'what belongs to the column is not known');
  return {
    name: name as Value,
    sqlName: identifier(name, 'column', span),
    type: written,
    call: value,
    primaryKey: flag(keywords.get('primary_key')) ?? false,
    nullable: flag(keywords.get('nullable')),
    unique: flag(keywords.get('unique')) ?? false,
    index: flag(keywords.get('index')) ?? false,
    comment: given(keywords.get('comment')),
    foreignKeys: parts.filter((p) => p.name === 'ForeignKey'),
    checks: parts.filter((p) => p.name === 'CheckConstraint'),
  };
}

/** Null where nothing is said. @throws NotEvaluable */
export function flag(value: Value | undefined): boolean | null {
  if (value === undefined || value.kind === 'none') return null;
  const truth = truthOf(value);
  if (truth === null) throw new NotEvaluable(value.span, 'whether this is true is not known');
  return truth;
}

/** None is as good as nothing. */
export const given = (value: Value | undefined): Value | undefined => (value?.kind === 'none' ? undefined : value);

/** What a column is in its table's keys. */
export interface KeyPart {
  /** Whether it belongs to the primary key. */
  readonly inKey: boolean;
  /** Whether the primary key has no other column. */
  readonly alone: boolean;
  /** Whether a foreign key stands on it. */
  readonly refers: boolean;
}

export function columnDefinition(column: Column, { inKey, alone, refers }: KeyPart, naming: Naming): Part[] {
  const { call, sqlName, type } = column;
  const { keywords } = call;
  const part = (name: string): Construct | undefined =>
    call.args.find((a): a is Construct => a.kind === 'construct' && a.name === name);
  const identity = part('Identity');
  const computed = part('Computed');
  const sequence =
    part('Sequence') ??
    (keywords.get('default')?.kind === 'construct' && (keywords.get('default') as Construct).name === 'Sequence'
      ? (keywords.get('default') as Construct)
      : undefined);
  const serverDefault = given(keywords.get('server_default')) ?? part('DefaultClause');
  const ownDefault = given(keywords.get('default'));
  const autoincrement = keywords.get('autoincrement');
  const numbers = inKey && !identity && !computed ? serialOf() : null;

  function serialOf(): Part | null {
    const serial = numbersItself(type);
    const forced = autoincrement?.kind === 'boolean' && autoincrement.value;
    if (autoincrement?.kind === 'boolean' && !autoincrement.value) return null;
    if (!alone && !forced) return null;
    if (serial === null) return null;
    if (!forced && (refers || serverDefault || (ownDefault && !sequence))) return null;
    // a column with a default of its own is no serial even when it counts
    if (sequence ? !flag(sequence.keywords.get('optional')) : ownDefault) return null;
    return mappedTo(serial, type?.span ?? call.span);
  }

  const parts: Part[] = [sqlName, ' '];
  if (numbers) parts.push(numbers);
  else {
    parts.push(...(type === undefined ? [hole(call.span)] : typeSql(type, call.span)));
    if (
      serverDefault &&
      !isGenerated(serverDefault) &&
      !(serverDefault.kind === 'construct' && serverDefault.name === 'FetchedValue')
    )
      parts.push(' DEFAULT ', ...defaultSql(serverDefault));
  }
  const generatedBy =
    computed ??
    (serverDefault && isGenerated(serverDefault) && (serverDefault as Construct).name === 'Computed'
      ? (serverDefault as Construct)
      : undefined);
  if (generatedBy)
    parts.push(' GENERATED ALWAYS AS (', ...conditionSql(generatedBy.args[0], generatedBy.span), ') STORED');
  const numbered =
    identity ??
    (serverDefault && isGenerated(serverDefault) && (serverDefault as Construct).name === 'Identity'
      ? (serverDefault as Construct)
      : undefined);
  if (numbered) parts.push(' ', ...identitySql(numbered));
  const nullable = column.nullable ?? !inKey;
  if (!nullable && !numbered) parts.push(notNull(column));
  else if (numbered && column.nullable === true)
    parts.push(mappedTo(' NULL', (keywords.get('nullable') as Value).span));
  for (const check of column.checks) parts.push(' ', ...checkConstraint(check, naming));
  return parts;
}

function notNull({ call }: Column): Part {
  const said = call.keywords.get('nullable');
  return said ? mappedTo(' NOT NULL', said.span) : ' NOT NULL';
}

const isGenerated = (value: Value): boolean =>
  value.kind === 'construct' && (value.name === 'Identity' || value.name === 'Computed');

/** What stands behind DEFAULT: a plain string is a literal, text() is SQL. */
export function defaultSql(value: Value): Part[] {
  if (value.kind === 'string') return value.holes ? [hole(value.span)] : stringLiteral(value.mapped);
  if (value.kind === 'construct' && value.name === 'DefaultClause' && value.args[0]) return defaultSql(value.args[0]);
  return clause(value);
}

/** A condition or expression given as a string of SQL or as an expression. */
export function conditionSql(value: Value | undefined, at: Span): Part[] {
  if (value?.kind === 'string') return [textSql(value)];
  if (!value) throw new NotEvaluable(at, 'the expression is not known');
  return clause(value);
}

export function identitySql({ args, keywords, span }: Construct): Part[] {
  const always = flag(keywords.get('always') ?? args[0]) ?? false;
  const words: string[] = [];
  const number = (key: string, sql: string): void => {
    const value = given(keywords.get(key));
    if (value === undefined) return;
    if (value.kind !== 'number') throw new NotEvaluable(value.span, `${key} is not known`);
    words.push(`${sql} ${value.text}`);
  };
  number('increment', 'INCREMENT BY');
  number('start', 'START WITH');
  number('minvalue', 'MINVALUE');
  number('maxvalue', 'MAXVALUE');
  if (flag(keywords.get('nominvalue'))) words.push('NO MINVALUE');
  if (flag(keywords.get('nomaxvalue'))) words.push('NO MAXVALUE');
  number('cache', 'CACHE');
  const cycle = flag(keywords.get('cycle'));
  if (cycle !== null) words.push(cycle ? 'CYCLE' : 'NO CYCLE');
  const options = words.length > 0 ? ` (${words.join(' ')})` : '';
  return [mappedTo(`GENERATED ${always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options}`, span)];
}

/** The constraints that SQLAlchemy makes of a column's own arguments, in its order. */
export function constraintsOf(column: Column, naming: Naming): Constraint[] {
  const made: Constraint[] = [];
  const columns = [column.name];
  const { span } = column.call;
  if (column.unique && !column.index) {
    const name = naming.constraint({ kind: 'uq', name: undefined, columns, at: span });
    made.push({
      kind: 'unique',
      columns,
      sql: [...name, mappedTo('UNIQUE (', (column.call.keywords.get('unique') as Value).span), column.sqlName, ')'],
    });
  }
  for (const key of column.foreignKeys) {
    if (flag(key.keywords.get('use_alter'))) continue;
    const remote = key.args.slice(0, 1);
    const name = naming.constraint({
      ...{ kind: 'fk', name: key.keywords.get('name'), columns, at: key.span },
      referred: referredOf(remote),
    });
    made.push({
      kind: 'foreign',
      columns,
      sql: [...name, 'FOREIGN KEY(', column.sqlName, ')', ...foreignKeyTail(remote, key)],
    });
  }
  const check = enumCheck(column, naming);
  if (check) made.push(check);
  return made;
}

/** The check of an enum that is kept as text. */
export function enumCheck(
  {
    type,
    name,
    sqlName,
    call: { span },
  }: Pick<Column, 'type' | 'name' | 'sqlName'> & { readonly call: { readonly span: Span } },
  naming: Naming,
): Constraint | null {
  const checked = type?.kind === 'construct' && /^enum$/i.test(type.name) && type.keywords.get('create_constraint');
  const found = checked && flag(checked) ? enumOf(type) : null;
  if (!found || found.native) return null;
  const given = type?.kind === 'construct' ? type.keywords.get('name') : undefined;
  const named = given ? naming.constraint({ kind: 'ck', name: given, columns: [name], at: span }) : [];
  const labels = joined(
    found.labels.map((l) => l.sql),
    ', ',
  );
  return { kind: 'check', columns: [name], sql: [...named, 'CHECK (', sqlName, ' IN (', ...labels, '))'] };
}
