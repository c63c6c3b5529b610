/** The locks that the transaction holds already, as the rules of this family speak of them. */
import type { HeldLock } from '../../catalog/heldLocks.ts';
import type { SchemaReader } from '../../catalog/schema.ts';

/** Those in ACCESS EXCLUSIVE on tables and what is read like tables: all reads and writes of them wait. */
export const lockedOut = (schema: SchemaReader): readonly HeldLock[] =>
  schema.heldLocks.filter(({ relation, mode }) => mode === 'AccessExclusiveLock' && isRead(relation, schema));

/** False for indexes and sequences, and for what is dropped by now: nobody can use that anyway. */
function isRead(key: string, schema: SchemaReader): boolean {
  const kind = schema.relation(key)?.kind;
  return kind !== 'index' && kind !== 'sequence';
}
