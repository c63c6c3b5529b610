/** Whether a file is there to change the schema: others may have to run before it, and what the database has is not what it finds. */
import { withoutTraces } from '../database/embedded/replay.ts';
import type { Statement } from '../syntax/statement.ts';

/** Besides what leaves no traces at all. */
const definesNothing = new Set([
  ...['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'TruncateStmt', 'CallStmt'],
  ...['VariableSetStmt', 'PrepareStmt', 'ExecuteStmt', 'DeallocateStmt', 'RefreshMatViewStmt', 'ConstraintsSetStmt'],
]);

/** Temporary tables are the file's own affair. */
export function defines({ parsed }: Statement): boolean {
  if (parsed.kind !== 'tree') return false;
  const { node } = parsed;
  if ('SelectStmt' in node)
    return node.SelectStmt.intoClause !== undefined && !isTemporary(node.SelectStmt.intoClause.rel);
  if ('CreateStmt' in node) return !isTemporary(node.CreateStmt.relation);
  if ('CreateTableAsStmt' in node) return !isTemporary(node.CreateTableAsStmt.into?.rel);
  const [type = ''] = Object.keys(node);
  return !definesNothing.has(type) && !withoutTraces.has(type);
}

const isTemporary = (relation: { relpersistence?: string } | undefined): boolean => relation?.relpersistence === 't';
