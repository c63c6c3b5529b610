/** What a server's system catalogs say of a schema, one fact a line, as catalogLines.ts has it of the files' catalog. */
import type pg from 'pg';

const own = (namespace: string) => `${namespace} !~ '^pg_' AND ${namespace} <> 'information_schema'`;
const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** `text`, `app.mood[]`, `varchar(20)`; a type of the schema on whose search path it is goes without its schema. */
const typeOf = (oid: string, modifier: string) => `(
  SELECT concat(CASE WHEN base.typnamespace NOT IN ('pg_catalog'::regnamespace, 'public'::regnamespace)
                     THEN base.typnamespace::regnamespace || '.' END,
                base.typname,
                CASE WHEN base.typname <> 'interval' THEN
                  substring(format_type(base.oid, ${modifier}) FROM '\\([0-9,]+\\)') END,
                CASE WHEN whole.typcategory = 'A' AND whole.typelem <> 0 THEN '[]' END)
  FROM pg_type whole
  JOIN pg_type base ON base.oid = CASE WHEN whole.typcategory = 'A' AND whole.typelem <> 0 THEN whole.typelem ELSE whole.oid END
  WHERE whole.oid = ${oid})`;

const relations = `
  SELECT concat_ws(' ', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view'
                   WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' END,
           n.nspname || '.' || c.relname,
           CASE WHEN c.relpersistence = 'u' AND c.relkind <> 'S' THEN 'unlogged' END,
           CASE WHEN c.relrowsecurity THEN 'rls' END, CASE WHEN c.relforcerowsecurity THEN 'forced' END,
           (SELECT 'options ' || string_agg(split_part(o, '=', 1), ',' ORDER BY split_part(o, '=', 1) COLLATE "C")
            FROM unnest(c.reloptions) o),
           (SELECT 'partition of ' || p.relnamespace::regnamespace || '.' || p.relname
            FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid AND c.relispartition),
           (SELECT 'inherits ' || string_agg(p.relnamespace::regnamespace || '.' || p.relname, ',' ORDER BY i.inhseqno)
            FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid AND NOT c.relispartition),
           CASE WHEN c.relispartition THEN 'bound ' || CASE
             WHEN pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' THEN 'default'
             WHEN pg_get_expr(c.relpartbound, c.oid) LIKE '% FROM %' THEN 'range'
             WHEN pg_get_expr(c.relpartbound, c.oid) LIKE '% IN %' THEN 'list' ELSE 'hash' END END,
           (SELECT concat('by ', CASE k.partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END, ' ',
                          (SELECT string_agg(coalesce(a.attname, '?'), ',' ORDER BY ordinal)
                           FROM unnest(k.partattrs::int2[]) WITH ORDINALITY u(num, ordinal)
                           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num AND u.num > 0))
            FROM pg_partitioned_table k WHERE k.partrelid = c.oid),
           (SELECT 'owned by ' || t.relnamespace::regnamespace || '.' || t.relname || '.' || a.attname
            FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
              AND d.deptype IN ('a', 'i') AND c.relkind = 'S'),
           'comment ' || obj_description(c.oid, 'pg_class')) AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${own('n.nspname')} AND c.relpersistence <> 't' AND ${notOfExtension('pg_class', 'c.oid')}`;

const columns = `
  SELECT concat_ws(' ', 'column', n.nspname || '.' || c.relname || '.' || a.attname,
           row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), ${typeOf('a.atttypid', 'a.atttypmod')},
           CASE WHEN a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n'
             AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated) THEN 'not null' END, CASE WHEN a.atthasdef AND a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_attrdef n WHERE n.adrelid = c.oid AND n.adnum = a.attnum AND pg_get_expr(n.adbin, n.adrelid) ~ '^NULL::[^)]*(\\(\\d+(,\\d+)?\\))?$') THEN 'default' END,
           CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
           CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
           (SELECT 'collate ' || l.collname FROM pg_collation l JOIN pg_type t ON t.oid = a.atttypid
            WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation AND c.relkind IN ('r', 'p', 'f'))) AS line
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${own('n.nspname')}
    AND c.relpersistence <> 't' AND ${notOfExtension('pg_class', 'c.oid')}`;

const names = (table: string, numbers: string) => `(
  SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_attribute a
  WHERE a.attrelid = ${table} AND a.attnum = ANY (${numbers}))`;

