/** Alembic's operations → the statements that they run on PostgreSQL (alembic's operations/toimpl.py and ddl/, 1.8 to 1.13). */
import type { Span } from '../../syntax/tokens.ts';
import { asText, itemsOf } from './builtins.ts';
import { clause, inColumnOrder, insertInto, statement, tableOf, textSql } from './clauses.ts';
import {
  type Column,
  columnDefinition,
  constraintsOf,
  defaultSql,
  flag,
  given,
  identitySql,
  readColumn,
} from './columns.ts';
import {
  type Constraint,
  checkTail,
  columnNames,
  foreignKeyHead,
  foreignKeyOptions,
  keyTail,
  namePart,
  readConstraint,
  rowOf,
} from './constraints.ts';
import { assemble, joined, NotEvaluable, type Part } from './generated.ts';
import { identifier, nameOf, quoted, stringLiteral, tableName } from './identifiers.ts';
import { indexSql } from './indexes.ts';
import type { Operation } from './interpreter.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import { createEnum, enumOf, typeSql } from './types.ts';
import { textOf, type Value } from './values.ts';

/** What earlier operations of the same function have made: an enum type is created once. */
export interface Made {
  readonly enums: Set<string>;
}

/** The arguments of an operation by name, whether given by place or by keyword. */
class Given {
  readonly #operation: Operation;
  readonly #places: readonly string[];

  constructor(operation: Operation, places: readonly string[]) {
    this.#operation = operation;
    this.#places = places;
  }

  get(name: string): Value | undefined {
    const place = this.#places.indexOf(name);
    return this.#operation.keywords.get(name) ?? (place < 0 ? undefined : this.#operation.args[place]);
  }
}

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

type Writer = (operation: Operation, made: Made) => Part[][];

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
  create_index: (operation) => [indexSql(operation)],
  drop_index(operation) {
    const of = new Given(operation, ['index_name', 'table_name']);
    const { span } = operation;
    const concurrently = given(of.get('postgresql_concurrently'));
    return [
      [
        'DROP INDEX ',
        ...(concurrently && flag(concurrently) ? [mappedTo('CONCURRENTLY ', concurrently.span)] : []),
        flag(of.get('if_exists')) ? 'IF EXISTS ' : '',
        ...tableName(of.get('index_name'), of.get('schema'), span),
      ],
    ];
  },
  create_foreign_key(operation) {
    const of = new Given(operation, ['constraint_name', 'source_table', 'referent_table', 'local_cols', 'remote_cols']);
    const { span, keywords } = operation;
    const source = tableName(of.get('source_table'), of.get('source_schema'), span);
    const referent = tableName(of.get('referent_table'), of.get('referent_schema'), span);
    const remote = rowOf(of.get('remote_cols'), span);
    return [
      [
        'ALTER TABLE ',
        ...source,
        ' ADD ',
        ...namePart(of.get('constraint_name'), span),
        ...foreignKeyHead(rowOf(of.get('local_cols'), span), span),
        ' REFERENCES ',
        ...referent,
        ' (',
        ...columnNames(remote, span),
        ')',
        ...foreignKeyOptions(keywords),
      ],
    ];
  },
  create_unique_constraint: (operation) => [key(operation, 'unique')],
  create_primary_key: (operation) => [key(operation, 'primary')],
  create_check_constraint(operation) {
    const of = new Given(operation, ['constraint_name', 'table_name', 'condition']);
    const { span, keywords } = operation;
    return [
      [
        ...alterTable(of, span),
        ' ADD ',
        ...namePart(of.get('constraint_name'), span),
        ...checkTail(of.get('condition'), keywords, span),
      ],
    ];
  },
  drop_constraint(operation) {
    const of = new Given(operation, ['constraint_name', 'table_name', 'type_']);
    return [
      [
        ...alterTable(of, operation.span),
        ' DROP CONSTRAINT ',
        identifier(of.get('constraint_name'), 'constraint', operation.span),
      ],
    ];
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
  invoke: (operation) => {
    throw new NotEvaluable(operation.span, 'what is invoked is not known');
  },
  '.create': ({ args, span }, made) => {
    const type = enumOf(args[0]);
    if (!type) throw new NotEvaluable(span, 'what is created is not known');
    made.enums.add(type.key);
    return [createEnum(type)];
  },
  '.drop': ({ args, span }) => {
    const type = enumOf(args[0]);
    if (!type) throw new NotEvaluable(span, 'what is dropped is not known');
    return [['DROP TYPE ', ...type.qualified]];
  },
};

