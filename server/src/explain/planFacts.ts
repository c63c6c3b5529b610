/**
 * What the server that ran a plan knows of the tables in it: asked in the same transaction, by their names. Catalogs:
 * postgresql.org/docs/current/catalogs.html.
 */
import type { Session } from '../database/database.ts';
import { quoteLiteral } from './literal.ts';
import { type JsonPlan, placeNodes } from './plan.ts';

export interface KnownColumn {
  readonly name: string;
  /** As `format_type` writes it, without a length: `character varying`, `integer`, `text[]`; of a domain the type below it. */
  readonly type: string;
  /** Bytes, on average; null where the column was never analysed. */
  readonly width: number | null;
}

export interface KnownIndex {
  readonly name: string;
  /** `btree`, `gin` … */
  readonly method: string;
  /** Columns and expressions, as SQL, without class and order. */
  readonly keys: readonly string[];
  /** By key: its operator class. */
  readonly classes: readonly string[];
  /** By key. */
  readonly descending: readonly boolean[];
  readonly nullsFirst: readonly boolean[];
  readonly include: readonly string[];
  /** Of a partial index. */
  readonly predicate: string | null;
  readonly isValid: boolean;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
}

export interface KnownTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly KnownColumn[];
  readonly indexes: readonly KnownIndex[];
  /** Rows as of the last VACUUM or ANALYZE; null when there was none. */
  readonly estimatedRows: number | null;
  /** Of 8 kB, now. */
  readonly pages: number;
  /** When it was analysed last, `2026-11-21 10:00`; null when it never was, or the statistics do not tell. */
  readonly analyzedAt: string | null;
  /** Rows changed since it was analysed last. */
  readonly changedRows: number;
  /** Of a partition: its partitioned table, and the key of that as `pg_get_partkeydef` writes it: `RANGE (at)`. */
  readonly parent: { readonly name: string; readonly key: string } | null;
  /** Conditions of its policies, where they are in force. */
  readonly policies: readonly { readonly name: string; readonly using: string }[];
  /** Columns of its extended statistics. */
  readonly statistics: readonly (readonly string[])[];
}

export interface KnownForeignKey {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly referenced: string;
  /** An index begins with the columns, in any order. */
  readonly isIndexed: boolean;
}

/** All functions of one name. */
export interface KnownFunction {
  readonly name: string;
  readonly languages: readonly string[];
  /** `i`, `s`, `v`. */
  readonly volatilities: readonly string[];
}

export interface PlanFacts {
  /** Those whose name only one table of the database has: plans mostly print no schema. */
  readonly tables: readonly KnownTable[];
  readonly foreignKeys: readonly KnownForeignKey[];
  readonly functions: readonly KnownFunction[];
  /** Names of the extensions that are there. */
  readonly extensions: readonly string[];
}

/** Null when the server does not answer: advice then says what the plan alone can show. */
export async function readPlanFacts(session: Pick<Session, 'query'>, plan: JsonPlan): Promise<PlanFacts | null> {
  try {
    const [row] = await session.query(factsQuery(plan));
    return JSON.parse(row?.[0] ?? 'null') as PlanFacts | null;
  } catch {
    return null;
  }
}

