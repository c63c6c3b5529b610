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
