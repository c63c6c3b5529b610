import { defineRule } from '../rule.ts';
import { flowFor, functionSpan, isReturnOf, replacesRow, triggerAtEnd } from './triggers.ts';

export default defineRule({
  id: 'delete-trigger-returns-new',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A BEFORE DELETE trigger whose function returns NEW.',
    why: 'NEW is NULL when a row is deleted, and a row-level BEFORE trigger that returns NULL tells Postgres to leave the row alone. DELETE reports 0 rows, raises no error, and deletes nothing.',
    fine: 'Rows of the table are never to be deleted, and silence is wanted; RETURN NULL says that more clearly.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-DML-TRIGGER',
  },
  examples: [
    {
      schema:
        'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE TABLE log (note text);\nCREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (TG_OP);\n  RETURN NEW;\nEND\n$$;',
      unsafe:
        'CREATE TRIGGER note_change BEFORE UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
      safe: 'CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION note_change();',
    },
  ],
  conclude: {
    CreateTrigStmt(stmt, context) {
      const trigger = triggerAtEnd(stmt, context);
      if (trigger?.timing !== 'before' || !trigger.perRow || !trigger.events.includes('delete')) return;
      if (replacesRow(trigger.program, 'new')) return;
      const { returns } = flowFor(trigger, 'delete');
      if (returns.length === 0 || !returns.every((r) => isReturnOf(r, 'new'))) return;
      context.report(
        functionSpan(context),
        'DELETE deletes nothing any more: the function returns NEW, which is NULL there, and that keeps the row.',
        "Return OLD when TG_OP = 'DELETE' (or COALESCE(NEW, OLD) always).",
      );
    },
  },
});
