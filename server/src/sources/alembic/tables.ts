/** `create_table` and `add_column`, with what these make beside: enum types, constraints, indexes, comments. */
import { asText, itemsOf } from './builtins.ts';
import { type Column, columnDefinition, constraintsOf, flag, given, readColumn } from './columns.ts';
import { type Constraint, columnNames, readConstraint, rowOf } from './constraints.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, tableName } from './identifiers.ts';
import { indexSql } from './indexes.ts';
import type { Operation } from './interpreter.ts';
import { mappedTo } from './mapped.ts';
import type { Naming } from './naming.ts';
import { commentSql, Given, type Made } from './operationParts.ts';
import { createEnum, enumOf } from './types.ts';
import { textOf, type Value } from './values.ts';

/** The table, with enum types before it, indexes and comments behind it. @throws NotEvaluable */
export function createTable(operation: Operation, made: Made): Part[][] {
  const { args, keywords, span } = operation;
  const schema = keywords.get('schema');
  const name = args[0] ?? keywords.get('table_name');
  const table = tableName(name, schema, span);
  const naming = made.naming.of(name, given(schema));
  const columns: Column[] = [];
  const constraints: Constraint[] = [];
  const indexes: Value[] = [];
  for (const item of args.slice(1)) {
    if (item.kind === 'none' || isMetadata(item)) continue;
    const constraint = readConstraint(item, naming);
    if (constraint) constraints.push(constraint);
    else if (item.kind === 'construct' && item.name === 'Index') indexes.push(item);
    else {
      const column = readColumn(item);
      // of two columns of one name the later one takes the place of the first
      const same = columns.findIndex((c) => textOf(c.name) === textOf(column.name));
      columns.splice(same < 0 ? columns.length : same, same < 0 ? 0 : 1, column);
    }
  }
  const written = constraints.find((c) => c.kind === 'primary' && c.columns.length > 0);
  const keyed = columns.filter((c) => c.primaryKey);
  const keyNames = written ? written.columns.map((c) => textOf(c)) : keyed.map((c) => textOf(c.name));
  const primary: Constraint[] = written
    ? [written]
    : keyed.length > 0
      ? [
          {
            kind: 'primary',
            columns: keyed.map((c) => c.name),
            sql: [
              ...naming.constraint({ kind: 'pk', name: undefined, columns: keyed.map((c) => c.name), at: span }),
              'PRIMARY KEY (',
              ...columnNames(
                serialFirst(keyed).map((c) => c.name),
                span,
              ),
              ')',
            ],
          },
        ]
      : [];
  const referring = new Set(
    constraints.filter((c) => c.kind === 'foreign').flatMap((c) => c.columns.map((n) => textOf(n))),
  );
  const enums = columns.flatMap((c) => enumStatements(c, made));
  const definitions = columns.map((column) => {
    const text = textOf(column.name);
    const refers = referring.has(text) || column.foreignKeys.length > 0;
    return columnDefinition(column, { inKey: keyNames.includes(text), alone: keyNames.length === 1, refers }, naming);
  });
  const others = constraints.filter((c) => c.kind !== 'primary' && !c.apart);
  const elements = [
    ...definitions,
    ...[...primary, ...others, ...columns.flatMap((c) => constraintsOf(c, naming))].map((c) => [...c.sql]),
  ];
  const prefixes = keywords.get('prefixes');
  const words = prefixes ? (itemsOf(prefixes) ?? []).map((p) => `${textOf(p) ?? ''} `).join('') : '';
  const create: Part[] = [
    'CREATE ',
    words,
    'TABLE ',
    flag(keywords.get('if_not_exists')) ? 'IF NOT EXISTS ' : '',
    ...table,
    ' (',
    ...joined(elements, ', '),
    ')',
    ...storage(operation),
  ];
  return [
    ...enums,
    create,
    ...columns.flatMap((c) => columnIndex(c, naming, table)),
    ...indexes.map((i) => indexSql({ ...operation, ...indexCall(i, name as Value, schema) }, made.naming)),
    ...(given(keywords.get('comment'))
      ? [['COMMENT ON TABLE ', ...table, ' IS ', ...commentSql(keywords.get('comment'), span)]]
      : []),
    ...columns.flatMap((c) => columnComment(c, table)),
  ];
}

