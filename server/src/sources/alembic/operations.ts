/** Alembic's operations → the statements that they run on PostgreSQL (alembic's operations/toimpl.py and ddl/, 1.8 to 1.20). */
import type { Span } from '../../syntax/tokens.ts';
import { alterColumn } from './alterColumn.ts';
import { itemsOf } from './builtins.ts';
import { flag, given, readColumn } from './columns.ts';
import { checkTail, columnNames, exclusion, foreignKeyHead, foreignKeyOptions, keyTail, rowOf } from './constraints.ts';
import { entityWriters } from './entities.ts';
import { syncEnumValues } from './enumValues.ts';
import { executed } from './execute.ts';
import { tableOf } from './fromItems.ts';
import { assemble, NotEvaluable, type Part } from './generated.ts';
import { identifier, tableName } from './identifiers.ts';
import { indexSql } from './indexes.ts';
import type { Operation } from './interpreter.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import type { NamedKind } from './naming.ts';
import { alterTable, commentSql, Given, type Made, namingOf, type Writer } from './operationParts.ts';
import { inColumnOrder, insertInto } from './statements.ts';
import { addColumn, createTable } from './tables.ts';
import { createEnum, type EnumType, enumOf } from './types.ts';
import { type Construct, textOf, type Value } from './values.ts';

/** @throws NotEvaluable for what cannot be worked out; SQL in several statements for one string that holds them */
export function statementsOf(operation: Operation, made: Made): Mapped[] {
  const { name, batch, keywords } = operation;
  if (keywords.has('**')) throw new NotEvaluable(operation.span, 'the keywords are not known');
  const write = writers[name];
  if (!write) throw new NotEvaluable(operation.nameSpan, `${name} is not an operation that is known`);
  // batch operations name no table: that of the block comes first, or second behind a constraint's or index's name
  const given = batch ? inBatch(operation) : operation;
  return write(given, made).map(assemble);
}

const nameFirst = new Set([
  'create_index',
  'create_foreign_key',
  'create_unique_constraint',
  'create_check_constraint',
  'drop_constraint',
  'drop_index',
  'create_primary_key',
  'create_exclude_constraint',
  'f',
]);

function inBatch(operation: Operation): Operation {
  const { name, args, batch } = operation;
  const table = batch?.table ?? { kind: 'unknown' as const, span: operation.span };
  const keywords = new Map(operation.keywords);
  const schema = batch?.keywords.get('schema');
  if (schema) keywords.set(name === 'create_foreign_key' ? 'source_schema' : 'schema', schema);
  if (name === 'execute') return operation;
  if (!nameFirst.has(name)) return { ...operation, args: [table, ...args], keywords };
  const own = args[0] ?? keywords.get(name.endsWith('_index') ? 'index_name' : 'constraint_name');
  return { ...operation, args: own ? [own, table, ...args.slice(1)] : [], keywords };
}

