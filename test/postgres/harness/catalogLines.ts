/**
 * The same facts about a schema, one a line, from a server's system catalogs and from the files' catalog: to compare the two.
 * Expressions are compared by their presence only; the server prints them in its own words.
 */
import type pg from 'pg';
import type { Catalog, Relation, TypeName } from '../../../server/src/catalog/catalog.ts';
import { relationKey } from '../../../server/src/catalog/catalog.ts';
import type { FunctionArgument, Trigger } from '../../../server/src/catalog/objects.ts';
import type { Version } from './servers.ts';

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
             AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated) THEN 'not null' END, CASE WHEN a.atthasdef AND a.attgenerated = '' THEN 'default' END,
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
];

export async function serverLines(client: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  for (const query of queries) {
    const { rows } = await client.query<{ line: string }>(query);
    lines.push(...rows.map((row) => row.line));
  }
  return lines.sort();
}

const words = (...parts: (string | false | null | undefined)[]): string => parts.filter(Boolean).join(' ');
const byBytes = (items: readonly string[]): string => [...items].sort().join(',');

/** What a type's name without modifiers means: `numeric(10)` is `numeric(10,0)`, `char` is `char(1)`. */
function typeText(type: TypeName | null): string {
  if (!type) return '?';
  const numbers = type.name === 'numeric' && type.modifiers.length === 1 ? [...type.modifiers, 0] : type.modifiers;
  const modifiers = numbers.length > 0 && type.name !== 'interval' ? `(${numbers.join(',')})` : '';
  const schema = type.schema === null || type.schema === 'public' ? '' : `${type.schema}.`;
  return `${schema}${type.name}${modifiers}${type.array ? '[]' : ''}`;
}

const plainType = (type: TypeName | null): string => typeText(type && { ...type, modifiers: [] });

/** @param version what a version does otherwise is left out */
export function fileLines(catalog: Catalog, version: Version): string[] {
  const lines: string[] = [];
  for (const relation of catalog.relations.values())
    if (!relation.temporary) lines.push(...relationLines(catalog, relation, version));
  for (const type of catalog.types.values()) {
    const key = relationKey(type.schema, type.name);
    if (type.kind === 'enum') lines.push(words('enum', key, type.values.join('|')));
    else if (type.kind === 'domain')
      lines.push(
        words(
          'domain',
          key,
          typeText(type.base),
          type.notNull && 'not null',
          type.default !== null && 'default',
          byBytes(type.checks.map((c) => `${c.name}${c.validated ? '' : ' not valid'}`)),
        ),
      );
    else if (type.kind === 'composite')
      lines.push(words('composite', key, type.attributes.map((a) => `${a.name} ${typeText(a.type)}`).join(',')));
    else lines.push(words(type.kind, key));
  }
  for (const definitions of catalog.functions.values())
    for (const f of definitions) {
      const input = (a: FunctionArgument): boolean => a.mode !== 'out' && a.mode !== 'table';
      const types = f.arguments.filter(input).map((a) => plainType(a.type));
      lines.push(
        f.kind === 'aggregate'
          ? words('aggregate', `${f.schema}.${f.name}(${types.join(',')})`)
          : words(
              f.kind,
              `${f.schema}.${f.name}(${types.join(',')})`,
              f.language,
              f.volatility,
              f.strict && 'strict',
              f.securityDefiner && 'definer',
              f.returnsSet && 'set',
              f.settings.length > 0 && `settings ${byBytes(f.settings)}`,
            ),
      );
    }
  for (const name of catalog.extensions.keys()) if (name !== 'plpgsql') lines.push(`extension ${name}`);
  for (const name of catalog.namespaces.keys()) lines.push(`schema ${name}`);
  return lines.sort();
}

