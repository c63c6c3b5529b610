/** The tables of a TRUNCATE, and the tables whose foreign keys refer to them. */
import type { TruncateStmt } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import type { RuleContext } from '../rule.ts';

/** Keys of the tables that are not listed but refer to one that is, and those that refer to these, in that order. */
export function referringTables(stmt: TruncateStmt, { before }: RuleContext): string[] {
  const listed = (stmt.relations ?? []).flatMap((node) =>
    'RangeVar' in node ? [rangeVarKey(node.RangeVar, before.session.schema)] : [],
  );
  const found = new Set(listed);
  for (const key of found) {
    const relation = before.relation(key);
    for (const partition of relation?.partitions ?? []) found.add(partition);
    for (const { table } of relation?.referencedBy ?? []) {
      // a partition goes with its table
      const parent = before.relation(table)?.partitionOf;
      if (!parent || !found.has(parent)) found.add(table);
    }
  }
  const parts = new Set([...found].flatMap((key) => before.relation(key)?.partitions ?? []));
  return [...found].filter((key) => !listed.includes(key) && !parts.has(key));
}
