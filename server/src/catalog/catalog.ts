/**
 * The schema as data, as far as the files tell it. Values never change; a statement replaces them.
 * A relation that a file only alters is known in part (`complete` is false): what is not listed may still exist.
 */
import type { Node } from '@pgsql/types';
import { Map as ImmutableMap } from 'immutable';
import type {
  Dependent,
  Extension,
  FunctionDefinition,
  IncomingForeignKey,
  IndexDefinition,
  PartitionBound,
  PartitionKey,
  Policy,
  Trigger,
  UserType,
} from './objects.ts';

/** A type as written, with Postgres's internal names for its own types (`int4`, not `integer`). */
export interface TypeName {
  /** Null for `pg_catalog` and for a name written without one. */
  readonly schema: string | null;
  readonly name: string;
  /** `varchar(20)` → [20], `numeric(10,2)` → [10, 2]; empty when none are given. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

export interface Column {
  readonly name: string;
  /** Null where the files do not tell it. */
  readonly type: TypeName | null;
  readonly notNull: boolean;
  /** A default, an identity or a generation expression. */
  readonly hasDefault: boolean;
  /** The default's expression; null when there is none, or where the files do not tell it. */
  readonly default: Node | null;
  readonly identity: 'always' | 'by default' | null;
  readonly generated: { readonly stored: boolean; readonly expression: Node | null } | null;
  /** As written; null for the type's own. */
  readonly collation: string | null;
  /** Written as `serial`, `bigserial` or `smallserial`. */
  readonly serial: boolean;
}

export type ConstraintKind = 'primary' | 'unique' | 'foreign' | 'check' | 'exclude' | 'not-null';

export interface Constraint {
  /** As Postgres names it where the author gave no name; null where that is not certain. */
  readonly name: string | null;
  readonly kind: ConstraintKind;
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** For a check of the form `column IS NOT NULL` (alone or joined by AND): these columns. */
  readonly provesNotNull: readonly string[];
  /** Key of the referenced table, for a foreign key. */
  readonly references: string | null;
  /** Columns of the referenced table; empty: its primary key. */
  readonly referencedColumns: readonly string[];
  /** ON DELETE and ON UPDATE of a foreign key. */
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** MATCH FULL of a foreign key. */
  readonly matchFull: boolean;
  /** Of an exclusion constraint: the operator of each key, as written. */
  readonly operators: readonly string[];
  /** A check or NOT NULL that tables inheriting from this one do not get. */
  readonly noInherit: boolean;
  /** The condition of a check. */
  readonly expression: Node | null;
  /** Of a unique or primary key constraint: name of its index, where the files tell it. */
  readonly index: string | null;
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export type RelationKind =
  | 'table'
  | 'partitioned'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'sequence'
  | 'index';

export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  /** False when the files never showed its creation. */
  readonly complete: boolean;
  readonly temporary: boolean;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  /** Key of the partitioned parent, when it is a partition; of an index of a partition: the parent's index. */
  readonly partitionOf: string | null;
  /** For an index: key of its table. */
  readonly table: string | null;
  /** Keys of its indexes, as far as the files name them. */
  readonly indexes: readonly string[];
  /** Keys of its partitions; of an index of a partitioned table: the partitions' indexes. */
  readonly partitions: readonly string[];
  /** Key of the default partition, as far as the files show one. */
  readonly defaultPartition: string | null;
  /** Whether tables that are no partitions inherit from it. */
  readonly inherited: boolean;
  /** Keys of these tables, as far as the files name them. */
  readonly inheritors: readonly string[];
  /** Keys of the tables that it inherits from (without a partition's parent). */
  readonly inherits: readonly string[];
  readonly unlogged: boolean;
  /** For an index. */
  readonly index: IndexDefinition | null;
  /** For a partitioned table. */
  readonly partitionKey: PartitionKey | null;
  /** For a partition. */
  readonly bound: PartitionBound | null;
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  /** Storage parameters and a view's options, as written (`security_invoker` → `true`). */
  readonly options: Readonly<Record<string, string>>;
  /** For a view or materialized view: the tree of its query. */
  readonly query: Node | null;
  /** For a view: keys of the relations that its query names, as the search path has them. */
  readonly reads: readonly string[];
  /** For a sequence: the column that it belongs to. */
  readonly ownedBy: { readonly table: string; readonly column: string } | null;
  /** Keys of the sequences that belong to its columns. */
  readonly sequences: readonly string[];
  /** Foreign keys of other tables, and of itself, that refer to it. */
  readonly referencedBy: readonly IncomingForeignKey[];
  /** Views and the like that use it, as far as the files tell. */
  readonly dependents: readonly Dependent[];
  readonly comment: string | null;
}

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** The schema that a file leaves to the next. */
export interface Catalog {
  /** By `schema.name`. */
  readonly relations: ImmutableMap<string, Relation>;
  /** The volatility that functions promise, by bare name. */
  readonly volatilities: ImmutableMap<string, Volatility>;
  /** All functions of a bare name, in any schema. */
  readonly functions: ImmutableMap<string, readonly FunctionDefinition[]>;
  /** By `schema.name`. */
  readonly types: ImmutableMap<string, UserType>;
  /** By name. */
  readonly extensions: ImmutableMap<string, Extension>;
  /** Names of schemas that the files create. */
  readonly namespaces: ImmutableMap<string, true>;
  /** By `schema.constraint`: keys of the tables that have a constraint of that name. */
  readonly constraintNames: ImmutableMap<string, readonly string[]>;
  /** What may be otherwise than the files tell; the keys are {@link Doubt}s. */
  readonly doubts: ImmutableMap<string, true>;
}

