/** alembic_postgresql_enum: `op.sync_enum_values` makes an enum type anew with other values (its operations/sync_enum_values.py). */
import { itemsOf } from './builtins.ts';
import { textSql } from './clauses.ts';
import { given } from './columns.ts';
import { joined, NotEvaluable, type Part } from './generated.ts';
import { type Mapped, mappedTo } from './mapped.ts';
import { Given, type Writer } from './operationParts.ts';
import type { Value } from './values.ts';

interface Column {
  /** `"schema"."table"` */
  readonly table: readonly Part[];
  /** Quoted. */
  readonly name: readonly Part[];
  readonly isArray: boolean;
  readonly default: Mapped | null;
}

type Renamed = readonly (readonly [from: Part, to: Part])[];

/** @throws NotEvaluable */
export const syncEnumValues: Writer = (operation) => {
  const of = new Given(operation, [
    'enum_schema',
    'enum_name',
    'new_values',
    'affected_columns',
    'enum_values_to_rename',
  ]);
  const { span } = operation;
  const text = (value: Value | undefined, what: string): Mapped => {
    if (value?.kind !== 'string' || value.holes)
      throw new NotEvaluable(value?.span ?? span, `the ${what} is not known`);
    return textSql(value) as Mapped;
  };
  const rows = (value: Value | undefined, what: string): readonly Value[] => {
    const items = value && itemsOf(value);
    if (!items) throw new NotEvaluable(value?.span ?? span, `the ${what} are not known`);
    return items;
  };
  const [schema, name] = [of.get('enum_schema'), of.get('enum_name')].map((v) => text(v, 'enum')) as [Mapped, Mapped];
  const type: Part[] = ['"', schema, '"."', name, '"'];
  const oldName: Part[] = [name, '_old'];
  const old: Part[] = ['"', schema, '"."', ...oldName, '"'];
  const values = rows(of.get('new_values'), 'values').map((v): Part[] => ["'", text(v, 'value'), "'"]);
  const renames = given(of.get('enum_values_to_rename'));
  const renamed: Renamed = (renames ? rows(renames, 'values') : []).map((pair) => {
    const [from, to] = rows(pair, 'values');
    return [text(from, 'value'), text(to, 'value')] as const;
  });
  const columns = rows(of.get('affected_columns'), 'columns').map((value) => columnOf(value, schema, text));
  return [
    ['ALTER TYPE ', ...type, ' RENAME TO ', ...oldName],
    ['CREATE TYPE ', ...type, ' AS ENUM(', ...joined(values, ', '), ')'],
    ...comparisons.flatMap(([operator, fn]) => [
      [
        ...[`CREATE FUNCTION ${fn}(new_enum_val `, ...type, ', old_enum_val ', ...old, ') RETURNS boolean AS $$\n'],
        ...[' '.repeat(16), `SELECT new_enum_val::text ${operator} `, ...oldAsNew(renamed)],
        ';\n            $$ LANGUAGE SQL IMMUTABLE',
      ],
      [`CREATE OPERATOR ${operator} (leftarg = `, ...type, ', rightarg = ', ...old, `, procedure = ${fn})`],
    ]),
    ...columns.flatMap((column) => changeOf(column, type, renamed, schema, name)),
    ...comparisons.map(([, fn]): Part[] => [
      ...[`DROP FUNCTION ${fn}(new_enum_val `, ...type, ', old_enum_val ', ...old, ') CASCADE'],
    ]),
    ['DROP TYPE ', ...old],
  ];
};

const comparisons = [
  ['!=', 'new_old_not_equals'],
  ['=', 'new_old_equals'],
] as const;

const oldAsNew = (renamed: Renamed): Part[] =>
  renamed.length === 0
    ? ['old_enum_val::text']
    : [
        'CASE\n                    ',
        ...joined(
          renamed.map(([from, to]) => ["WHEN old_enum_val::text = '", from, "' THEN '", to, "'"]),
          ' ',
        ),
        '\n\n                    ELSE old_enum_val::text\n                END',
      ];

/** `TableReference(…)`. Of a column that is given as a row, the database is asked for its default. */
function columnOf(value: Value, schema: Mapped, text: (value: Value | undefined, what: string) => Mapped): Column {
  if (value.kind !== 'construct' || value.name !== 'TableReference')
    throw new NotEvaluable(value.span, "the column's default is asked when it runs");
  const get = (place: number, key: string): Value | undefined => value.keywords.get(key) ?? value.args[place];
  const own = get(2, 'table_schema');
  const type = get(3, 'column_type');
  const initial = given(get(4, 'existing_server_default'));
  // no schema is none; one that is not said is the type's
  const inSchema: Part[] = own === undefined ? ['"', schema, '".'] : given(own) ? ['"', text(own, 'schema'), '".'] : [];
  return {
    table: [...inSchema, '"', text(get(0, 'table_name'), 'table'), '"'],
    name: ['"', text(get(1, 'column_name'), 'column'), '"'],
    isArray: type?.kind === 'name' && type.path.endsWith('.ARRAY'),
    default: initial ? text(initial, 'default') : null,
  };
}

function changeOf(
  { table, name, isArray, default: initial }: Column,
  type: readonly Part[],
  renamed: Renamed,
  schema: Mapped,
  enumName: Mapped,
): Part[][] {
  const alter: Part[] = ['ALTER TABLE ', ...table, ' ALTER COLUMN ', ...name];
  const cast: Part[] = isArray
    ? [
        'array_replace('.repeat(renamed.length),
        ...name,
        '::text[]',
        ...renamed.flatMap(([from, to]): Part[] => [", '", from, "', '", to, "')"]),
        '::',
        ...type,
        '[]',
      ]
    : renamed.length === 0
      ? [...name, '::text::', ...type]
      : [
          'CASE',
          ...renamed.flatMap(([from, to]): Part[] => [
            ' WHEN ',
            ...name,
            "::text = '",
            from,
            "' THEN '",
            to,
            "'::",
            ...type,
          ]),
          ...[' ELSE ', ...name, '::text::', ...type, ' END'],
        ];
  const change: Part[] = [...alter, ' TYPE ', ...type, isArray ? '[]' : '', ' USING ', ...cast];
  if (!initial) return [change];
  const to = `${schema.text === '' ? '' : `${schema.text}.`}${enumName.text}`;
  const span = { start: initial.from[0] ?? -1, end: initial.to.at(-1) ?? -1 };
  return [
    [...alter, ' DROP DEFAULT'],
    change,
    [...alter, ' SET DEFAULT ', mappedTo(renamedDefault(initial.text, to, renamed), span)],
  ];
}

/** The default as an expression of the new type. */
function renamedDefault(text: string, type: string, renamed: Renamed): string {
  const values = (sql: string): string =>
    renamed.reduce((inner, pair) => {
      const [from, to] = pair.map((p) => (typeof p === 'string' ? p : p.text)) as [string, string];
      return inner.replaceAll(`'${from}'`, `'${to}'`).replaceAll(`"${from}"`, `"${to}"`);
    }, sql);
  if (text.startsWith('ARRAY[')) return values(text).replace(/::[.\w]+/g, `::${type}`);
  const at = text.indexOf('::');
  // Python's slice to -1
  const bare = values(text.slice(0, at));
  return `${bare}::${type}${text.endsWith('[]') ? '[]' : ''}`;
}
