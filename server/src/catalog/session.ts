/** What one database session carries from statement to statement: its transaction, settings and search path. */

import { Set as ImmutableSet } from 'immutable';
import type { Catalog } from './catalog.ts';

/** Who wraps a file's statements in a transaction. */
export type Wrapping =
  /** Each statement is its own transaction, as `psql -f` runs a file. */
  | 'none'
  /** The tool sends BEGIN before the file and COMMIT behind it. */
  | 'tool'
  /** The file is sent as one string of several statements, which Postgres runs in one implicit transaction. */
  | 'implicit'
  /** The tool decides in ways that the files do not tell: say nothing about transactions. */
  | 'unknown';

export interface Session {
  readonly wrapping: Wrapping;
  /** Inside BEGIN … COMMIT written in the file itself. */
  readonly explicitTransaction: boolean;
  /** The schema at BEGIN, which ROLLBACK brings back. */
  readonly rollbackTo: Catalog | null;
  /** lock_timeout is set to something other than 0; `local`: until the transaction ends. */
  readonly lockTimeout: boolean | 'local';
  /** A statement has already waited for a strong lock on an existing table with no lock_timeout. */
  readonly waitedWithoutTimeout: boolean;
  /** First schema of the search path. */
  readonly schema: string;
  /** Keys of relations that this file itself created: empty or unknown to anybody else. */
  readonly created: ImmutableSet<string>;
  /** `table key + space + constraint name` of constraints added NOT VALID in the transaction that is open now. */
  readonly addedNotValid: ImmutableSet<string>;
}

export function newSession(wrapping: Wrapping): Session {
  return {
    wrapping,
    explicitTransaction: false,
    rollbackTo: null,
    lockTimeout: false,
    waitedWithoutTimeout: false,
    schema: 'public',
    created: ImmutableSet(),
    addedNotValid: ImmutableSet(),
  };
}

/** Whether a statement run now shares a transaction with its neighbours; null when the files do not tell. */
export function inTransaction(session: Session): boolean | null {
  if (session.explicitTransaction) return true;
  return session.wrapping === 'unknown' ? null : session.wrapping !== 'none';
}
