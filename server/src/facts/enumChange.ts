/**
 * ALTER COLUMN … TYPE between an enum and another type. Enums are binary compatible with nothing, and no cast can make them so
 * (CREATE CAST … WITHOUT FUNCTION is refused): every value is converted.
 */
import { relationKey, type TypeName } from '../catalog/catalog.ts';
import type { SchemaReader } from '../catalog/schema.ts';

/** True when one of the two is certain to be an enum, or an array of one, and the other is certain to be another type. */
export function changesEnum(from: TypeName | null, to: TypeName | null, schema: SchemaReader): boolean {
  if (!from || !to || (from.name === to.name && from.schema === to.schema)) return false;
  const kindOf = (type: TypeName) =>
    schema.type(relationKey(type.schema ?? schema.session.schema, type.name))?.kind ?? null;
  const kinds = [kindOf(from), kindOf(to)];
  // a domain may be one over the enum
  return (
    kinds.includes('enum') && !kinds.includes('domain') && kinds.every((k, i) => k !== null || isOwn([from, to][i]))
  );
}

/** A type of Postgres itself that any column may have. */
const isOwn = (type: TypeName | undefined): boolean =>
  type?.schema === null && ['text', 'varchar', 'bpchar', 'int2', 'int4', 'int8'].includes(type.name);
