/** An index that the extension hypopg makes the planner believe in, in this session only (hypopg.readthedocs.io). */
import { PostgresError, type Session } from '../database/database.ts';
import { quoteLiteral } from './literal.ts';

export interface InventedIndex {
  /** As plans name it. */
  readonly name: string;
  /** As hypopg reckons it; null where that is not told. */
  readonly bytes: number | null;
  /** Statement that takes it back: a rollback does not, and behind a pooler the session is another's next. */
  readonly drop: string;
}

type Query = (sql: string) => ReturnType<Session['query']>;

/**
 * Null where the database does not have hypopg, or it takes no such index (it knows btree, brin, hash and bloom).
 * @param definition `CREATE INDEX …`; its name is not used
 */
export async function inventedIndex(definition: string, query: Query): Promise<InventedIndex | null> {
  const [extension] = await query(
    "SELECT pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace WHERE extname = 'hypopg'",
  );
  if (!extension?.[0]) return null;
  const [schema] = extension;
  await query('SAVEPOINT inventing');
  try {
    const [index] = await query(
      `SELECT indexname, ${schema}.hypopg_relation_size(indexrelid), indexrelid FROM ${schema}.hypopg_create_index(${quoteLiteral(definition)})`,
    );
    const [name, bytes = null, oid] = index ?? [];
    if (!name) return null;
    return {
      name,
      bytes: bytes === null ? null : Number(bytes),
      drop: `SELECT ${schema}.hypopg_drop_index(${oid})`,
    };
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    await query('ROLLBACK TO SAVEPOINT inventing');
    return null;
  }
}