function relationLines(catalog: Catalog, r: Relation, version: Version): string[] {
  const key = relationKey(r.schema, r.name);
  if (r.kind === 'index') return [indexLine(catalog, r, key)];
  // those of the toast table are its own
  const options = Object.keys(r.options).filter((name) => !name.includes('.'));
  const lines = [
    words(
      r.kind,
      key,
      // a sequence can be so from Postgres 15 on
      r.unlogged && r.kind !== 'sequence' && 'unlogged',
      r.rowSecurity.enabled && 'rls',
      r.rowSecurity.forced && 'forced',
      options.length > 0 && `options ${byBytes(options)}`,
      r.partitionOf !== null && `partition of ${r.partitionOf}`,
      r.inherits.length > 0 && `inherits ${r.inherits.join(',')}`,
      r.bound && `bound ${r.bound.kind}`,
      r.partitionKey && `by ${r.partitionKey.strategy} ${r.partitionKey.columns.map((c) => c ?? '?').join(',')}`,
      r.ownedBy && `owned by ${r.ownedBy.table}.${r.ownedBy.column}`,
      r.comment !== null && `comment ${r.comment}`,
    ),
  ];
  // until 17, identity stayed with the partitioned table
  const hasIdentity = r.partitionOf === null || version >= 17;
  for (const [i, c] of r.columns.entries())
    lines.push(
      words(
        `column ${key}.${c.name} ${i + 1}`,
        typeText(c.type),
        c.notNull && 'not null',
        c.hasDefault && c.identity === null && c.generated === null && 'default',
        c.identity !== null && hasIdentity && `identity ${c.identity}`,
        c.generated && (c.generated.stored ? 'stored' : 'virtual'),
        c.collation !== null && `collate ${c.collation}`,
      ),
    );
  for (const c of r.constraints) {
    if (c.kind === 'not-null') continue;
    const letter = (action: string): string =>
      action === 'no action' ? 'a' : action === 'set null' ? 'n' : action === 'set default' ? 'd' : action.charAt(0);
    lines.push(
      words(
        `constraint ${key}.${c.name}`,
        c.kind,
        byBytes(c.columns),
        !c.validated && 'not valid',
        c.deferrable && 'deferrable',
        c.noInherit && c.kind === 'check' && 'no inherit',
        c.kind === 'foreign' &&
          words(
            'to',
            c.references,
            byBytes(c.referencedColumns),
            `delete ${letter(c.onDelete)}`,
            `update ${letter(c.onUpdate)}`,
          ),
        c.index !== null && `index ${c.index}`,
      ),
    );
  }
  for (const t of r.triggers) lines.push(triggerLine(key, t));
  for (const p of r.policies)
    lines.push(
      words(
        `policy ${key}.${p.name}`,
        p.command,
        p.permissive ? 'permissive' : 'restrictive',
        byBytes(p.roles),
        p.using !== null && 'using',
        p.check !== null && 'check',
      ),
    );
  for (const d of r.dependents)
    if (d.kind === 'view' || d.kind === 'materialized view')
      for (const column of d.columns ?? ['?']) lines.push(`uses ${d.name} ${key}.${column}`);
  return lines;
}

function indexLine(catalog: Catalog, r: Relation, key: string): string {
  const i = r.index;
  const table = catalog.relations.get(r.table ?? '');
  const keys = i?.keys.map((k) => `${k.column ?? '(…)'}${k.descending ? ' desc' : ''}${k.nullsFirst ? ' first' : ''}`);
  const options = Object.keys(i?.options ?? {});
  const parent = r.partitionOf === null ? undefined : catalog.relations.get(r.partitionOf);
  return words(
    `index ${key} on ${table?.name}`,
    i?.method,
    i?.unique && 'unique',
    keys?.join(','),
    i && i.include.length > 0 && `include ${i.include.join(',')}`,
    i?.where != null && 'partial',
    options.length > 0 && `options ${byBytes(options)}`,
    i?.constraint != null && `constraint ${i.constraint}`,
    r.partitionOf !== null && `part of ${parent?.name ?? r.partitionOf}`,
    r.comment !== null && `comment ${r.comment}`,
  );
}

const triggerLine = (key: string, t: Trigger): string =>
  words(
    `trigger ${key}.${t.name}`,
    t.timing,
    t.events.join(','),
    t.perRow ? 'row' : 'statement',
    t.functionName.at(-1),
    t.columns.length > 0 && `of ${byBytes(t.columns)}`,
    t.when !== null && 'when',
    !t.enabled && 'disabled',
  );

/** What only one of the two has, marked by whose it is. A type that the files do not tell (`?`) may be any. */
export function difference(server: readonly string[], files: readonly string[]): string[] {
  const typed = new Map(server.map((line) => [line.startsWith('column ') ? untyped(line) : line, line]));
  const told = files.map((line) =>
    line.includes(' ? ') || line.endsWith(' ?') ? (typed.get(untyped(line)) ?? line) : line,
  );
  const onServer = new Set(server);
  const inFiles = new Set(told);
  return [
    ...server.filter((line) => !inFiles.has(line)).map((line) => `server: ${line}`),
    ...told.filter((line) => !onServer.has(line)).map((line) => `files:  ${line}`),
  ].sort((a, b) => (a.slice(8) < b.slice(8) ? -1 : 1));
}

const untyped = (line: string): string => line.replace(/^(column \S+ \d+) \S+/, '$1 ?');

/** How many lines of each kind. */
export function counts(lines: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of lines) {
    const kind = /^(?:materialized view|foreign table|\S+)/.exec(line)?.[0] ?? '';
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}
