/** Tables as SQL: columns, constraints, indexes. */
import type { Catalog, Column, Constraint, Relation } from '../catalog/catalog.ts';
import { keyOf } from '../catalog/catalog.ts';
import { constraintName, objectName } from '../catalog/objectNames.ts';
import type { IndexDefinition, IndexKey, PartitionBound, PartitionKey } from '../catalog/objects.ts';
import { identifier, nameList, qualified, relationName, type TreePrinter, typeText } from './print.ts';

export interface Printing {
  readonly catalog: Catalog;
  readonly trees: TreePrinter;
}

interface Line {
  readonly sql: string;
  readonly note?: string;
}

/** CREATE TABLE and what belongs to it, but for foreign keys, triggers and policies; each a statement without its end. */
export function tableStatements(p: Printing, table: Relation): string[] {
  const name = qualified(table.schema, table.name);
  const parent = table.partitionOf === null ? undefined : p.catalog.relations.get(table.partitionOf);
  const lines: Line[] = [
    ...table.columns.map((column) => columnLine(p, table, column, parent)),
    ...table.constraints.flatMap((c) => (isInTable(table, c) ? [{ sql: constraintText(p, table, c) }] : [])),
  ];
  const body = lines.map(({ sql, note }, i) => {
    const comma = i < lines.length - 1 ? ',' : '';
    return note === undefined ? `  ${sql}${comma}\n` : `  ${sql}${comma} -- ${note}\n`;
  });
  const clauses = [
    table.partitionKey && `PARTITION BY ${partitionKeyText(p, table.partitionKey)}`,
    Object.keys(table.options).length > 0 && `WITH (${optionsText(table.options)})`,
  ];
  const create = [
    `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${name} (${body.length > 0 ? `\n${body.join('')}` : ''})`,
    ...clauses.filter(Boolean),
  ].join(' ');
  return [
    create,
    ...table.constraints.flatMap((c) => addedLater(p, table, c)),
    ...indexesOf(p, table)
      .filter((i) => !isOnly(p, i, table))
      .map((i) => indexText(p, i, i.index as IndexDefinition, table)),
    // INHERITS in CREATE TABLE would put the parent's columns first
    ...table.inherits.map((key) => `ALTER TABLE ${name} INHERIT ${relationName(p.catalog, key)}`),
    ...(table.partitionOf !== null && table.bound
      ? [
          `ALTER TABLE ${relationName(p.catalog, table.partitionOf)} ATTACH PARTITION ${name} ${boundText(p, table.bound)}`,
        ]
      : []),
  ];
}

/** Those that belong to no constraint. */
const indexesOf = (p: Printing, table: Relation): Relation[] =>
  table.indexes.flatMap((key) => {
    const relation = p.catalog.relations.get(key);
    return relation?.index && relation.index.constraint === null ? [relation] : [];
  });

/** ON ONLY a partitioned table, and not all partitions have theirs: it can be made when the partitions are there. */
const isOnly = (p: Printing, index: Relation, table: Relation): boolean =>
  index.index?.only === true &&
  table.partitions.some((key) => !p.catalog.relations.get(key)?.indexes.some((own) => index.partitions.includes(own)));

/** To be run behind all tables. */
export const onlyIndexStatements = (p: Printing, table: Relation): string[] =>
  indexesOf(p, table)
    .filter((index) => isOnly(p, index, table))
    .flatMap((index) => [
      indexText(p, index, index.index as IndexDefinition, table, true),
      ...index.partitions.map(
        (key) => `ALTER INDEX ${qualified(index.schema, index.name)} ATTACH PARTITION ${relationName(p.catalog, key)}`,
      ),
    ]);

/** A second key on the same columns would be taken for the first, were it in CREATE TABLE. */
function isInTable(table: Relation, { kind, validated, name, columns }: Constraint): boolean {
  if (kind === 'foreign' || kind === 'not-null' || !validated || name === null) return false;
  const first = table.constraints.find((c) => isKey(c) && c.columns.join('\0') === columns.join('\0'));
  return !isKey({ kind }) || first?.name === name;
}

const isKey = ({ kind }: Pick<Constraint, 'kind'>): boolean => kind === 'primary' || kind === 'unique';

function addedLater(p: Printing, table: Relation, constraint: Constraint): string[] {
  const isSaidByColumn = constraint.kind === 'not-null' && constraint.validated;
  if (constraint.kind === 'foreign' || isSaidByColumn || constraint.name === null) return [];
  if (isInTable(table, constraint)) return [];
  return [`ALTER TABLE ${qualified(table.schema, table.name)} ADD ${constraintText(p, table, constraint)}`];
}

/** `name type DEFAULT … NOT NULL` */
export const columnText = (p: Printing, table: Relation, column: Column): string =>
  columnLine(p, table, column, p.catalog.relations.get(table.partitionOf ?? '')).sql;

