import type { CreateTrigStmt, Node } from '@pgsql/types';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { type Command, nodeOf } from '../../syntax/bodies/plpgsql/commands.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { sameRow, setColumns } from './ownRow.ts';
import { functionSpan, type RunningTrigger, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'trigger-fires-itself',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'An UPDATE trigger updates the row that fired it, and so fires itself again without end.',
    why: 'Each UPDATE in the function fires the trigger for the same row again. Postgres goes on until the stack is full and then refuses the statement (54001): no row of the table can be updated any more.',
    fine: 'Never. To change the row that is being stored, assign to NEW in a BEFORE trigger.',
    source: 'https://www.postgresql.org/docs/current/trigger-definition.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY, note text, updated_at timestamptz);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE items SET updated_at = now() WHERE id = NEW.id;\n  RETURN NULL;\nEND\n$$;',
      unsafe: 'CREATE TRIGGER touch AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();',
      safe: 'CREATE TRIGGER touch AFTER UPDATE ON items FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION touch();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      if (stmt.whenClause) return;
      const trigger = triggerAtEnd(stmt, context);
      if (!trigger?.perRow || !trigger.events.includes('update') || trigger.timing === 'instead of') return;
      if (stmt.isconstraint || !updatesItself(trigger, stmt, context.session.schema)) return;
      context.report(
        functionSpan(context),
        `Every UPDATE of ${stmt.relation?.relname} that fires this trigger fails: the function updates the same row, which fires the trigger again without end.`,
        'Assign to NEW in a BEFORE trigger instead, or keep the trigger from firing itself: WHEN (pg_trigger_depth() = 0).',
        onlyOnce(context),
      );
    },
  },
});

function updatesItself(trigger: RunningTrigger, stmt: CreateTrigStmt, schema: string): boolean {
  if (/pg_trigger_depth|session_replication_role/i.test(trigger.program.text)) return false;
  const columns = nameParts(stmt.columns);
  const [block] = trigger.program.commands;
  if (block?.kind !== 'block') return false;
  for (const command of block.commands) {
    if (command.kind === 'if' || command.kind === 'case' || command.kind === 'return' || command.kind === 'raise')
      return false;
    const node = sqlOf(command);
    if (!node || !('UpdateStmt' in node)) continue;
    const update = node.UpdateStmt;
    if (rangeVarKey(update.relation, schema) !== trigger.table || !sameRow(update, 'new')) continue;
    if (columns.length === 0 || setColumns(update).some((c) => columns.includes(c))) return true;
  }
  return false;
}

const sqlOf = (command: Command): Node | null => (command.kind === 'other' ? nodeOf(command.sql) : null);

function onlyOnce({ tokens }: Pick<RuleContext, 'tokens'>): Fix[] {
  const execute = tokens.findOutside(['execute']);
  if (execute < 0) return [];
  const edit = insertAt(tokens.span(execute).start, 'WHEN (pg_trigger_depth() = 0) ');
  return [{ title: 'Fire only when no trigger is running', edits: [edit], safe: false }];
}
