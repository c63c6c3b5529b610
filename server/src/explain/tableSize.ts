/** How large a table is, as far as that is known without reading it. */
import { PostgresError, type Session } from '../database/database.ts';
import { quoteLiteral } from './literal.ts';

export interface TableSize {
  readonly bytes: number;
  /** As VACUUM or ANALYZE last counted them; null where none has. */
  readonly rows: number | null;
}

/**
 * With its partitions. Null where there is no such table, or it cannot be seen.
 * @param table as SQL
 */
export async function sizeOfTable(
  table: string,
  query: (sql: string) => ReturnType<Session['query']>,
): Promise<TableSize | null> {
  try {
    const [row] = await query(
      `SELECT sum(pg_catalog.pg_table_size(c.oid)), sum(c.reltuples) FILTER (WHERE c.reltuples >= 0) FROM (SELECT ${quoteLiteral(table)}::pg_catalog.regclass AS oid UNION SELECT relid FROM pg_catalog.pg_partition_tree(${quoteLiteral(table)}::pg_catalog.regclass)) t JOIN pg_catalog.pg_class c ON c.oid = t.oid`,
    );
    if (!row?.[0]) return null;
    return { bytes: Number(row[0]), rows: row[1] == null ? null : Number(row[1]) };
  } catch (error) {
    if (error instanceof PostgresError) return null;
    throw error;
  }
}
