/** The locks that the transaction holds already, as the rules of this family speak of them. */
import type { HeldLock } from '../../catalog/heldLocks.ts';
import type { SchemaReader } from '../../catalog/schema.ts';

/** Those in ACCESS EXCLUSIVE: all reads and writes of the relation wait. */
export const lockedOut = (schema: SchemaReader): readonly HeldLock[] =>
  schema.heldLocks.filter(({ mode }) => mode === 'AccessExclusiveLock');
