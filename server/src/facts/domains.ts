/** Domains, as far as the files create them. */
import { relationKey, type TypeName } from '../catalog/catalog.ts';
import type { SchemaReader } from '../catalog/schema.ts';

/**
 * Whether it is a domain, by itself or over another one, that has a constraint (a NOT VALID one counts too): then a new
 * column of that type has the table written anew. False also where the files do not tell.
 */
export function hasConstrainedDomain(type: TypeName | null, schema: SchemaReader): boolean {
  if (type === null || type.array) return false;
  const known = schema.type(relationKey(type.schema ?? schema.session.schema, type.name));
  if (known?.kind !== 'domain') return false;
  return known.notNull || known.checks.length > 0 || hasConstrainedDomain(known.base, schema);
}