const alterTable = (of: Given, at: Span): Part[] => [
  'ALTER TABLE ',
  ...tableName(of.get('table_name'), of.get('schema'), at),
];

function key(operation: Operation, kind: 'primary' | 'unique'): Part[] {
  const of = new Given(operation, ['constraint_name', 'table_name', 'columns']);
  const { span, keywords } = operation;
  return [
    ...alterTable(of, span),
    ' ADD ',
    ...namePart(of.get('constraint_name'), span),
    ...keyTail(kind, rowOf(of.get('columns'), span), keywords, span),
  ];
}

function commentSql(value: Value | undefined, at: Span): Part[] {
  if (!given(value)) return ['NULL'];
  if (value?.kind !== 'string' || value.holes) throw new NotEvaluable(value?.span ?? at, 'the comment is not known');
  return stringLiteral(value.mapped);
}

/** A string of SQL, text(), or a construct that stands for a statement. */
function executed(value: Value): Part[][] {
  if (value.kind === 'string') return value.mapped.text.trim() === '' ? [] : [[textSql(value)]];
  if (value.kind === 'construct') {
    const [first] = value.args;
    if ((value.name === 'text' || value.name === 'DDL') && first?.kind === 'string') return executed(first);
    if (value.name === 'bindparams' && value.on) return executed(value.on);
    if (value.name === 'CreateSequence' || value.name === 'DropSequence') {
      const sequence = first?.kind === 'construct' ? first : null;
      const words = value.name === 'CreateSequence' ? 'CREATE SEQUENCE ' : 'DROP SEQUENCE ';
      if (
        !sequence ||
        sequence.args.length > 1 ||
        [...sequence.keywords.keys()].some((k) => k !== 'schema' && k !== 'name')
      )
        throw new NotEvaluable(value.span, 'the sequence is not known');
      return [
        [
          words,
          ...tableName(sequence.args[0] ?? sequence.keywords.get('name'), sequence.keywords.get('schema'), value.span),
        ],
      ];
    }
  }
  return [statement(value)];
}

function createTable(operation: Operation, made: Made): Part[][] {
  const { args, keywords, span } = operation;
  const schema = keywords.get('schema');
  const name = args[0] ?? keywords.get('table_name');
  const table = tableName(name, schema, span);
  const columns: Column[] = [];
  const constraints: Constraint[] = [];
  const indexes: Value[] = [];
  for (const item of args.slice(1)) {
    if (item.kind === 'none') continue;
    const constraint = readConstraint(item);
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
    return columnDefinition(
      column,
      keyNames.includes(text),
      keyNames.length === 1,
      referring.has(text) || column.foreignKeys.length > 0,
    );
  });
  const others = constraints.filter((c) => c.kind !== 'primary');
  const elements = [
    ...definitions,
    ...[...primary, ...others, ...columns.flatMap(constraintsOf)].map((c) => [...c.sql]),
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
    ...columns.flatMap((c) => columnIndex(c, name as Value, schema, table)),
    ...indexes.map((i) => indexSql({ ...operation, ...indexCall(i, name as Value, schema) })),
    ...(given(keywords.get('comment'))
      ? [['COMMENT ON TABLE ', ...table, ' IS ', ...commentSql(keywords.get('comment'), span)]]
      : []),
    ...columns.flatMap((c) => columnComment(c, table)),
  ];
}

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
  if (!found?.withTable || made.enums.has(found.key)) return [];
  made.enums.add(found.key);
  return [createEnum(found)];
}

