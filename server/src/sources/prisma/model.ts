/** A schema of Prisma's as it means it for Postgres: models with their columns, keys, indexes and relations. */
import type { PrismaFile } from './prismaFile.ts';
import type { Attribute, Block, Member, Span } from './syntax.ts';

/** A block, and where it stands. */
export interface Declared {
  readonly uri: string;
  readonly file: PrismaFile;
  readonly block: Block;
  /** As the schema language calls it. */
  readonly name: string;
}

export interface Model extends Declared {
  readonly isView: boolean;
  /** What Postgres calls it. */
  readonly table: string;
  /** Null: the schema that the connection leads to. */
  readonly databaseSchema: string | null;
  readonly fields: readonly ModelField[];
  readonly relations: readonly Relation[];
  /** Keys and indexes in the order in which they are written. */
  readonly indexes: readonly ModelIndex[];
  /** Two models have that name, or something in it is being typed: what is not there may be about to come. */
  readonly inDoubt: boolean;
}

export const scalarTypes = [
  'String',
  'Boolean',
  'Int',
  'BigInt',
  'Float',
  'Decimal',
  'DateTime',
  'Json',
  'Bytes',
] as const;
export type ScalarType = (typeof scalarTypes)[number];

export interface ModelField {
  readonly name: string;
  readonly member: Member;
  /** `unknown` for the name of a type that is not in the schema (yet). */
  readonly kind: 'scalar' | 'enum' | 'model' | 'unsupported' | 'unknown';
  /** The scalar, enum or model; of an unsupported type what the database calls it. */
  readonly type: string;
  readonly arity: 'required' | 'optional' | 'list';
  /** What Postgres calls it; a field of a model's type has no column. */
  readonly column: string;
  /** `@db.VarChar(20)` → name `VarChar`, args [20]. */
  readonly native: NativeType | null;
  /** `now`, `autoincrement`, `uuid`, `dbgenerated` …; `value` for anything that is no function. */
  readonly defaultKind: string | null;
  readonly isUpdatedAt: boolean;
}

export interface NativeType {
  readonly name: string;
  /** Numbers in parentheses. */
  readonly args: readonly number[];
  readonly attribute: Attribute;
}

export interface Relation {
  readonly field: ModelField;
  readonly attribute: Attribute;
  /** The columns' fields on this side, and what they refer to. */
  readonly fields: readonly ModelField[];
  readonly target: Model;
  readonly references: readonly ModelField[];
  /** As written: `Cascade` …; null where nothing is. */
  readonly onDelete: string | null;
}

export interface IndexedField {
  readonly field: ModelField;
  readonly descending: boolean;
  /** `ops:` as written; null for the type's own. */
  readonly operatorClass: string | null;
}

export interface ModelIndex extends Span {
  /** `id` makes a primary key. */
  readonly kind: 'id' | 'unique' | 'index';
  readonly attribute: Attribute;
  /** The field that the attribute stands behind; null for one of the whole model. */
  readonly of: ModelField | null;
  readonly fields: readonly IndexedField[];
  /** In Postgres's terms: `btree`, `hash`, `gin` … */
  readonly method: string;
  /** `map:` or the name that Prisma gives it. */
  readonly name: string;
  /** It has a condition, or arguments that are not known here. */
  readonly isPartial: boolean;
}

export interface EnumType extends Declared {
  /** What Postgres calls it. */
  readonly type: string;
  readonly databaseSchema: string | null;
  readonly values: readonly EnumValue[];
}

export interface EnumValue {
  readonly name: string;
  readonly member: Member;
  /** What Postgres calls it. */
  readonly stored: string;
}

export interface PrismaSchema {
  readonly models: readonly Model[];
  readonly enums: readonly EnumType[];
  /** Of the generators: `partialIndexes` … */
  readonly previewFeatures: readonly string[];
  /** False where Prisma makes no foreign keys: `relationMode = "prisma"`. */
  readonly foreignKeys: boolean;
}

export const fieldOf = ({ fields }: Pick<Model, 'fields'>, name: string): ModelField | undefined =>
  fields.find((field) => field.name === name);

export const hasColumn = ({ kind }: ModelField): boolean => kind !== 'model' && kind !== 'unknown';