const list = (names: Iterable<string>): string =>
  `ARRAY[${[...new Set(names)].map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;

/** Words in front of a parenthesis in the plan's conditions: functions, and some that are none. */
function calledIn(plan: JsonPlan): string[] {
  const conditions = placeNodes(plan.Plan).flatMap(({ json }) =>
    ['Filter', 'Join Filter', 'Index Cond', 'One-Time Filter'].map((key) => json[key]),
  );
  return conditions.flatMap((text) =>
    typeof text === 'string' ? [...text.matchAll(/([a-z_][a-z0-9_$]*)\(/g)].map(([, name]) => name ?? '') : [],
  );
}

function factsQuery(plan: JsonPlan): string {
  const tables = placeNodes(plan.Plan).flatMap(({ json }) => json['Relation Name'] ?? []);
  const constraints = (plan.Triggers ?? []).flatMap((trigger) => trigger['Constraint Name'] ?? []);
  const named = `c.relname = ANY (${list(tables)}) AND c.relkind IN ('r', 'p', 'm')`;
  return `SELECT json_build_object(
  'tables', (SELECT coalesce(json_agg(json_build_object(
      'schema', n.nspname, 'name', c.relname,
      'estimatedRows', CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::float8 END,
      'pages', CASE WHEN c.relkind = 'p' THEN 0 ELSE pg_relation_size(c.oid) / current_setting('block_size')::int END,
      'analyzedAt', (SELECT to_char(greatest(s.last_analyze, s.last_autoanalyze), 'YYYY-MM-DD HH24:MI')
        FROM pg_stat_all_tables s WHERE s.relid = c.oid),
      'changedRows', coalesce((SELECT s.n_mod_since_analyze FROM pg_stat_all_tables s WHERE s.relid = c.oid), 0),
      'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'width', st.avg_width, 'type',
          format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END, NULL)) ORDER BY a.attnum), '[]')
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_stats st ON st.schemaname = n.nspname AND st.tablename = c.relname AND st.attname = a.attname AND NOT st.inherited
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'indexes', (SELECT coalesce(json_agg(json_build_object('name', ic.relname, 'method', am.amname, 'isValid', i.indisvalid, 'isPrimary', i.indisprimary, 'isUnique', i.indisunique,
          'predicate', pg_get_expr(i.indpred, i.indrelid),
          'keys', (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k) FROM generate_series(1, i.indnkeyatts) k),
          'classes', (SELECT json_agg(o.opcname ORDER BY k) FROM generate_series(1, i.indnkeyatts) k
            JOIN pg_opclass o ON o.oid = i.indclass[k - 1]),
          'descending', (SELECT json_agg(i.indoption[k - 1] & 1 > 0 ORDER BY k) FROM generate_series(1, i.indnkeyatts) k),
          'nullsFirst', (SELECT json_agg(i.indoption[k - 1] & 2 > 0 ORDER BY k) FROM generate_series(1, i.indnkeyatts) k),
          'include', (SELECT coalesce(json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k), '[]')
            FROM generate_series(i.indnkeyatts + 1, i.indnatts) k)) ORDER BY ic.relname), '[]')
        FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam WHERE i.indrelid = c.oid),
      'parent', (SELECT json_build_object('name', p.relname, 'key', pg_get_partkeydef(p.oid))
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid AND c.relispartition),
      'policies', (SELECT coalesce(json_agg(json_build_object('name', p.polname, 'using', pg_get_expr(p.polqual, p.polrelid))), '[]')
        FROM pg_policy p WHERE p.polrelid = c.oid AND c.relrowsecurity AND p.polqual IS NOT NULL),
      'statistics', (SELECT coalesce(json_agg((SELECT json_agg(a.attname) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum = ANY (x.stxkeys))), '[]') FROM pg_statistic_ext x WHERE x.stxrelid = c.oid)
    )), '[]') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${named} AND (SELECT count(*) FROM pg_class o WHERE o.relname = c.relname AND o.relkind IN ('r', 'p', 'm', 'f')) = 1),
  'foreignKeys', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'table', t.relname, 'referenced', r.relname,
      'columns', (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum)) FROM pg_attribute a
        WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)),
      'isIndexed', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL AND i.indisvalid
        AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey))), '[]')
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conname = ANY (${list(constraints)})),
  'functions', (SELECT coalesce(json_agg(f), '[]') FROM (
      SELECT p.proname AS name, json_agg(DISTINCT l.lanname) AS languages, json_agg(DISTINCT p.provolatile) AS volatilities
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.proname = ANY (${list(calledIn(plan))}) GROUP BY p.proname) f),
  'extensions', (SELECT coalesce(json_agg(extname), '[]') FROM pg_extension))`;
}
