/** What the rules about constraints without NOT VALID share: the fix, which adds the constraint first and validates it later. */
import { defaultName } from '../../catalog/tableElements.ts';
import type { AlterCommand, TargetTable } from '../alterTable.ts';
import { behind, insertAt, mayAddTransactions, mayFollowUp, quoteIdentifier } from '../edits.ts';
import type { Edit, Fix, RuleContext } from '../rule.ts';

/** @param columns of the constraint, for the name that Postgres would choose */
export function notValidFix(
  item: AlterCommand & { table: TargetTable },
  kind: 'foreign' | 'check' | 'not-null',
  columns: readonly string[],
  context: RuleContext,
): Fix[] {
  const def = item.command.def;
  if (!def || !('Constraint' in def)) return [];
  const written = def.Constraint.conname;
  const name = written ?? defaultName(kind, item.table.name, columns);
  if (name === null) return [];
  // then Postgres chooses another one
  if (written === undefined && item.table.relation?.constraints.some((c) => c.name === name)) return [];
  const edits: Edit[] = [];
  if (written === undefined) {
    // ADD [here] FOREIGN KEY …
    edits.push(insertAt(context.tokens.span(item.first).end, ` CONSTRAINT ${quoteIdentifier(name)}`));
  }
  edits.push(insertAt(item.span.end, ' NOT VALID'));
  const validate = `${item.head} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
  if (mayFollowUp(context, item.table.node))
    return [
      {
        title: 'Add it NOT VALID, and VALIDATE it in a migration of its own',
        safe: true,
        edits,
        followUps: [{ name: `validate_${name}`, statements: [validate], outsideTransaction: false }],
      },
    ];
  if (!mayAddTransactions(context))
    return [{ title: 'Add it NOT VALID (validate it in a later migration)', safe: false, edits }];
  edits.push(behind(context, [validate]));
  return [{ title: 'Add it NOT VALID, then VALIDATE it', safe: true, edits }];
}

export const notValidHelp = (context: RuleContext): string =>
  mayAddTransactions(context)
    ? 'Add it NOT VALID, which needs the lock only for a moment, then VALIDATE CONSTRAINT in a statement of its own, which lets reads and writes go on.'
    : 'Add it NOT VALID, which needs the lock only for a moment, and VALIDATE CONSTRAINT in a later migration: in the same transaction the lock would still be held.';
