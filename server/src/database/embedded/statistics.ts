/**
 * What another server's planner knows of its tables, as `pg_dump --statistics-only` of Postgres 18 writes it down (it reads older
 * servers too): calls of pg_restore_relation_stats and pg_restore_attribute_stats with constants
 * (postgresql.org/docs/18/functions-admin.html#FUNCTIONS-ADMIN-STATSMOD).
 */
import type { FuncCall, Node } from '@pgsql/types';
import { quoteIdentifier } from '../../syntax/identifiers.ts';
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { PostgresError, type QueryOptions, type RestoredStatistics } from '../database.ts';
import type { Instance } from './instance.ts';

/** Of a table, an index, or one of their columns. */
export interface Statistics {
  readonly routine: 'pg_restore_relation_stats' | 'pg_restore_attribute_stats';
  /** By the names of the routine's arguments. */
  readonly values: ReadonlyMap<string, string>;
}

/** The routines' arguments, and their types. */
const argumentTypes: Readonly<Record<string, string>> = {
  version: 'integer',
  schemaname: 'text',
  relname: 'text',
  relpages: 'integer',
  reltuples: 'real',
  relallvisible: 'integer',
  relallfrozen: 'integer',
  attname: 'text',
  attnum: 'smallint',
  inherited: 'boolean',
  null_frac: 'real',
  avg_width: 'integer',
  n_distinct: 'real',
  most_common_vals: 'text',
  most_common_freqs: 'real[]',
  histogram_bounds: 'text',
  correlation: 'real',
  most_common_elems: 'text',
  most_common_elem_freqs: 'real[]',
  elem_count_histogram: 'real[]',
  range_length_histogram: 'text',
  range_empty_frac: 'real',
  range_bounds_histogram: 'text',
};

/** Nothing else of the text is read. */
export function statisticsIn(text: string, parser: Parser): readonly Statistics[] {
  return SqlText.of(text, parser).statements.flatMap(({ parsed }) => {
    const call = parsed.kind === 'tree' ? callOf(parsed.node) : null;
    const routine = nameIn(call?.funcname?.at(-1));
    if (routine !== 'pg_restore_relation_stats' && routine !== 'pg_restore_attribute_stats') return [];
    const values = new Map<string, string>();
    const given = call?.args ?? [];
    for (let i = 0; i + 1 < given.length; i += 2) {
      const name = constant(given[i]);
      const value = constant(given[i + 1]);
      if (name !== null && value !== null && Object.hasOwn(argumentTypes, name)) values.set(name, value);
    }
    return values.has('schemaname') && values.has('relname') ? [{ routine, values }] : [];
  });
}

/** `SELECT * FROM f(…)`, `SELECT f(…)`. */
function callOf(node: Node): FuncCall | null {
  if (!('SelectStmt' in node)) return null;
  const { fromClause = [], targetList = [] } = node.SelectStmt;
  const from = fromClause[0];
  const list = from && 'RangeFunction' in from ? from.RangeFunction.functions?.[0] : undefined;
  const called = list && 'List' in list ? list.List.items?.[0] : undefined;
  if (called && 'FuncCall' in called) return called.FuncCall;
  const target = targetList[0];
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return value && 'FuncCall' in value ? value.FuncCall : null;
}

const nameIn = (node: Node | undefined): string | undefined =>
  node && 'String' in node ? node.String.sval : undefined;

/** As text, without its cast. */
function constant(node: Node | undefined): string | null {
  if (!node) return null;
  if ('TypeCast' in node) return constant(node.TypeCast.arg);
  if ('A_Expr' in node && !node.A_Expr.lexpr && nameIn(node.A_Expr.name?.[0]) === '-') {
    const value = constant(node.A_Expr.rexpr);
    return value === null ? null : `-${value}`;
  }
  if (!('A_Const' in node)) return null;
  const { sval, ival, fval, boolval, isnull } = node.A_Const;
  if (isnull) return null;
  if (sval) return sval.sval ?? '';
  if (ival) return String(ival.ival ?? 0);
  if (fval) return fval.fval ?? '0';
  return boolval ? String(boolval.boolval ?? false) : null;
}

