/** Columns that DDL lists by name of a table that is there already: REFERENCES table (column), UPDATE OF column. */
import type { Node, RangeVar } from '@pgsql/types';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { insideOf, nodesIn } from '../../syntax/walk.ts';
import type { Knowing } from './certain.ts';

export interface ListedColumns {
  readonly table: RangeVar;
  readonly columns: readonly string[];
  /** Offset from which on they are written. */
  readonly from: number;
}

export function listedColumns(node: Node, { before }: Knowing): ListedColumns[] {
  if ('CreateTrigStmt' in node) {
    const { relation, columns } = node.CreateTrigStmt;
    return relation && columns ? [{ table: relation, columns: nameParts(columns), from: 0 }] : [];
  }
  const own =
    'CreateStmt' in node
      ? node.CreateStmt.relation
      : 'AlterTableStmt' in node
        ? node.AlterTableStmt.relation
        : undefined;
  const found: ListedColumns[] = [];
  for (const { pktable, pk_attrs } of nodesIn(insideOf(node), 'Constraint')) {
    if (!pktable || !pk_attrs) continue;
    // the table itself may get the column from the same statement
    const keyOf = (table: RangeVar | undefined) => rangeVarKey(table, before.session.schema);
    if (keyOf(pktable) !== keyOf(own))
      found.push({ table: pktable, columns: nameParts(pk_attrs), from: pktable.location ?? 0 });
  }
  return found;
}
