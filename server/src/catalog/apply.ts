/** One statement's effect on the schema and the session: which applier knows it. */
import type { Node } from '@pgsql/types';
import { applyAlterTable } from './applyAlterTable.ts';
import { applyCreateTable, applyCreateTableAs, applyCreateView, applySelectInto } from './applyCreate.ts';
import { applyCreateFunction } from './applyFunction.ts';
import { applyCreateIndex, applyDrop, applyRename, applySetSchema } from './applyObjects.ts';
import { applySet, applyTransaction } from './applySession.ts';
import type { SchemaWriter } from './schema.ts';

export function apply(schema: SchemaWriter, node: Node): void {
  if ('CreateStmt' in node) applyCreateTable(schema, node.CreateStmt);
  else if ('AlterTableStmt' in node) applyAlterTable(schema, node.AlterTableStmt);
  else if ('IndexStmt' in node) applyCreateIndex(schema, node.IndexStmt);
  else if ('CreateTableAsStmt' in node) applyCreateTableAs(schema, node.CreateTableAsStmt);
  else if ('SelectStmt' in node) applySelectInto(schema, node.SelectStmt);
  else if ('ViewStmt' in node) applyCreateView(schema, node.ViewStmt);
  else if ('DropStmt' in node) applyDrop(schema, node.DropStmt);
  else if ('RenameStmt' in node) applyRename(schema, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) applySetSchema(schema, node.AlterObjectSchemaStmt);
  else if ('CreateFunctionStmt' in node) applyCreateFunction(schema, node.CreateFunctionStmt);
  else if ('TransactionStmt' in node) applyTransaction(schema, node.TransactionStmt);
  else if ('VariableSetStmt' in node) applySet(schema, node.VariableSetStmt);
}