function columnLine(p: Printing, table: Relation, column: Column, parent: Relation | undefined): Line {
  const { type } = column;
  if (!type) return { sql: `/* ${identifier(column.name)}: the files do not tell its type */` };
  const serial = serialName(p, table, column);
  const collation = column.collation === null ? '' : ` COLLATE ${identifier(column.collation)}`;
  const value = serial === null ? defaultOf(p, table, column, parent) : { sql: '' };
  const notNull = serial === null && column.notNull ? notNullText(table, column) : '';
  const modifiersLost = type.name === 'geometry' || type.name === 'geography';
  const note = modifiersLost ? 'what stands in parentheses behind the type is not known' : value.note;
  return {
    sql: `${identifier(column.name)} ${serial ?? typeText(p.catalog, modifiersLost ? { ...type, modifiers: [] } : type)}${collation}${value.sql}${notNull}`,
    ...(note === undefined ? {} : { note }),
  };
}

const serials: Readonly<Record<string, string>> = { int2: 'smallserial', int4: 'serial', int8: 'bigserial' };

export const sequenceOf = (catalog: Catalog, table: Relation, column: string): Relation | undefined =>
  table.sequences
    .map((key) => catalog.relations.get(key))
    .find((s) => s?.ownedBy?.table === keyOf(table) && s.ownedBy.column === column);

/** `serial` where all is as that would make it; null otherwise. */
export function serialName({ catalog }: { readonly catalog: Catalog }, table: Relation, column: Column): string | null {
  if (!column.serial || !column.hasDefault || !column.notNull || column.default !== null) return null;
  const sequence = sequenceOf(catalog, table, column.name);
  const usual = sequence?.schema === table.schema && sequence.name === objectName(table.name, column.name, 'seq');
  return usual ? (serials[column.type?.name ?? ''] ?? null) : null;
}

function defaultOf(p: Printing, table: Relation, column: Column, parent: Relation | undefined): Line {
  const { generated, identity } = column;
  if (generated) {
    if (!generated.expression) return { sql: '', note: 'generated, by an expression that the files do not tell' };
    const kind = generated.stored ? 'STORED' : 'VIRTUAL';
    return { sql: ` GENERATED ALWAYS AS (${p.trees.expression(generated.expression)}) ${kind}` };
  }
  if (identity !== null) {
    // a partition gets it from its table
    if (parent) return { sql: '' };
    const sequence = sequenceOf(p.catalog, table, column.name);
    const usual = !sequence || sequence.name === objectName(table.name, column.name, 'seq');
    const named = usual ? '' : ` (SEQUENCE NAME ${qualified(sequence.schema, sequence.name)})`;
    return { sql: ` GENERATED ${identity.toUpperCase()} AS IDENTITY${named}` };
  }
  if (column.default) return { sql: ` DEFAULT ${p.trees.operand(column.default)}` };
  if (!column.hasDefault) return { sql: '' };
  const sequence = column.serial ? sequenceOf(p.catalog, table, column.name) : undefined;
  return sequence
    ? { sql: ` DEFAULT nextval('${qualified(sequence.schema, sequence.name)}'::regclass)` }
    : { sql: '', note: 'has a default that the files do not tell' };
}

/** Since Postgres 18, NOT NULL is a constraint with a name. */
function notNullText(table: Relation, column: Column): string {
  const constraint = table.constraints.find((c) => c.kind === 'not-null' && c.columns[0] === column.name);
  const own = constraint && constraint.name !== constraintName('not-null', table.name, [column.name]);
  const name = own && constraint.name !== null ? ` CONSTRAINT ${identifier(constraint.name)}` : '';
  return `${name} NOT NULL${constraint?.noInherit ? ' NO INHERIT' : ''}`;
}

