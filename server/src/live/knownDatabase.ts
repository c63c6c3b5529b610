import type { Catalog } from '../catalog/catalog.ts';
import type { SearchPath } from '../catalog/session.ts';
import type { ServerVersion } from '../database/database.ts';

/** A connected database, as it was when it was last read. */
export interface KnownDatabase {
  /** What the user calls it. */
  readonly name: string;
  readonly version: ServerVersion;
  /** Whatever a query can name there. */
  readonly catalog: Catalog;
  /** Of a new session. */
  readonly path: SearchPath;
  /** Postgres's own functions and types, by bare name. */
  readonly ownNames: ReadonlySet<string>;
  /** The same as long as nobody has changed the schema. */
  readonly stamp: string;
}
