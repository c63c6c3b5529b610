/** Whether an UPDATE in a trigger function changes the very row that fired the trigger. */
import type { A_Expr, Node, UpdateStmt } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';

/** `UPDATE … WHERE key = NEW.key`, with nothing else in WHERE that might leave the row out. */
export function sameRow(update: UpdateStmt, row: 'new' | 'old'): boolean {
  const where = update.whereClause;
  if (!where || !('A_Expr' in where) || (update.fromClause?.length ?? 0) > 0) return false;
  const { kind, name, lexpr, rexpr } = where.A_Expr as A_Expr;
  if (kind !== 'AEXPR_OP' || stringOf(name?.[0]) !== '=') return false;
  const sides = [fieldsOf(lexpr), fieldsOf(rexpr)];
  const ofRow = sides.find((s) => s.length === 2 && s[0] === row);
  const own = sides.find((s) => s !== ofRow);
  return ofRow !== undefined && own !== undefined && own.length > 0 && own.at(-1) === ofRow[1] && own[0] !== row;
}

export const setColumns = (update: UpdateStmt): string[] =>
  (update.targetList ?? []).flatMap((t) => ('ResTarget' in t && t.ResTarget.name ? [t.ResTarget.name] : []));

function fieldsOf(node: Node | undefined): string[] {
  const fields = node && 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
  return fields.map((f) => stringOf(f) ?? '*');
}
