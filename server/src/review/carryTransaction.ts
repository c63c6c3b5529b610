/** What one statement leaves to the next ones of its transaction and of its file: locks, waits, values of enums. */
import type { Node } from '@pgsql/types';
import { type HeldLock, withLocks } from '../catalog/heldLocks.ts';
import { nodesKey, rangeVarKey } from '../catalog/names.ts';
import type { SchemaWriter } from '../catalog/schema.ts';
import { inTransaction } from '../catalog/session.ts';
import { strongLocks } from '../facts/blocking.ts';
import { type Effects, lockingStatements } from '../facts/effects.ts';
import { longWorkOf } from '../rules/transactions/locksHeld.ts';

const locking: ReadonlySet<string> = new Set(lockingStatements());

/** Just before the statement is applied. */
export function carryTransaction(
  node: Node,
  schema: SchemaWriter,
  targetVersion: number,
  effects: () => Effects | null,
): void {
  const { session } = schema;
  const open = inTransaction(session) === true;
  if (open) carryEnum(node, schema, targetVersion);
  if (open && schema.heldLocks.length > 0) carryLongWork(node, schema, effects);
  const waitsUnbounded = session.lockTimeout === false && !schema.hasWaited;
  if (!locking.has(Object.keys(node)[0] ?? '') || (!open && !waitsUnbounded)) return;
  const strong = strongLocks(effects(), schema);
  // said once a file is enough
  if (waitsUnbounded && strong.length > 0) schema.markWaited();
  if (!open) return;
  const held = schema.heldLocks;
  const left = withoutDropped(held, node, schema);
  if (strong.length === 0 && left === held) return;
  const now = withLocks(
    left,
    strong.filter(({ relation }) => isLasting(relation, node, schema)) as readonly Omit<HeldLock, 'by'>[],
  );
  if (now !== held) schema.setHeldLocks(now);
}

function carryLongWork(node: Node, schema: SchemaWriter, effects: () => Effects | null): void {
  const [first, ...others] = schema.heldLocks;
  const work = longWorkOf(node, locking.has(Object.keys(node)[0] ?? '') ? effects() : null, schema);
  if (!first || work === null || first.workDone?.includes(work)) return;
  schema.setHeldLocks([{ ...first, workDone: [...(first.workDone ?? []), work] }, ...others]);
}

/** Not an index or a sequence, and not what the statement drops: what waits for those is not a reader of a table. */
function isLasting(key: string, node: Node, schema: SchemaWriter): boolean {
  const kind = schema.relation(key)?.kind;
  if (kind === 'index' || kind === 'sequence') return false;
  const path = schema.session.schema;
  if ('ReindexStmt' in node && node.ReindexStmt.kind === 'REINDEX_OBJECT_INDEX')
    return key !== rangeVarKey(node.ReindexStmt.relation, path);
  if ('AlterTableStmt' in node && node.AlterTableStmt.objtype === 'OBJECT_INDEX')
    return key !== rangeVarKey(node.AlterTableStmt.relation, path);
  if (!('DropStmt' in node)) return true;
  return !(node.DropStmt.objects ?? []).some((object) => 'List' in object && nodesKey(object.List.items, path) === key);
}

/** Who waits for a table that is dropped is not kept up by the rest of the transaction: it fails. */
function withoutDropped(held: readonly HeldLock[], node: Node, schema: SchemaWriter): readonly HeldLock[] {
  if (!('DropStmt' in node) || held.length === 0) return held;
  const path = schema.session.schema;
  const dropped = (node.DropStmt.objects ?? []).flatMap((o) => ('List' in o ? nodesKey(o.List.items, path) : []));
  const left = held.filter(({ relation }) => !dropped.includes(relation));
  const [first] = held;
  if (left.length === held.length) return held;
  // what has been said of the transaction stays said
  return left.map((lock, i) => (i === 0 && first?.workDone ? { ...lock, workDone: first.workDone } : lock));
}

function carryEnum(node: Node, schema: SchemaWriter, targetVersion: number): void {
  // before 17 not even the transaction that creates the type can use the values that it adds
  if ('CreateEnumStmt' in node && targetVersion >= 17)
    schema.setAddedEnumValues(typeKey(node.CreateEnumStmt.typeName, schema), null);
  if (!('AlterEnumStmt' in node)) return;
  const { typeName, newVal, oldVal, skipIfNewValExists } = node.AlterEnumStmt;
  const key = typeKey(typeName, schema);
  if (newVal === undefined || oldVal !== undefined || schema.createsEnum(key)) return;
  const known = schema.type(key);
  // it may be there already
  const isNew = known?.kind === 'enum' && known.complete && !known.values.includes(newVal);
  if (isNew || !skipIfNewValExists) schema.setAddedEnumValues(key, [...schema.addedEnumValues(key), newVal]);
}

const typeKey = (names: readonly Node[] | undefined, schema: SchemaWriter): string =>
  nodesKey(names, schema.session.schema);
