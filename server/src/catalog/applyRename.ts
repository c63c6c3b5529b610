/** ALTER … RENAME and ALTER … SET SCHEMA: which applier knows the kind of object. */
import type { AlterObjectSchemaStmt, Node, ObjectWithArgs, RenameStmt } from '@pgsql/types';
import { moveFunction } from './applyFunctions.ts';
import { renamePolicy } from './applyPolicies.ts';
import { renameSchema } from './applySchemas.ts';
import { moveType, renameAttribute, renameDomainConstraint } from './applyTypes.ts';
import { moveRelation, moveToSchema } from './moving.ts';
import { nodesKey, rangeVarKey } from './names.ts';
import { change } from './relations.ts';
import { renameColumn, renameConstraint } from './renaming.ts';
import type { SchemaWriter } from './schema.ts';
import { renameTrigger } from './triggerParts.ts';

export function applyRename(schema: SchemaWriter, stmt: RenameStmt): void {
  const path = schema.session.schema;
  const key = rangeVarKey(stmt.relation, path);
  const from = stmt.subname ?? '';
  const to = stmt.newname ?? '';
  const only = stmt.relation?.inh !== true;
  switch (stmt.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_FOREIGN_TABLE': {
      const relation = schema.relation(key);
      if (relation) moveRelation(schema, relation, relation.schema, to);
      return;
    }
    case 'OBJECT_COLUMN':
      renameColumn(schema, key, from, to, only);
      return;
    case 'OBJECT_TABCONSTRAINT':
      renameConstraint(schema, key, from, to, only);
      return;
    case 'OBJECT_TRIGGER':
      renameTrigger(schema, key, from, to);
      return;
    case 'OBJECT_POLICY':
      renamePolicy(schema, key, from, to);
      return;
    case 'OBJECT_RULE':
      change(schema, key, (r) => ({
        ...r,
        dependents: r.dependents.map((d) => (d.kind === 'rule' && d.name === from ? { ...d, name: to } : d)),
      }));
      return;
    case 'OBJECT_ATTRIBUTE':
      renameAttribute(schema, key, from, to);
      return;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      moveType(schema, objectKey(stmt.object, path), null, to);
      return;
    case 'OBJECT_DOMCONSTRAINT':
      renameDomainConstraint(schema, objectKey(stmt.object, path), from, to);
      return;
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const named = routine(stmt.object);
      if (named) moveFunction(schema, named, null, to);
      return;
    }
    case 'OBJECT_SCHEMA':
      renameSchema(schema, from, to);
      return;
    default:
  }
}

export function applySetSchema(schema: SchemaWriter, stmt: AlterObjectSchemaStmt): void {
  const path = schema.session.schema;
  const to = stmt.newschema ?? path;
  switch (stmt.objectType) {
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      moveType(schema, objectKey(stmt.object, path), to, null);
      return;
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const named = routine(stmt.object);
      if (named) moveFunction(schema, named, to, null);
      return;
    }
    case 'OBJECT_EXTENSION': {
      const name = stmt.object && 'String' in stmt.object ? (stmt.object.String.sval ?? '') : '';
      const extension = schema.extension(name);
      if (extension) schema.setExtension({ ...extension, schema: to });
      return;
    }
    default:
      if (stmt.relation) moveToSchema(schema, rangeVarKey(stmt.relation, path), to);
  }
}

const routine = (object: Node | undefined): ObjectWithArgs | null =>
  object && 'ObjectWithArgs' in object ? object.ObjectWithArgs : null;

/** The name of a type, which the grammar gives as a list or as a type. */
function objectKey(object: Node | undefined, path: string): string {
  if (object && 'List' in object) return nodesKey(object.List.items, path);
  if (object && 'TypeName' in object) return nodesKey(object.TypeName.names, path);
  return '';
}
