/** What a connected database is asked about. */
import type { Catalog } from '../catalog/catalog.ts';
import type { Statement } from '../syntax/statement.ts';

export interface LiveSubject {
  /** Of one file, that run forward. */
  readonly statements: readonly Statement[];
  /** The schema that a migration finds, as its history tells; null for a file that finds the database as it is. */
  readonly before: Catalog | null;
}

export const isSameLiveSubject = (a: LiveSubject, b: LiveSubject): boolean =>
  a.before === b.before &&
  a.statements.length === b.statements.length &&
  a.statements.every((statement, i) => statement === b.statements[i]);
