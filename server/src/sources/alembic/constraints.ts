/** Constraints written with SQLAlchemy → what they are in DDL. */
import type { Span } from '../../syntax/tokens.ts';
import { itemsOf } from './builtins.ts';
import { clause, textSql } from './clauses.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, splitAtLastDot } from './identifiers.ts';
import { mappedTo } from './mapped.ts';
import type { Naming } from './naming.ts';
import { type Construct, textOf, truthOf, type Value } from './values.ts';

export interface Constraint {
  readonly kind: 'primary' | 'foreign' | 'unique' | 'check' | 'exclude';
  readonly columns: readonly Value[];
  readonly sql: readonly Part[];
  /** Not part of CREATE TABLE: SQLAlchemy leaves it to an ALTER TABLE that Alembic does not send. */
  readonly apart?: boolean;
}

const constraintNames: Readonly<Record<string, Constraint['kind']>> = {
  PrimaryKeyConstraint: 'primary',
  ForeignKeyConstraint: 'foreign',
  UniqueConstraint: 'unique',
  CheckConstraint: 'check',
  ExcludeConstraint: 'exclude',
};

type Keywords = ReadonlyMap<string, Value>;

const isGiven = (value: Value | undefined): value is Value => value !== undefined && value.kind !== 'none';

/** Null for what is no constraint. @throws NotEvaluable */
export function readConstraint(value: Value, naming: Naming): Constraint | null {
  if (value.kind !== 'construct') return null;
  const kind = constraintNames[value.name];
  const { args, keywords, span } = value;
  if (kind === undefined) return null;
  const name = keywords.get('name');
  switch (kind) {
    case 'primary':
    case 'unique':
      return {
        kind,
        columns: args,
        sql: [
          ...naming.constraint({ kind: kind === 'primary' ? 'pk' : 'uq', name, columns: args, at: span }),
          ...keyTail(kind, args, keywords, span),
        ],
      };
    case 'foreign': {
      const local = rowOf(args[0] ?? keywords.get('columns'), span);
      const remote = rowOf(args[1] ?? keywords.get('refcolumns'), span);
      const named = naming.constraint({
        ...{ kind: 'fk', name: name ?? args[2], columns: local, at: span },
        referred: referredOf(remote),
      });
      return {
        kind,
        columns: local,
        apart: truthOf(keywords.get('use_alter') ?? { kind: 'none', span }) === true,
        sql: [...named, ...foreignKeyHead(local, span), ...foreignKeyTail(remote, value)],
      };
    }
    case 'check':
      return { kind, columns: [], sql: checkConstraint(value, naming) };
    default:
      return { kind, columns: [], sql: exclusion(name, args, keywords, span) };
  }
}

export const foreignKeyHead = (local: readonly Value[], at: Span): Part[] => [
  'FOREIGN KEY(',
  ...columnNames(local, at),
  ')',
];

export const columnNames = (values: readonly Value[], at: Span): Part[] =>
  joined(
    values.map((v) => [identifier(v, 'column', at)]),
    ', ',
  );

/** PRIMARY KEY or UNIQUE with its columns. */
export function keyTail(kind: 'primary' | 'unique', columns: readonly Value[], keywords: Keywords, at: Span): Part[] {
  const include = keywords.get('postgresql_include');
  const included = isGiven(include) ? rowOf(include, at) : [];
  const nulls = keywords.get('postgresql_nulls_not_distinct');
  return [
    kind === 'primary'
      ? 'PRIMARY KEY ('
      : isGiven(nulls) && truthOf(nulls)
        ? 'UNIQUE NULLS NOT DISTINCT ('
        : 'UNIQUE (',
    ...columnNames(once(columns), at),
    ')',
    ...(included.length > 0 ? [' INCLUDE (', ...columnNames(included, at), ')'] : []),
    ...deferrability(keywords),
  ];
}

/** EXCLUDE with its name; elements are pairs of a column or expression and an operator. @throws NotEvaluable */
export function exclusion(name: Value | undefined, elements: readonly Value[], keywords: Keywords, at: Span): Part[] {
  const ops = keywords.get('ops');
  const written = elements.map((element): Part[] => {
    const [column, operator] = element.kind === 'list' ? element.items : [];
    const sign = operator && textOf(operator);
    if (!column || !sign) throw new NotEvaluable(element.span, 'what is excluded is not known');
    const key = textOf(column.kind === 'construct' ? column.args[0] : column);
    const ofClass = ops?.kind === 'dict' ? ops.entries.find(([of]) => textOf(of) === key)?.[1] : undefined;
    const sql = column.kind === 'string' ? [identifier(column, 'column', at)] : clause(column);
    return [...sql, ofClass ? ` ${textOf(ofClass)}` : '', ` WITH ${sign}`];
  });
  const where = keywords.get('where');
  const using = isGiven(keywords.get('using')) ? textOf(keywords.get('using')) : 'gist';
  if (written.length === 0 || using === null) throw new NotEvaluable(at, 'what is excluded is not known');
  return [
    ...(isGiven(name) ? ['CONSTRAINT ', identifier(name, 'constraint', at), ' '] : []),
    `EXCLUDE USING ${using} (`,
    ...joined(written, ', '),
    ')',
    ...(isGiven(where) ? [' WHERE (', ...(where.kind === 'string' ? [textSql(where)] : clause(where)), ')'] : []),
    ...deferrability(keywords),
  ];
}