/** NOT NULL is told by the columns: before Postgres 18 it is no constraint. */
const constraints = `
  SELECT concat_ws(' ', 'constraint', n.nspname || '.' || c.relname || '.' || k.conname,
           CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign' WHEN 'c' THEN 'check' ELSE 'exclude' END,
           ${names('k.conrelid', 'k.conkey')}, CASE WHEN NOT k.convalidated THEN 'not valid' END,
           CASE WHEN k.condeferrable THEN 'deferrable' END, CASE WHEN k.connoinherit AND k.contype = 'c' THEN 'no inherit' END,
           CASE WHEN k.contype = 'f' THEN concat_ws(' ', 'to', r.relnamespace::regnamespace || '.' || r.relname,
             ${names('k.confrelid', 'k.confkey')}, 'delete ' || k.confdeltype::text, 'update ' || k.confupdtype::text) END,
           CASE WHEN k.contype IN ('p', 'u', 'x') THEN 'index ' || i.relname END) AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_class r ON r.oid = k.confrelid LEFT JOIN pg_class i ON i.oid = k.conindid
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND ${own('n.nspname')} AND c.relpersistence <> 't' AND ${notOfExtension('pg_class', 'c.oid')}
    AND NOT EXISTS (SELECT FROM pg_constraint above WHERE above.oid = k.conparentid AND above.conrelid = k.conrelid)`;

const indexes = `
  SELECT concat_ws(' ', 'index', n.nspname || '.' || x.relname, 'on ' || c.relname, m.amname,
           CASE WHEN i.indisunique THEN 'unique' END,
           (SELECT string_agg(coalesce(a.attname, '(…)') || CASE WHEN i.indoption[ordinal - 1] & 1 = 1 THEN ' desc' ELSE '' END
                              || CASE WHEN i.indoption[ordinal - 1] & 2 = 2 THEN ' first' ELSE '' END, ',' ORDER BY ordinal)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY u(num, ordinal)
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num AND u.num > 0 WHERE ordinal <= i.indnkeyatts),
           (SELECT 'include ' || string_agg(a.attname, ',' ORDER BY ordinal)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY u(num, ordinal)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num WHERE ordinal > i.indnkeyatts),
           CASE WHEN i.indpred IS NOT NULL THEN 'partial' END,
           (SELECT 'options ' || string_agg(split_part(o, '=', 1), ',' ORDER BY split_part(o, '=', 1) COLLATE "C") FROM unnest(x.reloptions) o),
           (SELECT 'constraint ' || k.conname FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')),
           (SELECT 'part of ' || p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = x.oid),
           'comment ' || obj_description(x.oid, 'pg_class')) AS line
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = x.relnamespace JOIN pg_am m ON m.oid = x.relam
  WHERE ${own('n.nspname')} AND x.relpersistence <> 't' AND ${notOfExtension('pg_class', 'c.oid')}`;

const triggers = `
  SELECT concat_ws(' ', 'trigger', n.nspname || '.' || c.relname || '.' || g.tgname,
           CASE WHEN g.tgtype & 64 = 64 THEN 'instead of' WHEN g.tgtype & 2 = 2 THEN 'before' ELSE 'after' END,
           concat_ws(',', CASE WHEN g.tgtype & 4 = 4 THEN 'insert' END, CASE WHEN g.tgtype & 16 = 16 THEN 'update' END,
                     CASE WHEN g.tgtype & 8 = 8 THEN 'delete' END, CASE WHEN g.tgtype & 32 = 32 THEN 'truncate' END),
           CASE WHEN g.tgtype & 1 = 1 THEN 'row' ELSE 'statement' END, p.proname,
           'of ' || nullif((SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum = ANY (g.tgattr::int2[])), ''),
           CASE WHEN g.tgqual IS NOT NULL THEN 'when' END, CASE WHEN g.tgenabled = 'D' THEN 'disabled' END) AS line
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = g.tgfoid
  WHERE (NOT g.tgisinternal OR (g.tgparentid <> 0 AND g.tgconstraint = 0)) AND ${own('n.nspname')} AND c.relpersistence <> 't' AND ${notOfExtension('pg_class', 'c.oid')}`;

const policies = `
  SELECT concat_ws(' ', 'policy', n.nspname || '.' || c.relname || '.' || p.polname,
           CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
           CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
           (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ',' ORDER BY CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END COLLATE "C")
            FROM unnest(p.polroles) r),
           CASE WHEN p.polqual IS NOT NULL THEN 'using' END, CASE WHEN p.polwithcheck IS NOT NULL THEN 'check' END) AS line
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own('n.nspname')}`;

