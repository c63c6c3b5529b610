/** DROP: which applier knows the kind of object. */
import type { DropStmt, Node } from '@pgsql/types';
import { dropFunction } from './applyFunctions.ts';
import { removePolicy } from './applyPolicies.ts';
import { dropSchema } from './applySchemas.ts';
import { dropType } from './applyTypes.ts';
import { relationKey } from './catalog.ts';
import { nameParts, nodesKey, stringOf } from './names.ts';
import { change, withoutDependent } from './relations.ts';
import { removeRelation } from './removal.ts';
import type { SchemaWriter } from './schema.ts';
import { removeTrigger } from './triggerParts.ts';

export function applyDrop(schema: SchemaWriter, stmt: DropStmt): void {
  for (const object of stmt.objects ?? []) dropOne(schema, stmt, object);
}

function dropOne(schema: SchemaWriter, stmt: DropStmt, object: Node): void {
  const path = schema.session.schema;
  const cascade = stmt.behavior === 'DROP_CASCADE';
  const names = 'List' in object ? nameParts(object.List.items) : [];
  switch (stmt.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      if (names.length > 0) removeRelation(schema, relationKey(names.at(-2) ?? path, names.at(-1) ?? ''));
      return;
    case 'OBJECT_TRIGGER':
      removeTrigger(schema, onTable(names, path), names.at(-1) ?? '');
      return;
    case 'OBJECT_POLICY':
      removePolicy(schema, onTable(names, path), names.at(-1) ?? '');
      return;
    case 'OBJECT_RULE':
      change(schema, onTable(names, path), (r) => withoutDependent(r, 'rule', names.at(-1) ?? ''));
      return;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      if ('TypeName' in object) dropType(schema, nodesKey(object.TypeName.names, path), cascade);
      return;
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      if ('ObjectWithArgs' in object) dropFunction(schema, object.ObjectWithArgs, cascade);
      return;
    case 'OBJECT_SCHEMA':
      dropSchema(schema, stringOf(object) ?? '', cascade);
      return;
    case 'OBJECT_EXTENSION': {
      const name = stringOf(object) ?? '';
      if (schema.extension(name)) schema.removeExtension(name);
      return;
    }
    default:
  }
}

/** The table of `schema.table.trigger`. */
const onTable = (names: readonly string[], path: string): string =>
  relationKey(names.at(-3) ?? path, names.at(-2) ?? '');
