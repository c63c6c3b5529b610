/** What one statement leaves to the next ones of its file: columns that it adds, values that it takes away, tables without rows. */
import type { AlterTableStmt, ColumnRef, Node, RangeVar, UpdateStmt } from '@pgsql/types';
import { nameParts, rangeVarKey } from '../catalog/names.ts';
import { isEmpty, isOwnColumn, markCopied, markEmpty, markHandledValue, markOwnColumn } from '../catalog/ownChanges.ts';
import type { SchemaWriter } from '../catalog/schema.ts';
import { columnNeedsEmptyTable } from '../rules/breaking/requiredColumn.ts';
import { walk } from '../syntax/walk.ts';

/** Just before the statement is applied, behind the locks that it takes. */
export function carryOwnChanges(node: Node, schema: SchemaWriter): void {
  const keyOf = (relation: RangeVar | undefined): string => rangeVarKey(relation, schema.session.schema);
  if ('AlterTableStmt' in node) alterTable(node.AlterTableStmt, keyOf(node.AlterTableStmt.relation), schema);
  else if ('RenameStmt' in node) {
    const { renameType, relation, subname = '', newname = '' } = node.RenameStmt;
    if (renameType !== 'OBJECT_COLUMN') return;
    const key = keyOf(relation);
    if (isOwnColumn(key, subname, schema)) markOwnColumn(key, newname, true, schema);
  } else if ('TruncateStmt' in node) {
    for (const table of node.TruncateStmt.relations ?? [])
      if ('RangeVar' in table) markEmpty(keyOf(table.RangeVar), true, schema);
  } else if ('UpdateStmt' in node) {
    handled(keyOf(node.UpdateStmt.relation), node.UpdateStmt.whereClause, schema);
    copiesColumns(keyOf(node.UpdateStmt.relation), node.UpdateStmt, schema);
  } else if ('DeleteStmt' in node) handled(keyOf(node.DeleteStmt.relation), node.DeleteStmt.whereClause, schema);
  else if ('InsertStmt' in node) {
    markEmpty(keyOf(node.InsertStmt.relation), false, schema);
    walk(node.InsertStmt.selectStmt, (type, table) => {
      if (type === 'RangeVar') markCopied(keyOf(table as RangeVar), null, schema);
    });
  } else if ('MergeStmt' in node) markEmpty(keyOf(node.MergeStmt.relation), false, schema);
  else if ('CopyStmt' in node && node.CopyStmt.relation) markEmpty(keyOf(node.CopyStmt.relation), false, schema);
}

/** Into columns that the file has added. */
function copiesColumns(key: string, { targetList }: UpdateStmt, schema: SchemaWriter): void {
  for (const target of targetList ?? []) {
    if (!('ResTarget' in target) || !isOwnColumn(key, target.ResTarget.name ?? '', schema)) continue;
    walk(target.ResTarget.val, (type, node) => {
      const column = type === 'ColumnRef' ? nameParts((node as ColumnRef).fields).at(-1) : undefined;
      if (column !== undefined) markCopied(key, column, schema);
    });
  }
}

function alterTable({ objtype, cmds }: AlterTableStmt, key: string, schema: SchemaWriter): void {
  if (objtype !== 'OBJECT_TABLE') return;
  for (const node of cmds ?? []) {
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    const def = command?.def && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
    if (command?.subtype === 'AT_DropColumn') markOwnColumn(key, command.name ?? '', false, schema);
    if (command?.subtype !== 'AT_AddColumn' || !def || command.missing_ok) continue;
    markOwnColumn(key, def.colname ?? '', true, schema);
    if (!isEmpty(key, schema) && columnNeedsEmptyTable(def, schema)) markEmpty(key, true, schema);
  }
}

/** The strings that a condition compares with. */
function handled(key: string, where: Node | undefined, schema: SchemaWriter): void {
  walk(where, (type, node) => {
    const value = type === 'A_Const' ? (node as { sval?: { sval?: string } }).sval?.sval : undefined;
    if (value !== undefined) markHandledValue(key, value, schema);
  });
}
