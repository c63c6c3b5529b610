/** Which earlier statement dropped or renamed something that is named now. */
import { columnOf } from '../../catalog/catalog.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { Statement } from '../../syntax/statement.ts';
import type { RelatedPlace } from '../rule.ts';

export interface Gone {
  /** What happened, as the end of a sentence: `was renamed to people`. */
  readonly how: string;
  /** Its name now. */
  readonly renamedTo: string | null;
  /** Behind the statement that is looked at, which only a conclusion can know. */
  readonly isLater: boolean;
  readonly related: readonly RelatedPlace[];
}

/** @param key of a relation that is not there */
export function goneRelation(key: string, schema: SchemaReader): Gone | null {
  const [last, before] = schema.versionsOf(key);
  if (!last || last.relation) return null;
  const { statement, isLater } = last;
  const node = statement instanceof Statement && statement.parsed.kind === 'tree' ? statement.parsed.node : null;
  const to = node && 'RenameStmt' in node && before?.relation ? (node.RenameStmt.newname ?? null) : null;
  if (to !== null)
    return { how: `was renamed to ${to}`, renamedTo: to, isLater, related: placeOf(statement, 'It was renamed here.') };
  if (node && 'TransactionStmt' in node)
    return { how: 'is gone with the transaction that was rolled back', renamedTo: null, isLater, related: [] };
  return { how: 'was dropped', renamedTo: null, isLater, related: placeOf(statement, 'It was dropped here.') };
}

/** @param key of a relation that has no such column now */
export function goneColumn(key: string, column: string, schema: SchemaReader): Gone | null {
  const versions = schema.versionsOf(key);
  for (const [i, { statement, relation, isLater }] of versions.entries()) {
    const older = versions[i + 1]?.relation;
    if (!relation || !older || columnOf(relation, column)) return null;
    // another table of that name
    if (isCreation(statement)) return null;
    if (!columnOf(older, column)) continue;
    const added = relation.columns.filter((c) => !columnOf(older, c.name));
    const isRenamed = relation.columns.length === older.columns.length && added.length === 1;
    const to = isRenamed ? (added[0]?.name ?? null) : null;
    // what became of the new name since
    const isThere = to !== null && columnOf(schema.relation(key), to) !== undefined;
    return to !== null
      ? {
          how: `was renamed to ${to}`,
          renamedTo: isThere ? to : null,
          isLater,
          related: placeOf(statement, 'It was renamed here.'),
        }
      : { how: 'was dropped', renamedTo: null, isLater, related: placeOf(statement, 'It was dropped here.') };
  }
  return null;
}

/**
 * Whether the constraint went with the table or key that it points at, without CASCADE: that statement is refused, and the
 * constraint is still there.
 * @param key of a relation that has no such constraint now
 */
export function constraintIsKept(key: string, name: string, schema: SchemaReader): boolean {
  const versions = schema.versionsOf(key);
  // what is tried behind the row has no versions: which of its statements took it is not known
  if (versions[0]?.relation?.constraints.some((c) => c.name === name)) return true;
  for (const [i, { statement, relation }] of versions.entries()) {
    const older = i + 1 < versions.length ? versions[i + 1]?.relation : schema.relationBeforeRow(key);
    if (!older || relation?.constraints.some((c) => c.name === name)) return false;
    if (older.constraints.some((c) => c.name === name)) return isRestrictedDrop(statement, older.name);
  }
  return false;
}

/** Of something else than the table of that name. */
function isRestrictedDrop(statement: object, table: string): boolean {
  const node = statement instanceof Statement && statement.parsed.kind === 'tree' ? statement.parsed.node : null;
  if (!node) return false;
  if ('DropStmt' in node) return node.DropStmt.behavior !== 'DROP_CASCADE';
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation?.relname === table) return false;
  return (node.AlterTableStmt.cmds ?? []).every(
    (c) => 'AlterTableCmd' in c && c.AlterTableCmd.behavior !== 'DROP_CASCADE',
  );
}

function isCreation(statement: object): boolean {
  const parsed = statement instanceof Statement ? statement.parsed : null;
  return (
    parsed?.kind === 'tree' && /^(?:CreateStmt|CreateTableAsStmt|ViewStmt)$/.test(Object.keys(parsed.node)[0] ?? '')
  );
}

function placeOf(statement: object, message: string): RelatedPlace[] {
  if (!(statement instanceof Statement)) return [];
  return [{ statement, message, span: { start: statement.bodyStart, end: statement.bodyEnd } }];
}
