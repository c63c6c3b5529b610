/** Rows for the tables of a real project, whatever types and constraints they have. */
import type pg from 'pg';

const rowsPerTable = 20;

/**
 * A value of each type for row number i, the same in all tables, so that foreign keys find their rows. Null for types that
 * nothing is known of.
 */
const valueByColumn = `
  CASE
    WHEN t.typtype = 'e' THEN format('(enum_range(NULL::%s))[1 + i %% (SELECT count(*)::int FROM pg_enum WHERE enumtypid = %s)]', t.oid::regtype, t.oid)
    WHEN t.typcategory = 'A' THEN '''{}'''
    WHEN b.typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') THEN 'i'
    WHEN b.typname IN ('text', 'varchar', 'bpchar', 'citext', 'name')
      THEN CASE WHEN a.atttypmod > 4 THEN format('left(''v'' || i, %s)', a.atttypmod - 4) ELSE '''v'' || i' END
    WHEN b.typname IN ('timestamp', 'timestamptz', 'date') THEN 'now() - i * interval ''1 day'''
    WHEN b.typname = 'uuid' THEN 'lpad(i::text, 32, ''0'')::uuid'
    WHEN b.typname = 'bool' THEN 'i % 2 = 0'
    WHEN b.typname IN ('json', 'jsonb') THEN '''{}'''
    WHEN b.typname = 'bytea' THEN 'convert_to(''v'' || i, ''UTF8'')'
    WHEN b.typname = 'interval' THEN 'i * interval ''1 day'''
    WHEN b.typname IN ('inet', 'cidr') THEN '(''10.0.0.'' || i)::cidr'
    WHEN b.typname = 'tsvector' THEN '''v'''
    ELSE 'NULL'
  END`;

/**
 * Fills every table that can be filled, foreign keys and triggers left aside.
 * @returns how many tables have rows now, and how many have none
 */
export async function fillAll(client: pg.Client): Promise<{ filled: number; empty: number }> {
  await client.query("SET session_replication_role = 'replica'");
  const { rows } = await client.query<{ head: string; values: string }>(
    `SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE', c.oid::regclass, string_agg(quote_ident(attname), ', ' ORDER BY attnum)) AS head,
            string_agg(format('(%s)::%s', ${valueByColumn}, format_type(t.oid, a.atttypmod)), ', ' ORDER BY attnum) AS values
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
     GROUP BY c.oid ORDER BY c.oid`,
  );
  let filled = 0;
  for (const { head, values } of rows) if (await fill(client, head, values)) filled++;
  await client.query('RESET session_replication_role');
  return { filled, empty: rows.length - filled };
}

async function fill(client: pg.Client, head: string, values: string): Promise<boolean> {
  const statement = (from: number, to: number): string =>
    `${head} SELECT ${values} FROM generate_series(${from}, ${to}) i ON CONFLICT DO NOTHING`;
  try {
    return ((await client.query(statement(0, rowsPerTable - 1))).rowCount ?? 0) > 0;
  } catch {
    // a check or the partitions let only some of them in
    let count = 0;
    for (let i = 0; i < rowsPerTable; i++)
      await client.query(statement(i, i)).then(
        ({ rowCount }) => {
          count += rowCount ?? 0;
        },
        () => {},
      );
    return count > 0;
  }
}

/**
 * Takes rows out again, in the transaction that is open; it holds no lock afterwards that keeps anybody waiting.
 * @param only bare name of the table; null for all
 */
export async function empty(client: pg.Client, only: string | null): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT oid::regclass AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
       AND ($1::text IS NULL OR relname = $1) AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')`,
    [only],
  );
  await client.query("SET session_replication_role = 'replica'");
  for (const { name } of rows) await client.query(`DELETE FROM ${name}`);
  await client.query('RESET session_replication_role');
}