/** The index of `index=True`, named by SQLAlchemy's own convention. */
function columnIndex(column: Column, table: Value, schema: Value | undefined, on: readonly Part[]): Part[][] {
  if (!column.index) return [];
  const names = [
    ...(given(schema) ? [nameOf(schema, 'schema', table.span).text] : []),
    nameOf(table, 'table', table.span).text,
    nameOf(column.name, 'column', table.span).text,
  ];
  const said = column.call.keywords.get('index') as Value;
  const name = quoted(mappedTo(`ix_${names.join('_')}`, said.span));
  return [['CREATE ', column.unique ? 'UNIQUE ' : '', 'INDEX ', name, ' ON ', ...on, ' (', column.sqlName, ')']];
}

function columnComment(column: Column, table: readonly Part[]): Part[][] {
  if (!column.comment) return [];
  return [
    ['COMMENT ON COLUMN ', ...table, '.', column.sqlName, ' IS ', ...commentSql(column.comment, column.call.span)],
  ];
}

function addColumn(operation: Operation): Part[][] {
  const of = new Given(operation, ['table_name', 'column']);
  const { span } = operation;
  const table = tableName(of.get('table_name'), of.get('schema'), span);
  const written = of.get('column');
  if (!written) throw new NotEvaluable(span, 'the column is not known');
  const column = readColumn(written);
  const alter: Part[] = ['ALTER TABLE ', ...table];
  const exists = flag(of.get('if_not_exists')) ? 'IF NOT EXISTS ' : '';
  return [
    [
      ...alter,
      ' ADD COLUMN ',
      exists,
      ...columnDefinition(column, column.primaryKey, true, column.foreignKeys.length > 0),
    ],
    ...constraintsOf(column).map((c) => [...alter, ' ADD ', ...c.sql]),
    ...columnIndex(column, of.get('table_name') as Value, of.get('schema'), table),
    ...columnComment(column, table),
  ];
}

function alterColumn(operation: Operation): Part[][] {
  const of = new Given(operation, ['table_name', 'column_name']);
  const { span } = operation;
  const alter = alterTable(of, span);
  const column = identifier(of.get('column_name'), 'column', span);
  const statements: Part[][] = [];
  const type = given(of.get('type_'));
  if (type) {
    const using = given(of.get('postgresql_using'));
    const conversion =
      using?.kind === 'string' ? [' USING ', using.mapped] : using ? [' USING ', ...clause(using)] : [];
    statements.push([...alter, ' ALTER COLUMN ', column, ' TYPE ', ...typeSql(type, span), ...conversion]);
  }
  const nullable = given(of.get('nullable'));
  if (nullable)
    statements.push([
      ...alter,
      ' ALTER COLUMN ',
      column,
      ' ',
      mappedTo(flag(nullable) ? 'DROP NOT NULL' : 'SET NOT NULL', nullable.span),
    ]);
  const value = of.get('server_default');
  // False says that it stays as it is
  if (value && !(value.kind === 'boolean' && !value.value))
    statements.push([...alter, ' ALTER COLUMN ', column, ...changedDefault(value, of.get('existing_server_default'))]);
  const comment = of.get('comment');
  if (comment && !(comment.kind === 'boolean' && !comment.value))
    statements.push([
      'COMMENT ON COLUMN ',
      ...tableName(of.get('table_name'), of.get('schema'), span),
      '.',
      column,
      ' IS ',
      ...commentSql(comment, span),
    ]);
  const renamed = given(of.get('new_column_name'));
  if (renamed) statements.push([...alter, ' RENAME ', column, ' TO ', identifier(renamed, 'column', span)]);
  return statements;
}

function changedDefault(value: Value, existing: Value | undefined): Part[] {
  const had = existing?.kind === 'construct' ? existing.name : '';
  if (value.kind === 'none') return [mappedTo(had === 'Identity' ? ' DROP IDENTITY' : ' DROP DEFAULT', value.span)];
  if (value.kind === 'construct' && value.name === 'Identity') {
    // Alembic takes it for a change of an identity unless it is told that there is no default
    if (existing?.kind !== 'none') throw new NotEvaluable(value.span, 'how the identity changes is not worked out');
    return [' ADD ', ...identitySql(value)];
  }
  if (had === 'Identity' || had === 'Computed')
    throw new NotEvaluable(value.span, 'how the column changes is not worked out');
  return [' SET DEFAULT ', ...defaultSql(value)];
}
