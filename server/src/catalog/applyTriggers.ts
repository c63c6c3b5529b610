/** CREATE TRIGGER, CREATE RULE. */
import type { CreateTrigStmt, RuleStmt } from '@pgsql/types';
import { withoutPositions } from './expressions.ts';
import { nameParts, rangeVarKey } from './names.ts';
import type { Trigger } from './objects.ts';
import { change, withDependent } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { putTrigger } from './triggerParts.ts';

/** TRIGGER_TYPE_… of pg_trigger.h. */
const bits = { before: 2, insert: 4, delete: 8, update: 16, truncate: 32, insteadOf: 64 };

export function applyCreateTrigger(schema: SchemaWriter, stmt: CreateTrigStmt): void {
  const timing = stmt.timing ?? 0;
  const has = (bit: number): boolean => ((stmt.events ?? 0) & bit) !== 0;
  const events: Trigger['events'] = [
    ...(has(bits.insert) ? ['insert' as const] : []),
    ...(has(bits.update) ? ['update' as const] : []),
    ...(has(bits.delete) ? ['delete' as const] : []),
    ...(has(bits.truncate) ? ['truncate' as const] : []),
  ];
  putTrigger(schema, rangeVarKey(stmt.relation, schema.session.schema), {
    name: stmt.trigname ?? '',
    timing: (timing & bits.insteadOf) !== 0 ? 'instead of' : (timing & bits.before) !== 0 ? 'before' : 'after',
    events,
    perRow: stmt.row ?? false,
    columns: nameParts(stmt.columns),
    functionName: nameParts(stmt.funcname),
    when: stmt.whenClause ? withoutPositions(stmt.whenClause) : null,
    enabled: true,
    arguments: nameParts(stmt.args),
    constraint: stmt.isconstraint
      ? { deferrable: stmt.deferrable ?? false, initiallyDeferred: stmt.initdeferred ?? false }
      : null,
    transitions: (stmt.transitionRels ?? []).flatMap((node) =>
      'TriggerTransition' in node
        ? [{ name: node.TriggerTransition.name ?? '', isNew: node.TriggerTransition.isNew ?? false }]
        : [],
    ),
  });
}

/** Of a rule only that it is there. */
export function applyCreateRule(schema: SchemaWriter, stmt: RuleStmt): void {
  change(schema, rangeVarKey(stmt.relation, schema.session.schema), (r) =>
    withDependent(r, { kind: 'rule', name: stmt.rulename ?? '', columns: null }),
  );
}
