/** ALTER TABLE … ADD, VALIDATE, DROP CONSTRAINT and SET NOT NULL: what is read to prove them, and the other side of a key. */
import type { AlterTableCmd, Constraint as ConstraintNode, Node } from '@pgsql/types';
import { type Constraint, columnOf, constraintOf } from '../../catalog/catalog.ts';
import { columnsUsed } from '../../catalog/expressions.ts';
import { nameParts } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import type { EffectsCollector, LockMode } from './collector.ts';
import { lockReferenced } from './foreignKeys.ts';

/** What ADD CONSTRAINT takes on the table and on its partitions. */
export function modesOfAdd(
  effects: EffectsCollector,
  table: string,
  c: ConstraintNode,
): { own: LockMode; partitions: LockMode | null } {
  if (c.contype === 'CONSTR_FOREIGN') return { own: 'ShareRowExclusiveLock', partitions: 'ShareRowExclusiveLock' };
  if (c.contype === 'CONSTR_UNIQUE')
    return {
      own: 'AccessExclusiveLock',
      partitions: effects.targetVersion >= 18 ? 'AccessExclusiveLock' : 'ShareLock',
    };
  if (c.contype === 'CONSTR_PRIMARY') {
    const relation = effects.schema.relation(table);
    const nullable = nameParts(c.keys).some((name) => columnOf(relation, name)?.notNull === false);
    return { own: 'AccessExclusiveLock', partitions: nullable ? 'AccessExclusiveLock' : null };
  }
  return { own: 'AccessExclusiveLock', partitions: c.contype === 'CONSTR_CHECK' ? 'AccessExclusiveLock' : null };
}

export function addConstraint(effects: EffectsCollector, table: string, c: ConstraintNode): void {
  if (c.is_no_inherit) effects.unsure();
  switch (c.contype) {
    case 'CONSTR_CHECK':
      if (!c.skip_validation) effects.scan(effects.leaves(table));
      return;
    case 'CONSTR_FOREIGN':
      lockReferenced(effects, table, c, !c.skip_validation);
      return;
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      if (c.indexname === undefined) effects.scan(effects.leaves(table));
      // columns that may be null have to be proven not null; which columns, only the index tells
      else if (c.contype === 'CONSTR_PRIMARY') effects.unsure();
      return;
    case 'CONSTR_EXCLUSION':
      effects.scan(effects.leaves(table));
      return;
    case 'CONSTR_NOTNULL':
      if (!c.skip_validation) for (const column of nameParts(c.keys)) setNotNull(effects, table, column);
      return;
    default:
      effects.unsure();
  }
}

export function setNotNull(effects: EffectsCollector, table: string, column: string): void {
  const relation = effects.schema.relation(table);
  if (columnOf(relation, column)?.notNull) return;
  if (relation?.constraints.some((c) => c.validated && c.provesNotNull.includes(column))) return;
  // other expressions prove it too
  if (relation?.constraints.some((c) => c.kind === 'check' && c.validated && mayProve(c, column))) effects.unsure();
  effects.scan(effects.leaves(table));
}

/** Only IS NOT NULL proves it, under whatever AND and OR. */
function mayProve(check: Constraint, column: string): boolean {
  if (check.expression === null) return true;
  let found = false;
  walk(check.expression, (type, node) => {
    if (type === 'NullTest' && columnsUsed((node as { arg?: Node }).arg).includes(column)) found = true;
  });
  return found;
}

export function validateConstraint(effects: EffectsCollector, table: string, name: string): void {
  const relation = effects.schema.relation(table);
  const constraint = constraintOf(relation, name);
  if (!constraint) {
    effects.unsure();
    return;
  }
  if (constraint.validated) return;
  if (constraint.kind === 'check') {
    effects.scan(effects.leaves(table));
    return;
  }
  if (constraint.kind !== 'foreign' || relation?.kind === 'partitioned') {
    effects.unsure();
    return;
  }
  const { references } = constraint;
  if (references === null) {
    effects.unsure();
    return;
  }
  effects.known(references);
  if (effects.schema.relation(references)?.kind === 'partitioned') {
    effects.unsure();
    return;
  }
  effects.lock(references, 'RowShareLock');
  effects.scan([table, references]);
}

export function dropConstraint(effects: EffectsCollector, table: string, command: AlterTableCmd): void {
  const relation = effects.schema.relation(table);
  const constraint = constraintOf(relation, command.name ?? '');
  if (command.behavior === 'DROP_CASCADE') effects.unsure();
  if (constraint) dropReferences(effects, table, constraint.kind === 'foreign' ? [constraint.references] : []);
  else if (!command.missing_ok || relation?.constraints.some((c) => c.name === null)) effects.unsure();
}

/** Who drops a foreign key drops the triggers on the other table as well. */
export function dropReferences(effects: EffectsCollector, table: string, references: readonly (string | null)[]): void {
  for (const key of references) {
    if (key === null || key === table) continue;
    effects.known(key);
    effects.lockTree(key, 'AccessExclusiveLock');
  }
}

export function dropColumn(effects: EffectsCollector, table: string, command: AlterTableCmd): void {
  const relation = effects.schema.relation(table);
  if (command.behavior === 'DROP_CASCADE') effects.unsure();
  const keys = (relation?.constraints ?? []).filter(
    (c) => c.kind === 'foreign' && c.columns.includes(command.name ?? ''),
  );
  dropReferences(
    effects,
    table,
    keys.map((c) => c.references),
  );
}
