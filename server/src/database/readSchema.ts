/**
 * The schema of a running Postgres as SQL statements, read from its system catalogs in one read-only transaction: as the same
 * SQL that migrations are written in, it is then replayed like them. Every name has its schema. Left out: temporary relations,
 * owners and privileges.
 */
import type { QueryOptions, Session } from './database.ts';

/**
 * `made`: what migrations make, without partitions (they come and go by themselves), what extensions own, aggregates, base types,
 * ranges and foreign tables. `all`: whatever a query can name; base types and ranges by their names only.
 */
export type SchemaScope = 'made' | 'all';

const own = (namespace: string) => `${namespace} !~ '^pg_' AND ${namespace} <> 'information_schema'`;
const from = 'FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace';

function queriesOf(scope: SchemaScope): string[] {
  const notOfExtension = (catalog: string, oid: string) =>
    scope === 'all'
      ? 'true'
      : `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
  /** Relations that are read; partitions are read by themselves. */
  const shown = `${own('n.nspname')} AND c.relpersistence <> 't' AND NOT c.relispartition AND ${notOfExtension('pg_class', 'c.oid')}`;

  const schemas = `SELECT format('CREATE SCHEMA %I', nspname) FROM pg_namespace n
  WHERE ${own('nspname')} AND nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')} ORDER BY 1`;

  const extensions = `SELECT format('CREATE EXTENSION %I SCHEMA %I', extname, extnamespace::regnamespace::text)
  FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`;

  const enums = `SELECT format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
    (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'e' AND ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')} ORDER BY 1`;

  /** By oid: what one is made of is older. */
  const otherTypes = `SELECT CASE t.typtype
    WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
      ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN ' NOT NULL' END,
      (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')), '' ORDER BY k.conname)
       FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    ELSE format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname,
      (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
       FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)) END
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE (t.typtype = 'd' OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')}
  ORDER BY t.oid`;

  /** A column (with its default `d`) that is as `serial` makes it, but for the name of its sequence. */
  const isSerial = `(a.attnotnull AND a.attidentity = '' AND a.atttypid IN (20, 21, 23) AND pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\('
  AND EXISTS (SELECT FROM pg_depend s JOIN pg_class q ON q.oid = s.objid AND q.relkind = 'S' WHERE s.classid = 'pg_class'::regclass
    AND s.refclassid = 'pg_class'::regclass AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'a'))`;
  const serialType = `CASE a.atttypid WHEN 20 THEN 'bigserial' WHEN 21 THEN 'smallserial' ELSE 'serial' END`;
  /** Of a sequence `c`: it comes with its column. */
  const comesWithColumn = `EXISTS (SELECT FROM pg_depend o JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_class'::regclass
    AND (o.deptype = 'i' OR (o.deptype = 'a' AND ${isSerial})))`;

  /** Without those of serial and identity columns. */
  const sequences = `SELECT format('CREATE SEQUENCE %I.%I', n.nspname, c.relname) ${from}
  WHERE c.relkind = 'S' AND ${shown} AND NOT ${comesWithColumn} ORDER BY 1`;

  const tables = `SELECT format('CREATE %sTABLE %I.%I (%s)%s', CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' END, n.nspname, c.relname,
    (SELECT string_agg(format('%I %s%s%s%s', a.attname,
       CASE WHEN ${isSerial} THEN ${serialType} ELSE format_type(a.atttypid, a.atttypmod) END,
       (SELECT format(' COLLATE %I', l.collname) FROM pg_collation l JOIN pg_type t ON t.oid = a.atttypid
        WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation),
       CASE WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
            WHEN a.attgenerated = 'v' THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
            WHEN a.attidentity = 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
            WHEN a.attidentity = 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY'
            WHEN NOT ${isSerial} THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
       CASE WHEN a.attnotnull THEN ' NOT NULL' END), ', ' ORDER BY a.attnum)
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    ' PARTITION BY ' || pg_get_partkeydef(c.oid)) ${from}
  WHERE c.relkind IN ('r', 'p') AND ${shown} ORDER BY n.nspname, c.relname`;

  const ownedBy = `SELECT format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', n.nspname, c.relname, tn.nspname, t.relname, a.attname) ${from}
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
  JOIN pg_class t ON t.oid = d.refobjid AND NOT t.relispartition JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  WHERE c.relkind = 'S' AND ${shown} AND NOT ${comesWithColumn} ORDER BY 1`;

  /** Keys before what refers to them. NOT NULL is told by the columns. */
  const constraints = `SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) ${from}
  JOIN pg_constraint k ON k.conrelid = c.oid
  WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND c.relkind IN ('r', 'p') AND k.conparentid = 0 AND ${shown}
  ORDER BY array_position(ARRAY['p', 'u', 'x', 'c', 'f'], k.contype::text), n.nspname, c.relname, k.conname`;

  const inheritance = `SELECT format('ALTER TABLE %I.%I INHERIT %I.%I', n.nspname, c.relname, pn.nspname, p.relname) ${from}
  JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE c.relkind = 'r' AND ${shown} ORDER BY i.inhrelid, i.inhseqno`;

  const views = `SELECT format('CREATE %sVIEW %I.%I (%s) AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, n.nspname, c.relname,
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), rtrim(pg_get_viewdef(c.oid), '; ')) ${from}
  WHERE c.relkind IN ('v', 'm') AND ${shown} ORDER BY c.oid`;

  const indexes = `SELECT pg_get_indexdef(i.indexrelid) ${from} JOIN pg_index i ON i.indrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'm') AND ${shown}
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY 1`;

  const functions = `SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND ${own('n.nspname')} AND ${notOfExtension('pg_proc', 'p.oid')}
    AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i') ORDER BY 1`;

  const triggers = `SELECT unnest(ARRAY[pg_get_triggerdef(g.oid),
    CASE WHEN g.tgenabled = 'D' THEN format('ALTER TABLE %I.%I DISABLE TRIGGER %I', n.nspname, c.relname, g.tgname) END]) ${from}
  JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal AND ${shown} ORDER BY g.oid`;

  const rowSecurity = `SELECT unnest(ARRAY[
    CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname) END,
    CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', n.nspname, c.relname) END]) ${from}
  WHERE ${shown} ORDER BY 1`;

  const policies = `SELECT format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s%s%s', p.polname, n.nspname, c.relname,
    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
    ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') ${from}
  JOIN pg_policy p ON p.polrelid = c.oid WHERE ${shown} ORDER BY 1`;

  const made = {
    first: [schemas, extensions],
    types: [enums, otherTypes],
    tables: [sequences, tables],
    rest: [ownedBy, constraints, inheritance, views, indexes, functions, triggers, rowSecurity, policies],
  };
  return scope === 'made'
    ? Object.values(made).flat()
    : [
        ...made.first,
        namesOfTypes,
        ...made.types,
        ...made.tables,
        partitions,
        foreignTables,
        allSequences,
        ...made.rest,
        aggregates,
      ];
}

