/** What we read of a Prisma schema, compared with the tables that Prisma's own engine makes of it. */
import { type Relation, relationKey } from '../../server/src/catalog/catalog.ts';
import { printType } from '../../server/src/catalog/names.ts';
import { madeByPrisma } from '../../server/src/rules/prisma/requiredFieldWithoutDefault.ts';
import { columnTypeOf } from '../../server/src/sources/prisma/columnTypes.ts';
import { foreignKeyName } from '../../server/src/sources/prisma/indexes.ts';
import {
  hasColumn,
  type Model,
  type ModelField,
  type Relation as PrismaRelation,
  type PrismaSchema,
} from '../../server/src/sources/prisma/model.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { migrationSql, withDatasource } from './prismaEngine.ts';
import { schemaAfter } from './review.ts';

export interface Comparison {
  readonly tables: number;
  readonly columns: number;
  readonly indexes: number;
  readonly foreignKeys: number;
  /** In words; empty when both agree. */
  readonly differences: readonly string[];
}

/** @throws what Prisma says of a schema that is not valid */
export async function compareWithEngine(text: string): Promise<Comparison> {
  const whole = withDatasource(text);
  const schema = readSchema([{ uri: 'file:///schema.prisma', file: PrismaFile.of(whole) }]) as PrismaSchema;
  const catalog = schemaAfter(await migrationSql(null, whole));
  const differences: string[] = [];
  const counts = { tables: 0, columns: 0, indexes: 0, foreignKeys: 0 };
  const models = schema.models.filter(({ isView }) => !isView);
  for (const model of models) {
    const key = relationKey(model.databaseSchema ?? 'public', model.table);
    const table = catalog.relations.get(key);
    if (!table) {
      differences.push(`no table ${key}`);
      continue;
    }
    counts.tables++;
    const indexNames = new Map(table.indexes.map((index) => [catalog.relations.get(index)?.name, index]));
    const [ours, theirs] = [
      linesOf(model, schema),
      linesOfTable(table, (name) => {
        const relation = catalog.relations.get(indexNames.get(name) ?? '');
        return relation?.index ?? null;
      }),
    ];
    for (const line of ours) if (!theirs.includes(line)) differences.push(`${key}: only we have ${line}`);
    for (const line of theirs) if (!ours.includes(line)) differences.push(`${key}: only the engine has ${line}`);
    counts.columns += ours.filter((line) => line.startsWith('column')).length;
    counts.indexes += ours.filter((line) => /^(?:unique )?index|^primary/.test(line)).length;
    counts.foreignKeys += ours.filter((line) => line.startsWith('foreign')).length;
  }
  for (const type of schema.enums) {
    const made = catalog.types.get(relationKey(type.databaseSchema ?? 'public', type.type));
    const values = made?.kind === 'enum' ? made.values.join() : 'none';
    if (values !== type.values.map(({ stored }) => stored).join()) differences.push(`enum ${type.type}: ${values}`);
  }
  return { ...counts, differences };
}

function linesOf(model: Model, schema: PrismaSchema): string[] {
  const columns = model.fields.filter(hasColumn).map((field) => {
    const type = columnTypeOf(field);
    const known = type && {
      ...type,
      name: field.defaultKind === 'autoincrement' ? (serials[type.name] ?? type.name) : type.name,
    };
    const enumeration = schema.enums.find(({ name }) => name === field.type);
    const name = known ? printType(known) : (enumeration?.type ?? field.type);
    const suffix = !known && field.arity === 'list' ? '[]' : '';
    const notNull = field.arity === 'required' ? ' not null' : '';
    return `column ${field.column} ${known ? name : `${name}${suffix}`}${notNull}${hasDefault(field) ? ' default' : ''}`;
  });
  const indexes = model.indexes.map((index) => {
    const list = index.fields.map((f) => `${f.field.column}${f.descending ? ' desc' : ''}`).join();
    if (index.kind === 'id') return `primary key (${list})`;
    return `${index.kind === 'unique' ? 'unique ' : ''}index ${index.name} ${index.method} (${list})`;
  });
  const foreign = schema.foreignKeys
    ? model.relations.map(
        (relation) =>
          `foreign key ${foreignKeyName(model, relation)} (${relation.fields.map((f) => f.column).join()}) to ${relation.target.table} (${relation.references.map((f) => f.column).join()}) ${onDeleteOf(relation)}`,
      )
    : [];
  return [...columns, ...indexes, ...foreign];
}

/** What Prisma itself makes when it inserts a row is no default of the column's; a counter's is part of its type. */
const hasDefault = ({ defaultKind }: ModelField): boolean =>
  defaultKind !== null && !madeByPrisma.has(defaultKind) && defaultKind !== 'autoincrement';

const onDeleteOf = ({ onDelete, fields }: PrismaRelation): string =>
  actions[onDelete ?? (fields.every(({ arity }) => arity === 'optional') ? 'SetNull' : 'Restrict')] ?? '?';

const actions: Readonly<Record<string, string>> = {
  Cascade: 'cascade',
  Restrict: 'restrict',
  NoAction: 'no action',
  SetNull: 'set null',
  SetDefault: 'set default',
};

const serials: Readonly<Record<string, string>> = { int2: 'serial2', int4: 'serial4', int8: 'serial8' };

interface Index {
  readonly method: string;
  readonly unique: boolean;
  readonly constraint: string | null;
  readonly keys: readonly { readonly column: string | null; readonly descending: boolean }[];
}

function linesOfTable(table: Relation, indexOf: (name: string) => Index | null): string[] {
  const columns = table.columns.map(
    ({ name, type, notNull, serial, hasDefault: defaults }) =>
      `column ${name} ${type ? printType(serial ? { ...type, name: serials[type.name] ?? type.name } : type).replace(/^public\./, '') : '?'}${notNull ? ' not null' : ''}${defaults && !serial ? ' default' : ''}`,
  );
  const indexes = table.indexes.flatMap((key) => {
    const name = key.slice(key.indexOf('.') + 1);
    const index = indexOf(name);
    if (!index || index.constraint !== null) return [];
    const list = index.keys.map((k) => `${k.column}${k.descending ? ' desc' : ''}`).join();
    return [`${index.unique ? 'unique ' : ''}index ${name} ${index.method} (${list})`];
  });
  const constraints = table.constraints.flatMap((c) => {
    if (c.kind === 'primary') return [`primary key (${c.columns.join()})`];
    if (c.kind !== 'foreign' || c.references === null) return [];
    const target = c.references.slice(c.references.indexOf('.') + 1);
    return [`foreign key ${c.name} (${c.columns.join()}) to ${target} (${c.referencedColumns.join()}) ${c.onDelete}`];
  });
  return [...columns, ...indexes, ...constraints];
}
