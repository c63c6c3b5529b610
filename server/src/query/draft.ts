/** A query level while it is built. */
import type { SubLink } from '@pgsql/types';
import type { Namespace } from './names.ts';
import type {
  Assignment,
  CommonTable,
  QueryLevel,
  QueryRole,
  RangeItem,
  Reference,
  ScopeColumn,
  Visible,
} from './scope.ts';

/** Where a query stands. */
export interface Around {
  readonly role: QueryRole;
  readonly outer: Namespace | null;
  readonly ctes: CteScope | null;
  readonly parent: QueryLevel | null;
  readonly subLink?: SubLink;
  /** Told the columns of a recursive query once its first part is known. */
  readonly firstPart?: (level: QueryLevel) => void;
}

export interface CteScope {
  readonly tables: CommonTable[];
  readonly outer: CteScope | null;
}

/** A level while it is built. */
export interface Draft extends QueryLevel {
  readonly items: RangeItem[];
  namespace: readonly Visible[];
  ctes: readonly CommonTable[];
  readonly references: Reference[];
  readonly assignments: Assignment[];
  output: readonly ScopeColumn[];
  outputComplete: boolean;
}
