/** Rows for whatever tables a schema has. */
import type pg from 'pg';

/** A value of each type for row number i: the same number in all tables, so that foreign keys find their rows. */
const valueByType = `
  CASE
    WHEN typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') THEN 'i'
    WHEN typname IN ('text', 'varchar', 'bpchar') THEN '''v'' || i'
    WHEN typname IN ('timestamp', 'timestamptz', 'date') THEN 'now()'
    WHEN typname = 'uuid' THEN 'gen_random_uuid()'
    WHEN typname = 'bool' THEN 'true'
    ELSE 'NULL'
  END`;

/** Puts 20 rows into every table and refreshes every materialized view. */
export async function fillTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM generate_series(1, 20) i', c.oid::regclass,
                   string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg(${valueByType}, ', ' ORDER BY attnum)) AS statement
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relkind = 'r' AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
     GROUP BY c.oid ORDER BY c.oid`,
  );
  for (const { statement } of rows) await client.query(statement);
  const views = await client.query<{ name: string }>('SELECT oid::regclass AS name FROM pg_class WHERE relkind = $1', [
    'm',
  ]);
  for (const { name } of views.rows) await client.query(`REFRESH MATERIALIZED VIEW ${name}`);
}
