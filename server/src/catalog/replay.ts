/** One statement's effect on the state: which applier knows it. */
import type { Node } from '@pgsql/types';
import { applyAlterTable } from './applyAlterTable.ts';
import { applyCreateTable, applyCreateTableAs, applyCreateView, applySelectInto } from './applyCreate.ts';
import { applyCreateFunction } from './applyFunction.ts';
import { applyCreateIndex, applyDrop, applyRename, applySetSchema } from './applyObjects.ts';
import { applySet, applyTransaction } from './applySession.ts';
import type { State } from './state.ts';

/** The state after `node` ran. Returns `state` itself when the statement changes nothing that is tracked. */
export function replay(state: State, node: Node): State {
  if ('CreateStmt' in node) return applyCreateTable(state, node.CreateStmt);
  if ('AlterTableStmt' in node) return applyAlterTable(state, node.AlterTableStmt);
  if ('IndexStmt' in node) return applyCreateIndex(state, node.IndexStmt);
  if ('CreateTableAsStmt' in node) return applyCreateTableAs(state, node.CreateTableAsStmt);
  if ('SelectStmt' in node) return applySelectInto(state, node.SelectStmt);
  if ('ViewStmt' in node) return applyCreateView(state, node.ViewStmt);
  if ('DropStmt' in node) return applyDrop(state, node.DropStmt);
  if ('RenameStmt' in node) return applyRename(state, node.RenameStmt);
  if ('AlterObjectSchemaStmt' in node) return applySetSchema(state, node.AlterObjectSchemaStmt);
  if ('CreateFunctionStmt' in node) return applyCreateFunction(state, node.CreateFunctionStmt);
  if ('TransactionStmt' in node) return applyTransaction(state, node.TransactionStmt);
  if ('VariableSetStmt' in node) return applySet(state, node.VariableSetStmt);
  return state;
}
