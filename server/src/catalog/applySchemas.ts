/** CREATE SCHEMA with what it holds, DROP SCHEMA, ALTER SCHEMA … RENAME. */
import type { CreateSchemaStmt, Node } from '@pgsql/types';
import { moveFunctions } from './applyFunctions.ts';
import { moveType } from './applyTypes.ts';
import { moveRelation } from './moving.ts';
import { removeRelation } from './removal.ts';
import type { SchemaWriter } from './schema.ts';

/** @param apply runs one of the statements that it holds */
export function applyCreateSchema(schema: SchemaWriter, stmt: CreateSchemaStmt, apply: (node: Node) => void): void {
  const name = stmt.schemaname ?? stmt.authrole?.rolename ?? '';
  if (stmt.if_not_exists && schema.hasNamespace(name)) return;
  schema.setNamespace(name, true);
  if (!stmt.schemaElts) return;
  const before = schema.session.schema;
  schema.setSession({ schema: name });
  for (const element of stmt.schemaElts) apply(element);
  schema.setSession({ schema: before });
}

/** Empties it: without CASCADE there is nothing in it, or the statement fails. */
export function dropSchema(schema: SchemaWriter, name: string, cascade: boolean): void {
  schema.setNamespace(name, false);
  if (!cascade) return;
  const { relations, types, functions } = schema.contentsOf(name);
  for (const key of relations) if (schema.relation(key)) removeRelation(schema, key);
  for (const key of types) schema.removeType(key);
  for (const bare of functions)
    schema.setFunctions(
      bare,
      schema.functions(bare).filter((f) => f.schema !== name),
    );
}

export function renameSchema(schema: SchemaWriter, from: string, to: string): void {
  const { relations, types, functions } = schema.contentsOf(from);
  schema.setNamespace(from, false);
  schema.setNamespace(to, true);
  for (const key of relations) {
    const relation = schema.relation(key);
    if (relation) moveRelation(schema, relation, to, relation.name);
  }
  for (const key of types) moveType(schema, key, to, null);
  for (const bare of functions) moveFunctions(schema, bare, from, to);
}
