/** Relations that a statement locks without naming them, as a message names them. */
import type { SchemaReader } from '../../catalog/schema.ts';

/** @param key `schema.name`; without the schema where that is the one that names are looked up in. */
export function nameOf(key: string, schema: SchemaReader): string {
  const own = `${schema.session.schema}.`;
  return key.startsWith(own) ? key.slice(own.length) : key;
}
