/**
 * What the names of a statement mean: its query levels, what each has in FROM, and what each column reference stands for.
 * Built by `scopesOf` (scopes.ts). Nothing here is guessed: what the files do not tell is null, `complete: false` or
 * `uncertain`.
 */
import type {
  ColumnRef,
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  ResTarget,
  SelectStmt,
  SubLink,
  UpdateStmt,
} from '@pgsql/types';
import type { Column, Relation, TypeName } from '../catalog/catalog.ts';

export interface ScopeColumn {
  readonly name: string;
  /** Null where it is not known. */
  readonly type: TypeName | null;
  /** True: never null. False: may be null. Null: not known. */
  readonly notNull: boolean | null;
  /** The table's column that it is, unchanged (`table`: its key); null for what is computed or not known. */
  readonly origin: { readonly table: string; readonly column: Column } | null;
  /** For a column of a join that is taken over from one of its sides. */
  readonly through: { readonly item: RangeItem; readonly column: ScopeColumn } | null;
}

/** True: never null there. False: may be null. Null: not known. */
export const isNeverNull = (item: RangeItem, column: ScopeColumn): boolean | null =>
  item.nullable ? false : column.notNull;

/** Something that columns can be taken from: an element of FROM, the target of a write, EXCLUDED, the result of a join. */
export interface RangeItem {
  readonly kind:
    | 'relation'
    | 'cte'
    | 'subquery'
    | 'function'
    | 'join'
    /** EXCLUDED of ON CONFLICT, OLD and NEW of RETURNING. */
    | 'pseudo';
  /** The name that it goes by in the query: its alias, or else its own name; null for what has none. */
  readonly name: string | null;
  /** For a relation: `schema.name`, as the search path has it. */
  readonly key: string | null;
  /** For a relation that the files mention. */
  readonly relation: Relation | null;
  readonly columns: readonly ScopeColumn[];
  /** False: it may have columns that are not listed. */
  readonly complete: boolean;
  /** Where it is written; null for a join and pseudo relations. Subqueries and joins have no location of their own. */
  readonly node: Node | null;
  readonly rangeVar: RangeVar | null;
  /** On the side of an outer join that is filled up with nulls. */
  nullable: boolean;
  /** For a subquery or a CTE: the query that its rows come from; null for a recursive reference. */
  readonly level: QueryLevel | null;
}

export type Resolution =
  | { readonly kind: 'column'; readonly item: RangeItem; readonly column: ScopeColumn; readonly level: QueryLevel }
  /** The name of an output column, in ORDER BY, GROUP BY and DISTINCT ON. */
  | { readonly kind: 'output'; readonly column: ScopeColumn }
  /** A whole row: `t`, `t.*`. */
  | { readonly kind: 'row'; readonly item: RangeItem }
  /** `*` */
  | { readonly kind: 'all' }
  /** Postgres refuses it (42702): several columns go by that name. */
  | { readonly kind: 'ambiguous'; readonly items: readonly RangeItem[] }
  /** Postgres refuses it: 42703 for a column, 42P01 for the name in front of it. In a function it may be a variable. */
  | { readonly kind: 'unknown'; readonly what: 'column' | 'table'; readonly item: RangeItem | null }
  /** The files do not tell. `item`: what it is a column of, where at least that is certain (`t.a` of an unknown table). */
  | { readonly kind: 'uncertain'; readonly item: RangeItem | null; readonly level: QueryLevel | null };

export type Clause =
  | 'select'
  | 'distinct'
  | 'from'
  | 'on'
  | 'where'
  | 'group'
  | 'having'
  | 'window'
  | 'order'
  | 'limit'
  | 'values'
  | 'set'
  | 'conflict'
  | 'when'
  | 'returning';

export interface Reference {
  readonly node: ColumnRef;
  readonly clause: Clause;
  readonly resolution: Resolution;
}

export type QueryNode =
  | { readonly SelectStmt: SelectStmt }
  | { readonly InsertStmt: InsertStmt }
  | { readonly UpdateStmt: UpdateStmt }
  | { readonly DeleteStmt: DeleteStmt }
  | { readonly MergeStmt: MergeStmt };

/** How a query stands in what is around it. */
export type QueryRole =
  /** The statement itself, or what a CREATE VIEW, EXPLAIN, … is about. */
  | 'statement'
  | 'cte'
  /** In FROM. */
  | 'from'
  /** In an expression. */
  | 'expression'
  /** One side of UNION, INTERSECT, EXCEPT. */
  | 'branch'
  /** The rows of an INSERT. */
  | 'source';

export interface CommonTable {
  readonly name: string;
  readonly node: CommonTableExpr;
  /** The CTE's own query. */
  level: QueryLevel | null;
  columns: readonly ScopeColumn[];
  complete: boolean;
  /** How often it is named in a FROM, its own query included. */
  uses: number;
}

/** What an INSERT, UPDATE or MERGE writes to. */
export interface Assignment {
  readonly node: ResTarget;
  /** Null where the target's columns are not all known, or it has none of that name. */
  readonly column: ScopeColumn | null;
}

/** One SELECT, VALUES, set operation or writing statement, with everything in it but the queries inside. */
export interface QueryLevel {
  readonly role: QueryRole;
  readonly node: QueryNode;
  /** The query around it. */
  readonly parent: QueryLevel | null;
  /** For a query in an expression. */
  readonly subLink: SubLink | null;
  /** Every element of FROM with those inside joins, and the target of a write first; without the joins themselves. */
  readonly items: readonly RangeItem[];
  /** What the names in WHERE and the select list are looked up in. */
  readonly namespace: readonly Visible[];
  readonly ctes: readonly CommonTable[];
  /** Of this level only, in no order. */
  readonly references: readonly Reference[];
  readonly assignments: readonly Assignment[];
  readonly output: readonly ScopeColumn[];
  /** False: the output may have columns that are not listed, at any place. */
  readonly outputComplete: boolean;
}

/** An item as names see it. */
export interface Visible {
  readonly item: RangeItem;
  /** Whether `name.column` finds it. */
  readonly byName: boolean;
  /** Whether a bare column name finds its columns. */
  readonly byColumn: boolean;
}

export interface Scopes {
  /** The outermost query; null when the statement has none. */
  readonly root: QueryLevel | null;
  /** All queries, outer ones first. */
  readonly levels: readonly QueryLevel[];
  readonly resolutionOf: ReadonlyMap<ColumnRef, Reference & { readonly level: QueryLevel }>;
}
