/** What one statement leaves to the next ones of its transaction and of its file: locks, waits, values of enums. */
import type { Node } from '@pgsql/types';
import { type HeldLock, withLocks } from '../catalog/heldLocks.ts';
import { nodesKey } from '../catalog/names.ts';
import type { SchemaWriter } from '../catalog/schema.ts';
import { inTransaction } from '../catalog/session.ts';
import { strongLocks } from '../facts/blocking.ts';
import { type Effects, lockingStatements } from '../facts/effects.ts';

const locking: ReadonlySet<string> = new Set(lockingStatements());

/** Just before the statement is applied. */
export function carryTransaction(node: Node, schema: SchemaWriter, effects: () => Effects | null): void {
  const { session } = schema;
  const open = inTransaction(session) === true;
  if ('TransactionStmt' in node) {
    // which locks that lets go of is not followed
    if (node.TransactionStmt.kind === 'TRANS_STMT_ROLLBACK_TO' && schema.heldLocks.length > 0) schema.setHeldLocks([]);
    return;
  }
  if (open) carryEnum(node, schema);
  const waitsUnbounded = session.lockTimeout === false && !schema.hasWaited;
  if (!locking.has(Object.keys(node)[0] ?? '') || (!open && !waitsUnbounded)) return;
  const strong = strongLocks(effects(), schema);
  if (strong.length === 0) return;
  // said once a file is enough
  if (waitsUnbounded) schema.markWaited();
  if (!open) return;
  const held = schema.heldLocks;
  const now = withLocks(held, strong as readonly HeldLock[]);
  if (now !== held) schema.setHeldLocks(now);
}

function carryEnum(node: Node, schema: SchemaWriter): void {
  if ('CreateEnumStmt' in node) schema.setAddedEnumValues(typeKey(node.CreateEnumStmt.typeName, schema), null);
  if (!('AlterEnumStmt' in node)) return;
  const { typeName, newVal, oldVal } = node.AlterEnumStmt;
  const key = typeKey(typeName, schema);
  if (newVal === undefined || oldVal !== undefined || schema.isCreated(key)) return;
  if (!schema.createsEnum(key)) schema.setAddedEnumValues(key, [...schema.addedEnumValues(key), newVal]);
}

const typeKey = (names: readonly Node[] | undefined, schema: SchemaWriter): string =>
  nodesKey(names, schema.session.schema);