export function constraintText(p: Printing, table: Relation, c: Constraint): string {
  const named = c.name === null ? '' : `CONSTRAINT ${identifier(c.name)} `;
  const deferred = c.deferrable ? ` DEFERRABLE${c.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  return `${named}${definitionText(p, table, c)}${deferred}${c.validated ? '' : ' NOT VALID'}`;
}

function definitionText(p: Printing, table: Relation, c: Constraint): string {
  const index = c.index === null ? null : (p.catalog.relations.get(`${table.schema}.${c.index}`)?.index ?? null);
  switch (c.kind) {
    case 'primary':
    case 'unique': {
      const distinct = index?.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const word = c.kind === 'primary' ? 'PRIMARY KEY' : `UNIQUE${distinct}`;
      const overlaps = index?.method === 'gist' ? ' WITHOUT OVERLAPS' : '';
      return `${word} (${nameList(c.columns)}${overlaps})${index ? behindKeys(index) : ''}`;
    }
    case 'exclude': {
      const keys = index?.keys.map((key, i) => `${keyText(p, key)} WITH ${c.operators[i] ?? '='}`) ?? [];
      const where = index?.where ? ` WHERE (${p.trees.expression(index.where)})` : '';
      return `EXCLUDE USING ${index?.method ?? 'gist'} (${keys.join(', ')})${index ? behindKeys(index) : ''}${where}`;
    }
    case 'check':
      return `CHECK (${c.expression ? p.trees.expression(c.expression) : 'true /* not known */'})${c.noInherit ? ' NO INHERIT' : ''}`;
    case 'not-null':
      return `NOT NULL ${nameList(c.columns)}${c.noInherit ? ' NO INHERIT' : ''}`;
    case 'foreign':
      return foreignText(p, c);
  }
}

const behindKeys = ({ include, options }: IndexDefinition): string =>
  `${include.length > 0 ? ` INCLUDE (${nameList(include)})` : ''}${Object.keys(options).length > 0 ? ` WITH (${optionsText(options)})` : ''}`;

function foreignText(p: Printing, c: Constraint): string {
  const target = p.catalog.relations.get(c.references ?? '');
  const key = target?.constraints.find(
    (k) => (k.kind === 'primary' || k.kind === 'unique') && k.columns.join() === c.referencedColumns.join(),
  );
  const temporal =
    key?.index != null && p.catalog.relations.get(`${target?.schema}.${key.index}`)?.index?.method === 'gist';
  const columns = (names: readonly string[]): string =>
    temporal
      ? [...names.slice(0, -1).map(identifier), `PERIOD ${nameList(names.slice(-1))}`].join(', ')
      : nameList(names);
  const referenced = c.referencedColumns.length > 0 ? ` (${columns(c.referencedColumns)})` : '';
  return [
    `FOREIGN KEY (${columns(c.columns)}) REFERENCES ${relationName(p.catalog, c.references ?? '')}${referenced}`,
    c.matchFull && 'MATCH FULL',
    c.onUpdate !== 'no action' && `ON UPDATE ${c.onUpdate.toUpperCase()}`,
    c.onDelete !== 'no action' && `ON DELETE ${c.onDelete.toUpperCase()}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Foreign keys; of a partition those that it does not get from its table. */
export function foreignKeyStatements(p: Printing, table: Relation): string[] {
  const parent = table.partitionOf === null ? undefined : p.catalog.relations.get(table.partitionOf);
  const inherited = (c: Constraint): boolean =>
    parent?.constraints.some(
      (k) => k.kind === 'foreign' && k.references === c.references && k.columns.join() === c.columns.join(),
    ) ?? false;
  return table.constraints
    .filter((c) => c.kind === 'foreign' && !inherited(c))
    .map((c) => `ALTER TABLE ${qualified(table.schema, table.name)} ADD ${constraintText(p, table, c)}`);
}

export function indexText(
  p: Printing,
  relation: Relation,
  index: IndexDefinition,
  table: Relation,
  only = false,
): string {
  const method = index.method === 'btree' ? '' : ` USING ${identifier(index.method)}`;
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${identifier(relation.name)} ON ${only ? 'ONLY ' : ''}${qualified(table.schema, table.name)}${method}`,
    `(${index.keys.map((key) => keyText(p, key)).join(', ')})`,
    index.include.length > 0 && `INCLUDE (${nameList(index.include)})`,
    index.nullsNotDistinct && 'NULLS NOT DISTINCT',
    Object.keys(index.options).length > 0 && `WITH (${optionsText(index.options)})`,
    index.where && `WHERE ${p.trees.expression(index.where)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function keyText(p: Printing, key: IndexKey): string {
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return [
    key.column !== null ? identifier(key.column) : key.expression ? `(${p.trees.expression(key.expression)})` : '?',
    key.collation !== null && ` COLLATE ${identifier(key.collation)}`,
    key.operatorClass !== null && ` ${identifier(key.operatorClass)}`,
    key.descending && ' DESC',
    nulls,
  ]
    .filter(Boolean)
    .join('');
}

function partitionKeyText(p: Printing, { strategy, columns, expressions }: PartitionKey): string {
  const keys = columns.map((column, i) => {
    const expression = expressions[i];
    if (expression) return `(${p.trees.expression(expression)})`;
    return column === null ? '/* not known */' : identifier(column);
  });
  return `${strategy.toUpperCase()} (${keys.join(', ')})`;
}

function boundText(p: Printing, bound: PartitionBound): string {
  switch (bound.kind) {
    case 'default':
      return 'DEFAULT';
    case 'hash':
      return `FOR VALUES WITH (MODULUS ${bound.modulus}, REMAINDER ${bound.remainder})`;
    case 'list':
      return `FOR VALUES IN (${bound.values.map((v) => p.trees.expression(v)).join(', ')})`;
    case 'range': {
      const [from, to] = [bound.from, bound.to].map((side) => side.map((v) => limit(p, v)).join(', '));
      return `FOR VALUES FROM (${from}) TO (${to})`;
    }
  }
}

/** MINVALUE and MAXVALUE are read as names of columns. */
function limit(
  p: Printing,
  value: PartitionBound extends infer B ? (B extends { from: readonly (infer N)[] } ? N : never) : never,
): string {
  const text = p.trees.expression(value);
  return /^"?(?:minvalue|maxvalue)"?$/i.test(text) ? text.replaceAll('"', '').toUpperCase() : text;
}

export const optionsText = (options: Readonly<Record<string, string>>): string =>
  Object.entries(options)
    .map(([name, value]) => `${name} = ${/^[\w.+-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`}`)
    .join(', ');
