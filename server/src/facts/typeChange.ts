/**
 * What ALTER COLUMN … TYPE does to the table, by old and new type. Proven pair by pair on real servers in
 * test/postgres/typeChange.test.ts. Rules: postgresql.org/docs/current/sql-altertable.html (Notes) and the binary-coercible
 * casts and length coercions of pg_cast.
 */
import type { TypeName } from '../catalog/catalog.ts';

export type TypeChange =
  /** Only the catalog changes: neither rewritten nor scanned. */
  | 'free'
  /** The whole table and its indexes are written anew under ACCESS EXCLUSIVE. */
  | 'rewrite'
  /** Free when the session's TimeZone is UTC, a rewrite otherwise. */
  | 'depends on time zone'
  /** Not known from the names alone (domains, enums, extension types, arrays). */
  | 'unknown';

/** Postgres's own types whose casts to one another, apart from those named below, all convert values. */
const converting = new Set([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'bool',
  'text',
  'varchar',
  'bpchar',
  'uuid',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'json',
  'jsonb',
  'bytea',
  'inet',
  'cidr',
  'macaddr',
  'xml',
  'tsvector',
  'money',
]);

/** Types that hardly anything turns into without being converted, so that a change to one rewrites whatever it was before. */
const convertedInto = new Set([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'bool',
  'uuid',
  'date',
  'json',
  'jsonb',
  'bytea',
]);

export function typeChange(from: TypeName | null, to: TypeName): TypeChange {
  if (from === null || from.schema !== null || to.schema !== null || from.array || to.array) return 'unknown';
  if (from.name === to.name) return modifierChange(from, to);
  if (!converting.has(from.name) || !converting.has(to.name)) return 'unknown';
  const [a, b] = [from.name, to.name];
  if (a === 'varchar' && b === 'text') return 'free';
  if (a === 'text' && b === 'varchar') return to.modifiers.length === 0 ? 'free' : 'rewrite';
  if (a === 'cidr' && b === 'inet') return 'free';
  if ((a === 'timestamp' && b === 'timestamptz') || (a === 'timestamptz' && b === 'timestamp'))
    return to.modifiers.length === 0 ? 'depends on time zone' : 'unknown';
  if (b === 'bpchar' && to.modifiers.length === 0) return 'unknown';
  if (a === 'xml' || b === 'xml') return 'unknown';
  return 'rewrite';
}

/** True when a change to this type rewrites the table unless the column has a binary-compatible type already. */
export const rewritesFromMostTypes = (to: TypeName): boolean =>
  to.schema === null && !to.array && convertedInto.has(to.name);

function modifierChange(from: TypeName, to: TypeName): TypeChange {
  const [a, b] = [from.modifiers, to.modifiers];
  if (a.join() === b.join()) return 'free';
  switch (from.name) {
    case 'varchar':
    case 'varbit':
      return b.length === 0 || (a.length > 0 && (b[0] as number) >= (a[0] as number)) ? 'free' : 'rewrite';
    case 'numeric': {
      if (b.length === 0) return 'free';
      if (a.length === 0) return 'rewrite';
      const [precision, scale] = [a[0] as number, a[1] ?? 0];
      return (b[0] as number) >= precision && (b[1] ?? 0) === scale ? 'free' : 'rewrite';
    }
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz': {
      const [before, after] = [a[0] ?? 6, b[0] ?? 6];
      return after >= before ? 'free' : 'rewrite';
    }
    case 'bpchar':
      return b.length === 0 ? 'free' : 'rewrite';
    case 'bit':
      return 'rewrite';
    default:
      return 'unknown';
  }
}