/**
 * What statements leave uncertain. `relations`, `types`: there may be others than the files create. `partitions`: there may be
 * tables and indexes whose names were built when SQL ran. `columns`, `constraints`, `policies`: tables may have others, or row-level security. `origin`: a relation was altered which the files had not created, so that they do not tell everything.
 * `of KEY`: that relation or type may be there or not, or look otherwise. `older KEY`: where the files are not all that ever
 * ran, it may have been there before (IF NOT EXISTS).
 */
export type Doubt =
  | 'relations'
  | 'partitions'
  | 'types'
  | 'columns'
  | 'constraints'
  | 'policies'
  | 'origin'
  | `of ${string}`
  | `older ${string}`;

export const emptyCatalog: Catalog = {
  relations: ImmutableMap(),
  volatilities: ImmutableMap(),
  functions: ImmutableMap(),
  types: ImmutableMap(),
  extensions: ImmutableMap(),
  namespaces: ImmutableMap(),
  constraintNames: ImmutableMap(),
  doubts: ImmutableMap(),
};

export const relationKey = (schema: string, name: string): string => `${schema}.${name}`;
export const keyOf = (relation: Relation): string => relationKey(relation.schema, relation.name);

export const columnOf = (relation: Relation | undefined, name: string): Column | undefined =>
  relation?.columns.find((c) => c.name === name);

export const constraintOf = (relation: Relation | undefined, name: string): Constraint | undefined =>
  relation?.constraints.find((c) => c.name === name);

export function newRelation(schema: string, name: string, kind: RelationKind, complete: boolean): Relation {
  return {
    schema,
    name,
    kind,
    complete,
    temporary: false,
    columns: [],
    constraints: [],
    partitionOf: null,
    table: null,
    indexes: [],
    partitions: [],
    defaultPartition: null,
    inherited: false,
    inheritors: [],
    inherits: [],
    unlogged: false,
    index: null,
    partitionKey: null,
    bound: null,
    rowSecurity: { enabled: false, forced: false },
    policies: [],
    triggers: [],
    options: {},
    query: null,
    reads: [],
    ownedBy: null,
    sequences: [],
    referencedBy: [],
    dependents: [],
    comment: null,
  };
}

export const newColumn = (name: string, type: TypeName | null): Column => ({
  name,
  type,
  notNull: false,
  hasDefault: false,
  default: null,
  identity: null,
  generated: null,
  collation: null,
  serial: false,
});
