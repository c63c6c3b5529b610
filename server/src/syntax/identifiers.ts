/** Names as SQL. */

/** An identifier as SQL, quoted only where it must be: not lower case, or not a plain word. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Whether the name, in lower case, cannot stand as a bare name. */
export const isReserved = (name: string): boolean => reserved.has(name);

/** Reserved words of Postgres (postgresql.org/docs/current/sql-keywords-appendix.html): not usable as a bare name. */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently ' +
    'constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default ' +
    'deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner ' +
    'intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order ' +
    'outer overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample then ' +
    'to trailing true union unique user using variadic verbose when where window with'
  ).split(' '),
);
