import type { Client } from 'pg';

/** The statistics of a schema's tables, as pg_dump --statistics-only writes them: a server before 18 has no such program. */
export async function statisticsDump(client: Client, schema = 'public'): Promise<string> {
  const { rows: relations } = await client.query(
    `SELECT $1 AS schemaname, c.relname, c.relpages, c.reltuples, c.relallvisible
     FROM pg_class c WHERE relnamespace = $1::text::regnamespace AND relkind IN ('r', 'm', 'i', 'p', 'I') ORDER BY c.oid`,
    [schema],
  );
  const { rows: columns } = await client.query(
    `SELECT schemaname, tablename AS relname, attname, inherited, null_frac, avg_width, n_distinct,
       most_common_vals::text, most_common_freqs, histogram_bounds::text, correlation, most_common_elems::text,
       most_common_elem_freqs, elem_count_histogram
     FROM pg_stats WHERE schemaname = $1`,
    [schema],
  );
  const { rows: version } = await client.query('SHOW server_version_num');
  const call = (routine: string, row: Record<string, unknown>): string => {
    const given = Object.entries({ version: version[0].server_version_num, ...row }).flatMap(([name, value]) =>
      value === null ? [] : [`\t'${name}', ${literal(value)}${types[name] ? `::${types[name]}` : ''}`],
    );
    return `SELECT * FROM pg_catalog.${routine}(\n${given.join(',\n')}\n);`;
  };
  return [
    '--\n-- PostgreSQL database dump\n--\n\\restrict x\nSET statement_timeout = 0;\nSET standard_conforming_strings = on;',
    ...relations.map((row) => call('pg_restore_relation_stats', row)),
    ...columns.map((row) => call('pg_restore_attribute_stats', row)),
    '\\unrestrict x\n',
  ].join('\n');
}

const types: Readonly<Record<string, string>> = {
  version: 'integer',
  relpages: 'integer',
  reltuples: 'real',
  relallvisible: 'integer',
  inherited: 'boolean',
  null_frac: 'real',
  avg_width: 'integer',
  n_distinct: 'real',
  most_common_freqs: 'real[]',
  correlation: 'real',
  most_common_elem_freqs: 'real[]',
  elem_count_histogram: 'real[]',
};

function literal(value: unknown): string {
  const text = Array.isArray(value) ? `{${value.join()}}` : String(value);
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