/** Those of columns may be called otherwise than their tables make them. */
const allSequences = `SELECT format('CREATE SEQUENCE IF NOT EXISTS %I.%I', n.nspname, c.relname) ${from}
  WHERE c.relkind = 'S' AND ${own('n.nspname')} AND c.relpersistence <> 't' ORDER BY 1`;

/** Base types, ranges and multiranges. */
const namesOfTypes = `SELECT format('CREATE TYPE %I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('b', 'r', 'm') AND ${own('n.nspname')} AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) ORDER BY 1`;

/** Those of a table before their own. */
const partitions = `SELECT format('CREATE TABLE %I.%I PARTITION OF %I.%I %s%s', n.nspname, c.relname, pn.nspname, p.relname,
    pg_get_expr(c.relpartbound, c.oid), ' PARTITION BY ' || pg_get_partkeydef(c.oid)) ${from}
  JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE c.relispartition AND c.relkind IN ('r', 'p') AND ${own('n.nspname')} AND c.relpersistence <> 't'
  ORDER BY (SELECT count(*) FROM pg_partition_ancestors(c.oid)), n.nspname, c.relname`;

/** Partitions among them as tables of their own: what counts is that they are there. */
const foreignTables = `SELECT format('CREATE FOREIGN TABLE %I.%I (%s) SERVER %I', n.nspname, c.relname,
    (SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END),
       ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), s.srvname) ${from}
  JOIN pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_foreign_server s ON s.oid = f.ftserver
  WHERE c.relkind = 'f' AND ${own('n.nspname')} ORDER BY 1`;

/** Without what they are made of. */
const aggregates = `SELECT format('CREATE AGGREGATE %I.%I (%s) (SFUNC = %s, STYPE = %s)', n.nspname, p.proname,
    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END, a.aggtransfn::regproc,
    format_type(a.aggtranstype, NULL))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid
  WHERE p.prokind = 'a' AND ${own('n.nspname')} ORDER BY 1`;

/**
 * Somebody may hold a table for long that a definition is read from: better no answer than to stand in a queue with what was
 * read before still held.
 */
const lockTimeout = "SET LOCAL lock_timeout = '2s'";

/**
 * format() leaves nothing of a NULL argument; rows without a text are no statements.
 * @returns statements without their end, in an order in which they can be replayed
 * @throws as {@link Session.query}
 */
export async function readSchema(session: Session, scope: SchemaScope, options: QueryOptions = {}): Promise<string[]> {
  const statements: string[] = [];
  await session.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY', options);
  // every name is printed with its schema
  await session.query('SET LOCAL search_path = pg_catalog', options);
  await session.query(lockTimeout, options);
  // as the queries here are written
  await session.query('SET LOCAL standard_conforming_strings = on', options);
  for (const query of queriesOf(scope))
    for (const [statement] of await session.query(query, options))
      if (statement) statements.push(statement.trim().replace(/;$/, ''));
  await session.query('ROLLBACK', options);
  return statements;
}