/** SQLAlchemy names a column once, however often it is given. */
const once = (columns: readonly Value[]): readonly Value[] =>
  columns.filter((c, i) => {
    const name = textOf(c);
    return name === null || columns.findIndex((other) => textOf(other) === name) === i;
  });

export function checkConstraint({ args, keywords, span }: Construct, naming: Naming): Part[] {
  const condition = args[0] ?? keywords.get('sqltext');
  const name = keywords.get('name') ?? args[1];
  return [...naming.constraint({ kind: 'ck', name, columns: [], at: span }), ...checkTail(condition, keywords, span)];
}

export function checkTail(condition: Value | undefined, keywords: Keywords, at: Span): Part[] {
  if (!condition) throw new NotEvaluable(at, 'the condition is not known');
  const sql = condition.kind === 'string' ? [textSql(condition)] : clause(condition);
  return ['CHECK (', ...sql, ')', ...deferrability(keywords), ...notValid(keywords)];
}

/** REFERENCES and what follows; `remote` are columns as `table.column`, all of one table. */
export function foreignKeyTail(
  remote: readonly Value[],
  { keywords, span }: Pick<Construct, 'keywords' | 'span'>,
): Part[] {
  const split = remote.map((r) => {
    // a column object of a table in Python tells no name here
    const parts = splitAtLastDot(r);
    if (!parts) throw new NotEvaluable(r.span, 'what the foreign key refers to is not known');
    return parts;
  });
  const [first] = split;
  if (!first) throw new NotEvaluable(span, 'what the foreign key refers to is not known');
  const qualified = splitAtLastDot(first.before);
  const table: Part[] = qualified
    ? [identifier(qualified.before, 'schema', span), '.', identifier(qualified.last, 'table', span)]
    : [identifier(first.before, 'table', span)];
  return [
    ' REFERENCES ',
    ...table,
    ' (',
    ...joined(
      split.map((s) => [identifier(s.last, 'column', span)]),
      ', ',
    ),
    ')',
    ...foreignKeyOptions(keywords),
  ];
}

/** The table and the columns of `table.column`, for a naming convention. */
export function referredOf(remote: readonly Value[]): { table: string; columns: readonly string[] } {
  const parts = remote.map((r) => (textOf(r) ?? '').split('.'));
  return { table: parts[0]?.at(-2) ?? '', columns: parts.map((p) => p.at(-1) ?? '') };
}

export function foreignKeyOptions(keywords: Keywords): Part[] {
  const option = (key: string, sql: string): Part[] => {
    const value = keywords.get(key);
    if (!isGiven(value)) return [];
    const text = textOf(value);
    if (text === null) throw new NotEvaluable(value.span, `${key} is not known`);
    return [mappedTo(` ${sql} ${text}`, value.span)];
  };
  return [
    ...option('match', 'MATCH'),
    ...option('ondelete', 'ON DELETE'),
    ...option('onupdate', 'ON UPDATE'),
    ...deferrability(keywords),
    ...notValid(keywords),
  ];
}

export function deferrability(keywords: Keywords): Part[] {
  const parts: Part[] = [];
  const deferrable = keywords.get('deferrable');
  if (isGiven(deferrable)) {
    const truth = truthOf(deferrable);
    if (truth === null) throw new NotEvaluable(deferrable.span, 'whether it is deferrable is not known');
    parts.push(mappedTo(truth ? ' DEFERRABLE' : ' NOT DEFERRABLE', deferrable.span));
  }
  const initially = keywords.get('initially');
  if (isGiven(initially)) {
    const text = textOf(initially);
    if (text === null) throw new NotEvaluable(initially.span, 'initially is not known');
    parts.push(mappedTo(` INITIALLY ${text}`, initially.span));
  }
  return parts;
}

function notValid(keywords: Keywords): Part[] {
  const value = keywords.get('postgresql_not_valid');
  return isGiven(value) && truthOf(value) === true ? [mappedTo(' NOT VALID', value.span)] : [];
}

/** @throws NotEvaluable for what is no row that is known; a single string is one column. */
export function rowOf(value: Value | undefined, at: Span): readonly Value[] {
  if (value?.kind === 'string') return [value];
  const items = value && itemsOf(value);
  if (!items) throw new NotEvaluable(value?.span ?? at, 'the columns are not known');
  return items;
}