const types = `
  SELECT concat_ws(' ', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'base' END,
           n.nspname || '.' || t.typname,
           (SELECT string_agg(e.enumlabel, '|' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
           CASE WHEN t.typtype = 'd' THEN concat_ws(' ', ${typeOf('t.typbasetype', 't.typtypmod')}, CASE WHEN t.typnotnull THEN 'not null' END,
             CASE WHEN t.typdefault IS NOT NULL THEN 'default' END,
             (SELECT string_agg(k.conname || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END, ',' ORDER BY k.conname COLLATE "C")
              FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')) END,
           CASE WHEN t.typtype = 'c' THEN (SELECT string_agg(a.attname || ' ' || ${typeOf('a.atttypid', 'a.atttypmod')}, ',' ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END) AS line
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE ${own('n.nspname')} AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${notOfExtension('pg_type', 't.oid')}`;

const functions = `
  SELECT concat_ws(' ', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
           concat(n.nspname, '.', p.proname, '(',
             (SELECT string_agg(${typeOf('u.type', '-1')}, ',' ORDER BY ordinal) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u(type, ordinal)), ')'),
           CASE WHEN p.prokind <> 'a' THEN concat_ws(' ', l.lanname,
             CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
             CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'definer' END, CASE WHEN p.proretset THEN 'set' END,
             (SELECT 'settings ' || string_agg(split_part(s, '=', 1), ',' ORDER BY split_part(s, '=', 1) COLLATE "C") FROM unnest(p.proconfig) s)) END) AS line
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
  WHERE ${own('n.nspname')} AND ${notOfExtension('pg_proc', 'p.oid')}
    AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`;

const extensions = `SELECT 'extension ' || extname AS line FROM pg_extension WHERE extname <> 'plpgsql'`;
const namespaces = `SELECT 'schema ' || nspname AS line FROM pg_namespace WHERE ${own('nspname')} AND nspname <> 'public'`;
/** Which columns of what a view hangs on; the view's own columns hang on nothing. */
const dependents = `
  SELECT DISTINCT concat_ws(' ', 'uses', vn.nspname || '.' || v.relname, rn.nspname || '.' || r.relname || '.' || a.attname) AS line
  FROM pg_depend d JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid AND w.rulename = '_RETURN'
  JOIN pg_class v ON v.oid = w.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace
  JOIN pg_class r ON d.refclassid = 'pg_class'::regclass AND r.oid = d.refobjid AND r.oid <> v.oid
  JOIN pg_namespace rn ON rn.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
  WHERE ${own('vn.nspname')} AND ${own('rn.nspname')}`;

/** Columns of its table that an expression somewhere uses; keys that belong to constraints hang on those instead. */
const expressions = `
  SELECT DISTINCT concat_ws(' ', 'needs', CASE d.classid WHEN 'pg_class'::regclass THEN 'index' WHEN 'pg_attrdef'::regclass THEN 'generated'
           WHEN 'pg_policy'::regclass THEN 'policy' WHEN 'pg_trigger'::regclass THEN 'trigger' ELSE 'check' END,
           n.nspname || '.' || coalesce(x.relname, g.attname, p.polname, t.tgname, k.conname), c.relname || '.' || a.attname) AS line
  FROM pg_depend d JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
  JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
  LEFT JOIN pg_class x ON d.classid = 'pg_class'::regclass AND x.oid = d.objid AND x.relkind IN ('i', 'I')
    AND NOT EXISTS (SELECT FROM pg_constraint own WHERE own.conindid = x.oid AND own.contype IN ('p', 'u', 'x'))
  LEFT JOIN pg_attrdef e ON d.classid = 'pg_attrdef'::regclass AND e.oid = d.objid
  LEFT JOIN pg_attribute g ON g.attrelid = e.adrelid AND g.attnum = e.adnum AND g.attnum <> a.attnum
  LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid AND p.polrelid = c.oid
  LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid AND t.tgconstraint = 0
  LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.contype = 'c'
  WHERE coalesce(x.relname, g.attname, p.polname, t.tgname, k.conname) IS NOT NULL AND c.relpersistence <> 't'
    AND c.relkind IN ('r', 'p', 'm', 'f') AND ${own('n.nspname')}`;

/** Foreign keys by what they refer to; those of partitions go with the parent's. */
const references = `
  SELECT concat_ws(' ', 'referenced', rn.nspname || '.' || r.relname, ${names('k.confrelid', 'k.confkey')}, 'by', n.nspname || '.' || c.relname, k.conname) AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relpersistence <> 't' AND ${own('n.nspname')}`;

const queries = [
  relations,
  columns,
  constraints,
  indexes,
  triggers,
  policies,
  types,
  functions,
  extensions,
  namespaces,
  dependents,
  expressions,
  references,
];

export async function serverLines(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  for (const query of queries) {
    const { rows } = await client.query<{ line: string }>(query);
    lines.push(...rows.map((row) => row.line));
  }
  return lines.sort();
}