const isMetadata = (value: Value): boolean => value.kind === 'construct' && value.name === 'MetaData';

/** A column that numbers itself by its own wish stands first in a key that SQLAlchemy makes. */
function serialFirst(columns: readonly Column[]): readonly Column[] {
  const wish = (c: Column): number =>
    c.call.keywords.get('autoincrement')?.kind === 'boolean' && flag(c.call.keywords.get('autoincrement')) ? 0 : 1;
  return [...columns].sort((a, b) => wish(a) - wish(b));
}

function indexCall(value: Value, table: Value, schema: Value | undefined): Pick<Operation, 'args' | 'keywords'> {
  if (value.kind !== 'construct') throw new NotEvaluable(value.span, 'the index is not known');
  const [name, ...columns] = value.args;
  const keywords = new Map(value.keywords);
  if (schema) keywords.set('schema', schema);
  return { args: [name as Value, table, { kind: 'list', items: columns, tuple: false, span: value.span }], keywords };
}

function storage({ keywords }: Operation): Part[] {
  const parts: Part[] = [];
  const inherits = given(keywords.get('postgresql_inherits'));
  if (inherits) parts.push(' INHERITS (', ...columnNames(rowOf(inherits, inherits.span), inherits.span), ')');
  const partition = given(keywords.get('postgresql_partition_by'));
  if (partition) parts.push(' PARTITION BY ', asText(partition) ?? '');
  const tablespace = given(keywords.get('postgresql_tablespace'));
  if (tablespace) parts.push(' TABLESPACE ', identifier(tablespace, 'tablespace', tablespace.span));
  return parts;
}

function enumStatements(column: Column, made: Made): Part[][] {
  const { type } = column;
  const inner =
    type?.kind === 'construct' && type.name === 'ARRAY' ? (type.args[0] ?? type.keywords.get('item_type')) : type;
  const found = enumOf(inner);
  if (!found?.withTable) return [];
  made.asked = true;
  if (made.enums.has(found.key)) return [];
  made.enums.add(found.key);
  return [createEnum(found)];
}

/** The index of `index=True`. */
function columnIndex(column: Column, naming: Naming, on: readonly Part[]): Part[][] {
  if (!column.index) return [];
  const said = column.call.keywords.get('index') as Value;
  const name = naming.name({
    ...{ kind: 'ix', name: undefined, columns: [column.name], unique: column.unique, at: said.span },
  });
  if (!name) throw new NotEvaluable(said.span, 'the naming convention gives indexes no name');
  return [
    [
      mappedTo('CREATE ', said.span),
      column.unique ? 'UNIQUE ' : '',
      'INDEX ',
      name,
      ' ON ',
      ...on,
      ' (',
      column.sqlName,
      ')',
    ],
  ];
}

function columnComment(column: Column, table: readonly Part[]): Part[][] {
  if (!column.comment) return [];
  return [
    ['COMMENT ON COLUMN ', ...table, '.', column.sqlName, ' IS ', ...commentSql(column.comment, column.call.span)],
  ];
}

/** The column, then its constraints, index and comment. @throws NotEvaluable */
export function addColumn(operation: Operation, made: Made): Part[][] {
  const of = new Given(operation, ['table_name', 'column']);
  const { span } = operation;
  const table = tableName(of.get('table_name'), of.get('schema'), span);
  const written = of.get('column');
  if (!written) throw new NotEvaluable(span, 'the column is not known');
  const column = readColumn(written);
  const naming = made.naming.of(of.get('table_name'), given(of.get('schema')));
  const alter: Part[] = ['ALTER TABLE ', ...table];
  const exists = flag(of.get('if_not_exists')) ? 'IF NOT EXISTS ' : '';
  return [
    [
      ...alter,
      ' ADD COLUMN ',
      exists,
      ...columnDefinition(
        column,
        { inKey: column.primaryKey, alone: true, refers: column.foreignKeys.length > 0 },
        naming,
      ),
    ],
    ...constraintsOf(column, naming).map((c) => [...alter, ' ADD ', ...c.sql]),
    ...columnIndex(column, naming, table),
    ...columnComment(column, table),
  ];
}