const writers: Readonly<Record<string, Writer>> = {
  create_table: createTable,
  add_column: addColumn,
  alter_column: alterColumn,
  execute: (operation) => {
    const sql = operation.args[0] ?? operation.keywords.get('sqltext') ?? operation.keywords.get('statement');
    return sql ? executed(sql) : [];
  },
  drop_table(operation) {
    const given = new Given(operation, ['table_name']);
    const exists = flag(given.get('if_exists')) ? 'IF EXISTS ' : '';
    return [['DROP TABLE ', exists, ...tableName(given.get('table_name'), given.get('schema'), operation.span)]];
  },
  drop_column(operation) {
    const of = new Given(operation, ['table_name', 'column_name']);
    const exists = flag(of.get('if_exists')) ? 'IF EXISTS ' : '';
    return [
      [
        ...alterTable(of, operation.span),
        ' DROP COLUMN ',
        exists,
        identifier(of.get('column_name'), 'column', operation.span),
      ],
    ];
  },
  rename_table(operation) {
    const of = new Given(operation, ['old_table_name', 'new_table_name']);
    const { span } = operation;
    return [
      [
        'ALTER TABLE ',
        ...tableName(of.get('old_table_name'), of.get('schema'), span),
        ' RENAME TO ',
        identifier(of.get('new_table_name'), 'table', span),
      ],
    ];
  },
  create_index: (operation, made) => [indexSql(operation, made.naming)],
  drop_index(operation, made) {
    const of = new Given(operation, ['index_name', 'table_name']);
    const { span } = operation;
    const concurrently = given(of.get('postgresql_concurrently'));
    return [
      [
        'DROP INDEX ',
        ...(concurrently && flag(concurrently) ? [mappedTo('CONCURRENTLY ', concurrently.span)] : []),
        flag(of.get('if_exists')) ? 'IF EXISTS ' : '',
        ...(given(of.get('schema')) ? [identifier(of.get('schema'), 'schema', span), '.'] : []),
        made.naming.name({ kind: 'ix', name: known(of.get('index_name'), span), columns: [], at: span }) as Mapped,
      ],
    ];
  },
  create_foreign_key(operation, made) {
    const of = new Given(operation, ['constraint_name', 'source_table', 'referent_table', 'local_cols', 'remote_cols']);
    const { span, keywords } = operation;
    const source = tableName(of.get('source_table'), of.get('source_schema'), span);
    const referent = tableName(of.get('referent_table'), of.get('referent_schema'), span);
    const local = rowOf(of.get('local_cols'), span);
    const remote = rowOf(of.get('remote_cols'), span);
    const referred = { table: textOf(of.get('referent_table')) ?? '', columns: remote.map((r) => textOf(r) ?? '') };
    return [
      [
        'ALTER TABLE ',
        ...source,
        ' ADD ',
        ...made.naming
          .of(of.get('source_table'), given(of.get('source_schema')))
          .constraint({ kind: 'fk', name: of.get('constraint_name'), columns: local, referred, at: span }),
        ...foreignKeyHead(local, span),
        ' REFERENCES ',
        ...referent,
        ' (',
        ...columnNames(remote, span),
        ')',
        ...foreignKeyOptions(keywords),
      ],
    ];
  },
  create_unique_constraint: (operation, made) => [key(operation, 'unique', made)],
  create_primary_key: (operation, made) => [key(operation, 'primary', made)],
  create_check_constraint(operation, made) {
    const of = new Given(operation, ['constraint_name', 'table_name', 'condition']);
    const { span, keywords } = operation;
    return [
      [
        ...alterTable(of, span),
        ' ADD ',
        ...namingOf(of, made).constraint({ kind: 'ck', name: of.get('constraint_name'), columns: [], at: span }),
        ...checkTail(of.get('condition'), keywords, span),
      ],
    ];
  },
  create_exclude_constraint(operation) {
    const of = new Given(operation, ['constraint_name', 'table_name']);
    const { span, args, keywords } = operation;
    const name = of.get('constraint_name');
    return [[...alterTable(of, span), ' ADD ', ...exclusion(name, args.slice(2), keywords, span)]];
  },
  drop_constraint(operation, made) {
    const of = new Given(operation, ['constraint_name', 'table_name', 'type_']);
    return [[...alterTable(of, operation.span), ' DROP CONSTRAINT ', droppedName(of, made, operation.span)]];
  },
  create_table_comment(operation) {
    const of = new Given(operation, ['table_name', 'comment']);
    return [
      [
        'COMMENT ON TABLE ',
        ...tableName(of.get('table_name'), of.get('schema'), operation.span),
        ' IS ',
        ...commentSql(of.get('comment'), operation.span),
      ],
    ];
  },
  drop_table_comment(operation) {
    const of = new Given(operation, ['table_name']);
    return [['COMMENT ON TABLE ', ...tableName(of.get('table_name'), of.get('schema'), operation.span), ' IS NULL']];
  },
  bulk_insert(operation) {
    const of = new Given(operation, ['table', 'rows']);
    const table = of.get('table');
    const name = table && tableOf(table);
    const rows = of.get('rows');
    const items = rows && itemsOf(rows);
    if (!name || !items)
      throw new NotEvaluable(
        (name ? rows?.span : table?.span) ?? operation.span,
        `the ${name ? 'rows are' : 'table is'} not known`,
      );
    return items.map((row) => {
      if (row.kind !== 'dict') throw new NotEvaluable(row.span, 'the row is not known');
      return insertInto(
        name,
        inColumnOrder(
          table as Value,
          row.entries.map(([column, value]) => [identifier(column, 'column', row.span), value] as const),
        ),
      );
    });
  },
  ...entityWriters,
  sync_enum_values: syncEnumValues,
  invoke: (operation) => {
    throw new NotEvaluable(operation.span, 'what is invoked is not known');
  },
  '.create': (operation, made) => {
    const { args, span } = operation;
    const table = tableObject(args[0]);
    if (table) return createTable({ ...operation, args: table.args, keywords: table.keywords }, made);
    const type = enumOf(args[0]);
    if (!type) throw new NotEvaluable(span, 'what is created is not known');
    made.asked = true;
    made.enums.add(type.key);
    return [createEnum(type)];
  },
  '.drop': ({ args, span }) => {
    const table = tableObject(args[0]);
    if (table) return [['DROP TABLE ', ...(tableOf(table) ?? [])], ...enumsOf(table).map(dropEnum)];
    const type = enumOf(args[0]);
    if (!type) throw new NotEvaluable(span, 'what is dropped is not known');
    return [dropEnum(type)];
  },
};

const dropEnum = (type: EnumType): Part[] => ['DROP TYPE ', ...type.qualified];

/** The types that a table brings along. */
const enumsOf = (table: Construct): EnumType[] =>
  table.args.flatMap((column) => {
    const type = column.kind === 'construct' && column.name === 'Column' ? enumOf(readColumn(column).type) : null;
    return type?.withTable ? [type] : [];
  });

/** `sa.Table(…)`, whose name is known. */
const tableObject = (value: Value | undefined): Construct | null =>
  value?.kind === 'construct' && value.name === 'Table' && tableOf(value) ? value : null;

const droppable: Readonly<Record<string, NamedKind>> = {
  foreignkey: 'fk',
  primary: 'pk',
  unique: 'uq',
  check: 'ck',
};

/** The name of a constraint that is dropped: of a kind that is told, by the convention for it. */
function droppedName(of: Given, made: Made, at: Span): Mapped {
  const kind = droppable[textOf(of.get('type_')) ?? ''];
  const name = of.get('constraint_name');
  if (!kind) return made.naming.name({ kind: 'ix', name: known(name, at), columns: [], at }) as Mapped;
  return namingOf(of, made).name({ kind, name, columns: [], at }) ?? identifier(name, 'constraint', at);
}

function known(name: Value | undefined, at: Span): Value {
  if (name === undefined || name.kind === 'none') throw new NotEvaluable(name?.span ?? at, 'the name is not known');
  return name;
}

function key(operation: Operation, kind: 'primary' | 'unique', made: Made): Part[] {
  const of = new Given(operation, ['constraint_name', 'table_name', 'columns']);
  const { span, keywords } = operation;
  return [
    ...alterTable(of, span),
    ' ADD ',
    ...namingOf(of, made).constraint({
      ...{ kind: kind === 'primary' ? 'pk' : 'uq', name: of.get('constraint_name'), at: span },
      columns: rowOf(of.get('columns'), span),
    }),
    ...keyTail(kind, rowOf(of.get('columns'), span), keywords, span),
  ];
}
