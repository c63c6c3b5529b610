import type { Node, UpdateStmt } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import { nodeOf } from '../../syntax/bodies/plpgsql/commands.ts';
import { defineRule } from '../rule.ts';
import { sameRow } from './ownRow.ts';
import { flowFor, functionSpan, isReturnOf, type RunningTrigger, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'soft-delete-trigger-still-deletes',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A DELETE trigger marks the row as deleted by an UPDATE, and lets the DELETE go on.',
    why: 'In a BEFORE trigger that returns OLD, the DELETE is then refused, because the row was modified while it was to be deleted (27000). In an AFTER trigger the row is gone: the UPDATE finds nothing, and nothing is refused. Only RETURN NULL in a row-level BEFORE trigger keeps the row.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/trigger-definition.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY, deleted_at timestamptz);\nCREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE items SET deleted_at = now() WHERE id = OLD.id;\n  RETURN OLD;\nEND\n$$;\nCREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE items SET deleted_at = now() WHERE id = OLD.id;\n  RETURN NULL;\nEND\n$$;',
      unsafe: 'CREATE TRIGGER keep BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION keep();',
      safe: 'CREATE TRIGGER keep BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION keep_row();',
    },
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY, deleted_at timestamptz);\nCREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE items SET deleted_at = now() WHERE id = OLD.id;\n  RETURN NULL;\nEND\n$$;',
      unsafe: 'CREATE TRIGGER keep AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION keep();',
      safe: 'CREATE TRIGGER keep BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION keep();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      const trigger = triggerAtEnd(stmt, context);
      if (!trigger?.perRow || !trigger.events.includes('delete') || trigger.timing === 'instead of') return;
      if (stmt.isconstraint || !updatesDeletedRow(trigger, context.session.schema)) return;
      const { returns } = flowFor(trigger, 'delete');
      if (trigger.timing === 'after')
        context.report(
          functionSpan(context),
          'The row is deleted all the same: when an AFTER trigger runs it is gone, and the UPDATE finds nothing.',
          'Make it a BEFORE trigger, and RETURN NULL to keep the row.',
        );
      else if (returns.length > 0 && returns.every((r) => isReturnOf(r, 'old')))
        context.report(
          functionSpan(context),
          'DELETE fails for every row: the function updates the row, and by RETURN OLD lets its deletion go on.',
          'RETURN NULL keeps the row and ends the DELETE of it quietly.',
        );
    },
  },
});

/** Always, when a row is deleted: UPDATE of the trigger's own table WHERE key = OLD.key. */
function updatesDeletedRow(trigger: RunningTrigger, schema: string): boolean {
  const [block] = trigger.program.commands;
  if (block?.kind !== 'block') return false;
  // a condition around it may exclude what is deleted in earnest
  for (const command of block.commands) {
    if (command.kind === 'if' || command.kind === 'case' || command.kind === 'return') return false;
    const update = updateOf(command.kind === 'other' ? nodeOf(command.sql) : null);
    if (update && rangeVarKey(update.relation, schema) === trigger.table && sameRow(update, 'old')) return true;
  }
  return false;
}

const updateOf = (node: Node | null): UpdateStmt | null => (node && 'UpdateStmt' in node ? node.UpdateStmt : null);
