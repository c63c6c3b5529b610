/**
 * The schema as data, as far as the files tell it. Values never change; a statement replaces them.
 * A relation that a file only alters is known in part (`complete` is false): what is not listed may still exist.
 */
import { Map as ImmutableMap } from 'immutable';

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
  readonly hasDefault: boolean;
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
}

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
  /** Key of the partitioned parent, when it is a partition. */
  readonly partitionOf: string | null;
  /** For an index: key of its table. */
  readonly table: string | null;
  /** Keys of its indexes, as far as the files name them. */
  readonly indexes: readonly string[];
  /** Keys of its partitions. */
  readonly partitions: readonly string[];
  /** Key of the default partition, as far as the files show one. */
  readonly defaultPartition: string | null;
  /** Whether tables that are no partitions inherit from it. */
  readonly inherited: boolean;
}

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** The schema that a file leaves to the next: relations by `schema.name`, the volatility of functions by bare name. */
export interface Catalog {
  readonly relations: ImmutableMap<string, Relation>;
  readonly functions: ImmutableMap<string, Volatility>;
}

export const emptyCatalog: Catalog = { relations: ImmutableMap(), functions: ImmutableMap() };

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
  };
}
