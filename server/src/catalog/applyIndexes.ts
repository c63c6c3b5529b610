/** CREATE INDEX. */
import type { IndexStmt } from '@pgsql/types';
import { relationKey } from './catalog.ts';
import { addIndex, definitionOf } from './indexParts.ts';
import { rangeVarKey } from './names.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreateIndex(schema: SchemaWriter, stmt: IndexStmt): void {
  const table = rangeVarKey(stmt.relation, schema.session.schema);
  const namespace = stmt.relation?.schemaname ?? schema.session.schema;
  if (stmt.if_not_exists && stmt.idxname && schema.relation(relationKey(namespace, stmt.idxname))) return;
  addIndex(schema, table, definitionOf(stmt), stmt.idxname ?? null);
}
