/** How many INSERTs of one row each have followed one another: so that a rule can tell a long series of them. */
import type { InsertStmt, Node } from '@pgsql/types';
import { rangeVarKey } from '../catalog/names.ts';
import type { SchemaWriter } from '../catalog/schema.ts';
import { columnsOfOneRow, seriesLength } from '../rules/queries/insertSeries.ts';

/** Just before the statement is applied. */
export function carryInserts(node: Node, schema: SchemaWriter): void {
  const before = schema.insertRun;
  const now = 'InsertStmt' in node ? runWith(node.InsertStmt, schema) : null;
  // counted no further than the rule asks: so an edit early in a long series concerns its beginning only
  if (now === null ? before !== null : now.count <= seriesLength) schema.setInsertRun(now);
}

function runWith(stmt: InsertStmt, schema: SchemaWriter): SchemaWriter['insertRun'] {
  const columns = columnsOfOneRow(stmt);
  if (columns === null) return null;
  const into = `${rangeVarKey(stmt.relation, schema.session.schema)} (${columns})`;
  const before = schema.insertRun;
  return { into, count: before?.into === into ? before.count + 1 : 1 };
}
