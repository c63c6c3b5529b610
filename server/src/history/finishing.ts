/** Migrations that only finish what an earlier one began: as the follow-ups of our fixes do. */
import type { AlterTableCmd } from '@pgsql/types';
import { notNullCheckSuffix } from '../rules/locks/setNotNull.ts';
import { forwardPart, type Piece } from '../sources/piece.ts';

/** Whether it does no more than to finish what an earlier migration began: as the follow-ups of our fixes do. */
export const onlyFinishes = (piece: Piece): boolean =>
  forwardPart(piece).every(({ parsed }) => {
    if (parsed.kind !== 'tree') return parsed.kind === 'none';
    const { node } = parsed;
    if ('AlterTableStmt' in node)
      return (node.AlterTableStmt.cmds ?? []).every((cmd) => 'AlterTableCmd' in cmd && finishes(cmd.AlterTableCmd));
    return ('IndexStmt' in node && node.IndexStmt.concurrent === true) || 'VariableSetStmt' in node;
  });

function finishes({ subtype, name = '', def }: AlterTableCmd): boolean {
  switch (subtype) {
    case 'AT_ValidateConstraint':
    case 'AT_SetNotNull':
      return true;
    case 'AT_DropConstraint':
      return name.endsWith(notNullCheckSuffix);
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def && def.Constraint.indexname !== undefined;
    default:
      return false;
  }
}
