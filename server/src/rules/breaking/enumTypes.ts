/** Column types that are enums which the files create. */
import { relationKey, type TypeName } from '../../catalog/catalog.ts';
import type { UserType } from '../../catalog/objects.ts';
import type { SchemaReader } from '../../catalog/schema.ts';

export type EnumType = Extract<UserType, { kind: 'enum' }>;

export function enumOf(type: TypeName, schema: SchemaReader): EnumType | null {
  if (type.array) return null;
  const found = schema.type(relationKey(type.schema ?? schema.session.schema, type.name));
  return found?.kind === 'enum' ? found : null;
}

export const isText = (type: TypeName): boolean =>
  type.schema === null && !type.array && ['text', 'varchar', 'bpchar'].includes(type.name);
