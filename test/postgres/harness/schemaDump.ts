/** The schema of a database as lines of text, to compare two databases by. */
import type pg from 'pg';

const userSchemas = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const relations = `
  SELECT format('%s %I.%I %s', c.relkind, n.nspname, c.relname,
                concat_ws(' ', c.relpersistence, c.reloptions::text, pg_get_partkeydef(c.oid),
                          pg_get_expr(c.relpartbound, c.oid))) AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${userSchemas}`;

/** The order of columns counts; the gaps that dropped ones leave do not. */
const columns = `
  SELECT format('column %I.%I %s %I %s', n.nspname, c.relname,
                row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
                concat_ws(' ', format_type(a.atttypid, a.atttypmod), nullif(a.attcollation::regcollation::text, '"default"'),
                          CASE WHEN a.attnotnull THEN 'NOT NULL' END, nullif(a.attidentity, ''), nullif(a.attgenerated, ''),
                          'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid))) AS line
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${userSchemas}`;

const constraints = `
  SELECT format('constraint %s %I %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid),
                CASE WHEN k.convalidated THEN 'valid' ELSE 'not valid' END) AS line
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${userSchemas}`;

const indexes = `
  SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END,
                   CASE WHEN i.indisprimary THEN 'primary' END, CASE WHEN i.indisclustered THEN 'clustered' END) AS line
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${userSchemas}`;

/** Without the functions of extensions. */
const functions = `
  SELECT 'function ' || pg_get_functiondef(p.oid) AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND ${userSchemas}
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`;

const triggers = `
  SELECT concat('trigger ', pg_get_triggerdef(t.oid), t.tgenabled) AS line
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND ${userSchemas}`;

const policies = `
  SELECT format('policy %I.%I %s', p.schemaname, p.tablename,
                concat_ws(' ', p.policyname, p.permissive, p.cmd, p.roles::text, 'USING ' || p.qual, 'CHECK ' || p.with_check)) AS line
  FROM pg_policies p`;

const rowSecurity = `
  SELECT format('row security %I.%I %s', n.nspname, c.relname, CASE WHEN c.relforcerowsecurity THEN 'forced' END) AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity AND ${userSchemas}`;

/**
 * Relations, columns, constraints, indexes, functions, triggers and policies of the user schemas, each a line (a function
 * several), sorted.
 */
export async function schemaDump(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  for (const query of [relations, columns, constraints, indexes, functions, triggers, policies, rowSecurity]) {
    const { rows } = await client.query<{ line: string }>(query);
    lines.push(...rows.map((row) => row.line.trimEnd()).sort());
  }
  return lines;
}
