/** How the schema of a database differs from what the migration files make; each difference is something that is surely so. */

export type DifferenceKind = 'missing' | 'extra' | 'different';

export interface Difference {
  /** `missing`: the files make it, the database does not have it; `extra`: the other way round. */
  readonly kind: DifferenceKind;
  /** Key of the table or view that it is about; null for what belongs to none. */
  readonly relation: string | null;
  /** What it is: `column users.email`, `index users_email`. */
  readonly object: string;
  /** For `different`: what the files say and what the database has. */
  readonly files: string | null;
  readonly database: string | null;
}

/** Collects what is found about one relation, or about what belongs to none. */
export class Differences {
  readonly found: Difference[] = [];
  readonly #relation: string | null;

  constructor(relation: string | null) {
    this.#relation = relation;
  }

  missing(object: string): void {
    this.#add('missing', object, null, null);
  }

  extra(object: string): void {
    this.#add('extra', object, null, null);
  }

  /** Told only where both are known and differ. */
  differ(object: string, files: string | null, database: string | null): void {
    if (files !== null && database !== null && files !== database) this.#add('different', object, files, database);
  }

  #add(kind: DifferenceKind, object: string, files: string | null, database: string | null): void {
    this.found.push({ kind, relation: this.#relation, object, files, database });
  }
}