/**
 * Lets the planner believe in them. Postgres multiplies by how large a relation's file is, so the files are given those sizes too, with
 * nothing in them: from now on no row may be read.
 */
export async function restoreStatistics(
  instance: Instance,
  all: readonly Statistics[],
  options: QueryOptions,
): Promise<RestoredStatistics> {
  const leftOut = new Map<string, string>();
  const attempt = async (name: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      leftOut.set(name, error.message);
    }
  };
  const relations = all.filter(({ routine }) => routine === 'pg_restore_relation_stats');
  // new files, which nobody has read, and before the statistics, which it would count anew
  for (const statistics of relations)
    await attempt(relationOf(statistics), async () => {
      const [index] = await instance.query(indexQuery(relationOf(statistics)), options);
      if (index) await instance.query(`REINDEX INDEX ${relationOf(statistics)}`, options);
    });
  for (const statistics of all)
    await attempt(relationOf(statistics), async () => {
      const [row] = await instance.query(callText(statistics), options);
      // false where it took a part of them
      if (row?.[0] !== 't') leftOut.set(relationOf(statistics), 'not all of them fit its columns');
    });
  let tables = 0;
  for (const statistics of relations) {
    const name = relationOf(statistics);
    const pages = Number(statistics.values.get('relpages') ?? 0);
    const [relation] = await instance.query(
      `SELECT pg_relation_filepath(oid), relkind IN ('r', 'm', 'p') FROM pg_class WHERE oid = to_regclass(${literal(name)})`,
      options,
    );
    if (relation?.[1] === 't') tables++;
    if (!relation?.[0] || pages <= 0) continue;
    const [index] = await instance.query(indexQuery(name), options);
    await instance.setPages(relation[0], pages, index ? heightOf(pages, Number(index[0])) : undefined);
  }
  return { tables, leftOut: [...leftOut].map(([name, message]) => ({ name, message })) };
}

/** How wide the keys of a btree are, on the average; no row for anything else. */
const indexQuery = (name: string): string => `
  SELECT coalesce(sum(coalesce(s.stawidth, nullif(greatest(a.attlen, 0), 0), 16)), 8)
  FROM pg_class c JOIN pg_am ON pg_am.oid = c.relam JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum <= i.indnkeyatts
  LEFT JOIN pg_statistic s ON NOT s.stainherit AND CASE WHEN i.indkey[a.attnum - 1] > 0
    THEN s.starelid = i.indrelid AND s.staattnum = i.indkey[a.attnum - 1]
    ELSE s.starelid = c.oid AND s.staattnum = a.attnum END
  WHERE c.oid = to_regclass(${literal(name)}) AND c.relkind = 'i' AND pg_am.amname = 'btree' GROUP BY c.oid`;

/** Levels above so many leaves, where pages are as full as Postgres leaves those above the leaves. */
function heightOf(pages: number, keyWidth: number): number {
  const entry = 8 * Math.ceil((8 + keyWidth) / 8) + 4;
  const entries = Math.max(2, Math.floor((0.7 * (8_192 - 24 - 16)) / entry));
  return pages <= 2 ? 0 : Math.ceil(Math.log(pages - 1) / Math.log(entries));
}

const relationOf = ({ values }: Statistics): string =>
  [values.get('schemaname') ?? '', values.get('relname') ?? ''].map(quoteIdentifier).join('.');

function callText({ routine, values }: Statistics): string {
  const given = [...values].map(([name, value]) => `${literal(name)}, ${literal(value)}::${argumentTypes[name]}`);
  return `SELECT pg_catalog.${routine}(${given.join(', ')})`;
}

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
