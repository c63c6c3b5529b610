/** COMMENT ON a relation. */
import type { CommentStmt } from '@pgsql/types';
import { nodesKey } from './names.ts';
import { change } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

const onRelations: readonly (string | undefined)[] = [
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
];

export function applyComment(schema: SchemaWriter, stmt: CommentStmt): void {
  if (!onRelations.includes(stmt.objtype) || !stmt.object || !('List' in stmt.object)) return;
  const comment = stmt.comment === undefined || stmt.comment === '' ? null : stmt.comment;
  change(schema, nodesKey(stmt.object.List.items, schema.session.schema), (r) => ({ ...r, comment }));
}
