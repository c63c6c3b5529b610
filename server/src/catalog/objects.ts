/** What belongs to relations and beside them: indexes, policies, triggers, types, functions; all as values. */
import type { Node } from '@pgsql/types';
import type { TypeName } from './catalog.ts';

export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  /** The expression's tree; null for a plain column. */
  readonly expression: Node | null;
  /** As written, without its schema; null: the access method's default for the type. */
  readonly operatorClass: string | null;
  readonly collation: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface IndexDefinition {
  /** `btree` when none is written. */
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly keys: readonly IndexKey[];
  /** Columns of INCLUDE. */
  readonly include: readonly string[];
  /** The predicate of a partial index. */
  readonly where: Node | null;
  /** Storage parameters as written (`lists` → `100`). */
  readonly options: Readonly<Record<string, string>>;
  /** Name of the constraint that it belongs to; null for an index by itself. */
  readonly constraint: string | null;
  /** ON ONLY a partitioned table: invalid until every partition has its own. */
  readonly only: boolean;
}

export type PolicyCommand = 'all' | 'select' | 'insert' | 'update' | 'delete';

export interface Policy {
  readonly name: string;
  readonly command: PolicyCommand;
  readonly permissive: boolean;
  /** `public` for everybody. */
  readonly roles: readonly string[];
  readonly using: Node | null;
  readonly check: Node | null;
}

export interface Trigger {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly perRow: boolean;
  /** Columns of UPDATE OF. */
  readonly columns: readonly string[];
  /** As written: `schema.name` or the bare name. */
  readonly functionName: readonly string[];
  readonly when: Node | null;
  readonly enabled: boolean;
  /** As written in EXECUTE FUNCTION f(…). */
  readonly arguments: readonly string[];
  /** For CREATE CONSTRAINT TRIGGER. */
  readonly constraint: { readonly deferrable: boolean; readonly initiallyDeferred: boolean } | null;
  /** REFERENCING NEW TABLE AS …, OLD TABLE AS …. */
  readonly transitions: readonly { readonly name: string; readonly isNew: boolean }[];
}

/** Something that Postgres would not let go along, or would drop with CASCADE, when what it refers to is dropped. */
export interface Dependent {
  readonly kind: 'view' | 'materialized view' | 'policy' | 'trigger' | 'function' | 'rule';
  /** `schema.name` for views and functions; for policies, triggers and rules the name, which is unique on the relation. */
  readonly name: string;
  /** Columns of the relation that it uses; null: any may be (`SELECT *` of an incompletely known relation). */
  readonly columns: readonly string[] | null;
}

/** A foreign key elsewhere that refers to this relation. */
export interface IncomingForeignKey {
  /** Key of the table that has it. */
  readonly table: string;
  readonly name: string | null;
  /** Referenced columns of this relation; empty: its primary key, where the files do not tell that. */
  readonly columns: readonly string[];
}

export type PartitionStrategy = 'range' | 'list' | 'hash';

export interface PartitionKey {
  readonly strategy: PartitionStrategy;
  /** Null for an expression. */
  readonly columns: readonly (string | null)[];
  /** The expression of each that is no column. */
  readonly expressions: readonly (Node | null)[];
}

/** FOR VALUES … of a partition; the values as trees. */
export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'list'; readonly values: readonly Node[] }
  | { readonly kind: 'range'; readonly from: readonly Node[]; readonly to: readonly Node[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

export type UserType =
  | {
      readonly kind: 'enum';
      readonly schema: string;
      readonly name: string;
      readonly values: readonly string[];
      readonly complete: boolean;
    }
  | {
      readonly kind: 'domain';
      readonly schema: string;
      readonly name: string;
      readonly base: TypeName | null;
      readonly notNull: boolean;
      readonly default: Node | null;
      readonly checks: readonly {
        readonly name: string | null;
        readonly expression: Node;
        readonly validated: boolean;
      }[];
      readonly complete: boolean;
    }
  | {
      readonly kind: 'composite';
      readonly schema: string;
      readonly name: string;
      readonly attributes: readonly { readonly name: string; readonly type: TypeName | null }[];
      readonly complete: boolean;
    }
  | {
      readonly kind: 'range';
      readonly schema: string;
      readonly name: string;
      /** What stands in parentheses: SUBTYPE = …. */
      readonly options: readonly Node[];
      readonly complete: boolean;
    }
  | { readonly kind: 'base'; readonly schema: string; readonly name: string; readonly complete: boolean };

export interface FunctionArgument {
  readonly name: string | null;
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table';
  readonly type: TypeName | null;
  readonly hasDefault: boolean;
  readonly default: Node | null;
}

export interface FunctionDefinition {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'function' | 'procedure' | 'aggregate';
  readonly arguments: readonly FunctionArgument[];
  /** Null for a procedure, and for OUT arguments alone. */
  readonly returns: TypeName | null;
  readonly returnsSet: boolean;
  /** Lower case; `sql` for a body in SQL's own syntax. */
  readonly language: string;
  /** As declared; `volatile` when nothing is. */
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly strict: boolean;
  readonly securityDefiner: boolean;
  /** Names of settings given by SET …. */
  readonly settings: readonly string[];
  /** The body as a string; null for SQL's own syntax (BEGIN ATOMIC, RETURN) and for C functions. */
  readonly body: string | null;
  /** What else is said behind the signature (COST, PARALLEL, SET …, AS of a C function), as trees; the last of a name holds. */
  readonly options: readonly Node[];
  /** A body in SQL's own syntax; of an aggregate its whole definition; null otherwise. */
  readonly tree: Node | null;
}

export interface Extension {
  readonly name: string;
  /** Where its objects are; null: the first schema of the search path, or what its control file says. */
  readonly schema: string | null;
}
